"""Which parts of a file are comments, by the file's own syntax, and what it means without them.

Only what is proved is a comment: what looks like one inside of a string, a block of YAML, or a
here-document is not. Formats whose comments cannot be told without running them (shell, Markdown,
where a comment mostly speaks to a program) are not read at all.
"""

import configparser
import io
import re
import tokenize
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.update.structured import ignore_file, toml_file, yaml_file
from modelyard.update.structured.directives import is_directive
from modelyard.update.structured.values import freeze

Span = tuple[int, int]


class Line(NamedTuple):
    """One line of a file.

    Attributes:
        code: All that is no comment, without white space at its end. A comment that a program
            reads is code.
        comment: The comment, with the sign that opens it.
    """

    code: str
    comment: str


class UnknownComments(ValueError):
    """Nobody can tell what is a comment in a file."""


@dataclass(frozen=True)
class Syntax:
    """How comments are found in a kind of file.

    Attributes:
        spans: Gives the places of all comments in a text.
        meaning: Gives what the text means without them.

    Both raise what their parser raises for a text that is none of theirs.
    """

    spans: Callable[[str], Sequence[Span]]
    meaning: Callable[[str], Hashable]

    def lines(self, text: str) -> list[Line]:
        """Return the lines of a text, each cut into code and comment."""
        found, at, spans = [], 0, sorted(self.spans(text))
        number = 0
        for line in text.split("\n"):
            stop = at + len(line)
            while number < len(spans) and spans[number][1] <= at:
                number += 1
            opened = spans[number][0] if number < len(spans) else len(text) + 1
            cut = line
            if opened < stop and spans[number][1] >= at + len(line.rstrip()):
                cut = line[: max(opened - at, 0)]
            found.append(Line(cut.rstrip(), line[len(cut) :].strip()))
            at = stop + 1
        return _with_directives(found)


def _with_directives(lines: list[Line]) -> list[Line]:
    """Make code of the comments that a program reads, with the comment lines around them."""
    found = list(lines)
    start = 0
    while start < len(lines):
        end = start + 1
        if not lines[start].code and lines[start].comment:
            while end < len(lines) and not lines[end].code and lines[end].comment:
                end += 1
        if any(line.comment and is_directive(line.comment, line.code) for line in lines[start:end]):
            for at in range(start, end):
                found[at] = Line(f"{lines[at].code} {lines[at].comment}", "")
        start = end
    return found


def find(path: str) -> Syntax | None:
    """Return the syntax of the file at `path`, or None for one that is not known."""
    file = PurePosixPath(path)
    for patterns, syntax in _SYNTAXES:
        if any(fnmatch(file.name, pattern) for pattern in patterns):
            return syntax
    return None


def _toml_meaning(text: str) -> Hashable:
    return freeze(toml_file.value(text))


def _yaml_meaning(text: str) -> Hashable:
    marks = {"start_mark", "end_mark"}
    return tuple(
        (type(token).__name__, *(freeze(v) for k, v in vars(token).items() if k not in marks))
        for token in yaml_file.tokens(text)
    )


def _python_tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(text).readline)


