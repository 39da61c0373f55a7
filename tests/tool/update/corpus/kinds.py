"""What an edit kind is: a change that a person makes to a repo, and what must become of it."""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.repos import git
from tests.tool.update.oracle import PLAIN, Disk, End, NoText, Ordered, Outside, Same, Text, Witness

ANY = ("12", "23", "13")
"""The steps: from the first version to the second, and so on."""


@dataclass
class Work:
    """A repo in which somebody works, and what they know must be found again.

    Attributes:
        root: The folder of the project.
        step: Which versions the update will go between, such as "12".
        mine: What must be seen after the update.
        moves: Where the user moved a path to; folders end in a slash.
        gone: What the user took away.
        decided: Where the user decided against what the template has there.
    """

    root: Path
    step: str
    mine: list[Witness] = field(default_factory=list)
    moves: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)

    @property
    def first(self) -> bool:
        """Whether the repo is at the first version."""
        return self.step[0] == "1"

    def there(self, *paths: str) -> str:
        """Return the first of the paths that the repo has: versions call them differently."""
        return next(path for path in paths if os.path.lexists(self.root / path))

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return (self.root / path).read_bytes()

    def write(self, path: str, data: str | bytes) -> None:
        """Write a file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)

    def edit(self, path: str, pattern: str, new: str) -> None:
        """Replace the one match of a pattern (in the mode of `re.M`)."""
        text, count = re.subn(pattern, lambda m: m.expand(new), self.text(path), flags=re.M)
        assert count == 1, f"{path}: {pattern!r} is there {count} times"
        self.write(path, text)

    def text(self, path: str) -> str:
        """Return the text of a file, line ends as they are."""
        return self.read(path).decode("utf-8")

    def append(self, path: str, more: str) -> None:
        """Add to the end of a file."""
        self.write(path, self.read(path) + more.encode())

    def move(self, old: str, new: str) -> None:
        """Rename a file; or a folder, where both end in a slash."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        self.moves[old] = new

    def delete(self, path: str) -> None:
        """Take a file away; it must not be back unless somebody is told."""
        (self.root / path).unlink()
        self.gone.append(path)

    def git(self, *words: str) -> str:
        """Run git in the repo."""
        return git(self.root, *words)

    def text_stays(self, text: str, *paths: str, count: int = 1) -> None:
        """Expect a text in one of the files, in a work tree or a conflict."""
        self.mine.append(Text(paths, text=text, count=count))

    def end_stays(self, text: str, path: str) -> None:
        """Expect a file to end in a text."""
        self.mine.append(End((path,), text=text))

    def merges_beside(self, text: str, path: str, steps: tuple[str, ...] = ANY) -> None:
        """Expect a text in a file, outside of markers, in some of the steps."""
        if self.step in steps:
            self.mine.append(Outside((path,), text=text))

    def text_stays_or_is_named(self, text: str, path: str) -> None:
        """Expect a text in a file, or the file in the report."""
        self.mine.append(Text((path,), may_be_named=True, text=text))

    def order_stays(self, texts: Iterable[str], *paths: str) -> None:
        """Expect texts in one of the files, in their order."""
        self.mine.append(Ordered(paths, texts=tuple(texts)))

    def bytes_stay(self, data: bytes, *paths: str, kind: str = PLAIN) -> None:
        """Expect exactly these bytes at one of the paths."""
        self.mine.append(Same(paths, data=data, kind=kind))

    def disk_stays(self, path: str) -> None:
        """Expect what is on disk to be there as it is now, whatever git thinks of it."""
        self.mine.append(Disk((path,), data=self.read(path)))

    def text_is_gone(self, text: str, *paths: str) -> None:
        """Expect a text not to be back, unless the file is named."""
        self.mine.append(NoText(paths, may_be_named=True, text=text))


Change = Callable[[Work], None]


@dataclass(frozen=True)
class EditKind:
    """A kind of edit.

    Attributes:
        name: Its name.
        sentence: What the person does.
        change: Does it.
        conflict: The steps in which two people disagree.
        data: Answers that the update changes.
        folder: Where in its repo the project lies.
    """

    name: str
    sentence: str
    change: Change
    conflict: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    folder: str = ""

    def expected(self, step: str) -> str:
        """Return how an update in this step has to end."""
        return "conflict" if step in self.conflict else "clean"


KINDS: dict[str, EditKind] = {}


def kind(
    sentence: str,
    conflict: tuple[str, ...] = (),
    data: Mapping[str, object] | None = None,
    folder: str = "",
) -> Callable[[Change], Change]:
    """Make a function an edit kind by its own name; the rest is what EditKind says."""

    def register(change: Change) -> Change:
        name = change.__name__
        assert name not in KINDS, name
        KINDS[name] = EditKind(name, sentence, change, conflict, data or {}, folder)
        return change

    return register
