"""That the source gives snapshots in an order, and the same bytes each time."""

from itertools import pairwise
from pathlib import Path

from ...data import source
from ...data.snapshots import landed
from ...hashing import file_md5
from ..failures import fail, listed
from ..repo import Conformance


def test_snapshots_are_sorted(conformance: Conformance) -> None:
    """`snapshots` gives names that can be file names, sorted, each once, the same each time."""
    snapshots = conformance.source.snapshots
    found = conformance.call(snapshots, conformance.project.params.data)
    again = conformance.call(snapshots, conformance.project.params.data)
    place = conformance.place(snapshots)
    if list(found) != list(again):
        fail(place, f"gave {listed(found, 3)}, and then {listed(again, 3)}")
    if not all(isinstance(name, str) for name in found):
        fail(place, f"wanted is a list of texts, not {listed([*map(repr, found)], 3)}")
    twice = sorted({name for name in found if list(found).count(name) > 1})
    if twice:
        fail(place, f"gives {listed(twice)} more than once")
    if list(found) != sorted(found):
        wrong = next(b for a, b in pairwise(found) if a > b)
        fail(place, f"is not sorted, oldest first: {wrong} comes after a newer one")
    conformance.call(source.names, conformance.project)


def test_fetch_gives_the_same_bytes(conformance: Conformance, tmp_path: Path) -> None:
    """The newest snapshot has the same bytes each time, and those with which it landed."""
    fetch = conformance.source.fetch
    newest = conformance.landed[-1]
    pointers = {snapshot.name: snapshot.md5 for snapshot in landed(conformance.project)}
    # What has landed, or what the source gave this run of pytest for all of its tests.
    known = pointers.get(newest.name) or file_md5(newest.path)
    found = _fetched(conformance, newest.name, tmp_path / "0.parquet")
    if found == known:
        return
    if newest.name not in pointers or found != _fetched(
        conformance, newest.name, tmp_path / "1.parquet"
    ):
        fail(
            conformance.place(fetch),
            f"gave {newest.name} twice with other bytes: a clone that fetches again cannot prove "
            "that it has the same data (is the order of rows, or a time stamp, left to chance?)",
        )
    # Labels that have come since are other bytes, and no fault of the source.
    if not conformance.contract.label:
        what = f"gives other bytes for {newest.name} than those that landed"
        fail(
            conformance.place(fetch),
            f"{what} (corrected? make ingest ARGS='--again {newest.name}')",
        )


def _fetched(conformance: Conformance, name: str, path: Path) -> str:
    """Fetch a snapshot, and return its hash."""
    fetch, params = conformance.source.fetch, conformance.project.params.data
    conformance.call(fetch, name, path, dict(params))
    if not path.is_file():
        fail(conformance.place(fetch), f"wrote no file for {name}")
    return file_md5(path)
