"""Who owns files, by a CODEOWNERS as GitHub or GitLab reads it: the last rule that fits counts."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from modelyard.forges.forge import ForgeKind
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, Read, Tree

# Where each looks, in its order; the first that is there counts.
_FILES = {
    ForgeKind.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    ForgeKind.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
}
# GitHub reads none of 3 MB and more.
_LONGEST = 3 << 20
# A space in a path has a backslash before it.
_WORD = re.compile(r"(?:\\.|[^\s\\])+")
_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)$")


@dataclass(frozen=True)
class _Pattern:
    """The parts of a path, `**` for any number of folders; and whether a folder means its files."""

    parts: tuple[str, ...]
    of_folder_too: bool = False

    def fits(self, path: str) -> bool:
        """Tell whether it is about a file."""
        parts = path.split("/")
        wanted = [self.parts] + ([(*self.parts, "**", "*")] if self.of_folder_too else [])
        return any(_fit(one, parts, "**", _fits_part) for one in wanted)


@dataclass
class _Rules:
    """The rules of a section, each a pattern with its owners; a file has one section at least."""

    owners: tuple[str, ...] = ()
    rules: list[tuple[_Pattern, tuple[str, ...]]] = field(default_factory=list)
    excluded: list[_Pattern] = field(default_factory=list)

    def of(self, path: str) -> tuple[str, ...]:
        """Return the owners of a file."""
        if any(one.fits(path) for one in self.excluded):
            return ()
        fitting = (owners for pattern, owners in reversed(self.rules) if pattern.fits(path))
        return next(fitting, ())


def text(tree: Tree, read: Read, kind: ForgeKind) -> str:
    """Return the CODEOWNERS that counts on a forge; "" where there is none.

    Args:
        tree: The files of the branch that a request goes into, from its top.
        read: Gives their contents.
        kind: The forge; a folder is read as GitHub would.
    """
    for path in _FILES.get(kind, _FILES[ForgeKind.GITHUB]):
        file = tree.get(path)
        if file and file.mode in {PLAIN, EXECUTABLE}:
            content = read(file.oid)
            return content.decode("utf-8", "replace") if len(content) < _LONGEST else ""
    return ""


def owners(codeowners: str, paths: Iterable[str], kind: ForgeKind) -> tuple[str, ...]:
    """Return who owns files, each once: `@ann`, `@team/platform`, `ann@example.com`.

    Args:
        codeowners: The text of the file.
        paths: The files, from the top of the repo.
        kind: By whose rules.
    """
    of = _gitlab(codeowners) if kind is ForgeKind.GITLAB else _github(codeowners)
    return tuple(dict.fromkeys(owner for path in paths for owner in of(path)))


def _github(codeowners: str) -> Callable[[str], tuple[str, ...]]:
    found = _Rules()
    for line in codeowners.splitlines():
        pattern, *names = _words(line.partition("#")[0]) or [""]
        # It takes neither of these, and leaves out a line with one.
        if pattern and not pattern.startswith("!") and "[" not in pattern:
            found.rules.append((_github_pattern(pattern), tuple(names)))
    return found.of


def _gitlab(codeowners: str) -> Callable[[str], tuple[str, ...]]:
    sections = {"": _Rules()}
    now = sections[""]
    for line in map(str.strip, codeowners.splitlines()):
        if not line or line.startswith("#"):
            continue
        if section := _SECTION.match(line):
            # The same name again, in whatever case, goes on with it.
            now = sections.setdefault(section["name"].strip().lower(), _Rules())
            now.owners = tuple(_words(section["owners"].partition("#")[0])) or now.owners
            continue
        pattern, *names = _words(line)
        names = names[: next((n for n, one in enumerate(names) if one.startswith("#")), None)]
        if pattern.startswith("!"):
            now.excluded.append(_gitlab_pattern(pattern[1:]))
        else:
            now.rules.append((_gitlab_pattern(pattern), tuple(names) or now.owners))
    return lambda path: tuple(owner for one in sections.values() for owner in one.of(path))


def _words(line: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", word) for word in _WORD.findall(line)]


def _github_pattern(pattern: str) -> _Pattern:
    """Return what a pattern means: as in .gitignore, but `docs/*` is not for folders in docs."""
    parts = [part for part in pattern.split("/") if part]
    if "/" not in pattern.rstrip("/"):
        parts = ["**", *parts]
    if pattern.endswith("/") or parts[-1] == "**":
        return _Pattern((*parts, "**", "*"))
    return _Pattern(tuple(parts), of_folder_too=parts[-1] != "*")


def _gitlab_pattern(pattern: str) -> _Pattern:
    """Return what a pattern means: a folder has a slash at its end, and any may be anywhere."""
    parts = pattern.removeprefix("/").split("/")
    if not pattern.startswith("/"):
        parts = ["**", *parts]
    if parts[-1] == "":
        parts[-1:] = ["**", "*"]
    elif parts[-1] == "**":
        parts[-1] = "*"
    return _Pattern(tuple(parts))


def _fit(
    signs: Sequence[str], text: Sequence[str], star: str, fits: Callable[[str, str], bool]
) -> bool:
    """Tell whether a text is like signs, of which one stands for any number of others.

    Without regular expressions, which hostile patterns make slow.
    """
    sign = at = 0
    back: tuple[int, int] | None = None
    while at < len(text):
        if sign < len(signs) and signs[sign] == star:
            back = (sign, at)
            sign += 1
        elif sign < len(signs) and fits(signs[sign], text[at]):
            sign, at = sign + 1, at + 1
        elif back:
            back = (back[0], back[1] + 1)
            sign, at = back[0] + 1, back[1]
        else:
            return False
    return all(one == star for one in signs[sign:])


def _fits_part(pattern: str, part: str) -> bool:
    return _fit(pattern, part, "*", lambda sign, one: sign in ("?", one))
