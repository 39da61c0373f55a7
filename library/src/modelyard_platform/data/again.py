"""Landing a snapshot again: corrected, or completed by labels that came later."""

import shlex
from pathlib import Path

from ..advice import typed
from ..console import stage
from ..errors import DataRefused, SetupError
from ..git import git, head
from ..hashing import file_md5
from ..settings import Project
from . import dvc, placing, source
from .snapshots import Snapshot, commit_pointers, landed


def ingest_again(project: Project, names: list[str]) -> list[Snapshot]:
    """Land what the source gives today for landed snapshots; return those that are new versions.

    The version before stays in git and in the DVC remote, where the lineages that name it find it.
    All land, or none. Raises DataRefused where the bytes here are neither version: an edit.
    """
    head(project.root)
    before = {snapshot.name: snapshot for snapshot in landed(project)}
    _check_known(project, names, before)
    with placing.incoming(project) as folder:
        for name in names:
            with stage(f"{name}: fetch and check"):
                source.fetch(project, name, folder / f"{name}.parquet")
        files = [folder / f"{name}.parquet" for name in names]
        new = [file for file in files if _is_new(project, file, before[file.stem])]
        if new:
            with stage(f"version {len(new)} snapshots with DVC"):
                _replace(project, new)
    return [snapshot for snapshot in landed(project) if snapshot.name in {f.stem for f in new}]


def _check_known(project: Project, names: list[str], before: dict[str, Snapshot]) -> None:
    missing = [name for name in names if name not in before]
    if missing:
        raise SetupError(f"{', '.join(missing)} has not landed yet", typed("ingest"))
    offered = source.names(project)
    gone = [name for name in names if name not in offered]
    if gone:
        what = f"the source does not offer {', '.join(gone)} any more"
        raise SetupError(what, "look at snapshots in data.py")


def _is_new(project: Project, file: Path, before: Snapshot) -> bool:
    """Return whether a file is another version than the landed one; DataRefused on an edit."""
    md5 = file_md5(file)
    if before.path.exists() and file_md5(before.path) not in (before.md5, md5):
        name = before.path.relative_to(project.root)
        raise DataRefused(
            f"{name} was changed after it landed, and ingest would overwrite that",
            f"rm {shlex.quote(str(name))} (or move it away), and try again",
        )
    # The second: its pointer is there, of an ingest that was killed before it had committed.
    pointer = str(placing.pointer(before.path))
    return md5 != before.md5 or bool(
        git(project.root, "diff", "--name-only", "HEAD", "--", pointer)
    )


def _replace(project: Project, files: list[Path]) -> None:
    kept = files[0].parent / "before"
    kept.mkdir()
    paths = [project.raw / file.name for file in files]
    pointers = [placing.pointer(path) for path in paths]
    texts = [pointer.read_bytes() for pointer in pointers]
    try:
        for file, path in zip(files, paths, strict=True):
            if path.exists():
                path.replace(kept / path.name)
            file.replace(path)
        dvc.push(project, paths)
    except BaseException:
        for path, pointer, text in zip(paths, pointers, texts, strict=True):
            pointer.write_bytes(text)
            if (kept / path.name).exists():
                (kept / path.name).replace(path)
            else:
                path.unlink(missing_ok=True)
        raise
    commit_pointers(project, pointers, "Land the snapshot of {} again")
