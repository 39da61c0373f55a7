"""Programs that a repository's own configuration names for its files, which are not run.

The filters of a person or a machine (git-lfs, say) run as ever; a repository may have come with
its configuration, in an archive or on a shared disk. Such a filter reads that configuration too,
so what would have git-lfs start a program, or a git or ssh that it calls, is put aside as well.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from modelyard.gitrepo import git
from modelyard.gitrepo.environment import Settings

# One of these is in every file that names a filter or a hook, or a file that may.
_WORDS = (b"filter", b"include", b"hook", b"lfs", b"sshcommand", b"askpass", b"helper")
# What git-lfs starts: its extensions, agents that transfer, and what reaches a server.
_STARTED = re.compile(
    r"lfs\.extension\..+\.(?:clean|smudge)|lfs\.customtransfer\..+\.path"
    r"|core\.(?:sshcommand|askpass)|credential\.(?:.+\.)?helper",
    re.DOTALL,
)
_KEYS = {"clean": "", "smudge": "", "process": "", "required": "false"}


def overridden(folder: Path, files: Iterable[Path]) -> Settings:
    """Return settings that put nothing, or what the person has, in place of a repository's own.

    Args:
        folder: Where git runs.
        files: The configuration files of the repository; git is asked only where one of them has
            a word of it.
    """
    if not any(word in _content(file).lower() for file in files for word in _WORDS):
        return ()
    _, out = git.run(folder, "config", "--list", "--show-scope", "-z")
    words = out.decode("utf-8", "surrogateescape").split("\0")
    found = [
        (scope in {"local", "worktree"}, *name.partition("\n")[::2])
        for scope, name in zip(words[::2], words[1::2], strict=False)
    ]
    persons = {name: value for own, name, value in found if not own}
    named = dict.fromkeys(_driver(name) for own, name, _ in found if own)
    settings: list[tuple[str, str]] = []
    for name in dict.fromkeys(name for own, name, _ in found if own and _STARTED.fullmatch(name)):
        # A helper is one more, until an empty one ends the list.
        settings.append((name, "ssh" if name == "core.sshcommand" else ""))
        settings += [(name, persons[name])] if name in persons else []
    for kind, driver in filter(None, named):
        if kind == "hook":
            settings.append((f"hook.{driver}.enabled", "false"))
            continue
        names = ((f"filter.{driver}.{key}", nothing) for key, nothing in _KEYS.items())
        settings += [(name, persons.get(name, nothing)) for name, nothing in names]
    return tuple(settings)


def emptied(settings: Settings) -> frozenset[str]:
    """Return the names of the filters in whose place there is nothing."""
    some = {_driver(name) for name, value in settings if value and not name.endswith("required")}
    return frozenset(
        driver[1]
        for driver in {_driver(name) for name, _ in settings} - some
        if driver and driver[0] == "filter"
    )


def _driver(name: str) -> tuple[str, str] | None:
    kind, _, rest = name.partition(".")
    driver, dot, _ = rest.rpartition(".")
    return (kind, driver) if dot and kind in {"filter", "hook"} else None


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
