"""A search: its space, its trials beside the holdout, going on after a kill, and its winner."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from modelyard_platform import changes
from modelyard_platform.data.snapshots import landed as landed_snapshots
from modelyard_platform.errors import Busy, SetupError
from modelyard_platform.settings import Params, Project
from modelyard_platform.tracking.client import connect
from modelyard_platform.training import searched, space, split, tuning
from modelyard_platform.training.inner_split import InnerSplit, inner_split
from modelyard_platform.training.searched import Searched, Trial

Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]
MODEL = {"kind": "boosted", "depth": 3, "rate": 0.1, "deep": True, "lags": [1, 7], "cap": None}
NO_TIME = """
from dataclasses import replace

CONTRACT = replace(CONTRACT, time=None, group="tailnum", fresh_within_days=None)
"""


def params(found: dict[str, Any]) -> Params:
    gate = {"floors": {}, "tolerance": 0.0}
    fields = {"seed": 7, "gate": gate, "model": MODEL, "tune": {"space": found}}
    return Params.model_validate(fields)


@pytest.mark.parametrize(
    "found",
    [
        {"model.depth": {"low": 1, "high": 9}},
        {"model.depth": {"low": 2, "high": 8, "step": 2}},
        {"model.rate": {"low": 0.01, "high": 1, "log": True}},
        {"model.rate": {"low": 0.1, "high": 1, "step": 0.25}},
        {"model.rate": {"low": "1e-3", "high": 1}},  # which YAML reads as a text
        {"model.rate": [0.1, 1], "model.lags": [[1], [1, 7], []], "model.cap": [None, 5]},
        {"model.kind": ["boosted", "5"], "model.deep": [True, False], "seed": [1, 2]},
    ],
)
def test_what_is_proposed_can_be_set_and_is_new(found: dict[str, Any]) -> None:
    here = params(found)
    read, tried = space.read(here), []
    while len(tried) < 6:
        point = space.propose(here, read, tried, higher=True)
        if point is None:
            break
        assert set(point) == set(found)
        values = tuning.changes.parse(here, tuning.changes.words(point))
        assert not tried or all(read[name].has(value) for name, value in values.items())
        assert point not in [known for known, _ in tried]
        tried.append((point, float(len(tried)) if len(tried) % 2 else None))
    assert tried[0][0] == space.present(here, read)
    assert len(tried) >= min(6, 2)


@pytest.mark.parametrize(
    ("side", "drawn", "text"),
    [
        (space.Range(0.02, 0.3, log=True), 0.0678978473, "0.0679"),
        (space.Range(0.02, 0.3), 0.02, "0.02"),
        (space.Range(0.99995, 0.99999), 0.9999712345, "0.99997123"),
        (space.Range(-5.0, 1.0), -0.00123456, "-0.001235"),
        (space.Range(0.1, 0.5, 0.1), 0.1 + 0.2, "0.3"),
        (space.Range(1, 9), 7, "7"),
        (space.Choice(("a", "b")), "a", "a"),
    ],
)
def test_a_number_has_the_digits_that_it_needs(
    side: space.Choice | space.Range, drawn: Any, text: str
) -> None:
    assert side.text(drawn) == text


def test_a_range_ends_with_its_last_step() -> None:
    here = params({"model.rate": {"low": 0.1, "high": 1, "step": 0.25}})
    assert space.read(here)["model.rate"] == space.Range(0.1, 0.85, 0.25)


def test_a_text_for_a_setting_that_is_null_stays_a_text() -> None:
    here = params({"model.cap": ["5", 5, None]})
    point, tried = [], []
    while (found := space.propose(here, space.read(here), tried, higher=False)) is not None:
        tried.append((found, 1.0))
        point.append(changes.parse(here, changes.words(found))["model.cap"])
    assert len(point) == 3
    assert {(type(value), value) for value in point} == {(str, "5"), (int, 5), (type(None), None)}


def test_a_space_that_is_searched_through_has_nothing_left() -> None:
    here = params({"model.deep": [True, False], "model.depth": {"low": 3, "high": 5}})
    read, tried = space.read(here), []
    while (point := space.propose(here, read, tried, higher=False)) is not None:
        tried.append((point, 1.0))
    assert len({json.dumps(point) for point, _ in tried}) == len(tried) == 6


def test_a_search_goes_on_as_it_would_have() -> None:
    here = params({"model.rate": {"low": 0.01, "high": 1, "log": True}})
    read, tried = space.read(here), [({"model.rate": "0.1"}, 0.5)]
    for _ in range(3):
        one, other = (space.propose(here, read, tried, higher=True) for _ in range(2))
        assert one == other
        tried.append((one, 0.5))
    assert len({point["model.rate"] for point, _ in tried}) == 4


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "names nothing to search"),
        ({"model.dept": [1]}, "model.dept cannot be set"),
        ({"model": {"depth": [1]}}, "model cannot be set"),
        ({"gate.tolerance": [0.1]}, "gate.tolerance cannot be set"),
        ({"model.depth": []}, "model.depth must be a list of values"),
        ({"model.depth": 3}, "model.depth must be a list of values"),
        ({"model.depth": {"low": 1, "hihg": 9}}, "model.depth must be a list of values"),
        ({"model.depth": [1, 2.5]}, "model.depth is 3 in params.yaml, of type int; '2.5' is none"),
        ({"model.depth": [True]}, "model.depth is 3"),
        ({"model.depth": {"low": 1, "high": 2.5}}, "model.depth is 3"),
        ({"model.rate": {"low": 1, "high": 0.1}}, "low below high"),
        ({"model.rate": {"low": 0, "high": 1, "step": 2}}, "a step that fits"),
        ({"model.rate": {"low": 0, "high": 1, "log": True}}, "log: true above 0"),
        ({"model.rate": {"low": 0.1, "high": ".inf"}}, "of type float"),
        ({"model.cap": {"low": 1, "high": 2.5}}, "numbers of one type"),
        ({"model.kind": {"low": 0, "high": 1}}, "numbers of one type"),
        ({"seed": [-1]}, "of type int"),
    ],
)
def test_a_space_that_does_not_fit_is_named(found: dict[str, Any], says: str) -> None:
    with pytest.raises(SetupError) as told:
        space.read(params(found))
    assert says in str(told.value)
    assert told.value.hint


def test_the_best_is_the_first_of_equals() -> None:
    scores = [None, 0.5, 0.7, 0.7, 0.1]
    found = Searched("", 0, tuple(Trial({"seed": str(n)}, s, 1.0) for n, s in enumerate(scores)))
    assert [trial.settings["seed"] for trial in found.in_order(higher=True)] == list("2314")
    assert [trial.settings["seed"] for trial in found.in_order(higher=False)] == list("4123")


def test_a_search_is_run_by_one_and_is_whole_in_its_file(project: Project) -> None:
    with searched.alone(project, "x") as path:
        found = Searched("run", 1, (Trial({"model.depth": "3"}, 0.5, 1.5),))
        searched.save(path, found)
        assert searched.load(path) == found
        with pytest.raises(Busy, match="the same search"), searched.alone(project, "x"):
            pass
        with searched.alone(project, "another"):
            pass
    path.write_text("{", "utf-8")
    with pytest.raises(SetupError, match="holds no search"):
        searched.load(path)


def test_without_time_other_keys_and_groups_are_compared_on(landed: Project, edit: Edit) -> None:
    project = edit(landed, contract=NO_TIME)
    contract = project.owner.contract
    parts = inner_split(project, landed_snapshots(project))
    held = split.holdout_rows(project, pd.concat([s.read() for s in parts.fitted]))
    sides = pd.concat(parts.raw(project)), parts.rows_compared(project), held
    assert min(map(len, sides)) > 100
    for name in (contract.key, contract.group):
        fitted, compared, out = (set(side[name].dropna()) for side in sides)
        assert not fitted & compared and not fitted & out and not compared & out


def test_a_gap_lies_before_what_is_compared_on(landed: Project, edit: Edit) -> None:
    names = [snapshot.name for snapshot in landed_snapshots(landed)]
    parts = inner_split(landed, landed_snapshots(landed))
    assert [s.name for s in (*parts.fitted, *parts.compared)] == names[:-1]
    project = edit(landed, params={"split": {"gap_snapshots": 1}})
    with pytest.raises(SetupError, match="1 snapshots are trained on, and trials need at least 3"):
        inner_split(project, landed_snapshots(project))


# As a driver's error has it; whole, the hook for secrets would refuse the training.
FRAGILE = """
_fit = fit


