"""Which snapshots and rows are trained on, and what proves that the holdout is new."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from modelyard_platform.data import snapshots
from modelyard_platform.data.snapshots import Snapshot
from modelyard_platform.errors import DataRefused, NotTrusted, SetupError
from modelyard_platform.evaluation import mlmodel
from modelyard_platform.evaluation.unseen import Holdout, Seen
from modelyard_platform.settings import Project, load_params
from modelyard_platform.training import preparing, reading, sides, split, stages
from modelyard_platform.training.holdout import Rows
from modelyard_platform.training.sides import Rule

Verb = Callable[..., tuple[int, Any]]
NO_TIME = """
from dataclasses import replace

CONTRACT = replace(CONTRACT, time=None, group="tailnum", fresh_within_days=None)
"""
BY_GROUP = Rule("id", "customer", 0.3)


def names(count: int) -> list[Snapshot]:
    return [Snapshot(f"{day:02}", Path(f"{day:02}.parquet"), "") for day in range(1, count + 1)]


def with_split(project: Project, **settings: Any) -> Project:
    chosen = project.params.split.model_validate(settings)
    return replace(project, params=project.params.model_copy(update={"split": chosen}))


def spans(parts: split.Split) -> tuple[str, str]:
    return tuple("".join(s.name for s in part) for part in (parts.training, parts.holdout))


@pytest.mark.parametrize(
    ("settings", "training", "holdout"),
    [
        ({}, "010203040506", "07"),
        ({"holdout_snapshots": 2}, "0102030405", "0607"),
        ({"holdout_snapshots": 2, "gap_snapshots": 1}, "01020304", "0607"),
        ({"training_snapshots": 3}, "040506", "07"),
        ({"gap_snapshots": 2, "training_snapshots": 3}, "020304", "07"),
        ({"training_snapshots": 30}, "010203040506", "07"),
    ],
)
def test_a_gap_and_a_window_leave_snapshots_out(
    project: Project, settings: dict[str, int], training: str, holdout: str
) -> None:
    parts = split.split(with_split(project, **settings), names(7))
    assert spans(parts) == (training, holdout)


def test_too_few_snapshots_for_the_gap_are_counted(project: Project) -> None:
    here = with_split(project, holdout_snapshots=2, gap_snapshots=3)
    split.check(here, names(6))
    with pytest.raises(SetupError, match="there are 5 snapshots, and a training needs at least 6"):
        split.check(here, names(5))


def test_a_setting_without_use_is_refused(project: Project, edit: Callable[..., Project]) -> None:
    with pytest.raises(SetupError, match=r"split.holdout_share is set, and .* names a time"):
        split.check(with_split(project, holdout_share=0.1), names(7))
    timeless = edit(project, contract=NO_TIME)
    with pytest.raises(SetupError, match=r"split.gap_snapshots is set, and .* names no time"):
        split.check(with_split(timeless, gap_snapshots=1), names(7))
    split.check(with_split(timeless, holdout_share=0.1), names(1))


def test_a_side_is_of_the_value_alone() -> None:
    ids = pd.DataFrame({"id": range(10_000)})
    by_key = Rule("id", "id", 0.3)
    out = by_key.held_out(ids)
    assert 0.28 < out.mean() < 0.32
    # Whatever the order, the type and what else is there; for ever: models were trained by it.
    back = ids.astype("float64").iloc[::-1]
    pd.testing.assert_series_equal(by_key.held_out(back).sort_index(), out)
    pd.testing.assert_series_equal(by_key.held_out(ids.astype(str)), out)
    assert ids["id"][out].head(6).tolist() == [2, 6, 17, 18, 23, 29]
    smaller = Rule("id", "id", 0.1).held_out(ids)
    assert not (smaller & ~out).any()


def test_a_group_is_whole_and_a_row_without_one_has_its_own_side() -> None:
    frame = pd.DataFrame({"id": range(400), "customer": [f"c{i % 40}" for i in range(400)]})
    frame.loc[::7, "customer"] = None
    out = BY_GROUP.held_out(frame)
    known = frame["customer"].notna()
    assert set(out[known].groupby(frame["customer"]).nunique()) == {1}
    assert set(out[~known]) == {True, False}
    assert BY_GROUP.shared([frame.iloc[:200], frame.iloc[200:]]) == 0
    twice = frame[known].assign(customer=np.roll(frame["customer"][known], 1))
    assert BY_GROUP.shared([frame[known], twice]) > 0


@pytest.mark.parametrize(
    ("holdout", "seen", "unseen"),
    [
        (Holdout(pd.Timestamp(2)), Seen(pd.Timestamp(1)), True),
        (Holdout(pd.Timestamp(2)), Seen(pd.Timestamp(2)), False),
        (Holdout(pd.Timestamp(2)), Seen(None, "id", 0.2), False),
        (Holdout(pd.Timestamp(2, tz="UTC")), Seen(pd.Timestamp(1, tz="Asia/Tokyo")), True),
        (Holdout(pd.Timestamp(2, tz="UTC")), Seen(pd.Timestamp(1)), False),
        (Holdout(None, "id", 0.2), Seen(None, "id", 0.2), True),
        (Holdout(None, "id", 0.1), Seen(None, "id", 0.2), True),
        (Holdout(None, "id", 0.3), Seen(None, "id", 0.2), False),
        (Holdout(None, "id", 0.2), Seen(None, "customer", 0.2), False),
        (Holdout(None, "id", 0.2), Seen(pd.Timestamp(1)), False),
        (Holdout(None, "id", 0.2, shared=1), Seen(None, "id", 0.2), False),
    ],
)
def test_a_holdout_is_new_only_where_that_is_proved(
    holdout: Holdout, seen: Seen, unseen: bool
) -> None:
    assert holdout.unseen_by(seen).unseen is unseen


def test_what_a_model_says_that_it_held_out_is_read_strictly(tmp_path: Path) -> None:
    def seen(said: Any) -> Seen:
        (tmp_path / "MLmodel").write_text(yaml.safe_dump({"metadata": {"held_out": said}}))
        return mlmodel.seen(tmp_path)

    assert seen({"by": "id", "share": 0.25}) == Seen(None, "id", 0.25)
    for odd in ({"by": "id", "share": 2.0}, {"by": "", "share": 0.2}, {"share": 0.2}, ["id"], "id"):
        with pytest.raises(NotTrusted):
            seen(odd)


@pytest.mark.parametrize(
    "groups",
    [
        pd.array([1, None, 3], "Int64"),
        pd.array([True, None, False], "boolean"),
        pd.array(["x", None, "z"], "string"),
        pd.Categorical(["x", None, "z"]),
    ],
)
def test_a_group_may_be_of_any_type(groups: Any) -> None:
    keys = ["a", "b", "c"]
    out = BY_GROUP.held_out(pd.DataFrame({"id": keys, "customer": groups}))
    plain = pd.Series(groups).astype("object").where(pd.Series(groups).notna(), keys)
    alone = [BY_GROUP.held_out(pd.DataFrame({"id": [0], "customer": [v]}))[0] for v in plain]
    assert out.tolist() == alone


def test_groups_that_floats_cannot_tell_apart_are_refused(
    landed: Project, edit: Callable[..., Project]
) -> None:
    first = snapshots.landed(landed)[0]
    rows = first.read()
    large = pd.Series(range(len(rows)), dtype="Int64") + 2**60
    for groups, refused in ((large, False), (large.where(large.index != 3).astype("float"), True)):
        rows.assign(tailnum=groups).to_parquet(first.path)
        timeless = edit(landed, contract=NO_TIME, params={"period": "any", "split": {}})
        if refused:
            with pytest.raises(DataRefused, match="tailnum are floats beyond"):
                split.check_labelled(timeless, [first])
        else:
            split.check_labelled(timeless, [first])


def test_times_with_a_zone_and_without_are_not_compared(
    landed: Project, edit: Callable[..., Project]
) -> None:
    everything = snapshots.landed(landed)
    rows = reading.read(everything[-1:])
    held = Rows(landed, rows, Holdout(rows[landed.owner.contract.time].min()))
    assert len(held.unseen(Seen(pd.Timestamp("2000", tz="UTC"))).frame) == 0
    assert held.unseen(Seen(pd.Timestamp("2000"))) is held
    time, first = str(landed.owner.contract.time), everything[0]
    zoned = first.read()
    zoned[time] = zoned[time].dt.tz_localize("UTC")
    zoned.to_parquet(first.path)
    with pytest.raises(DataRefused, match=f"{time} has a time zone in some snapshots"):
        preparing.begin(landed, "direct")


def test_a_key_and_a_time_are_never_missing(project: Project, edit: Callable[..., Project]) -> None:
    code = """
