"""The gate says no where it must, and the champion changes only past it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import gate
from modelyard_platform.evaluation.metrics import Evaluation, Slice
from modelyard_platform.evaluation.unseen import Holdout, Seen
from modelyard_platform.lineage import record as lineage
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Gate, Project
from modelyard_platform.tracking import logging, registry
from modelyard_platform.training import graph, stages

HOLDOUT = pd.Timestamp("2020-03-01")
BEFORE = HOLDOUT - pd.Timedelta(seconds=1)
PRIMARY = "score"
Verb = Callable[..., tuple[int, Any]]


class Metrics:
    """A metrics.py with one metric."""

    PRIMARY = PRIMARY
    HIGHER_IS_BETTER: dict[str, bool] = {PRIMARY: True}  # noqa: RUF012 - tests turn it around

    def evaluate(self, labels: Any, predictions: Any) -> dict[str, float]:
        return {PRIMARY: float((labels == predictions).mean())}


def judged(candidate: Evaluation, champion: Evaluation | None = None, **limits: Any) -> bool:
    settings = Gate(**{"floors": {}, "tolerance": 0.0, **limits})
    return gate.judge(candidate, champion, Holdout(HOLDOUT), settings, Metrics()).passed


def scored(
    value: float, until: pd.Timestamp = BEFORE, slices: tuple[Slice, ...] = ()
) -> Evaluation:
    return Evaluation("1", Seen(until), {PRIMARY: value}, list(slices))


@pytest.fixture(params=[1, -1], ids=["more", "less"])
def sign(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Both directions of the primary metric: `sign * 2` is better than `sign * 1`."""
    better = Metrics.HIGHER_IS_BETTER
    monkeypatch.setitem(better, PRIMARY, request.param > 0)
    return int(request.param)


def test_a_floor_is_the_worst_value_that_passes(sign: int) -> None:
    assert judged(scored(sign * 2.0), floors={PRIMARY: sign * 2.0})
    assert judged(scored(sign * 2.1), floors={PRIMARY: sign * 2.0})
    assert not judged(scored(sign * 1.9), floors={PRIMARY: sign * 2.0})


def test_a_challenger_may_lose_to_the_champion_by_the_tolerance_alone(sign: int) -> None:
    champion = scored(sign * 2.0)
    assert judged(scored(sign * 1.8), champion, tolerance=0.25)
    assert not judged(scored(sign * 1.7), champion, tolerance=0.25)
    assert not judged(scored(sign * 1.9), champion, tolerance=0.0)
    assert judged(scored(sign * 2.1), champion, tolerance=0.0)


def test_a_slice_below_its_floor_refuses_unless_it_is_small(sign: int) -> None:
    limits: dict[str, Any] = {"slices": {"side": {PRIMARY: sign * 2.0}}, "min_slice_rows": 100}
    good, bad = Slice("side", "a", 100, {PRIMARY: sign * 3.0}), {PRIMARY: sign * 1.0}
    assert judged(scored(sign * 3.0, slices=(good, Slice("side", "b", 99, bad))), **limits)
    assert not judged(scored(sign * 3.0, slices=(good, Slice("side", "b", 100, bad))), **limits)


def test_what_could_not_be_computed_does_not_pass(sign: int) -> None:
    nan = float("nan")
    infinite = sign * float("inf")  # better than all there is: something was divided by nothing
    assert not judged(scored(infinite), floors={PRIMARY: sign * 1.0})
    assert not judged(scored(infinite), scored(sign * 1.0))
    assert judged(scored(sign * 1.0), scored(-infinite))
    assert not gate.better(Metrics(), scored(infinite), scored(sign * 1.0))
    assert not judged(scored(nan), floors={PRIMARY: sign * 1.0})
    assert not judged(scored(nan), scored(sign * 1.0))
    assert not judged(scored(sign * 1.0), scored(nan))


def test_a_holdout_that_either_model_has_seen_does_not_count() -> None:
    assert judged(scored(1.0), scored(1.0))
    assert not judged(scored(1.0, until=HOLDOUT))
    assert not judged(scored(1.0), scored(1.0, until=HOLDOUT))


def test_a_gate_that_asked_nothing_refuses() -> None:
    assert not gate.Verdict("1", None, []).passed


@pytest.mark.parametrize(
    "wrong", [{"floors": {"unknown": 1.0}}, {"floors": {}, "slices": {"unknown": {PRIMARY: 1.0}}}]
)
def test_the_gate_names_metrics_and_columns_that_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(SetupError, match="unknown"):
        gate.check_names(Gate(tolerance=0, **wrong), Metrics(), {"side"})


