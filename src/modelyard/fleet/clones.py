"""Bare clones of depth 1, kept in a cache: they are never the state, and may be thrown away."""

import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modelyard.errors import DiskFull, Unreachable
from modelyard.fleet.push_refusals import Rejected, refused, rejected
from modelyard.forges.forge import Remote
from modelyard.gitrepo import git, own
from modelyard.gitrepo.cache import make_cache
from modelyard.gitrepo.fsck import CHECKED
from modelyard.gitrepo.trees import algorithm_of

# What git says of a program of its own that the system has ended for that.
_TOO_LARGE = f"died of signal {int(getattr(signal, 'SIGXFSZ', 25))}"
_FETCH = ("fetch", "--quiet", "--no-tags", "--depth", "1", "--no-write-fetch-head")


@dataclass(frozen=True)
class Tips:
    """What a repository's branches point to: the default branch, and those asked for."""

    head: str
    branches: Mapping[str, str]


def tips(remote: Remote, begin: str, *patterns: str) -> Tips:
    """Ask a repository for its default branch, and for others.

    Args:
        remote: How git reaches it.
        begin: What the names of branches begin with.
        patterns: Patterns of others.

    Raises:
        Unreachable: It does not answer.
    """
    refs = ("HEAD", *(f"refs/heads/{one}" for one in (f"{begin}*", *patterns)))
    _, out = _reach(remote, None, "ls-remote", "--", remote.url, *refs)
    # Names are bytes, and have what elsewhere ends a line.
    lines = (os.fsdecode(line).partition("\t") for line in out.split(b"\n") if line)
    found = {ref: oid for oid, _, ref in lines}
    head = found.pop("HEAD", "")
    names = (ref for ref in found if ref.startswith("refs/heads/"))
    return Tips(head, {name.removeprefix("refs/heads/"): found[name] for name in names})


def clone(remote: Remote, head: str, cache: Path, branch: str = "") -> Path:
    """Return a bare clone whose HEAD is `head`, made or brought up to date.

    Args:
        remote: How git reaches the repository.
        head: A commit that the repository has.
        cache: Where clones are kept.
        branch: The branch of that commit, for which there is a clone of its own; "" is the default.

    Raises:
        Unreachable: The repository cannot be fetched.
    """
    place = f"{remote.url}\n{branch}" if branch else remote.url
    folder = cache / f"{hashlib.sha256(os.fsencode(place)).hexdigest()[:24]}.git"
    config = own.configuration(algorithm_of(head))
    make_cache(cache)
    try:
        return _cloned(remote, head, cache, folder, config)
    except DiskFull as error:
        # Of the disks of this machine it is this one.
        raise error.told_of(str(cache)) from None


def _cloned(remote: Remote, head: str, cache: Path, folder: Path, config: str) -> Path:
    if folder.exists() and not own.restore(folder, config):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        try:
            if git.text(folder, "rev-parse", "--verify", "--quiet", "HEAD") != head:
                _fetch(remote, folder, head)
            return folder
        except (git.GitError, Unreachable):
            # Whatever an earlier run that was killed left behind: a clone costs little.
            shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as partial:
        new = Path(partial, "new.git")
        own.make(new, config)
        _fetch(remote, new, head)
        if not folder.exists():
            new.rename(folder)
    return folder


def _fetch(remote: Remote, folder: Path, head: str) -> None:
    _reach(remote, folder, *_FETCH, "--", remote.url, f"+{head}:refs/heads/modelyard-head")
    own.point(folder, "refs/heads/modelyard-head")


def push(remote: Remote, folder: Path, commit: str, branch: str, lease: str) -> bool:
    """Push a commit to a branch that must be at `lease` still ("": must not exist).

    Returns:
        Whether it was; False where somebody else was first.

    Raises:
        PushRefused: The server has a rule against it; the message has its own words.
        Unreachable: The push did not get through.
    """
    ref = f"refs/heads/{branch}"
    _give_parents(folder, commit)
    push = ["push", "--quiet", "--porcelain", f"--force-with-lease={ref}:{lease}", "--"]
    try:
        _git(remote, folder, *push, remote.url, f"{commit}:{ref}")
    except git.GitError as error:
        # A reply that was lost looks like a failure, and git's second try like another's push:
        # where the branch is now tells what happened, in no words of git's.
        now = tips(remote, branch).branches.get(branch, "")
        if now == commit:
            return True
        status = rejected(error.out)
        if now != lease or (status and status.by is Rejected.HERE):
            return False
        raise refused(remote.url, folder, commit, status, error.words) from None
    return True


