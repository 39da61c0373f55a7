"""Repositories that this tool makes for itself, by hand: no process, and no hooks to begin with.

Their configuration is known to the last byte, so it can be told whether somebody has changed it.
"""

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from modelyard.gitrepo.trees import SHA256

_CORE = """\
[core]
	repositoryformatversion = {format}
	bare = {bare}
{more}"""
_SHA256 = "[extensions]\n\tobjectformat = sha256\n"


def configuration(algorithm: str, more: str = "", *, bare: bool = True) -> str:
    """Return the configuration of a repository of ours.

    Args:
        algorithm: The object format.
        more: Further lines; the first ones are of the section `core`.
        bare: There is no work tree.
    """
    sha256 = algorithm == SHA256
    core = _CORE.format(format=int(sha256), bare=str(bare).lower(), more=more)
    return core + (_SHA256 if sha256 else "")


def make(git_dir: Path, config: str, alternates: Iterable[Path] = ()) -> None:
    """Make an empty repository that sees the objects of others.

    Args:
        git_dir: Where; the folder may be there.
        config: Its configuration.
        alternates: Folders of objects.
    """
    (git_dir / "objects" / "info").mkdir(parents=True)
    (git_dir / "refs" / "heads").mkdir(parents=True)
    (git_dir / "HEAD").write_text("ref: refs/heads/none\n")
    (git_dir / "config").write_text(config)
    # git takes a name in quotes as C does; a line end in a path would start a second one.
    paths = (os.fsencode(one).replace(b"\\", b"\\\\").replace(b'"', b'\\"') for one in alternates)
    lines = b"".join(b'"' + path.replace(b"\n", b"\\n") + b'"\n' for path in paths)
    if lines:
        (git_dir / "objects" / "info" / "alternates").write_bytes(lines)


def copy_tags(there: Path, git_dir: Path) -> None:
    """Give a repository the tags of another whose objects it sees, as far as they are files."""
    packed = there / "packed-refs"
    lines = packed.read_bytes().splitlines(keepends=True) if packed.is_file() else []
    kept, follows = [], False
    for line in lines:
        follows = b" refs/tags/" in line if not line.startswith((b"#", b"^")) else follows
        if follows or line.startswith(b"#"):
            kept.append(line)
    (git_dir / "packed-refs").write_bytes(b"".join(kept))
    for top, _, names in os.walk(there / "refs" / "tags"):
        for file in (Path(top, name) for name in names):
            # A link or a pipe is none of git's, and leads anywhere.
            if stat.S_ISREG(file.lstat().st_mode):
                place = git_dir / file.relative_to(there)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)


def point(git_dir: Path, ref: str) -> None:
    """Let HEAD name a branch, whatever it is now."""
    partial = git_dir / "HEAD.partial"
    partial.unlink(missing_ok=True)
    partial.write_text(f"ref: {ref}\n")
    partial.replace(git_dir / "HEAD")


def restore(git_dir: Path, config: str) -> bool:
    """Put the configuration of a kept repository back where something has changed it.

    Returns:
        Whether all of it can be used; False where it takes objects from elsewhere.
    """
    place = git_dir / "config"
    if not place.is_file() or place.is_symlink() or place.read_text("utf-8", "replace") != config:
        partial = git_dir / "config.partial"
        partial.unlink(missing_ok=True)
        partial.write_text(config)
        partial.replace(place)
    (git_dir / "config.worktree").unlink(missing_ok=True)
    elsewhere = ("objects/info/alternates", "commondir")
    return not any(os.path.lexists(git_dir / name) for name in elsewhere)
