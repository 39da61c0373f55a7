"""Decisions about starter text keep line ends, and are tried after all others."""

from modelyard.update.resolution import starter_text
from modelyard.update.resolution.resolve import RESOLVERS, attempts
from tests.tool.update.resolution.test_starter_text import OWN, PIPX, README


def test_line_ends_stay() -> None:
    base, ours, theirs = (t.encode() for t in (README, OWN, PIPX.replace("\n", "\r\n")))
    (settled,) = attempts("README.md", base, ours, theirs, (starter_text.resolve,))
    assert settled.ours == ours
    assert settled.theirs == README.replace("\n", "\r\n").encode()


def test_it_is_tried_last() -> None:
    assert RESOLVERS[-1] is starter_text.resolve
