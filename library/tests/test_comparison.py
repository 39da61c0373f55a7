"""A champion that cannot score today's rows blocks nobody, and opens the gate to none unproven."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from modelyard_platform.data import snapshots
from modelyard_platform.evaluation import gate, schema, scoring
from modelyard_platform.evaluation.comparison import (
    CannotScore,
    Comparison,
    Incomparable,
    NotCompared,
)
from modelyard_platform.evaluation.metrics import Evaluation
from modelyard_platform.evaluation.unseen import Holdout, Seen
from modelyard_platform.git import git
from modelyard_platform.settings import Gate, Project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.tracking.client import connect
from modelyard_platform.training import reading
from modelyard_platform.training.holdout import Rows
from modelyard_platform.training.split import split

Verb = Callable[..., tuple[int, Any]]
Command = Callable[..., tuple[int, str, str]]

HOLDOUT = Holdout(pd.Timestamp("2020-03-01"))
FLOORS: dict[str, Any] = {"floors": {"score": 1.0}, "tolerance": 0.5}


class Metrics:
    PRIMARY = "score"
    HIGHER_IS_BETTER: dict[str, bool] = {"score": True}  # noqa: RUF012 - as a module has it

    def evaluate(self, labels: Any, predictions: Any) -> dict[str, float]:
        return {"score": float((labels == predictions).mean())}


def of(number: str, score: float, until: str = "2020-02-29") -> Evaluation:
    return Evaluation(number, Seen(pd.Timestamp(until)), {"score": score})


def judged(
    champion: Evaluation | NotCompared | None, score: float = 2.0, **limits: Any
) -> gate.Verdict:
    return gate.judge(of("2", score), champion, HOLDOUT, Gate(**(limits or FLOORS)), Metrics())


@pytest.mark.parametrize(
    ("champion", "answer"),
    [
        (None, None),
        (of("1", 2.5), Comparison.BETTER),
        (of("1", 2.6), Comparison.WORSE),
        (of("1", float("nan")), Comparison.NOT_COMPARABLE),
        (NotCompared("1", Incomparable.FAILS, "KeyError"), Comparison.NOT_COMPARABLE),
    ],
)
def test_the_gate_has_three_answers(
    champion: Evaluation | NotCompared | None, answer: Comparison | None
) -> None:
    verdict = judged(champion)
    assert verdict.comparison is answer
    assert verdict.passed is (answer in (None, Comparison.BETTER))
    assert verdict.champion == (champion and champion.version)


@pytest.mark.parametrize("reason", Incomparable)
def test_only_a_proven_change_lets_the_floors_alone_decide(reason: Incomparable) -> None:
    why = NotCompared("1", reason, "in its own words")
    proven = reason in (Incomparable.SCHEMA, Incomparable.OUTPUTS)
    assert judged(why).passed is proven
    assert not judged(why, score=0.9).passed
    assert not judged(why, floors={}, tolerance=0.5).passed
    assert (judged(why).reason, judged(why).detail) == (reason, "in its own words")


@pytest.mark.parametrize(
    ("champion", "hint"),
    [
        (of("1", 9.0), "train a better one"),
        (NotCompared("1", Incomparable.FAILS, ""), 'make retire ARGS="--reason WHY"'),
        (NotCompared("1", Incomparable.SEEN, ""), "make ingest (only rows newer than 2020-02-29"),
        (of("1", 2.0, until="2020-03-04"), "make ingest (only rows newer than 2020-03-04"),
    ],
)
def test_a_refusal_says_what_helps(champion: Evaluation | NotCompared, hint: str) -> None:
    assert judged(champion).hint.startswith(hint)


def test_a_verdict_travels_and_one_of_0_2_0_is_read() -> None:
    why = NotCompared("1", Incomparable.SCHEMA, "no column a")
    for verdict in (judged(why), judged(of("1", 1.0)), judged(None)):
        assert gate.from_dict(verdict.to_dict()) == verdict
    former = {key: judged(why).to_dict()[key] for key in ("candidate", "champion", "checks")}
    assert gate.from_dict({"verdict": "passed", **former}).comparison is None


def test_a_schema_differs_by_columns_and_kinds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from modelyard_platform import Column, Contract\nCONTRACT = Contract('a', columns={"
    code += "'a': Column('string'), 'b': Column('number'), 'c': Column('datetime')})\n"
    (tmp_path / "of_that_day").mkdir()
    (tmp_path / "of_that_day" / "contract.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    rows = pd.DataFrame({"a": ["x"], "b": [1], "c": [pd.Timestamp("2020-01-01")], "d": [2]})
    assert schema.differences("of_that_day", rows) == ""
    changed = rows.assign(c="2020").drop(columns="b")
    assert schema.differences("of_that_day", changed).startswith("no column b, c is ")
    assert schema.differences("of_no_day", rows) == ""


def test_what_does_not_score_is_told_from_another_schema(
    crowned: Project, edit: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = edit(crowned, features="# another file, so the code of its day is run")
    rows = snapshots.landed(project)[-1].read().head(50)
    champion = registry.Registry(project).get(registry.CHAMPION)
    with verified.model(project, champion) as stored:
        with pytest.raises(CannotScore, match="no column humid") as found:
            scoring.score(project.owner, stored, rows.rename(columns={"humid": "humidity"}))
        assert found.value.reason is Incomparable.SCHEMA
        monkeypatch.setenv("PYTHONHOME", "/nowhere")
        with pytest.raises(CannotScore, match="does not run in this environment") as found:
            scoring.score(project.owner, stored, rows)
        assert found.value.reason is Incomparable.FAILS


NEW_SOURCE = """
import pandas as pd

