"""Settings for one training: typed by params.yaml, recorded, and no way around the gate."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from modelyard_platform import changes
from modelyard_platform.errors import UsageError
from modelyard_platform.settings import Params, Project

Verb = Callable[..., tuple[int, Any]]
PARAMS = Params.model_validate(
    {
        "seed": 7,
        "gate": {"floors": {"roc_auc": 0.6}, "tolerance": 0.0},
        "features": {"weather": True, "lags": [1, 7]},
        "model": {
            "kind": "boosted",
            "depth": 3,
            "rate": 0.1,
            "inner": {"bins": 16, 3: 1, "x.y": {"z": 1}},
            "cap": None,
        },
    }
)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("seed=8", 8),
        ("features.weather=false", False),
        ("features.lags=[1, 14]", [1, 14]),
        ("model.kind=5", "5"),
        ("model.kind=a=b", "a=b"),
        ("model.depth=5", 5),
        ("model.rate=1", 1.0),
        ("model.rate=1e-3", 0.001),
        ("model.inner.bins=32", 32),
        ("model.cap=1.5", 1.5),
        ("model.cap=0.00001", 0.00001),
        ('model.cap="5"', "5"),
        ("model.cap=five", "five"),
        ("features.lags=[1e-5, 2.0]", [0.00001, 2.0]),
        ('features.lags=["ü😀"]', ["ü😀"]),
        ("model.inner.3=2", 2),
        ("model.inner.x.y.z=2", 2),
    ],
)
def test_a_value_has_the_type_that_params_yaml_has(word: str, value: Any) -> None:
    found = changes.parse(PARAMS, [word])
    assert found == {word.partition("=")[0]: value}
    assert type(next(iter(found.values()))) is type(value)
    known = changes.names(PARAMS)
    told = {name: changes.shown(given, known[name]) for name, given in found.items()}
    assert changes.parse(PARAMS, changes.words(told)) == found


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("model.depth=5.5", "model.depth is 3 in params.yaml, of type int; '5.5' is none"),
        ("model.rate=fast", "of type float"),
        ("model.rate=nan", "of type float"),
        ("features.weather=1", "of type bool"),
        ("features.lags=7", "of type list"),
        ("features.lags=[2013-01-01]", "of type list"),
        ("features.lags=[.nan]", "of type list"),
        ("features.lags=[{1: 2}]", "of type list"),
        ("seed=-1", "of type int"),
        ("model.dept=5", "model.dept cannot be set for one training"),
        ("gate.floors.roc_auc=0", "gate.floors.roc_auc cannot be set"),
        ("model.inner=5", "model.inner cannot be set"),
        ("model.depth", "sets nothing"),
    ],
)
def test_what_does_not_fit_is_named(word: str, says: str) -> None:
    with pytest.raises(UsageError) as told:
        changes.parse(PARAMS, [word])
    assert says in str(told.value)


def test_what_is_secret_in_an_address_is_not_kept_with_a_version() -> None:
    address = "postgresql://reader:" + "Tr0ub4dor@db/all"
    with pytest.raises(UsageError, match=r"model\.kind: an address with a password") as refused:
        changes.parse(PARAMS, [f"model.kind={address}"])
    assert "Tr0ub4dor" not in str(refused.value)
    assert changes.parse(PARAMS, ["model.kind=postgresql://db/all"])


def test_a_changed_project_gives_itself_back(project: Project) -> None:
    changed = changes.apply(project, {"seed": 99})
    assert (changed.params.seed, changed.changes) == (99, {"seed": "99"})
    assert changed.params.gate == project.params.gate
    assert changes.without(changed) == project


def test_a_name_may_have_a_dot_or_be_a_number(project: Project) -> None:
    here = replace(project, params=PARAMS)
    changed = changes.apply(here, {"model.inner.3": 2, "model.inner.x.y.z": 5, "model.cap": "5"})
    assert changed.params.model["inner"] == {"bins": 16, 3: 2, "x.y": {"z": 5}}
    assert changes.again(here, changed.changes).params == changed.params


def test_a_training_with_a_setting_is_recorded_and_reproduced(crowned: Project, verb: Verb) -> None:
    code, result = verb("train", "--set", "model.late_after=40", "--set", "model.max_iter=5")
    assert code in (0, 3)
    lineage = verb("lineage", result["version"])[1]
    assert lineage["lineage"]["settings"] == {"model.late_after": "40", "model.max_iter": "5"}
    assert lineage["changed_since"] == []
    # The run knows its own question; the gate asks the one of params.yaml.
    judged = {check["name"]: check["value"] for check in result["checks"]}
    assert judged["roc_auc of the champion"] != result["metrics"]["roc_auc"]
    assert verb("reproduce", result["version"])[1]["exact"]
