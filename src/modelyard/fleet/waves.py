"""Which repo is in which wave: the same answer on every machine and on every day.

A wave is what it was when it opened. Its requests say, signed, how it is called and how far it
reached in the order of the repos. So no exemption, new repo or changed share moves a repo into a
wave that is open, and no request opens another wave than the one that it was opened in.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from modelyard.errors import Usage
from modelyard.fleet.config import Wave

_END = "f" * 16


@dataclass(frozen=True)
class Opened:
    """What the requests for a version say of the waves.

    Attributes:
        waves: The wave that each repo's request was opened in, by the name of the repo.
        reach: How far each wave reached in the order of the repos; "" where no share says so.
        unknown: Repos with a request of which nobody knows the wave: its mark does not count.
    """

    waves: Mapping[str, str] = field(default_factory=dict)
    reach: Mapping[str, str] = field(default_factory=dict)
    unknown: Collection[str] = ()


@dataclass(frozen=True)
class Assignment:
    """Which repo is in which wave.

    Attributes:
        waves: The wave of each repo, by its name.
        reach: How far each wave of the settings reaches in the order of the repos.
        open: The waves of the settings that are open, in their order.
    """

    waves: Mapping[str, str]
    reach: Mapping[str, str]
    open: tuple[str, ...] = ()


def assign(
    names: Collection[str], waves: Sequence[Wave], opened: Opened | None = None
) -> Assignment:
    """Return the wave of each repo.

    Where a repo has a request, the wave that this says counts, though it is called otherwise by
    now. Named repos follow. The others are put in the order of a hash of their names, so that
    adding a repo moves few others; a share counts all repos, those of earlier waves included.

    A name without its group names each repo that is called so, as it does where one is left out:
    else who may make a repo in some subgroup could take another one's place in its wave.
    """
    opened = opened or Opened()
    found = {name: opened.waves[name] for name in names if name in opened.waves}
    for wave in waves:
        for asked in wave.repos:
            for name in names:
                if asked in (name, name.rpartition("/")[2]):
                    found.setdefault(name, wave.name)
    line = sorted(set(names) - found.keys(), key=_place)
    order, reach = [wave.name for wave in waves], {}
    for wave in waves:
        if wave.share is None:
            continue
        later = order[order.index(wave.name) + 1 :]
        before = sum(name not in later for name in found.values())
        taken = _taken(line, wave, len(names), before, opened.reach.get(wave.name, ""))
        found |= dict.fromkeys(taken, wave.name)
        line = line[len(taken) :]
        reach[wave.name] = max([opened.reach.get(wave.name, ""), *map(_place, taken)])
        if wave.share == 1:
            reach[wave.name] = _END
    is_open = tuple(name for name in order if name in opened.waves.values())
    # It is in some wave that was opened; the earliest that it can be lets nothing else open.
    latest = order.index(is_open[-1]) if is_open else 0
    for name in found.keys() & set(opened.unknown) - opened.waves.keys():
        found[name] = order[min(latest, order.index(found[name]))]
    return Assignment(found, reach, is_open or tuple(order[: bool(opened.unknown)]))


def _taken(line: Sequence[str], wave: Wave, count: int, found: int, reach: str) -> Sequence[str]:
    """Return the repos, from the start of the line, that a share takes."""
    if wave.share == 1:
        return line
    if reach:
        return [name for name in line if _place(name) <= reach]
    return line[: max(math.ceil((wave.share or 0) * count) - found, 0)]


def _place(name: str) -> str:
    """Return where a repo stands in the order of all."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]


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