def _give_parents(folder: Path, commit: str) -> None:
    """Let a commit have its parents again that was fetched without them, if they are here by now.

    The same merge is the same commit: one that was looked at on a branch is made again when that
    branch is gone, and no server takes one without parents.
    """
    file = folder / "shallow"
    cut_off = file.read_text("ascii").split() if file.is_file() else []
    if commit not in cut_off:
        return
    for parent in _parents(folder, commit):
        if git.run(folder, "cat-file", "-e", parent, codes=(0, 1, 128))[0]:
            return
    partial = file.with_suffix(".partial")
    partial.write_text("".join(f"{one}\n" for one in cut_off if one != commit), "ascii")
    partial.replace(file)


def _parents(folder: Path, commit: str) -> tuple[str, ...]:
    # `log` shows none that is not there.
    raw = git.run(folder, "cat-file", "commit", commit)[1].partition(b"\n\n")[0]
    return tuple(line[7:].decode() for line in raw.split(b"\n") if line.startswith(b"parent "))


@dataclass(frozen=True)
class Commit:
    """Who made a commit, by their address, who signed it off last, and on top of which ones.

    `is_amended` tells that it was committed at another time than it was written.
    """

    oid: str
    committer: str
    parents: tuple[str, ...]
    signed_off: str = ""
    is_amended: bool = False


def commit(remote: Remote, folder: Path, oid: str) -> Commit:
    """Fetch a commit, without those before it.

    Raises:
        Unreachable: The repository does not have it, or does not answer.
    """
    fetch(remote, folder, oid)
    shown = "%ce%n%at%n%ct%n%(trailers:key=Signed-off-by,valueonly)"
    said = git.text(folder, "log", "-1", f"--format={shown}", oid)
    committer, written, committed, *signed = said.split("\n")
    signed_off = next((one for one in reversed(signed) if one), "")
    parents = _parents(folder, oid)
    return Commit(oid, committer, parents, signed_off, written != committed)


def fetch(remote: Remote, folder: Path, commit: str, *, whole: bool = False) -> None:
    """Fetch a commit that some branch has; `whole` where it lies on what is here, to be pushed.

    Raises:
        Unreachable: The repository does not have it, or does not answer.
    """
    how = [word for word in _FETCH if not (whole and word in {"--depth", "1"})]
    _reach(remote, folder, *how, "--", remote.url, f"+{commit}:refs/modelyard/seen")


def delete(remote: Remote, branches: Mapping[str, str]) -> None:
    """Delete branches, each of which must be at the commit that is named for it still.

    Raises:
        Unreachable: One is not, and it alone is left; or the repository does not answer, or does
            not let us.
    """
    if not branches:
        return
    refs = {f"refs/heads/{branch}": oid for branch, oid in branches.items()}
    leases = (f"--force-with-lease={ref}:{oid}" for ref, oid in refs.items())
    with tempfile.TemporaryDirectory(prefix="modelyard-") as made:
        # Nothing is sent, so there is nothing to clone.
        folder = Path(made, "empty.git")
        own.make(folder, own.configuration(algorithm_of(next(iter(refs.values())))))
        names = (f":{ref}" for ref in refs)
        push = ("push", "--quiet", "--porcelain", *leases, "--", remote.url)
        try:
            _git(remote, folder, *push, *names)
        except git.GitError as error:
            raise refused(remote.url, folder, "", rejected(error.out), error.words) from None


def _reach(remote: Remote, folder: Path | None, *arguments: str) -> tuple[int, bytes]:
    try:
        return _git(remote, folder, *arguments)
    except git.GitError as error:
        if _TOO_LARGE in error.words:
            raise Unreachable(
                f"{remote.url}: git had to write a larger file than [limits] file_gb in fleet.toml"
            ) from None
        reason = " ".join(error.words.split())[:300]
        raise Unreachable(f"git cannot reach {remote.url}: {reason}", "try again later") from None


def _git(remote: Remote, folder: Path | None, *arguments: str) -> tuple[int, bytes]:
    reach, files = remote.reach, remote.files
    return git.run(folder, *arguments, env=remote.env, files=files, reach=reach, settings=CHECKED)
