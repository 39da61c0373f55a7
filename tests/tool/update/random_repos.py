"""Random repos as teams have them: attributes, ignored files, links, locks, code that runs.

A side is a mapping of paths to bytes, or to a `Link`. Each word that somebody writes is their own.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

MODULE = "src/steps.py"
ARGUMENTS = ".devcontainer/devcontainer.json"
PROJECT = "pyproject.toml"
ATTRIBUTES = ".gitattributes"
IGNORED = ".gitignore"

_ATTRIBUTES = (
    "*.md -merge",
    "*.md merge=union",
    "*.json binary",
    "*.py text eol=crlf",
    "* text=auto",
    "docs/* -text",
    "*.md merge=somebodys",
    "*.toml conflict-marker-size=12",
    "*.json merge=ours",
)
_NEIGHBOURS = (
    "conf/secret.env",
    "data/big.bin",
    "docs/page.md~yours",
    "notes",
    "docs/private/a.txt",
    "moved/private/a.txt",
    "requirements.lock",
    "src/local.py",
    "lib~yours",
)


@dataclass(frozen=True)
class Link:
    """A symlink."""

    target: str


Files = dict[str, bytes | Link]


@dataclass
class Side:
    """The files of one side, and what it wrote in an order that counts.

    Attributes:
        added: Its own words, each in one place.
        arguments: The arguments of a program, in order.
        steps: What the statements of a module register, in order.
        packages: Dependencies; their order is free.
    """

    files: Files = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    arguments: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    fields: list[tuple[str, bool]] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    starred: bool = False
    indent: int = 2

    def copy(self) -> "Side":
        """Return the same, with nothing added yet."""
        lists = (self.arguments, self.steps, self.fields, self.packages)
        arguments, steps, fields, packages = (list(one) for one in lists)
        return Side(
            dict(self.files),
            set(),
            arguments,  # type: ignore[arg-type]  # each list keeps its own kind
            steps,  # type: ignore[arg-type]  # the same
            fields,  # type: ignore[arg-type]  # the same
            packages,  # type: ignore[arg-type]  # the same
            self.starred,
            self.indent,
        )

    def built(self) -> Files:
        """Return the files, with those that are made of lists."""
        made = dict(self.files)
        if MODULE not in made:
            made[MODULE] = self._module().encode()
        if ARGUMENTS not in made:
            listed = {"image": "base", "runArgs": self.arguments}
            made[ARGUMENTS] = (json.dumps(listed, indent=self.indent) + "\n").encode()
        if PROJECT not in made:
            made[PROJECT] = self._project().encode()
        return made

    def _module(self) -> str:
        fields = "".join(f"    {n}: int{' = 0' if has else ''}\n" for n, has in self.fields)
        star = "from os.path import *\n" if self.starred else ""
        steps = "".join(f"STEPS.append({step!r})\n" for step in self.steps)
        return (
            f'"""Steps."""\n\nfrom dataclasses import dataclass\n{star}\nSTEPS = []\n\n\n'
            f"@dataclass\nclass Settings:\n{fields or '    pass'}\n\n\n{steps}"
        )

    def _project(self) -> str:
        listed = "".join(f'    "{package}",\n' for package in self.packages)
        return (
            f'[project]\nname = "repo"\nversion = "1.0"\ndependencies = [\n{listed}]\n'
            "\n[tool.ruff]\nline-length = 88\n"
        )


Change = Callable[[Side, random.Random, Iterator[str]], None]


def _put(values: list[str], dice: random.Random, word: str, side: Side) -> None:
    values.insert(dice.randrange(len(values) + 1), word)
    side.added.add(word)


def _argument(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    at = dice.randrange(len(side.arguments) + 1) // 2 * 2
    word = next(words)
    side.arguments[at:at] = ["-v", word]
    side.added.add(word)


def _step(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    _put(side.steps, dice, next(words), side)


def _field(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    word = next(words)
    after = [place for place, (_, has) in enumerate(side.fields) if has]
    if dice.random() < 0.5:
        side.fields.insert(after[0] if after else len(side.fields), (word, False))
    else:
        side.fields.append((word, True))
    side.added.add(word)


def _package(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    _put(side.packages, dice, next(words), side)


def _star(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    side.starred = not side.starred


def _page(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    pages = sorted(p for p, c in side.files.items() if p.endswith(".md") and isinstance(c, bytes))
    if pages:
        path, word = dice.choice(pages), next(words)
        content = side.files[path]
        assert isinstance(content, bytes)
        end = b"\r\n" if b"\r\n" in content else b"\n"
        lines = content.splitlines(keepends=True)
        lines.insert(dice.randrange(len(lines) + 1), word.encode() + end)
        side.files[path] = b"".join(lines)
        side.added.add(word)


def _turned(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    for path, content in side.files.items():
        if path.endswith(".md") and isinstance(content, bytes):
            turned = content.replace(b"\r\n", b"\n")
            side.files[path] = turned.replace(b"\n", b"\r\n") if turned == content else turned


def _renamed(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    pages = sorted(path for path in side.files if path.endswith(".md"))
    if pages:
        path = dice.choice(pages)
        side.files[f"{dice.choice(['docs/', 'other/', ''])}{next(words)}.md"] = side.files.pop(path)


def _folder_renamed(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    for path in [path for path in side.files if path.startswith("docs/")]:
        side.files["moved/" + path.removeprefix("docs/")] = side.files.pop(path)


def _folder_to_file(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    folder = dice.choice(["conf", "docs", "data"])
    for path in [path for path in side.files if path.startswith(folder + "/")]:
        del side.files[path]
    if not any(path.startswith(folder + "/") for path in side.files):
        side.files[folder] = next(words).encode() + b"\n"


def _to_link(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    pages = sorted(path for path in side.files if path.endswith(".md"))
    if pages:
        side.files[dice.choice(pages)] = Link(f"../{next(words)}")


def _new(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    path = dice.choice([*_NEIGHBOURS, "data/README.md", "notes/a.txt", "conf/app.env", "lib"])
    inside = any(
        other.startswith(path + "/") or path.startswith(other + "/") for other in side.files
    )
    if path not in side.files and not inside:
        word = next(words)
        side.files[path] = f"{word}\n".encode()
        side.added.add(word)


def _deleted(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    side.files.pop(dice.choice(sorted(side.files)), None)


def _attributes(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    side.files[ATTRIBUTES] = f"{dice.choice(_ATTRIBUTES)}\n".encode()


def _ignores(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    rules = dice.sample(["*.env", "data", "notes", "private/", "*.lock", "*~yours", "*.bin"], 3)
    side.files[IGNORED] = "".join(f"{rule}\n" for rule in rules).encode()


def _indented(side: Side, dice: random.Random, words: Iterator[str]) -> None:
    side.indent = 4


CHANGES: Mapping[str, Change] = {
    "argument": _argument,
    "attributes": _attributes,
    "deleted": _deleted,
    "field": _field,
    "folder renamed": _folder_renamed,
    "folder to file": _folder_to_file,
    "ignores": _ignores,
    "indented": _indented,
    "link": _to_link,
    "new": _new,
    "package": _package,
    "page": _page,
    "renamed": _renamed,
    "star": _star,
    "step": _step,
    "turned": _turned,
}


def words(prefix: str) -> Iterator[str]:
    """Yield words that nobody else writes."""
    return (f"{prefix}{number:03d}" for number in count())


def first(dice: random.Random) -> Side:
    """Return the first version of a template."""
    word = words("base")
    side = Side()
    for path in ("docs/page.md", "docs/deep/more.md", "README.md"):
        side.files[path] = "".join(f"{next(word)}\n" for _ in range(dice.randint(3, 9))).encode()
    side.files["conf/app.toml"] = f"key = '{next(word)}'\n".encode()
    side.files["data/.keep"] = b""
    side.arguments = ["-v", next(word), "-v", next(word)]
    side.steps = [next(word) for _ in range(3)]
    side.fields = [(next(word), False), (next(word), dice.random() < 0.5)]
    side.packages = [next(word) for _ in range(3)]
    if dice.random() < 0.5:
        _attributes(side, dice, word)
    _ignores(side, dice, word)
    return side


def left_alone(root: Path, dice: random.Random, elsewhere: Path) -> None:
    """Put files and links into a work tree that git is not told of."""
    word = words("disk")
    for path in dice.sample(_NEIGHBOURS, 4):
        place = root / path
        blocked = any(up.is_symlink() or up.is_file() for up in place.parents)
        if blocked or place.exists() or place.is_symlink():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if dice.random() < 0.3:
            place.symlink_to(elsewhere)
        else:
            place.write_text(f"{next(word)}\n")


def write(root: Path, files: Files) -> None:
    """Write files and links into a folder."""
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            place.symlink_to(content.target)
        else:
            place.write_bytes(content)
