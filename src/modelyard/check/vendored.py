"""Finds wheels that a pyproject.toml names by path and that a clone would not have, or not right.

Such a repo does not install elsewhere, and git tells nobody: a machine's own rules may have left
the wheel out of `git add --all` in silence.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, blob_id
from modelyard.lockfiles import path_sources
from modelyard.redaction import without_login
from modelyard.render.request import Rendered
from modelyard.template.source import Version


class WheelFault(StrEnum):
    """What is wrong with a wheel."""

    MISSING = "missing"
    UNTRACKED = "untracked"
    EDITED = "edited"
    CONVERTED = "converted"


SAYS: Mapping[WheelFault, str] = {
    WheelFault.MISSING: (
        "pyproject.toml names it, and it is not in the commit: an installation of it fails"
    ),
    WheelFault.UNTRACKED: "it is in the work tree but not in the commit, so no clone has it",
    WheelFault.EDITED: "its bytes are not those of the release",
    WheelFault.CONVERTED: "git converts its bytes in the work tree, so its hash does not match",
}
"""What each kind means, for people."""

_LOOK_BACK = 50


@dataclass(frozen=True)
class Vendored:
    """A wheel that is not as the repo needs it.

    Attributes:
        path: The wheel.
        kind: What is wrong.
        hint: The command that repairs it; "" where none is known.
    """

    path: str
    kind: WheelFault
    hint: str


def find(repo: Repo, scratch: Scratch, base: Rendered, version: Version) -> tuple[Vendored, ...]:
    """Return the wheels of a repo, as committed, that are missing or not right.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        base: The render of the recorded version.
        version: The recorded version.
    """
    projects = [path for path in repo.tree if PurePosixPath(path).name == "pyproject.toml"]
    named = {
        path
        for project in projects
        for path in path_sources.in_tree(repo.tree, project, scratch.read)
        # A template or a test may hold a project of its own, whose wheel is made elsewhere.
        if path in base.files or project == "pyproject.toml"
    }
    found = (_judged(repo, scratch, base, version, path) for path in sorted(named))
    return tuple(one for one in found if one)


def _judged(
    repo: Repo, scratch: Scratch, base: Rendered, version: Version, path: str
) -> Vendored | None:
    released = base.files.get(path)
    oid = blob_id(released[1], repo.algorithm) if released else ""
    file = repo.tree.get(path)
    here = None if repo.bare else _bytes(repo, path)
    quoted = shlex.quote(path)
    if file is None and here is not None and (not released or here == released[1]):
        return Vendored(path, WheelFault.UNTRACKED, f"git add --force {quoted} && git commit")
    if file is None or (oid and file.oid != oid):
        commit = _commit_with(repo, path, oid)
        hint = f"git checkout {commit} -- {quoted}" if commit else ""
        if released and not commit:
            hint = _fresh(version, quoted)
        return Vendored(path, WheelFault.EDITED if file else WheelFault.MISSING, hint)
    if here is not None and _is_converted(repo, scratch, path, file, here):
        rule = shlex.quote(f"{PurePosixPath(path).parent}/*{PurePosixPath(path).suffix}")
        hint = f"echo {rule} binary -filter >> .gitattributes && rm {quoted} && git checkout -- "
        return Vendored(path, WheelFault.CONVERTED, hint + quoted)
    return None


def _bytes(repo: Repo, path: str) -> bytes | None:
    place = repo.project / path
    return place.read_bytes() if place.is_file() and not place.is_symlink() else None


def _is_converted(repo: Repo, scratch: Scratch, path: str, file: File, here: bytes) -> bool:
    """Tell whether git takes other bytes in the work tree for what is committed."""
    if not path_sources.is_file(file) or here == scratch.read(file.oid):
        return False
    status = ("status", "--porcelain", "--ignore-submodules=dirty", "--", f":(literal){path}")
    return not git.text(repo.project, *status, settings=repo.settings)


def _commit_with(repo: Repo, path: str, oid: str) -> str:
    """Return the newest commit in which a wheel is right; "" where history has none.

    Args:
        repo: The repo.
        path: The wheel.
        oid: The blob that it must be; "" where any will do.
    """
    place = repo.prefix + path
    log = ["log", "-n", str(_LOOK_BACK), "--format=%h", repo.head, "--", f":(top,literal){place}"]
    for commit in git.text(repo.folder, *log, codes=(0, 128)).split():
        words = ("rev-parse", "--verify", "--quiet", f"{commit}:{place}")
        code, out = git.run(repo.folder, *words, codes=(0, 1, 128))
        if not code and (not oid or out.decode().strip() == oid):
            return commit
    return ""


def _fresh(version: Version, quoted: str) -> str:
    """Return how a wheel that no commit has comes out of a fresh repo of the same version."""
    source, name = shlex.quote(without_login(version.source)), shlex.quote(version.name)
    return (
        f"modelyard new /tmp/fresh --template {source} --version {name} --defaults "
        f"&& cp /tmp/fresh/{quoted} {quoted} && git add --force {quoted}"
    )