def _python_spans(text: str) -> list[Span]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [
        (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
        for token in _python_tokens(text)
        if token.type == tokenize.COMMENT
    ]


def _python_meaning(text: str) -> Hashable:
    free = (tokenize.COMMENT, tokenize.NL)
    return tuple((t.type, t.string) for t in _python_tokens(text) if t.type not in free)


_JSON = re.compile(r'(//[^\n]*|/\*.*?\*/)|("(?:\\.|[^"\\\n])*"|[{}\[\]:,]|[\w.+-]+)|\s+', re.S)


def _json_spans(text: str) -> list[Span]:
    return [found.span() for found in _json_tokens(text) if found[1]]


def _json_meaning(text: str) -> Hashable:
    return tuple(found[2] for found in _json_tokens(text) if found[2])


def _json_tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        found = _JSON.match(text, at)
        if not found:
            raise UnknownComments("not JSON")
        yield found
        at = found.end()


@dataclass(frozen=True)
class _WholeLines:
    """Files in which only whole lines are judged: a `#` behind a value may belong to it.

    Attributes:
        comment: What a line of comment matches.
        unknown: Says of a text that nobody can judge it.
        joined: Whether a line that ends in a backslash takes the next one in.
        block: What opens and what closes lines that are the text of a variable.
    """

    comment: re.Pattern[str]
    unknown: Callable[[str], bool] = lambda text: False
    joined: bool = False
    block: tuple[re.Pattern[str], re.Pattern[str]] | None = None

    def spans(self, text: str) -> list[Span]:
        if self.unknown(text):
            raise UnknownComments("a value of several lines")
        found, at, before, inside = [], 0, "", False
        for line in text.split("\n"):
            if self.block:
                inside = (
                    not self.block[1].match(line) if inside else bool(self.block[0].match(line))
                )
            continued = self.joined and (before.endswith("\\") or line.endswith("\\"))
            if not inside and not continued and self.comment.match(line):
                found.append((at, at + len(line)))
            at, before = at + len(line) + 1, line
        return found

    def meaning(self, text: str) -> Hashable:
        """Return the lines that count, with the blank ones where white space may count."""
        comments = {start for start, _ in self.spans(text)}
        kept, at, before, inside = [], 0, "", False
        for line in text.split("\n"):
            if self.block:
                inside = (
                    not self.block[1].match(line) if inside else bool(self.block[0].match(line))
                )
            counts = inside or line.startswith("\t") or (self.joined and before.endswith("\\"))
            if at not in comments and (line.strip() or counts):
                kept.append(line)
            at, before = at + len(line) + 1, line
        return tuple(kept)


def _ini_meaning(text: str) -> Hashable:
    parser = configparser.RawConfigParser(allow_no_value=True, strict=True)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # as documented there
    parser.read_string(f"[<no section>]\n{text}")
    pairs: dict[str, Any] = {name: list(parser.items(name)) for name in parser.sections()}
    return freeze(pairs), _INI.meaning(text)


_INI = _WholeLines(re.compile(r"[#;]"))
_PLAIN = _WholeLines(re.compile("#"))
_REQUIREMENTS = _WholeLines(re.compile(r"\s*#"), joined=True)
_MAKEFILE = _WholeLines(
    re.compile(r"\s*#(?!#)"),
    joined=True,
    block=(re.compile(r"\s*(?:override\s+|export\s+)*define\b"), re.compile(r"\s*endef\b")),
)
_DOCKERFILE = _WholeLines(
    re.compile(r"\s*#"),
    lambda text: "<<" in text or re.search(r"^\s*#\s*escape\s*=", text, re.M | re.I) is not None,
)
_ENV = _WholeLines(
    re.compile("#"),
    # An odd number of quotes, as the first line of a value of several lines has it.
    lambda text: any(
        line.count(quote) % 2
        for line in text.split("\n")
        if not line.startswith("#")
        for quote in "\"'`"
    ),
)

_SYNTAXES: Sequence[tuple[Sequence[str], Syntax]] = (
    (("*.toml",), Syntax(toml_file.comment_spans, _toml_meaning)),
    (("*.yaml", "*.yml", ".yamllint"), Syntax(yaml_file.comment_spans, _yaml_meaning)),
    (("*.py", "*.pyi"), Syntax(_python_spans, _python_meaning)),
    (("*.json", "*.jsonc", "*.code-workspace"), Syntax(_json_spans, _json_meaning)),
    (("Makefile", "makefile", "GNUmakefile", "*.mk"), Syntax(_MAKEFILE.spans, _MAKEFILE.meaning)),
    (
        ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile"),
        Syntax(_DOCKERFILE.spans, _DOCKERFILE.meaning),
    ),
    (
        ("*.ini", "*.cfg", ".editorconfig", ".flake8", ".coveragerc", ".pylintrc"),
        Syntax(_INI.spans, _ini_meaning),
    ),
    (
        (*sorted(ignore_file.NAMES), ".gitattributes", "CODEOWNERS"),
        Syntax(_PLAIN.spans, _PLAIN.meaning),
    ),
    (
        ("requirements*.txt", "requirements*.in", "constraints*.txt"),
        Syntax(_REQUIREMENTS.spans, _REQUIREMENTS.meaning),
    ),
    ((".env", ".env.*", "*.env"), Syntax(_ENV.spans, _ENV.meaning)),
)
