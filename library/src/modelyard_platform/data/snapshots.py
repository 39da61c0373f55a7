"""The snapshots in data/raw: landing new ones, and proving that the landed ones are whole.

Git holds a pointer for each snapshot, DVC holds the bytes. A snapshot appears under its name only
when it is complete and keeps the contract.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..advice import typed
from ..batches import batches
from ..console import stage, tell
from ..errors import DataRefused, SetupError, Unreachable
from ..git import commit_only, git, head, not_committed
from ..hashing import file_md5
from ..permissions import give_out
from ..settings import Project
from ..store import by_turns
from ..validation import check_file
from . import dvc, placing, source, tracked


@dataclass(frozen=True)
class Snapshot:
    """One landed snapshot: where its bytes are, and the MD5 that its pointer names."""

    name: str
    path: Path
    md5: str

    def read(self, columns: list[str] | None = None) -> pd.DataFrame:
        """Return its rows as they landed, with all columns or some."""
        return pd.read_parquet(self.path, columns=columns)

    def batches(self) -> Iterator[pd.DataFrame]:
        """Yield its rows in batches that fit in memory."""
        return batches(self.path)


def landed(project: Project) -> list[Snapshot]:
    """Return the snapshots that have a pointer, oldest first. Reads no data."""
    found = []
    for pointer in sorted(project.raw.glob("*.parquet.dvc")):
        path = pointer.with_suffix("")
        found.append(Snapshot(path.stem, path, dvc.read_pointer(pointer)["md5"]))
    # By name: as file names, a longer one would come first where it goes on with a hyphen.
    return sorted(found, key=lambda snapshot: snapshot.name)


def ingest(project: Project, until: str | None = None) -> list[Snapshot]:
    """Land every snapshot up to `until` that the source has and the repo has not; return those.

    All land, or none: one that breaks the contract raises ContractBroken, and a remote
    that cannot be written raises Unreachable, before anything has changed.
    """
    head(project.root)
    lost = bring_back(project)
    finished = _finish(project)
    known = {snapshot.name for snapshot in landed(project)}
    offered = source.names(project)
    new = [n for n in offered if n not in known and (until is None or n <= until)]
    if until is not None and offered and until > offered[-1]:
        raise SetupError(
            f"the source has no data for {until}: it ends with {offered[-1]}",
            typed(f"ingest --until {offered[-1]}"),
        )
    if new:
        with placing.incoming(project) as folder:
            tracked.check_free(project, [project.raw / f"{name}.parquet" for name in new])
            placing.check_free(project, new)
            for name in new:
                with stage(f"{name}: fetch and check"):
                    source.fetch(project, name, folder / f"{name}.parquet")
            with stage(f"version {len(new)} snapshots with DVC"):
                _publish(project, [folder / f"{name}.parquet" for name in new])
    restore(project, [s for s in landed(project) if s.name in lost and not s.path.exists()])
    return [snapshot for snapshot in landed(project) if snapshot.name in {*finished, *new}]


def bring_back(project: Project) -> list[str]:
    """Bring pointers back that were deleted in the work tree alone; return their snapshots.

    One that was deleted on purpose (`git rm`) is not in the index any more.
    """
    deleted = git(project.root, "ls-files", "-z", "--deleted", "--", "data/raw/*.parquet.dvc")
    names = [name for name in deleted.split("\0") if name]
    if names:
        git(project.root, "checkout", "--", *names)
        for name in names:
            give_out(project.root / name)
        tell(f"! data/raw had lost {len(names)} pointers that git has: they are there again")
    return [Path(name).name.removesuffix(".parquet.dvc") for name in names]


def verify(project: Project, snapshots: list[Snapshot]) -> None:
    """Make sure that every snapshot is there, has the bytes of its pointer and keeps the contract.

    Missing bytes are brought from the DVC remote or, where it does not have them, fetched from the
    source again. Raises DataRefused for bytes that were changed since they landed.
    """
    restore(project, [snapshot for snapshot in snapshots if not snapshot.path.exists()])
    for snapshot in snapshots:
        if file_md5(snapshot.path) != snapshot.md5:
            name = snapshot.path.relative_to(project.root)
            raise DataRefused(
                f"{name} was changed after it landed: its MD5 is not the one in {name}.dvc",
                f"rm {shlex.quote(str(name))} (the next verb brings back what landed)",
            )
        violations = check_file(project, snapshot.path, snapshot.name)
        if violations:
            raise source.ContractBroken({snapshot.name: violations})


def check_unchanged(snapshots: Sequence[Snapshot]) -> None:
    """Raise DataRefused where a snapshot that was read is not, or no longer, what landed."""
    for snapshot in snapshots:
        if not snapshot.path.is_file() or file_md5(snapshot.path) != snapshot.md5:
            what = f"data/raw/{snapshot.path.name} was changed while it was being read"
            raise DataRefused(what, "the same verb again, once nothing writes to data/raw")


def restore(project: Project, missing: list[Snapshot]) -> None:
    """Bring back the bytes of snapshots that only have a pointer."""
    if missing:
        _bring_back(project, missing)


@by_turns("bring snapshots back")
def _bring_back(project: Project, missing: list[Snapshot]) -> None:
    missing = [s for s in missing if not s.path.exists()]
    if not missing:  # another verb has just done it
        return
    with stage(f"bring back {len(missing)} snapshots"):
        try:
            dvc.pull(project, [snapshot.path for snapshot in missing])
        except Unreachable as error:
            _fetch_again(project, [s for s in missing if not s.path.exists()], error)


def _fetch_again(project: Project, missing: list[Snapshot], cause: Unreachable) -> None:
    remote = dvc.remote_url(project)
    hint = "name the remote that has the data: .venv/bin/dvc remote add --default team URL"
    with placing.incoming(project) as folder:
        for snapshot in missing:
            path = folder / snapshot.path.name
            why = source.fetch_again(project, snapshot.name, path, snapshot.md5)
            if why:
                raise Unreachable(
                    f"the DVC remote {remote} does not give {path.name} ({cause}), "
                    f"nor does the source ({why})",
                    hint if remote == dvc.own_remote(project) else cause.hint,
                ) from cause
        for snapshot in missing:
            (folder / snapshot.path.name).replace(snapshot.path)
    many = f"{len(missing)} snapshots" if missing[1:] else missing[0].name
    tell(f"• the DVC remote {remote} does not have {many}: the source gave the same bytes again")


def _publish(project: Project, files: list[Path]) -> None:
    placed: list[Path] = []
    try:
        for file in files:
            placed.append(placing.place(file))
        dvc.push(project, placed)
    except BaseException:
        for path in placed:
            placing.pointer(path).unlink(missing_ok=True)
        placing.take_back(files[0].parent)
        raise
    commit_pointers(project, [placing.pointer(path) for path in placed])


def _finish(project: Project) -> list[str]:
    """Version and commit what an ingest landed that was killed before it had; return the names."""
    pointers = {s.path.with_suffix(".parquet.dvc"): s for s in landed(project)}
    left = [pointers[path] for path in not_committed(project.root, list(pointers))]
    whole = [s for s in left if s.path.exists() and file_md5(s.path) == s.md5]
    if whole:
        with stage(f"finish the ingest of {len(whole)} snapshots"):
            dvc.push(project, [snapshot.path for snapshot in whole])
            commit_pointers(project, [s.path.with_suffix(".parquet.dvc") for s in whole])
    return [snapshot.name for snapshot in whole]


def commit_pointers(
    project: Project, pointers: list[Path], message: str = "Land the snapshot of {}"
) -> None:
    """Commit pointers, and nothing else."""
    names = [pointer.name.removesuffix(".parquet.dvc") for pointer in pointers]
    for pointer in pointers:
        give_out(pointer)
    span = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
    paths = [str(pointer) for pointer in pointers]
    git(project.root, "--literal-pathspecs", "add", "--force", "--", *paths)
    # Nothing, where what was deleted has landed as it was.
    changed = ("diff", "--cached", "--name-only", "HEAD", "--")
    if git(project.root, "--literal-pathspecs", *changed, *paths):
        commit_only(project.root, pointers, message.format(span))
