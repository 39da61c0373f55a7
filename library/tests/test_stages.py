"""The stages as commands: what travels between them is in files, and the result is `train`'s."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.data.snapshots import landed as landed_snapshots
from modelyard_platform.evaluation.gate import Check, Verdict
from modelyard_platform.lineage import record as lineage
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Project
from modelyard_platform.tracking import registry
from modelyard_platform.training import graph, preparing, stages

Command = Callable[..., tuple[int, str, str]]


def test_each_stage_takes_what_a_former_one_gives() -> None:
    known: set[str] = set()
    for stage in graph.STAGES.values():
        assert set(stage.takes) <= known
        known |= set(stage.gives)
    assert known == set(graph.FORMS)


def round_trip(name: str, value: Any, folder: Path) -> Any:
    graph.FORMS[name].write(folder / name, value)
    return graph.FORMS[name].read(folder / name)


def test_frames_come_back_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "class": pd.Categorical(["a", None, "b"], categories=["b", "a", "c"]),
            "at": pd.date_range("2026-01-01", periods=3, tz="Europe/Berlin"),
            "whole": np.array([1, 2, 3], dtype="int8"),
            "half": [0.1, np.nan, np.inf],
            "maybe": pd.array([True, None, False], dtype="boolean"),
        },
        index=[7, 3, 5],
    )
    for name in ("features", "labels"):
        pd.testing.assert_frame_equal(round_trip(name, frame, tmp_path), frame, check_freq=False)


def test_what_is_plain_comes_back_as_it_was(tmp_path: Path) -> None:
    nan, third = float("nan"), 1 / 3
    verdict = Verdict("2", None, [Check("floor", third, nan, False), Check("seen", "a", "b", True)])
    metrics = {"a": third, "b": nan, "c": 5e-324, "d": float("-inf")}
    values = {"run_id": "0f", "version": "12", "metrics": metrics, "verdict": verdict}
    for name, value in values.items():
        assert repr(round_trip(name, value, tmp_path)) == repr(value)
    assert round_trip("verdict", verdict, tmp_path).passed is False


def test_a_lineage_comes_back_as_it_was(landed: Project, tmp_path: Path) -> None:
    begun = preparing.begin(landed, "direct")
    assert len(begun.train_snapshots) > 1
    assert round_trip("lineage", begun, tmp_path) == begun


def test_the_stages_one_by_one_give_what_train_gives(
    landed: Project, trained: Project, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = provenance.chain(trained, "1")
    monkeypatch.setenv("STORE", str(landed.store))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = landed.root.parent / "between"
    folder.mkdir()
    for name, stage in graph.STAGES.items():
        # A folder, from where the command is typed, or the file itself.
        monkeypatch.chdir(landed.root / "src")
        files = [f"{key}=../../between" for key in stage.takes]
        files += [f"{key}={folder / key}" for key in stage.gives]
        options = ["--run", "engine-7"] if name == "prepare" else []
        code, printed, told = command("stage", name, *files, *options)
        assert (code, printed) == (0, ""), told
    given = {key: form.read(folder / key) for key, form in graph.FORMS.items()}
    assert set(given) == {path.name for path in folder.iterdir()}
    assert given["lineage"].pipeline_run == "engine-7"
    assert given["lineage"].train_snapshots == expected.lineage.train_snapshots
    np.testing.assert_equal(given["metrics"], expected.metrics)
    assert given["verdict"].passed
    found = registry.Registry(landed).get(registry.CHALLENGER)
    assert (found.number, found.run_id) == (given["version"], given["run_id"])
    assert provenance.chain(landed, found.number).lineage.pipeline_run == "engine-7"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["bild"], "no stage bild"),
        (["build", "lineage=here"], "features=PATH labels=PATH"),
        (["build", "lineage=here", "features=", "labels=x"], "it got lineage=here features="),
        (["prepare", "lineage=here", "seed=x"], "it got lineage=here seed=x"),
        (["build", "lineage=here", "features=x", "labels=x"], "each a file of its own"),
        (["build", "lineage=here", "features=x", "labels=src/../x"], "each a file of its own"),
        (["build", "lineage=x", "features=y", "labels=z", "labels=z"], "labels=z labels=z"),
        (["assess", "run_id=not-there", "metrics=x"], "not-there cannot be read"),
        (["build", "lineage=README.md", "features=f", "labels=l"], "README.md cannot be read"),
    ],
)
def test_wrong_files_are_told_in_a_line(
    project: Project, command: Command, words: list[str], told: str
) -> None:
    code, printed, shown = command("stage", *words)
    assert (code, printed) == (2, "")
    assert told in shown
    assert "Traceback" not in shown


def test_two_values_in_one_file_are_refused_before_anything_is_written(
    landed: Project, command: Command
) -> None:
    (landed.root / "begun").write_text(preparing.begin(landed, "direct").to_json(), "utf-8")
    before = {path: path.read_bytes() for path in landed.root.iterdir() if path.is_file()}
    code, _, told = command("stage", "build", "lineage=begun", "features=same", "labels=same")
    assert code == 2
    assert "each a file of its own; it got lineage=begun features=same labels=same" in told
    after = {path: path.read_bytes() for path in landed.root.iterdir() if path.is_file()}
    assert after == before
    # It is the file that was wrong, not the stage.
    assert command("stage", "build", "lineage=begun", "features=one", "labels=other")[0] == 0


def test_a_stage_that_fails_leaves_no_file(
    landed: Project, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(28, "no space left")

    form = graph.Form(broken, graph.LINEAGE.read)
    monkeypatch.setitem(graph.FORMS, "lineage", form)
    before = set(landed.root.iterdir())
    assert command("stage", "prepare", "lineage=made")[0] == 28
    assert set(landed.root.iterdir()) == before


def test_a_stage_brings_the_bytes_that_its_machine_lacks(landed: Project) -> None:
    begun = preparing.begin(landed, "direct")
    rows, _ = stages.build(landed, begun.train_data())
    for snapshot in landed_snapshots(landed):
        snapshot.path.unlink()
    again, _ = stages.build(landed, begun.train_data())
    pd.testing.assert_frame_equal(again, rows)


def test_a_lineage_of_0_2_0_is_read(landed: Project) -> None:
    begun = preparing.begin(landed, "direct")
    former = begun.to_json().replace('"train_snapshots"', '"train_months"')
    former = former.replace('"holdout_snapshots"', '"holdout_months"')
    text = former.replace(f'"library": "{begun.library}",\n  ', "")
    assert "snapshots" not in text
    assert 'library"' not in text
    found = lineage.from_json(text)
    assert found.train_snapshots == begun.train_snapshots
    assert found.train_data() == begun.train_data()
    assert found.library == ""
