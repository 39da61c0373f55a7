"""How fetched files take their places in data/raw, and never the place of a file of the owner's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataRefused
from ..hashing import file_md5
from ..permissions import give_out
from ..settings import Project

_LITTER = ".incoming-"


def pointer(path: Path) -> Path:
    """Return where the DVC pointer of a snapshot is."""
    return path.with_name(f"{path.name}.dvc")


@contextmanager
def incoming(project: Project) -> Iterator[Path]:
    """Yield a folder to fetch into, on the file system of data/raw; clear up after killed ones."""
    if not project.raw.exists():
        project.raw.mkdir(parents=True)
        give_out(project.raw)
    for litter in project.raw.glob(f"{_LITTER}*"):
        take_back(litter)
        shutil.rmtree(litter)
    folder = Path(tempfile.mkdtemp(prefix=_LITTER, dir=project.raw))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_free(project: Project, names: list[str]) -> None:
    """Raise DataRefused where a file that DVC does not know has the name of a new snapshot."""
    taken = [path for name in names if os.path.lexists(path := project.raw / f"{name}.parquet")]
    if taken:
        raise _refused(taken)


def place(file: Path) -> Path:
    """Let a fetched file appear in data/raw as well, and return its path there.

    It stays in its own folder until it has landed: so the next ingest knows it for its own, should
    this one be killed. Raises DataRefused where the name is taken.
    """
    path = file.parents[1] / file.name
    try:
        try:
            os.link(file, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            with file.open("rb") as source, path.open("xb") as target:
                shutil.copyfileobj(source, target)
    except FileExistsError as error:
        raise _refused([path]) from error
    return path


def take_back(folder: Path) -> None:
    """Remove from data/raw what was placed from a folder and has no pointer yet."""
    for file in folder.glob("*.parquet"):
        path = folder.parent / file.name
        ours = path.is_file() and not path.is_symlink() and not pointer(path).exists()
        if ours and file_md5(path) == file_md5(file):
            path.unlink()


def _refused(paths: list[Path]) -> DataRefused:
    names = [f"data/raw/{path.name}" for path in paths]
    them = "them: they are no landed snapshots" if names[1:] else "it: it is no landed snapshot"
    return DataRefused(
        f"ingest would overwrite {', '.join(names)}, and DVC does not know {them}",
        f"move it away (mv {names[0]} data/), or to keep it as the snapshot: "
        f".venv/bin/dvc add {names[0]}",
    )
