"""The period that the name of a snapshot stands for, and whether its rows lie in it."""

import re
from typing import Any

import pandas as pd

from ..api import Contract, Period, Violation

_NAMES: dict[str, str] = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "week": r"\d{4}-W\d{2}",
    "month": r"\d{4}-\d{2}",
}


def window(snapshot: str, period: Period) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return when the period of a snapshot begins and when it has ended.

    Raises ValueError where the name is not one of that period. `any` has none.
    """
    if not re.fullmatch(_NAMES[period], snapshot):
        raise ValueError(f"{snapshot!r} does not name a {period}")
    if period == "week":
        year, week = snapshot.split("-W")
        start = pd.Timestamp.fromisocalendar(int(year), int(week), 1)
        return start, start + pd.Timedelta(days=7)
    if period == "day":
        start = pd.Timestamp(snapshot)
        return start, start + pd.Timedelta(days=1)
    start = pd.Timestamp(f"{snapshot}-01")
    return start, start + pd.offsets.MonthBegin(1)


def _in_zone(moment: pd.Timestamp, zone: Any) -> pd.Timestamp:
    """Return when a day begins in a time zone: some clocks go from midnight to one, or back."""
    if zone is None:
        return moment
    return moment.tz_localize(zone, nonexistent="shift_forward", ambiguous=True)


def check_window(
    frame: pd.DataFrame, snapshot: str, contract: Contract, period: Period
) -> list[Violation]:
    """Return the rows outside the period of a snapshot, and whether its newest row is fresh."""
    if contract.time is None or period == "any" or contract.time not in frame:
        return []
    column = frame[contract.time]
    if not pd.api.types.is_datetime64_any_dtype(column):
        return []
    times = column.dropna()
    try:
        start, end = (_in_zone(moment, times.dt.tz) for moment in window(snapshot, period))
    except ValueError as error:
        return [Violation(contract.time, f"in a snapshot of a {period}", 1, str(error))]
    found = []
    outside = times[(times < start) | (times >= end)]
    if len(outside):
        example = f"row {outside.index[0]}: {outside.iloc[0]}"
        found.append(Violation(contract.time, f"within {snapshot}", len(outside), example))
    if contract.fresh_within_days is None:
        return found
    oldest_end = end - pd.Timedelta(days=contract.fresh_within_days)
    if len(times) and times.max() < oldest_end:
        problem = f"fresh: a row on or after {oldest_end:%Y-%m-%d %H:%M}"
        found.append(Violation(contract.time, problem, 1, f"newest: {times.max()}"))
    return found
