"""Where the data comes from: how many flights leave in each hour, and what is known before.

A row is one forecast: of one hour, made `lead` days before it. What it remembers of the past stands
in the row, so nothing that came after the forecast can be in it. To use your own series, replace
`_counts`.
"""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pandas as pd

DAY = 24  # hours
WEEK = 7 * DAY


def snapshots(params: dict[str, Any]) -> list[str]:
    """Return the months that can be forecast, as sorted `YYYY-MM` strings.

    `params` is the `data` section of params.yaml. The first month has no past, and is left out.
    """
    with ZipFile(params["source"]) as source:
        return sorted(Path(name).stem for name in source.namelist())[1:]


def fetch(snapshot: str, destination: Path, params: dict[str, Any]) -> None:
    """Write the forecasts of one month to `destination`, as one parquet file.

    The same month must give the same bytes whenever it is asked for: a clone that sees no shared
    DVC remote fetches again and compares hashes.
    """
    month = pd.Period(snapshot)
    counts = _counts(params["source"], month)
    leads = range(1, params["horizon"] + 1)
    rows = pd.concat([_forecasts(counts, lead) for lead in leads], ignore_index=True)
    rows = rows[rows["hour"].dt.to_period("M") == month]
    rows.sort_values(["hour", "lead"]).to_parquet(destination, index=False)


def _counts(source: str, month: pd.Period) -> pd.Series:
    """Return the flights of each hour of a month and of the one before it."""
    with ZipFile(source) as archive:
        files = [BytesIO(archive.read(f"{name}.parquet")) for name in (month - 1, month)]
    times = pd.concat([pd.read_parquet(file, columns=["scheduled_at"]) for file in files])
    first, last = (month - 1).start_time, month.end_time.floor("h")
    hours = pd.date_range(first, last, freq="h", unit="us", name="hour")
    counts = times["scheduled_at"].dt.floor("h").value_counts()
    return counts.reindex(hours, fill_value=0).astype("float64")


def _forecasts(counts: pd.Series, lead: int) -> pd.DataFrame:
    """Return a row for each hour, with what is known at the end of the day `lead` days before."""
    weeks = -(-lead // 7)  # the last one that is over by then
    rows = pd.DataFrame({"hour": counts.index, "lead": lead, "flights": counts.to_numpy()})
    rows["forecast"] = rows["hour"].dt.strftime("%Y-%m-%dT%H") + f"+{lead}"
    past = rows["flights"]
    rows["last_week"] = past.shift(weeks * WEEK)
    rows["four_weeks"] = sum(past.shift((weeks + ago) * WEEK) for ago in range(4)) / 4
    rows["recent"] = sum(past.shift((lead + ago) * DAY) for ago in range(7)) / 7
    return rows
