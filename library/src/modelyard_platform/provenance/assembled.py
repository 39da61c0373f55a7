"""A repo as it was at a commit that is gone, put together from what is left of it.

A squash merge leaves the same files under another commit. Each is taken by the hash that the
lineage has: from HEAD, else from the commits that lead to it, else from what the run stored.
"""

from collections.abc import Iterator
from pathlib import Path

from .. import vendored
from ..advice import typed
from ..data import dvc
from ..errors import NotReproduced, NotTrusted
from ..git import git, identity
from ..hashing import hash_bytes, package_files
from ..lineage.record import Lineage
from ..settings import Project
from ..tracking import client, logging, verified
from ..tracking.records import Record

# As many commits of a file are looked at.
_MOST = 1000


def assemble(project: Project, record: Record, clone: Path, allowed: bool) -> None:
    """Make the files of a clone, with HEAD checked out, those of a lineage, and commit them.

    NotReproduced names what is nowhere; NotTrusted what only the run has, unless that is `allowed`.
    """
    recorded = record.lineage
    if not recorded.library:
        what = f"commit {recorded.git_commit} is gone, and {record.name} is older than 0.3.0"
        raise NotReproduced(what, "bring the commit back from the clone that trained it")
    stored = _from_history(clone, recorded)
    if stored:
        if not allowed:
            raise NotTrusted(
                f"{', '.join(stored)} of {record.name}: in no commit that leads to HEAD, and its "
                "own commit is gone; what its run has of them was not allowed",
                f"read it in MLflow ({typed('ui')}), and: "
                f"{typed('reproduce VERSION --allow-patch')}",
            )
        _from_run(project, record, clone, stored)
    for path in package_files(clone / "src" / project.package):
        # What a link leads to may be anybody's.
        ours = path.parent.resolve().is_relative_to(clone.resolve())
        if ours and path.relative_to(clone).as_posix() not in recorded.files:
            path.unlink()
    _pointers(clone, recorded)
    _wheel(clone)
    git(clone, "add", "--all", "--", ".")
    quietly = ("commit", "--quiet", "--no-verify", "--allow-empty", "--message", record.name)
    git(clone, *identity(clone), "-c", "commit.gpgsign=false", *quietly)


def _from_history(clone: Path, recorded: Lineage) -> list[str]:
    """Write each file that HEAD's history has; return the names of the others."""
    left = []
    for name, wanted in recorded.files.items():
        path = clone / name
        if path.is_file() and hash_bytes(path.read_bytes()) == wanted:
            continue
        found = next((c for c in _versions(clone, name) if hash_bytes(c) == wanted), None)
        if found is None:
            left.append(name)
        else:
            _write(clone, name, found)
    return left


def _versions(clone: Path, name: str) -> Iterator[bytes]:
    """Yield the contents that a path had in the commits that lead to HEAD, newest first."""
    commits = git(clone, "rev-list", f"--max-count={_MOST}", "HEAD", "--", name).split()
    for commit in commits:
        if git(clone, "ls-tree", "--name-only", commit, "--", name):
            text = git(clone, "cat-file", "blob", f"{commit}:./{name}")
            yield text.encode("utf-8", "surrogateescape")


def _from_run(project: Project, record: Record, clone: Path, names: list[str]) -> None:
    """Write files from the code of the stored model, and the settings that its run has."""
    uri = logging.model_uri(project, record.run_id)
    with verified.model_of_run(project, record.run_id, uri) as stored:
        for name in names:
            path = stored.folder / "code" / Path(name).relative_to("src" if "src/" in name else ".")
            content = path.read_bytes() if path.is_file() else None
            if name == "params.yaml":
                content = client.artifact_bytes(project, record.run_id, name)
            if content is None or hash_bytes(content) != record.lineage.files[name]:
                raise NotReproduced(
                    f"commit {record.lineage.git_commit} is gone: it is in no remote of this "
                    f"clone, and {name} of it is neither in the commits that lead to HEAD nor in "
                    "what its run stored",
                    "bring the commit back from the clone that trained: git push origin COMMIT:"
                    "refs/heads/NAME",
                )
            _write(clone, name, content)


def _pointers(clone: Path, recorded: Lineage) -> None:
    """Make the pointers of snapshots those of a lineage."""
    wanted = {f"{name}.dvc": md5 for name, md5 in recorded.data.items()}
    for path in (clone / "data" / "raw").glob("*.parquet.dvc"):
        if path.relative_to(clone).as_posix() not in wanted:
            path.unlink()
    for name, md5 in wanted.items():
        path = clone / name
        for content in _versions(clone, name):
            _write(clone, name, content)
            if dvc.read_pointer(path)["md5"] == md5:
                break


def _wheel(clone: Path) -> None:
    """Write the wheel that the lock of that day names; one that is nowhere is told by uv."""
    wheel = vendored.locked(clone) if vendored.is_vendored(clone) else None
    if wheel is None or (clone / wheel.name).is_file():
        return
    for content in _versions(clone, wheel.name):
        if hash_bytes(content) == wheel.sha256:
            _write(clone, wheel.name, content)


def _write(clone: Path, name: str, content: bytes) -> None:
    path = clone / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if path.parent.resolve().is_relative_to(clone.resolve()):  # a commit may have a link there
        path.write_bytes(content)
