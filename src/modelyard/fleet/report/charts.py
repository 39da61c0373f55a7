"""The shapes of the charts, as numbers in percent of the drawing; the page writes them as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modelyard.fleet.report.data import AdoptionDay, WaveCounts
from modelyard.fleet.states import RepoState

# More versions than these cannot be told apart by colour: the oldest are one band.
BANDS = 6
OLDER = "older"
# More days than these make the file larger, and no difference on a screen.
POINTS = 240


@dataclass(frozen=True)
class Band:
    """One version in the chart of adoption.

    Attributes:
        name: The version, or `OLDER`.
        tone: The colour's number: 0 is the newest.
        count: Repos on it at the end.
        path: The SVG path of its area, in a drawing of 1000 by 100.
    """

    name: str
    tone: int
    count: int
    path: str


@dataclass(frozen=True)
class Tick:
    """A label on an axis, at a share of its length in percent."""

    at: float
    text: str


@dataclass(frozen=True)
class Segment:
    """A part of a bar: from where, how wide, both in percent."""

    state: RepoState
    start: float
    width: float
    count: int


def bands(days: Sequence[AdoptionDay], versions: Sequence[str]) -> list[Band]:
    """Return the areas of adoption, the newest version at the bottom, where it is read best.

    Args:
        days: At least one.
        versions: All versions in them, the newest first.
    """
    days = _thin(days)
    shown = list(versions) if len(versions) <= BANDS else list(versions[: BANDS - 1])
    groups = {name: [name] for name in shown}
    if len(shown) < len(versions):
        groups[OLDER] = list(versions[len(shown) :])
    most = max(sum(one.counts.values()) for one in days) or 1
    at = [x * 10 for x in _positions(days)]
    floor = [0] * len(days)
    found = []
    for tone, (name, members) in enumerate(groups.items()):
        here = [sum(one.counts.get(each, 0) for each in members) for one in days]
        roof = [below + count for below, count in zip(floor, here, strict=True)]
        path = _area(at, floor, roof, most)
        found.append(Band(name, tone, here[-1], path))
        floor = roof
    return found


def _positions(days: Sequence[AdoptionDay]) -> list[float]:
    """Return where each day begins, in percent, and where the last one ends."""
    first, end = days[0].day.toordinal(), days[-1].day.toordinal() + 1
    edges = [*(one.day.toordinal() for one in days), end]
    return [100 * (edge - first) / (end - first) for edge in edges]


def _area(at: Sequence[float], floor: Sequence[int], roof: Sequence[int], most: int) -> str:
    def steps(heights: Sequence[int]) -> list[str]:
        found: list[str] = []
        for index, height in enumerate(heights):
            y = _number(100 - 100 * height / most)
            corner = f"{_number(at[index])} {y}"
            # A day like the one before needs no corner of its own.
            if index and heights[index - 1] == height:
                found.pop()
            else:
                found.append(corner)
            found.append(f"{_number(at[index + 1])} {y}")
        return found

    return f"M{'L'.join([*steps(roof), *reversed(steps(floor))])}Z"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _thin(days: Sequence[AdoptionDay]) -> Sequence[AdoptionDay]:
    """Leave out days evenly, never the first two or the last: what is shown stays exact."""
    if len(days) <= POINTS:
        return days
    every = -(-len(days) // POINTS)
    return [one for i, one in enumerate(days) if i < 2 or i % every == 0 or i == len(days) - 1]


def time_ticks(days: Sequence[AdoptionDay]) -> list[Tick]:
    """Return at most five dates of the time axis: the first, the last, and between."""
    first, last = days[0].day, days[-1].day
    span = (last - first).days
    parts = min(4, span)
    if parts == 0:
        return [Tick(100, last.isoformat())]
    moments: list[date] = [first + timedelta(days=span * i // parts) for i in range(parts + 1)]
    return [Tick(100 * i / parts, day.isoformat()) for i, day in enumerate(moments)]


def segments(wave: WaveCounts, order: Iterable[RepoState]) -> list[Segment]:
    """Return the parts of a wave's bar; all bars are as wide, or a canary could not be seen."""
    found = []
    start = 0.0
    for state in order:
        count = wave.counts.get(state, 0)
        if count:
            width = 100 * count / wave.total
            found.append(Segment(state, round(start, 3), round(width, 3), count))
            start += width
    return found
