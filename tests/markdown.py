"""What tests read out of a page: its links, anchors, code, and the sessions at a terminal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: `console`, `diff`, `sh` …, and what stands in it."""

    language: str
    text: str


@dataclass(frozen=True)
class Typed:
    """A command of a `console` block, and the lines that are printed below it."""

    command: str
    printed: list[str]


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return [Block(*found.groups()) for found in _FENCE.finditer(page.read_text("utf-8"))]


def typed(block: Block) -> Iterator[Typed]:
    """Yield the commands of a `console` block."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, *printed = part.splitlines()
        yield Typed(command, [line for line in printed if line.strip()])


def code(page: Path) -> list[str]:
    """Return each span of code and each line of a code block, indented ones included."""
    text = page.read_text("utf-8")
    fenced = [line for block in blocks(page) for line in block.text.splitlines()]
    prose = _FENCE.sub("", text)
    indented = [line.strip() for line in prose.splitlines() if line.startswith("    ")]
    spans = [re.sub(r"\s+", " ", span) for span in re.findall(r"`([^`]+)`", prose)]
    return [*fenced, *indented, *spans]


def links(page: Path) -> list[str]:
    """Return the targets of the links that lead to files."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