def fit(features, labels, params, seed):
    if params["max_iter"] == 6:
        raise ValueError("six", "https://me:" + "secret@example.com")
    return _fit(features, labels, params, seed)
"""


@pytest.fixture
def searching(crowned: Project, edit: Edit) -> Project:
    """The crowned copy with a space of three points, the last of which cannot be fitted."""
    shutil.rmtree(crowned.store / "tune", ignore_errors=True)
    model = {**crowned.params.model, "max_iter": 4}
    tune = {"space": {"model.max_iter": [4, 5, 6]}, "trials": 2}
    return edit(crowned, params={"tune": tune, "model": model}, model=FRAGILE)


def runs_of(project: Project, run_id: str) -> dict[str, list[Any]]:
    client = connect(project)
    experiment = client.get_run(run_id).info.experiment_id
    children = client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{run_id}'")
    found: dict[str, list[Any]] = {}
    for run in children:
        found.setdefault(run.info.status, []).append(run)
    return found


def searches(project: Project) -> list[Searched]:
    return [searched.load(path) for path in (project.store / "tune").glob("*.json")]


def test_a_search_never_sees_the_holdout_and_goes_on_after_an_interrupt(
    searching: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, tried, seen = searching, [], []
    whole, raw = tuning._metrics, InnerSplit.raw

    def watched(here: Project, parts: InnerSplit, compared: pd.DataFrame) -> dict[str, float]:
        tried.append(here.params.model["max_iter"])
        seen.append(compared)
        if len(tried) == 2:
            raise KeyboardInterrupt
        return whole(here, parts, compared)

    def rows(parts: InnerSplit, here: Project) -> Iterator[pd.DataFrame]:
        for frame in raw(parts, here):
            seen.append(frame)
            yield frame

    monkeypatch.setattr(tuning, "_metrics", watched)
    monkeypatch.setattr(InnerSplit, "raw", rows)
    assert verb("tune")[0] == 130
    (begun,) = searches(project)
    assert connect(project).get_run(begun.run).info.status == "KILLED"
    code, result = verb("tune", "--trials", "9")
    assert code in (0, 3)
    assert tried[0] == 4 and tried[1] == tried[2] and sorted(tried[1:]) in ([5, 5, 6], [5, 6, 6])
    search, (ended,) = result["search"], searches(project)
    assert (search["trials"], search["failed"], ended.run) == (3, 1, begun.run)
    assert search["score"] == max(t.score for t in ended.trials if t.score is not None)

    holdout = pd.read_parquet(landed_snapshots(project)[-1].path)
    time, key = project.owner.contract.time, project.owner.contract.key
    for frame in seen:
        assert frame[time].max() < holdout[time].min()
        assert not set(frame[key]) & set(holdout[key])

    children = runs_of(project, ended.run)
    assert {status: len(runs) for status, runs in children.items()} == {
        "FINISHED": 2,
        "FAILED": 1,
        "KILLED": 1,
    }
    for runs in children.values():
        assert all(set(run.data.params) == {"model.max_iter"} for run in runs)
    assert all("validation.roc_auc" in run.data.metrics for run in children["FINISHED"])
    assert "secret" not in str(children["FAILED"][0].data.tags) + str(ended)
    parent = connect(project).get_run(ended.run)
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["tune.version"] == result["version"]

    lineage = verb("lineage", result["version"])[1]["lineage"]
    best = search["settings"]["model.max_iter"]
    assert lineage["settings"] == ({} if best == "4" else {"model.max_iter": best})


def test_a_trial_that_is_killed_twice_has_failed(
    searching: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What ends a process: nothing after it is run."""

    def killed(*_: Any) -> None:
        raise Killed

    save = searched.save

    def until_then(path: Path, found: Searched) -> None:
        if found.begun or found.trials:
            save(path, found)

    monkeypatch.setattr(tuning, "_metrics", killed)
    monkeypatch.setattr(searched, "save", until_then)
    for _ in range(2):
        with pytest.raises(Killed):
            tuning.tune(searching)
    with pytest.raises(Killed):
        tuning.tune(searching)
    (found,) = searches(searching)
    assert [trial.error for trial in found.trials] == ["cut off 2 times, as by a lack of memory"]


