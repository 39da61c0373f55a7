"""What the name of a snapshot stands for, and which rows are outside it."""

from dataclasses import replace

import pandas as pd
import pytest
from modelyard_platform import Column, Contract
from modelyard_platform.api import Period
from modelyard_platform.validation.window import check_window, window

CONTRACT = Contract(key="id", time="at", columns={"id": Column("integer")})


def wrong(
    times: list[str] | pd.DatetimeIndex,
    snapshot: str,
    period: Period = "day",
    contract: Contract = CONTRACT,
) -> list[str]:
    frame = pd.DataFrame({"at": pd.to_datetime(times)})
    found = check_window(frame, snapshot, contract, period)
    return [f"{problem.problem}: {problem.rows}" for problem in found]


@pytest.mark.parametrize(
    ("period", "name", "start", "end"),
    [
        ("day", "2028-02-29", "2028-02-29", "2028-03-01"),
        ("week", "2026-W01", "2025-12-29", "2026-01-05"),
        ("week", "2026-W53", "2026-12-28", "2027-01-04"),
        ("month", "2026-12", "2026-12-01", "2027-01-01"),
    ],
)
def test_a_name_stands_for_a_period(period: Period, name: str, start: str, end: str) -> None:
    assert window(name, period) == (pd.Timestamp(start), pd.Timestamp(end))


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("day", "2026-02-29"),
        ("day", "2026-01"),
        ("week", "2025-W53"),
        ("week", "2026-W00"),
        ("week", "2026-01"),
        ("month", "2026-13"),
        ("month", "2026-1"),
        ("month", "2026-01\n"),
        ("month", "january"),
    ],
)
def test_a_name_that_is_no_period_is_refused(period: Period, name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        window(name, period)
    assert wrong(["2026-01-01"], name, period) == [f"in a snapshot of a {period}: 1"]


@pytest.mark.parametrize(
    ("period", "name", "last"),
    [
        ("day", "2026-03-08", "2026-03-08 23:59:59.999999"),
        ("week", "2026-W10", "2026-03-08 23:59:59.999999"),
        ("month", "2026-02", "2026-02-28 23:59:59.999999"),
    ],
)
def test_the_end_is_the_first_moment_outside(period: Period, name: str, last: str) -> None:
    assert wrong([last], name, period) == []
    after = pd.Timestamp(last) + pd.Timedelta(microseconds=1)
    assert wrong([str(after)], name, period) == [f"within {name}: 1"]


def test_a_period_ends_by_the_clock_of_its_rows() -> None:
    utc = pd.DatetimeIndex(["2026-02-28 23:30"], tz="UTC")
    assert wrong(utc, "2026-02", "month") == []
    assert wrong(utc.tz_convert("Europe/Berlin"), "2026-02", "month") == ["within 2026-02: 1"]
    assert wrong(utc.tz_convert("Europe/Berlin"), "2026-03", "month") == []


def test_the_day_on_which_clocks_change_is_whole() -> None:
    hours = pd.date_range("2026-03-29", periods=23, freq="h", tz="Europe/Berlin")
    assert wrong(hours, "2026-03-29") == []
    assert wrong(hours + pd.Timedelta(hours=1), "2026-03-29") == ["within 2026-03-29: 1"]


@pytest.mark.parametrize("day", ["2017-10-14", "2017-10-15", "2018-02-17"])
def test_a_day_without_a_midnight_is_whole(day: str) -> None:
    noon = pd.DataFrame({"at": pd.to_datetime([f"{day} 00:00", f"{day} 12:00", f"{day} 23:59"])})
    noon["at"] = noon["at"].dt.tz_localize(
        "America/Sao_Paulo", nonexistent="shift_forward", ambiguous=True
    )
    contract = Contract(key="at", time="at", columns={"at": Column("datetime")})
    assert check_window(noon, day, contract, "day") == []
    assert check_window(noon, "2017-11-01", contract, "day")[0].rows == 3


def test_freshness_counts_back_from_the_end() -> None:
    contract = replace(CONTRACT, fresh_within_days=1)
    assert wrong(["2026-03-08 00:00"], "2026-W10", "week", contract) == []
    (stale,) = wrong(["2026-03-07 23:59"], "2026-W10", "week", contract)
    assert stale == "fresh: a row on or after 2026-03-08 00:00: 1"


def test_without_a_period_or_a_time_there_is_no_window() -> None:
    assert wrong(["1999-01-01"], "v17", "any") == []
    assert wrong(["1999-01-01"], "v17", "day", replace(CONTRACT, time=None)) == []


def test_a_time_that_is_missing_is_not_this_checks_matter() -> None:
    assert wrong(["2026-03-08", "NaT"], "2026-03-08") == []
    assert wrong(["NaT"], "2026-03-08", "day", replace(CONTRACT, fresh_within_days=1)) == []
    frame = pd.DataFrame({"at": ["2026-03-08"]})
    assert check_window(frame, "2026-03-08", CONTRACT, "day") == []
    assert check_window(frame.drop(columns="at"), "2026-03-08", CONTRACT, "day") == []
