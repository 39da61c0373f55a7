"""What the owner's functions give for rows is of those rows, or the training ends there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import figures
from modelyard_platform.evaluation.metrics import evaluate
from modelyard_platform.evaluation.unseen import Seen
from modelyard_platform.settings import Project
from modelyard_platform.training import fitting

Give = Callable[[Any, str, str, Any], None]


@pytest.fixture
def raw(project: Project, tmp_path: Path) -> pd.DataFrame:
    """Rows of the sample, whose index says which row each is."""
    month = project.owner.data.snapshots(project.params.data)[0]
    project.owner.data.fetch(month, tmp_path / "rows", project.params.data)
    return pd.read_parquet(tmp_path / "rows").head(50).set_axis(range(100, 150))


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Change what a function of the owner's gives: `give(owner, "model", "target", change)`."""

    def patch(owner: Any, module: str, function: str, change: Any) -> None:
        own = getattr(getattr(owner, module), function, lambda frame, _: frame.iloc[:, 0] * 0 + 1)
        monkeypatch.setattr(
            getattr(owner, module), function, lambda f, p: change(own(f, p)), raising=False
        )

    return patch


@pytest.mark.parametrize(
    ("module", "function"), [("features", "build"), ("model", "target"), ("model", "weights")]
)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found[::-1], "rows in another order"),
        (lambda found: found.set_axis(range(1, 51)), "rows in another order"),
        (lambda found: found.head(49), "49 rows for 50"),
    ],
)
def test_what_is_not_of_the_rows_is_refused(
    project: Project,
    raw: pd.DataFrame,
    give: Give,
    module: str,
    function: str,
    change: Any,
    says: str,
) -> None:
    raw["flight_id"] = 1.0  # what the weights here are made from
    raw = raw[["flight_id", *raw.columns.drop("flight_id")]]
    give(project.owner, module, function, change)
    with pytest.raises(SetupError, match=rf"src/\w+/{module}\.py: {function} gave {says}"):
        fitting.build(project, [raw])


def test_rows_that_are_counted_anew_are_taken(
    project: Project, raw: pd.DataFrame, give: Give
) -> None:
    give(project.owner, "model", "target", lambda found: found.reset_index(drop=True))
    rows, labels = fitting.build(project, [raw])
    assert len(rows) == len(labels) == 50


def test_a_label_that_is_missing_is_counted(
    project: Project, raw: pd.DataFrame, give: Give
) -> None:
    give(project.owner, "model", "target", lambda found: found.where(found.index > 102))
    with pytest.raises(SetupError, match=r"target gave no label for 3 of 50 rows"):
        fitting.build(project, [raw])


@pytest.mark.parametrize("odd", [np.nan, np.inf, -1.0, None, "much"])
def test_a_weight_is_a_number_that_is_not_negative(
    project: Project, raw: pd.DataFrame, give: Give, odd: Any
) -> None:
    weights = [*[1.0] * 49, odd]
    give(project.owner, "model", "weights", lambda _: weights)
    raw = raw[["distance", *raw.columns.drop("distance")]]
    with pytest.raises(
        SetupError, match=r"weights gave (1 of 50 values that are|what is no number)"
    ):
        fitting.build(project, [raw])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "a NoneType, and no mapping"),
        ({}, "no season, which SLICES names"),
        ({"season": ["cold"] * 3}, "3 rows for 50"),
    ],
)
def test_a_slice_has_a_value_for_each_row(
    project: Project, raw: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, given: Any, says: str
) -> None:
    monkeypatch.setattr(project.owner.metrics, "slices", lambda frame: given, raising=False)
    project.params.gate.slices["season"] = {}
    with pytest.raises(SetupError, match=f"slices gave {says}"):
        evaluate(project, "1", Seen(), raw, np.full(50, 0.5))


def test_a_plot_that_cannot_be_drawn_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "plots"
    folder.mkdir()

    def broken() -> Any:
        raise KeyError("no such column")

    for given in (broken, lambda: None, lambda: {"it": "a text"}, lambda: {"../out": Figure()}):
        figures.save(folder, "plots", given)
        assert "! plots: not drawn: " in capsys.readouterr().err
    figures.save(folder, "plots", lambda: {"one": Figure(), "by/two": Figure()})
    assert capsys.readouterr().err == ""
    made = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png"))
    assert made == ["plots/by/two.png", "plots/one.png"]