_fetch = fetch


def fetch(snapshot, destination, params):
    _fetch(snapshot, destination, params)
    pd.read_parquet(destination).rename(columns={"humid": "humidity"}).to_parquet(destination)
"""


def test_a_champion_of_another_schema_gives_way_to_the_floors(
    crowned: Project, edit: Callable[..., Project], command: Command, verb: Verb, tmp_path: Path
) -> None:
    """The five files are replaced after the first champion, as the README has it."""
    start = git(crowned.root, "rev-parse", "HEAD").strip()
    metrics = crowned.owner.metrics
    low = -1e9 if metrics.HIGHER_IS_BETTER[metrics.PRIMARY] else 1e9
    limits = {"floors": {metrics.PRIMARY: low}, "tolerance": 0.0}
    for name in ("contract", "features"):
        path = crowned.root / crowned.owner.path(name)
        path.write_text(path.read_text("utf-8").replace('"humid"', '"humidity"'), "utf-8")
    project = edit(crowned, data=NEW_SOURCE, params={"gate": limits, "alerts": ["terminal"]})
    newest = snapshots.landed(project)[-1].name
    kept = shutil.copytree(project.raw, tmp_path / "raw")
    for path in project.raw.iterdir():
        path.unlink()
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "Data of our own")
    assert verb("ingest", "--until", newest)[0] == 0
    code, outcome = verb("train", "--direct")
    try:
        assert (code, outcome["verdict"], outcome["champion"]) == (0, "passed", "1")
        assert (outcome["comparison"], outcome["reason"]) == (
            "cannot be compared",
            "schema changed",
        )
        assert "no column humid" in outcome["detail"]
        assert gate.COMPARED in [check["name"] for check in outcome["checks"]]
        code, shown, told = command("promote")
        assert code == 0
        assert "version 1, the champion, cannot be compared: schema changed" in told
        assert "the floors alone decide" in told.partition("is champion; version 1")[2]
        assert f"version {outcome['version']} is champion, after version 1" in shown
        assert "passed; version 1 cannot be compared: schema changed" in command("lineage")[1]
    finally:
        git(project.root, "reset", "--quiet", "--hard", start)
        shutil.copytree(kept, project.raw, dirs_exist_ok=True)


def test_a_longer_holdout_is_judged_on_what_was_not_seen(
    trained: Project, edit: Callable[..., Project], command: Command, verb: Verb
) -> None:
    """Version 1 was trained on a month that is held out from now on."""
    newest = split(trained, snapshots.landed(trained)).holdout[-1].read()
    edit(trained, params={"split": {"holdout_snapshots": 2}})
    code, verdict = verb("promote", "1")
    assert code == 0
    assert verdict["checks"][0]["limit"] == str(newest[trained.owner.contract.time].min())


def test_rows_that_one_of_two_has_seen_are_left_out(trained: Project) -> None:
    time = str(trained.owner.contract.time)
    frame = reading.read(snapshots.landed(trained))
    rows = Rows(trained, frame, Holdout(frame[time].min()))
    middle = frame[time].sort_values().iloc[len(frame) // 2]
    never, half, all_of_it = (
        Seen(when) for when in (pd.Timestamp("1999-01-01"), middle, frame[time].max())
    )
    assert rows.unseen(never) is rows
    assert rows.unseen(never, half).frame[time].min() > middle
    assert len(rows.unseen(half).frame) == int((frame[time] > middle).sum())
    assert not rows.unseen(half, all_of_it).enough


def test_a_champion_is_retired_with_a_reason(
    crowned: Project, edit: Callable[..., Project], command: Command, verb: Verb
) -> None:
    edit(crowned, params={"alerts": ["terminal"]})
    code, error = verb("retire")
    assert (code, "needs a reason" in error["error"]) == (2, True)
    code, _, told = command("retire", "--reason", "its labels\nwere wrong")
    assert code == 0
    assert "version 1 is retired: its labels were wrong" in told
    assert registry.Registry(crowned).find(registry.CHAMPION) is None
    assert verb("predict")[0] == 5
    assert verb("rollback")[0] == 5
    row = verb("lineage", "--all")[1][-1]
    assert (row["version"], row["aliases"]) == ("1", "retired")
    assert verb("lineage", "1")[1]["retired"] == "its labels were wrong"
    assert verb("promote")[0] == 5  # nor is it challenger any more
    assert verb("retire", "1", "--reason", "again")[0] == 2
    assert verb("promote", "1")[0] == 0
    assert verb("lineage", "--all")[1][-1]["aliases"].split()[-1] == "champion"


def test_one_that_is_retired_is_none_to_go_back_to(trained: Project, verb: Verb) -> None:
    versions = registry.Registry(trained)
    first = versions.get("1")
    uri = f"models:/{trained.name}/1"
    second = versions.register(first.run_id, uri, first.tags)
    try:
        versions.promote(first)
        versions.promote(second)
        assert verb("retire", "1", "--reason", "leaky")[0] == 0
        assert versions.get(registry.CHAMPION).number == second.number
        assert verb("rollback")[0] == 5
    finally:
        connect(trained).delete_model_version_tag(trained.name, "1", registry.RETIRED)
