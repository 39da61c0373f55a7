"""Small steps down do not add up: the best earlier champion is compared with, and known cheaply."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.data import snapshots
from modelyard_platform.evaluation import gate, scoring
from modelyard_platform.evaluation.comparison import Comparison, Incomparable, NotCompared
from modelyard_platform.evaluation.metrics import Evaluation, Slice
from modelyard_platform.evaluation.unseen import Holdout, Seen
from modelyard_platform.lineage import record as lineage
from modelyard_platform.settings import Gate, Project
from modelyard_platform.tracking import documents, registry
from modelyard_platform.training import candidate, evaluations, ratchet, reading
from modelyard_platform.training.holdout import Rows, holdout_of
from modelyard_platform.training.split import held_out

Verb = Callable[..., tuple[int, Any]]


class Metrics:
    PRIMARY = "score"
    HIGHER_IS_BETTER: dict[str, bool] = {"score": True}  # noqa: RUF012 - as a module has it

    def evaluate(self, labels: Any, predictions: Any) -> dict[str, float]:
        return {"score": float((labels == predictions).mean())}


def of(number: str, score: float) -> Evaluation:
    return Evaluation(number, Seen(pd.Timestamp("2020-02-29")), {"score": score})


@pytest.fixture
def rows(crowned: Project) -> Rows:
    newest = held_out(crowned, snapshots.landed(crowned))
    return holdout_of(crowned, reading.read(newest), newest)


@pytest.fixture
def former(crowned: Project, run_folder: Callable[[Project, str], Path]) -> Iterator[list[str]]:
    """Two earlier champions. One training stands for all: its lineage does not say of which."""
    recorded = run_folder(crowned, "1") / lineage.ARTIFACT
    found = lineage.from_json(recorded.read_text("utf-8"))
    recorded.write_text(replace(found, version="").to_json(), "utf-8")
    versions = registry.Registry(crowned)
    first = versions.get("1")
    made = [versions.register(first.run_id, f"models:/{crowned.name}/1", {}) for _ in range(2)]
    for version in (*made, first):
        versions.promote(version)
    yield [version.number for version in made]
    for version in made:
        versions.remove(version.number)


def test_small_steps_down_do_not_add_up() -> None:
    settings = Gate(floors={}, tolerance=0.5)
    holdout = Holdout(pd.Timestamp("2020-03-01"))
    arguments = (of("9", 1.6), of("8", 2.0), holdout, settings, Metrics())
    assert gate.judge(*arguments).passed
    verdict = gate.judge(*arguments, earlier=of("3", 2.2))
    assert (verdict.passed, verdict.comparison, verdict.earlier) == (False, Comparison.BETTER, "3")
    (failed,) = [check.name for check in verdict.checks if not check.passed]
    assert failed == "score of earlier champion 3"
    assert gate.from_dict(verdict.to_dict()) == verdict
    assert gate.judge(*arguments, earlier=of("3", 2.1)).passed


def test_the_best_earlier_champion_is_found_and_known_from_then_on(
    crowned: Project, rows: Rows, former: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ratchet.best(crowned, {"1"}, None, rows)
    assert found is not None
    assert found.version == former[0]
    monkeypatch.setattr(scoring, "score", broken)
    monkeypatch.setattr(candidate.verified, "model", broken)
    assert ratchet.best(crowned, {"1"}, None, rows) == found
    registry.Registry(crowned).tag(registry.Registry(crowned).get(former[0]), "retired", "leaky")
    again = ratchet.best(crowned, {"1"}, None, rows)
    assert again == replace(found, version=former[1])
    assert ratchet.best(crowned, {"1", *former}, None, rows) is None


def test_the_best_so_far_counts_however_long_ago(
    crowned: Project, rows: Rows, former: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = candidate.find(crowned, "1")
    monkeypatch.setattr(ratchet, "NEWEST", 1)
    only = [earlier.name for earlier in ratchet._earlier(crowned, {"1"}, champion)]
    monkeypatch.setattr(documents, "verdict", lambda *_: {"earlier": former[0]})
    both = [earlier.name for earlier in ratchet._earlier(crowned, {"1"}, champion)]
    assert (only, both) == (former[1:], [former[1], former[0]])


def test_an_earlier_champion_that_is_another_one_by_now_is_left_out(
    crowned: Project,
    rows: Rows,
    former: list[str],
    run_folder: Callable[[Project, str], Path],
    capfd: pytest.CaptureFixture[str],
) -> None:
    (run_folder(crowned, "1") / lineage.ARTIFACT).write_text("{}")
    assert ratchet.best(crowned, {"1"}, None, rows) is None
    assert (
        f"version {former[0]}, an earlier champion, is not compared with" in capfd.readouterr().err
    )


def test_a_promotion_scores_nothing_that_the_training_has_scored(
    crowned: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verb("promote", "1")[0] == 0
    monkeypatch.setattr(scoring, "score", broken)
    code, verdict = verb("promote", "1")
    assert (code, verdict["verdict"]) == (0, "passed")


def test_what_an_evaluation_rests_on_is_its_key(
    crowned: Project, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = candidate.find(crowned, "1").record.lineage
    params = crowned.params.model_copy(update={"model": {"other": 1}})
    different = [
        (recorded, rows),
        (replace(recorded, model="0" * 64), rows),
        (recorded, replace(rows, data=("0" * 32,))),
        (recorded, replace(rows, frame=rows.frame[1:])),
        (recorded, replace(rows, project=replace(crowned, params=params))),
    ]
    assert len({evaluations.key(*parts) for parts in different}) == len(different)
    before = evaluations.key(recorded, rows)
    with (crowned.root / crowned.owner.path("metrics")).open("a") as file:
        file.write("# edited\n")
    assert evaluations.key(recorded, rows) != before
    before = evaluations.key(recorded, rows)
    monkeypatch.setattr(evaluations, "library_hash", lambda: "1" * 64)
    assert evaluations.key(recorded, rows) != before
    assert evaluations.key(replace(recorded, model=""), rows) == ""


@pytest.mark.parametrize(
    "found",
    [
        replace(of("1", 0.5), slices=[Slice("side", "a", 3, {"score": 1.0})]),
        Evaluation("1", Seen(None, "key", 0.2), {"score": 0.5}),
        NotCompared("1", Incomparable.SCHEMA, "no column a"),
    ],
)
def test_what_is_kept_is_read_back(project: Project, found: Evaluation | NotCompared) -> None:
    rows = Rows(project, pd.DataFrame(), Holdout())
    evaluations.keep(rows, "a" * 64, found)
    assert evaluations.known(rows, "a" * 64) == found
    assert evaluations.known(rows, "b" * 64) is None
    path = project.store / evaluations.FOLDER / f"{'a' * 64}.json"
    for text in ("[", "{}", '{"reason": "x"}', "[]", '{"seen": {}, "metrics": []}'):
        path.write_text(text)
        assert evaluations.known(rows, "a" * 64) is None
    np.testing.assert_equal(sorted(p.name for p in path.parent.iterdir()), [path.name])


def broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("scored")
