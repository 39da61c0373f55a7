"""Random edits of one file, as people make them: each leaves a file that can still be read."""

import random
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from tests.tool.update.random_files.parse import can_be_parsed

TRIES = 12
_CLOSING = re.compile(r"\s*[\])}]+,?\s*$")
_PIN = re.compile(r"(?<![\w.])(v?)(\d+)((?:\.\d+)*)(?![\w.]*\w)")
_QUOTED = re.compile(r'"[^"\n]*"')
_VALUE = re.compile(r"(?<=[:=] )[^\s#\[{|].*?(?=\s*(?:#.*)?$)")
_LIST = re.compile(r"\[([^\[\]]+)\]")
_NAME = re.compile(r"[A-Za-z][\w-]*")
_HEAD = re.compile(
    r"\s*(- (name|id|uses|repo|run|if): |- |@|\$\(|\t|def |class |from |import |return |if |for "
    r"|RUN |ENV |ARG |COPY |FROM |export |\d\. |#+ |[\"\[|(!]+)*"
)


class Editor:
    """One side's version of a file, and what may be done to it.

    Attributes:
        lines: The file, without line ends.
        has_moved: Whether something was put elsewhere.
    """

    def __init__(self, path: str, text: str, dice: random.Random, word: str) -> None:
        self.path, self.lines, self.dice = path, text.splitlines(), dice
        self.has_moved = False
        self._word, self._count = word, 0

    @property
    def text(self) -> str:
        """The file."""
        return "".join(f"{line}\n" for line in self.lines)

    def edit(self, focus: float) -> None:
        """Do one thing to the file, near a place of it; nothing where all attempts break it."""
        for _ in range(TRIES if self.lines else 0):
            before = list(self.lines)
            at = self._place(focus)
            kind = self.dice.choice(EDITS)
            kind(self, at)
            if self.path.endswith(".json"):
                self.lines = _with_commas(self.lines)
            if self.lines != before and can_be_parsed(self.path, self.text):
                self.has_moved |= kind is Editor.move
                return
            self.lines = before

    def _place(self, focus: float) -> int:
        last = len(self.lines) - 1
        if self.dice.random() < 0.3:
            return self.dice.randint(0, max(last, 0))
        return min(max(round(self.dice.gauss(focus * last, 2)), 0), max(last, 0))

    def word(self) -> str:
        """Return a word that nobody else writes."""
        self._count += 1
        return f"{self._word}{self._count}"

    def change(self, at: int) -> None:
        """Give a line another value."""
        line = self.lines[at]
        quoted = [found for found in _QUOTED.finditer(line) if line[found.end() :][:1] != ":"]
        value = _VALUE.search(line)
        words = [*re.finditer(r"[\w./-]+", line)]
        if quoted and self.dice.random() < 0.7:
            span = self.dice.choice(quoted).span()
            if '""' not in line[max(span[0] - 1, 0) : span[1] + 1]:  # else of a docstring's
                self._put(at, span, f'"{self.word()}"')
        elif value and not value[0].startswith(('"', "'")):
            self._put(at, value.span(), self.word())
        elif words:
            self._put(at, self.dice.choice(words).span(), self.word())

    def raise_pin(self, at: int) -> None:
        """Give a version in a line another number, mostly a higher one."""
        pins = [found for found in _PIN.finditer(self.lines[at]) if found[1] or found[3]]
        if pins:
            found = self.dice.choice(pins)
            numbers = [int(one) for one in f"{found[2]}{found[3]}".split(".")]
            place = self.dice.randrange(len(numbers))
            numbers[place] = max(numbers[place] + self.dice.choice([-1, 1, 1, 2, 3, 10]), 0)
            numbers[place + 1 :] = [0] * len(numbers[place + 1 :])
            self._put(at, found.span(), found[1] + ".".join(map(str, numbers)))

    def add(self, at: int) -> None:
        """Put something like what stands at a line beside it, under a name of its own."""
        stop = self._end(at)
        copy = self.lines[at:stop]
        head = _HEAD.match(copy[0])
        name = _NAME.search(copy[0], head.end() if head else 0)
        if name:
            copy[0] = copy[0][: name.start()] + self.word() + copy[0][name.end() :]
            place = at if self.dice.random() < 0.3 else stop
            self.lines[place:place] = copy

    def add_some(self, at: int) -> None:
        """Put two or three things in one place."""
        for _ in range(self.dice.randint(2, 3)):
            self.add(at)

    def delete(self, at: int) -> None:
        """Take something away."""
        del self.lines[at : self._end(at)]

    def move(self, at: int) -> None:
        """Put something elsewhere, beside something that is as deep."""
        stop = self._end(at)
        depth, block = _depth(self.lines[at]), self.lines[at:stop]
        del self.lines[at:stop]
        places = [place for place, line in enumerate(self.lines) if line and _depth(line) == depth]
        if places:
            place = self.dice.choice(places)
            self.lines[place:place] = block

    def in_list(self, at: int) -> None:
        """Add to a list on one line, or take from it."""
        found = _LIST.search(self.lines[at])
        if found:
            items = found[1].split(", ")
            place = self.dice.randrange(len(items) + 1)
            if self.dice.random() < 0.3 and place < len(items) > 1:
                del items[place]
            else:
                mark = '"' if '"' in found[1] else ""
                items.insert(place, f"{mark}{self.word()}{mark}")
            self._put(at, found.span(1), ", ".join(items))

    def comment(self, at: int) -> None:
        """Write a comment above a line, or behind its value, or take one away."""
        sign = self._sign()
        if not sign:
            return
        line = self.lines[at]
        said = f"{sign} {self.word()} is why"
        if line.lstrip().startswith(sign):
            self.lines[at : at + 1] = self.dice.choice([[], [line[: _depth(line)] + said]])
        elif (
            self._may_be_behind() and line and f"  {sign}" not in line and self.dice.random() < 0.4
        ):
            self.lines[at] = f"{line}  {said}"
        else:
            self.lines.insert(at, line[: _depth(line)] + said)

    def space(self, at: int) -> None:
        """Add a blank line, or take one away."""
        if not self.lines[at]:
            del self.lines[at]
        else:
            self.lines.insert(at, "")

    def _put(self, at: int, span: tuple[int, int], new: str) -> None:
        line = self.lines[at]
        self.lines[at] = line[: span[0]] + new + line[span[1] :]

    def _sign(self) -> str:
        if self.path.endswith(".md") or self.path == "package.json":
            return ""
        return "//" if self.path.endswith(".json") else "#"

    def _may_be_behind(self) -> bool:
        suffix = PurePosixPath(self.path).suffix
        return suffix in (".toml", ".yml", ".yaml", ".py", ".txt", ".sh")

    def _end(self, at: int) -> int:
        """Return where what begins at a line ends: with what is deeper, and what closes it."""
        line, stop = self.lines[at], at + 1
        if line.startswith("[") and PurePosixPath(self.path).suffix in (".toml", ".ini"):
            while stop < len(self.lines) and not self.lines[stop].startswith(("[", "#")):
                stop += 1
        else:
            while stop < len(self.lines) and (
                not self.lines[stop] or _depth(self.lines[stop]) > _depth(line)
            ):
                stop += 1
        while stop > at + 1 and not self.lines[stop - 1]:
            stop -= 1
        if stop < len(self.lines) and _depth(self.lines[stop]) == _depth(line):
            stop += bool(_CLOSING.match(self.lines[stop]) and line.rstrip()[-1:] in ("[", "{", "("))
        return stop


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_commas(lines: list[str]) -> list[str]:
    """Return JSON with a comma behind each item but the last ones."""
    code = [at for at, line in enumerate(lines) if line.strip() and not _is_comment(line)]
    made = list(lines)
    for at, behind in zip(code, [*code, -1][1:], strict=True):
        line = lines[at].rstrip().removesuffix(",")
        is_last = behind < 0 or lines[behind].lstrip()[0] in "]}"
        made[at] = line if is_last or line[-1:] in ("[", "{") else f"{line},"
    return made


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


EDITS: tuple[Callable[[Editor, int], None], ...] = (
    *(Editor.change, Editor.change, Editor.change, Editor.raise_pin, Editor.raise_pin),
    *(Editor.add, Editor.add, Editor.add, Editor.add_some, Editor.delete, Editor.delete),
    *(Editor.move, Editor.in_list, Editor.in_list, Editor.comment, Editor.comment, Editor.space),
)
