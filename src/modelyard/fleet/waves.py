"""Which repo is in which wave: the same answer on every machine and on every day."""

import hashlib
import math
from collections.abc import Mapping, Sequence

from modelyard.errors import Usage
from modelyard.fleet.config import Wave


def assign(names: Sequence[str], waves: Sequence[Wave]) -> Mapping[str, str]:
    """Return the wave of each repo.

    Named repos go first. The others are put in the order of a hash of their names, so that adding
    a repo moves few others; a share counts all repos, those of earlier waves included.

    A name without its group names each repo that is called so, as it does where one is left out:
    else who may make a repo in some subgroup could take another one's place in its wave.
    """
    found: dict[str, str] = {}
    for wave in waves:
        for asked in wave.repos:
            for name in names:
                if asked in (name, name.rpartition("/")[2]):
                    found.setdefault(name, wave.name)
    line = sorted(
        set(names) - found.keys(), key=lambda name: hashlib.sha256(name.encode()).digest()
    )
    for wave in waves:
        if wave.share is not None:
            room = math.ceil(wave.share * len(names)) - len(found)
            for name in line[: max(room, 0)]:
                found[name] = wave.name
            line = line[max(room, 0) :]
    return found


def shard(names: Sequence[str], index: int, count: int) -> Sequence[str]:
    """Return one of `count` parts of the repos, counted from 1: every repo is in exactly one."""
    return [
        name
        for name in names
        if int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % count == index - 1
    ]


def parse_shard(text: str) -> tuple[int, int]:
    """Read `I/N`.

    Raises:
        Usage: It is not one.
    """
    index, _, count = text.partition("/")
    if text.isascii() and index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count):
        return int(index), int(count)
    raise Usage(f"--shard {text!r} is not I/N with I from 1 to N", "--shard 1/4")