BOTH = pytest.mark.parametrize(
    "task", ["classification", "regression"], indirect=True, scope="session"
)


@BOTH
def test_a_model_trained_on_shuffled_labels_is_not_even_challenger(
    trained: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verb("promote", "1")[0] == 0
    build = stages.build

    def shuffled(project: Project, data: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        rows, labels = build(project, data)
        return rows, labels.sample(frac=1, random_state=0).set_axis(labels.index)

    monkeypatch.setattr(stages, "build", shuffled)
    code, result = verb("train", "--direct")
    assert (code, result["verdict"], result["champion"]) == (3, "refused", "1")
    versions = registry.Registry(trained)
    assert versions.get(registry.CHALLENGER).number == "1"
    assert verb("promote", result["version"])[0] == 3
    assert versions.get(registry.CHAMPION).number == "1"


@BOTH
def test_a_refused_version_leaves_the_champion_and_says_why(trained: Project, verb: Verb) -> None:
    metrics = trained.owner.metrics
    primary, better = metrics.PRIMARY, metrics.HIGHER_IS_BETTER[metrics.PRIMARY]
    best = provenance.chain(trained, "1").metrics[primary]
    settings = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    settings["gate"]["floors"] = {primary: best + 1 if better else best - 1}
    Path("params.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    code, error = verb("promote", "1")
    assert code == 3
    (failed,) = (check["check"] for check in error["details"] if not check["passed"])
    assert primary in failed
    versions = registry.Registry(trained)
    assert versions.find(registry.CHAMPION) is None
    assert versions.get("1").tags["lineage.gate"] == "refused"


def test_the_champion_moves_on_and_back(
    crowned: Project, verb: Verb, run_folder: Callable[[Project, str], Path]
) -> None:
    versions = registry.Registry(crowned)
    first = versions.get("1")
    uri = logging.model_uri(crowned, first.run_id)
    # One training stands for three versions, as its lineage does not say of which one it is.
    recorded = run_folder(crowned, "1") / lineage.ARTIFACT
    found = lineage.from_json(recorded.read_text("utf-8"))
    recorded.write_text(replace(found, version="").to_json(), "utf-8")
    numbers = ["1", *[versions.register(first.run_id, uri, first.tags).number for _ in range(2)]]
    for number in numbers:
        code, verdict = verb("promote", number)
        assert (code, verdict["candidate"]) == (0, number)
        assert versions.get(registry.CHAMPION).number == number
    assert verb("rollback") == (0, {"champion": numbers[1]})
    assert verb("rollback") == (0, {"champion": numbers[0]})
    assert verb("rollback")[0] == 5
    assert versions.get(registry.CHAMPION).number == numbers[0]


def test_a_champion_that_is_gone_is_passed_over(trained: Project, verb: Verb) -> None:
    versions = registry.Registry(trained)
    first = versions.get("1")
    uri = logging.model_uri(trained, first.run_id)
    gone, last = (versions.register(first.run_id, uri, first.tags) for _ in range(2))
    for version in (first, gone, last):
        versions.promote(version)
    versions.remove(gone.number)
    assert verb("rollback") == (0, {"champion": "1"})
    assert verb("rollback")[0] == 5


def test_the_present_champion_is_none_to_go_back_to(trained: Project, verb: Verb) -> None:
    versions = registry.Registry(trained)
    first = versions.get("1")
    gone = versions.register(first.run_id, logging.model_uri(trained, first.run_id), first.tags)
    for version in (first, gone, first):
        versions.promote(version)
    versions.remove(gone.number)
    code, error = verb("rollback")
    assert (code, error["error"]) == (5, "there is no champion to go back to")
    assert 'promote ARGS="VERSION"' in error["hint"]
    assert versions.get(registry.CHAMPION).number == "1"


def test_uncommitted_code_is_promoted_only_on_request(
    trained: Project, verb: Verb, edit: Callable[..., Project]
) -> None:
    versions = registry.Registry(trained)
    dirty = graph.run(edit(trained, features="# not committed")).version
    assert verb("promote", dirty)[0] == 3
    assert versions.find(registry.CHAMPION) is None
    assert verb("promote", dirty, "--allow-dirty")[0] == 0
    assert versions.get(registry.CHAMPION).number == dirty
