"""Who was on which version when, and how long requests took: read from merged requests."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import packaging.version

from modelyard.fleet.model import Observation
from modelyard.fleet.report.data import AdoptionDay, MergeTime
from modelyard.forges.forge import PullRequestState
from modelyard.template.versions import as_release

_DAY = 86_400


def day(moment: datetime) -> date:
    """Return the day of a moment, in UTC."""
    return moment.astimezone(UTC).date()


def newest_first(names: Iterable[str], prefix: str = "") -> list[str]:
    """Put versions in order; those that are no release are the oldest, by name.

    Args:
        names: The versions.
        prefix: What stands before the version in each tag that is one.
    """

    def key(name: str) -> tuple[bool, packaging.version.Version, str]:
        release = as_release(name.removeprefix(prefix))
        return (release is not None, release or packaging.version.Version("0"), name)

    return sorted(set(names), key=key, reverse=True)


def adoption(observations: Sequence[Observation], now: datetime) -> tuple[AdoptionDay, ...]:
    """Count repos by version for each day on which a request was merged, and for today.

    A request that was merged moved its repo from the version before to its own on that day. A repo
    counts on the first version known of it from the start, as nothing tells when it was made. What
    nobody made a request for shows on the day after which it must have happened: today at the
    latest, when the default branch is read.
    """
    if not observations:
        return ()
    today = day(now)
    changes: dict[date, list[tuple[str, str]]] = {}
    counts: Counter[str] = Counter()
    for seen in observations:
        steps = _merges(seen)
        at = (steps[0][1] or steps[0][2]) if steps else seen.version
        counts[at] += 1
        for when, _, version in [*steps, (today, "", seen.version)]:
            if version != at:
                changes.setdefault(min(when, today), []).append((at, version))
                at = version
    first = min(changes, default=today)
    days = [AdoptionDay(date.fromordinal(first.toordinal() - 1), +counts)] if changes else []
    for when in sorted({*changes, today}):
        for before, after in changes.get(when, ()):
            counts[before] -= 1
            counts[after] += 1
        days.append(AdoptionDay(when, +counts))
    return tuple(days)


def _merges(seen: Observation) -> list[tuple[date, str, str]]:
    """Return when which version was merged, and after which; "" where its mark does not count."""
    found = [
        (one.ended, one.metadata.before if one.metadata else "", one.version)
        for one in seen.requests
        if one.state is PullRequestState.MERGED and one.ended
    ]
    return [(day(ended), before, version) for ended, before, version in sorted(found)]


def merge_times(observations: Sequence[Observation], prefix: str = "") -> tuple[MergeTime, ...]:
    """Return median and p90 of the days from opening to merging, for all versions and for each."""
    took: dict[str, list[float]] = {}
    for seen in observations:
        for one in seen.requests:
            if one.state is PullRequestState.MERGED and one.ended:
                days = max((one.ended - one.opened).total_seconds() / _DAY, 0.0)
                took.setdefault(one.version, []).append(days)
    everything = [days for each in took.values() for days in each]
    if not everything:
        return ()
    groups = [("", everything), *((name, took[name]) for name in newest_first(took, prefix))]
    return tuple(
        MergeTime(name, len(days), nearest_rank(days, 50), nearest_rank(days, 90))
        for name, days in groups
    )


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least `percent` percent of the values do not exceed.

    The nearest-rank percentile: the value at rank ceil(percent / 100 * n). It is always one of the
    values, for any number of them.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("a percentile of nothing")
    return sorted(values)[max(math.ceil(percent * len(values) / 100), 1) - 1]