def test_a_search_of_which_all_failed_says_why(
    searching: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    nan = dict.fromkeys(searching.owner.metrics.HIGHER_IS_BETTER, float("nan"))
    monkeypatch.setattr(tuning, "_metrics", lambda *_: nan)
    code, error = verb("tune")
    assert code == 5
    assert "none of 2 trials came to an end; the last one: roc_auc is nan" in error["error"]
    (found,) = searches(searching)
    assert {status: len(runs) for status, runs in runs_of(searching, found.run).items()} == {
        "FAILED": 2
    }


def test_the_best_settings_are_trained_once_at_a_time(
    searching: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = dict.fromkeys(searching.owner.metrics.HIGHER_IS_BETTER, 0.5)

    def again(here: Project) -> None:
        (path,) = (here.store / "tune").glob("*.json")
        with searched.alone(here, path.stem):
            pass

    monkeypatch.setattr(tuning, "_metrics", lambda *_: good)
    monkeypatch.setattr(tuning.graph, "run", again)
    assert verb("tune")[0] == 7


def test_what_is_no_fault_of_a_trial_ends_the_search(
    searching: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(tuning, "_metrics", full)
    assert verb("tune")[0] == 28
    (found,) = searches(searching)
    assert (found.trials, found.begun) == ((), 0)
