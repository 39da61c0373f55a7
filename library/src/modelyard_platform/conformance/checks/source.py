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
    fetch, params = conformance.source.fetch, conformance.project.params.data
    newest = conformance.landed[-1].name
    hashes = []
    for number in range(2):
        path = tmp_path / f"{number}.parquet"
        conformance.call(fetch, newest, path, dict(params))
        if not path.is_file():
            fail(conformance.place(fetch), f"wrote no file for {newest}")
        hashes.append(file_md5(path))
    if hashes[0] != hashes[1]:
        fail(
            conformance.place(fetch),
            f"gave {newest} twice with other bytes: a clone that fetches again cannot prove that "
            "it has the same data (is the order of rows, or a time stamp, left to chance?)",
        )
    pointers = {snapshot.name: snapshot.md5 for snapshot in landed(conformance.project)}
    # Labels that have come since are other bytes, and no fault of the source.
    if pointers.get(newest, hashes[0]) != hashes[0] and not conformance.contract.label:
        what = f"gives other bytes for {newest} than those that landed"
        fail(conformance.place(fetch), f"{what} (corrected? make ingest ARGS='--again {newest}')")
