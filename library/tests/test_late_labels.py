"""Labels that come later: what lacks them is scored alone, until it has landed again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from modelyard_platform import Column, Contract
from modelyard_platform.data import snapshots
from modelyard_platform.errors import SetupError
from modelyard_platform.git import git
from modelyard_platform.hashing import file_md5
from modelyard_platform.settings import Project
from modelyard_platform.training import preparing, split
from modelyard_platform.validation import check
from modelyard_platform.validation.labels import due, is_over, lacking

Verb = Callable[..., tuple[int, Any]]
Command = Callable[..., tuple[int, str, str]]
COLUMNS = {"id": Column("integer"), "at": Column("datetime"), "back": Column("boolean")}
LATE = Contract(key="id", time="at", columns=COLUMNS, label=("back",), label_after_days=30)

# The newest month has no label for its second half, until the file `arrived` is there.
CONTRACT = """
from dataclasses import replace

CONTRACT = replace(CONTRACT, label=("arr_delay",), label_after_days=45)
"""
DATA = """
_fetch = fetch


def fetch(snapshot, destination, params):
    _fetch(snapshot, destination, params)
    if snapshot == "{month}" and not Path("arrived").exists():
        import pandas as pd

        frame = pd.read_parquet(destination)
        frame.loc[len(frame) // 2 :, "arr_delay"] = None
        frame.to_parquet(destination)
"""


@pytest.fixture
def late(landed: Project, months: list[str], edit: Callable[..., Project]) -> Project:
    """A repo whose newest month has landed without half of its labels."""
    month = next(n for n in landed.owner.data.snapshots(landed.params.data) if n > months[-1])
    project = edit(landed, contract=CONTRACT, data=DATA.format(month=month))
    snapshots.ingest(project, month)
    return project


def frame(back: list[Any]) -> pd.DataFrame:
    at = pd.to_datetime(["2020-02-01", "2020-02-28", "2020-02-29"])
    return pd.DataFrame({"id": [1, 2, 3], "at": at, "back": back})


@pytest.mark.parametrize("back", [[None] * 3, [True, None, False], [True, False, False]])
def test_a_label_may_be_missing_when_a_snapshot_lands(back: list[Any]) -> None:
    assert check(frame(back), "2020-02", LATE) == []
    assert lacking(frame(back), LATE) == back.count(None)
    assert check(frame(back), "2020-02", replace(LATE, label=())) == [] or None in back


def test_what_a_label_may_be_is_checked_where_it_is_there() -> None:
    (wrong,) = check(frame(["yes", None, "no"]), "2020-02", LATE)
    assert (wrong.column, wrong.problem) == ("back", "of type boolean")
    (wrong,) = check(frame([True] * 3).drop(columns="back"), "2020-02", LATE)
    assert (wrong.column, wrong.problem) == ("back", "there")


def test_a_label_that_may_be_missing_for_ever_is_there_with_its_first_row() -> None:
    column = Column("boolean", nullable=True)
    forever = replace(LATE, columns={**COLUMNS, "back": column})
    assert lacking(frame([None, True, None]), forever) == 0
    assert lacking(frame([None] * 3), forever) == 3
    # Before all can have come, one that is missing may still come.
    assert lacking(frame([None, True, None]), forever, over=False) == 2
    assert lacking(frame([False, True, True]), forever, over=False) == 0


def test_labels_have_come_when_the_data_goes_so_far() -> None:
    assert not is_over("2020-02", None, ("2020-02", None), LATE, "month")
    assert is_over("2020-02", None, ("2020-03", None), LATE, "month")
    longer = replace(LATE, label_after_days=40)
    assert not is_over("2020-02", None, ("2020-03", None), longer, "month")
    first, last = pd.Timestamp("2020-02-01"), pd.Timestamp("2020-03-02")
    assert is_over("a", first, ("b", last), LATE, "any")
    assert not is_over("b", last, ("b", last), LATE, "any")
    assert is_over("a", None, ("b", None), replace(LATE, time=None), "any")


def test_labels_are_due_so_long_after_the_end_of_the_period() -> None:
    assert due("2020-02", None, LATE, "month") == pd.Timestamp("2020-03-31")
    newest = pd.Timestamp("2020-02-10 12:00")
    assert due("batch-1", newest, LATE, "any") == pd.Timestamp("2020-03-11 12:00")
    assert due("batch-1", None, LATE, "any") is None


def test_what_lacks_its_labels_is_neither_trained_on_nor_judged_by(
    late: Project, months: list[str], verb: Verb, command: Command
) -> None:
    everything = snapshots.landed(late)
    month = everything[-1].name
    assert month > months[-1]
    begun = preparing.begin(late, "direct")
    assert begun.train_snapshots == tuple(months[:-1])
    assert begun.holdout_snapshots == (months[-1],)
    assert begun.unlabelled_snapshots == (month,)
    assert [s.name for s in split.held_out(late, everything)] == [months[-1]]
    assert verb("train", "--direct")[0] == 0
    assert verb("promote", "--allow-dirty")[0] == 0
    code, batch = verb("predict")
    assert (code, batch["rows"]) == (0, len(everything[-1].read()))

    # Until its labels have come: then it lands again, as another version, and lineage tells both.
    assert verb("ingest", "--again", month) == (0, {})
    Path("arrived").touch()
    code, new = verb("ingest", "--again", month)
    assert (code, list(new)) == (0, [month])
    now = snapshots.landed(late)[-1]
    assert now.md5 == new[month] == file_md5(now.path) != everything[-1].md5
    assert git(late.root, "log", "-1", "--format=%s") == f"Land the snapshot of {month} again\n"
    assert git(late.root, "status", "--porcelain", "data") == ""
    again = preparing.begin(late, "direct")
    assert (again.holdout_snapshots, again.unlabelled_snapshots) == ((month,), ())
    name = f"data/raw/{month}.parquet"
    chain = verb("lineage", "1")[1]
    assert (chain["lineage"]["data"][name], again.data[name]) == (everything[-1].md5, now.md5)
    assert name in chain["changed_since"]
    assert f"landed again since: {month}" in command("lineage", "1")[1]


def test_missing_labels_are_told_with_the_day_they_were_due(
    late: Project, command: Command
) -> None:
    code, _, told = command("stage", "prepare", "lineage=begun")
    assert code == 0, told
    month = snapshots.landed(late)[-1].name
    assert f"! {month} is scored, and neither trained on nor judged by" in told
    assert f'and are late: make ingest ARGS="--again {month}"' in told


def test_too_few_labelled_snapshots_are_counted(late: Project, months: list[str]) -> None:
    for name in months[:-1]:
        (late.raw / f"{name}.parquet.dvc").unlink()
    with pytest.raises(SetupError, match="1 of 2 snapshots have their labels"):
        split.check_labelled(late, snapshots.landed(late))


def test_an_edit_is_not_overwritten_by_landing_again(
    landed: Project, months: list[str], verb: Verb
) -> None:
    path = landed.raw / f"{months[0]}.parquet"
    path.write_bytes(b"edited by hand")
    code, error = verb("ingest", "--again", months[0])
    assert (code, path.read_bytes()) == (4, b"edited by hand")
    assert path.name in error["error"]
    assert verb("ingest", "--again", "2099-01")[0] == 5
    assert verb("ingest", "--again", months[0], "--until", months[0])[0] == 2


def test_landing_again_is_whole_or_not_at_all(
    late: Project, months: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelyard_platform.data import again, dvc

    before = {path: path.read_bytes() for path in late.raw.iterdir()}
    Path("arrived").touch()

    def broken(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dvc, "push", broken)
        with pytest.raises(KeyboardInterrupt):
            again.ingest_again(late, [snapshots.landed(late)[-1].name])
    assert {path: path.read_bytes() for path in late.raw.iterdir()} == before


def test_pointers_that_were_deleted_come_back(landed: Project, verb: Verb) -> None:
    before = {path: path.read_bytes() for path in landed.raw.iterdir()}
    commit = git(landed.root, "rev-parse", "HEAD")
    for path in before:
        path.unlink()
    assert verb("ingest", "--until", "2013-01")[0] == 0
    assert {path: path.read_bytes() for path in landed.raw.iterdir()} == before
    # Removed on purpose, and landed as it was: there is nothing to commit.
    git(landed.root, "rm", "--quiet", "--", *map(str, landed.raw.glob("*-01.parquet.dvc")))
    (landed.raw / "2013-01.parquet").unlink()
    code, new = verb("ingest", "--until", "2013-01")
    assert (code, list(new)) == (0, ["2013-01"])
    assert git(landed.root, "rev-parse", "HEAD") == commit
    assert git(landed.root, "status", "--porcelain") == ""
