"""A training is made from what it recorded, and what a model rests on is seen, code or not."""

import pandas as pd
import pytest
from modelyard_platform import frozen, hashing
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused
from modelyard_platform.evaluation import scoring
from modelyard_platform.lineage import record
from modelyard_platform.settings import Project
from modelyard_platform.training import preparing, stages


def test_a_clone_that_lacks_a_snapshot_does_not_train_on_the_others(landed: Project) -> None:
    begun = preparing.begin(landed, "direct")
    gone = snapshots.landed(landed)[0]
    gone.path.with_suffix(".parquet.dvc").unlink()
    with pytest.raises(DataRefused, match=f"{gone.name} .*has not landed here"):
        stages.build(landed, begun.train_data())


def test_a_clone_with_another_snapshot_of_that_name_does_not_train_on_it(landed: Project) -> None:
    begun = preparing.begin(landed, "direct")
    data = {name: "0" * 32 for name in begun.train_data()}
    with pytest.raises(DataRefused, match="is another one here"):
        stages.build(landed, data)


def test_a_table_that_the_code_reads_is_part_of_it(project: Project) -> None:
    package = project.root / "src" / project.package
    before, code = frozen.file_hashes(project.root), scoring.code_hash(package)
    (package / "airports.csv").write_text("EWR,40.7\n")
    after = frozen.file_hashes(project.root)
    assert record.changed(before, after) == [f"src/{project.package}/airports.csv"]
    assert scoring.code_hash(package) != code
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "x.pyc").write_bytes(b"")
    assert frozen.file_hashes(project.root) == after
    assert package / "airports.csv" in hashing.package_files(package)


def test_snapshots_are_ordered_by_name(project: Project) -> None:
    project.raw.mkdir(parents=True, exist_ok=True)
    for name in ("a-b", "a", "a.b"):
        pointer = f"outs:\n- md5: {'0' * 32}\n  size: 1\n  path: {name}.parquet\n"
        (project.raw / f"{name}.parquet.dvc").write_text(pointer)
    assert [snapshot.name for snapshot in snapshots.landed(project)] == ["a", "a-b", "a.b"]


def test_the_data_of_a_lineage_goes_by_name() -> None:
    names = pd.Index(["2020-01", "2020-02"])
    data = {f"data/raw/{name}.parquet": name for name in names}
    made = record.Lineage("c", False, data, {}, "p", "l", "t", "3.12", train_snapshots=("2020-01",))
    assert made.train_data() == {"2020-01": "2020-01"}
    assert made.snapshots(("2020-02",)) == {"2020-02": "2020-02"}