from dataclasses import replace

NAME = CONTRACT.key
COLUMNS = {**CONTRACT.columns, NAME: replace(CONTRACT.columns[NAME], nullable=True)}
CONTRACT = replace(CONTRACT, columns=COLUMNS)
"""
    with pytest.raises(SetupError, match="is nullable, and a row without it has no place"):
        split.check(edit(project, contract=code), names(7))


def test_a_key_with_two_groups_is_refused_before_the_fit(
    landed: Project, edit: Callable[..., Project]
) -> None:
    first, second = snapshots.landed(landed)[:2]
    one, other = first.read(), second.read()
    other["flight_id"] = one["flight_id"].iloc[: len(other)].tolist() + [
        f"more {i}" for i in range(max(0, len(other) - len(one)))
    ]
    other.to_parquet(second.path)
    timeless = edit(landed, contract=NO_TIME, params={"period": "any", "split": {}})
    with pytest.raises(DataRefused, match="keys or groups are trained on and held out"):
        split.check_labelled(timeless, [first, second])


def test_without_time_no_group_is_on_both_sides(
    landed: Project, verb: Verb, edit: Callable[..., Project]
) -> None:
    timeless = edit(
        landed, contract=NO_TIME, params={"period": "any", "split": {"holdout_share": 0.25}}
    )
    everything = snapshots.landed(timeless)
    rows = reading.read(everything)
    held = split.holdout_rows(timeless, rows)
    trained = split.training_rows(timeless, rows)
    assert len(held) + len(trained) == len(rows)
    assert not set(held["tailnum"].dropna()) & set(trained["tailnum"].dropna())
    code, outcome = verb("train", "--direct")
    assert code == 0
    (check,) = [c for c in outcome["checks"] if c["name"] == "holdout unseen by candidate"]
    assert (check["value"], check["limit"]) == ("0.25 of tailnum", "0.25 of tailnum held out")
    begun = verb("lineage", "1")[1]["lineage"]
    assert (begun["holdout_by"], begun["holdout_share"]) == ("tailnum", 0.25)
    assert begun["train_snapshots"] == begun["holdout_snapshots"] == [s.name for s in everything]
    built, _ = stages.build(timeless, {s.name: s.md5 for s in everything})
    assert len(built) == len(trained)
    # A larger part than it held out: it is judged on those that it has not seen.
    edit(timeless, params={"split": {"holdout_share": 0.5}})
    code, verdict = verb("promote", "1", "--allow-dirty")
    assert code == 0
    (check,) = [c for c in verdict["checks"] if c["name"] == "holdout unseen by candidate"]
    assert check["limit"] == "0.25 of tailnum held out"


def test_the_period_is_a_setting(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "params.yaml"
    settings = yaml.safe_load((project.root / "params.yaml").read_text("utf-8"))
    for period in ("day", "week", "month", "any"):
        path.write_text(yaml.safe_dump({**settings, "period": period}))
        assert load_params(path).period == period
    path.write_text(yaml.safe_dump({**settings, "period": "year"}))
    with pytest.raises(SetupError, match="period"):
        load_params(path)


def test_the_default_share_is_a_fifth(project: Project, edit: Callable[..., Project]) -> None:
    assert sides.rule(project) is None
    timeless = edit(project, contract=NO_TIME)
    assert sides.rule(with_split(timeless)) == Rule("flight_id", "tailnum", 0.2)
