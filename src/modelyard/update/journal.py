"""What an update is about to write into a work tree, so that one that was cut off can be undone."""

import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from modelyard.errors import NotReady
from modelyard.gitrepo import git
from modelyard.gitrepo.refused_paths import refused
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.trees import SUBMODULE, Tree, algorithm_of, blob_id
from modelyard.update import index_lock, readiness

NAME = "modelyard-journal.json"


@dataclass(frozen=True)
class Journal:
    """One update that is being written.

    Attributes:
        head: The commit that the work tree was at.
        before: Blob of each path that is written, "" where there was none; by path from the top.
        after: Blob that is written there, "" where the path goes.
    """

    head: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def differing(repo: Repo, merged: Tree) -> list[str]:
    """Return the paths at which a tree differs from HEAD."""
    return [p for p in repo.tree.keys() | merged.keys() if repo.tree.get(p) != merged.get(p)]


def write(repo: Repo, merged: Tree) -> Path:
    """Note what is about to be written, durably."""
    paths = differing(repo, merged)
    sides = [
        {
            repo.prefix + p: tree[p].oid if p in tree and tree[p].mode != SUBMODULE else ""
            for p in paths
        }
        for tree in (repo.tree, merged)
    ]
    place = repo.git_dir / NAME
    partial = place.with_suffix(".partial")
    # Whatever lies there, a link too, is not written through.
    try:
        partial.unlink(missing_ok=True)
    except OSError as error:
        raise NotReady(f"{partial}: {error.strerror}", f"rm -r {partial}") from None
    try:
        with partial.open("x", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(asdict(Journal(repo.head, *sides)), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(place)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    return place


def undo(repo: Repo) -> bool:
    """Take back what an update that was cut off has written; return whether there was one.

    The caller holds the repo, so no update is at work.

    Raises:
        NotReady: Somebody has worked in the tree since, and that work would be lost.
        Busy: Another git is at work.
    """
    place = repo.git_dir / NAME
    if not os.path.lexists(place):
        index_lock.remove_abandoned(repo.git_dir)
        return False
    journal = _read(place)
    if journal.head != repo.head:
        # Somebody has committed since, so the state of then is history and theirs to judge.
        place.unlink()
        index_lock.remove_abandoned(repo.git_dir)
        return False
    index_lock.refuse_locked(repo.git_dir)
    # What git was told not to look at it has not written: it refuses to.
    hidden = readiness.hidden(repo)
    before = {path: oid for path, oid in journal.before.items() if path not in hidden}
    _refuse_touched(journal, place, [p for p in before if not _is_ours(repo, journal, p)])
    index_lock.remove_abandoned(repo.git_dir)
    # Only what the update has touched: other files may have been edited since.
    git.run(repo.folder, "reset", "--quiet", journal.head, settings=repo.settings)
    _remove_new(repo, before)
    there = [path for path, oid in before.items() if oid]
    # A folder that is still there holds what somebody else has put into it since.
    _refuse_touched(journal, place, [path for path in there if _is_folder(repo.folder / path)])
    if there:
        # Where the checkout is sparse, what it hides stays hidden.
        back = ("checkout-index", "--quiet", "--force", "--index", "-z", "--stdin")
        listed = b"\0".join(os.fsencode(path) for path in there)
        git.run(repo.folder, *back, data=listed, settings=repo.settings)
    place.unlink()
    return True


def _refuse_touched(journal: Journal, place: Path, touched: list[str]) -> None:
    if touched:
        raise NotReady(
            "an update was cut off here, and these files were edited since: "
            + ", ".join(sorted(touched)[:5]),
            f"save them elsewhere, git reset --hard {journal.head[:12]}, and rm {place}",
        )


def _remove_new(repo: Repo, before: Mapping[str, str]) -> None:
    """Take away the files that were not there before, and the folders that are empty then."""
    for path, oid in before.items():
        file = repo.folder / path
        if oid or is_through_link(repo.folder, path):
            continue
        if os.path.lexists(file) and not file.is_dir():
            file.unlink()
        for above in PurePosixPath(path).parents[:-1]:
            with suppress(OSError):
                (repo.folder / above).rmdir()


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _read(place: Path) -> Journal:
    try:
        # Whatever else lies there, a link or a pipe, is not opened.
        regular = stat.S_ISREG(place.lstat().st_mode)
        text = place.read_text("utf-8", errors="surrogateescape") if regular else ""
        journal = Journal(**json.loads(text))
        if _is_written_here(journal):
            return journal
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise NotReady(f"{place} was not written by modelyard, or is damaged", f"rm -r {place}")


def _is_written_here(journal: Journal) -> bool:
    """Tell whether a journal could be ours: paths that git takes, and ids of objects."""
    oids = [journal.head, *journal.before.values(), *journal.after.values()]
    return (
        journal.before.keys() == journal.after.keys()
        and not any(refused(path) for path in journal.before)
        and all(re.fullmatch("[0-9a-f]*", oid) for oid in oids)
        and journal.head != ""
    )


def is_through_link(folder: Path, path: str) -> bool:
    """Tell whether a path leads through a link: git writes nothing there, so neither is it ours."""
    return any((folder / parent).is_symlink() for parent in PurePosixPath(path).parents[:-1])


def _is_ours(repo: Repo, journal: Journal, path: str) -> bool:
    """Tell whether what stands at a path is as before, as written, or half written."""
    file = repo.folder / path
    if is_through_link(repo.folder, path):
        # A link that somebody has put in the place of a tracked folder would be lost.
        return not journal.before[path]
    if not os.path.lexists(file) or file.is_dir():
        return True
    known = {journal.before[path], journal.after[path]} - {""}
    if file.is_symlink():
        target = os.fsencode(file.readlink())
        return blob_id(target, algorithm_of(repo.head)) in known
    words = ("hash-object", f"--path={path}", "--", str(file))
    hashed = git.text(repo.folder, *words, settings=repo.settings)
    if hashed in known:
        return True
    written = journal.after[path]
    code, whole = git.run(repo.folder, "cat-file", "blob", written or "none", codes=(0, 128))
    return code == 0 and whole.startswith(file.read_bytes())
