"""The verbs: what a script reads of them, and what a person is told when something is wrong."""

import errno
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from modelyard_platform.cli import main as cli
from modelyard_platform.data import snapshots
from modelyard_platform.evaluation import gate
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.provenance import reproduce
from modelyard_platform.settings import Project
from modelyard_platform.store import exclusive
from modelyard_platform.tracking import registry
from modelyard_platform.training import prediction, searched, stages, tuning

VERBS = Path(__file__).parents[2] / "docs" / "reference" / "verbs.md"
Verb = Callable[..., tuple[int, Any]]

ALL_HELP = """
import sys
from typer.main import get_command
from modelyard_platform.cli.main import app

command = get_command(app)
for words in ([], *([name] for name in command.commands)):
    command.main([*words, "--help"], standalone_mode=False)
heavy = "dvc matplotlib mlflow numpy pandas pandera sklearn zenml".split()
print([name for name in heavy if name in sys.modules], file=sys.stderr)
"""


def test_help_of_every_verb_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", ALL_HELP], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    for verb in ("ingest", "train", "promote", "rollback", "predict", "lineage", "reproduce"):
        assert f" {verb} [OPTIONS]" in done.stdout


def test_wrong_usage_is_told_in_a_line(project: Project) -> None:
    command = [sys.executable, "-m", cli.__name__, "ingst"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "ingst" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_reference_names_the_fields_of_results() -> None:
    said = re.findall(r"^`([\w -]+) --json` prints (.*)\.$", VERBS.read_text("utf-8"), flags=re.M)
    named = {verb: re.findall(r"`([^`]+)`", words) for verb, words in said}
    verdict = gate.Verdict("1", None, [])
    trained = stages.Outcome("1", {}, verdict)
    trials = (searched.Trial({}, 0.5, 1.0),)
    chain = {field.name for field in fields(provenance.Chain)}
    assert named["train"] == list(trained.to_dict())
    assert named["tune"] == list(tuning.Tuned("", trials, trials, trained).to_dict())
    assert named["promote"] == list(verdict.to_dict())
    assert named["predict"] == [field.name for field in fields(prediction.Batch)]
    assert set(named["lineage"]) == chain
    assert named["reproduce"] == list(reproduce.Reproduction("1", {}, {}, 0.0).to_dict())


def test_a_second_writer_is_told_who_is_at_work(project: Project, verb: Verb) -> None:
    with exclusive(project, "train"):
        for word in ("ingest", "promote", "rollback"):
            code, error = verb(word)
            assert code == 7
            assert error["error"].startswith("train (process")
    assert verb("rollback")[0] == 5


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (["split", "holdout_snapshot"], "did you mean holdout_snapshots?"),
        (["gate", "tolerence"], "did you mean tolerance?"),
        (["modle"], "did you mean model?"),
        (["gate", "tolerance"], "greater than or equal to 0"),
    ],
)
def test_a_setting_that_does_not_hold_is_named(
    project: Project, verb: Verb, path: list[str], hint: str
) -> None:
    settings = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    section = settings[path[0]] if path[1:] else settings
    section[path[-1]] = -1
    Path("params.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    code, error = verb("lineage")
    assert code == 5
    assert ".".join(path) in error["error"]
    assert hint in error["error"]


@pytest.mark.parametrize(
    ("raised", "expected"), [(KeyboardInterrupt(), 130), (OSError(errno.ENOSPC, "full"), 28)]
)
def test_what_is_broken_off_has_an_exit_code_of_its_own(
    project: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch, raised: Any, expected: int
) -> None:
    def broken(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(snapshots, "ingest", broken)
    assert verb("ingest")[0] == expected


def test_a_server_that_does_not_answer_is_named(
    project: Project, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    for words in (["lineage"], ["promote"], ["reproduce"]):
        code, error = verb(*words)
        assert code == 6
        assert "http://127.0.0.1:1" in error["error"]


def test_predictions_name_the_version_that_gave_them(trained: Project, verb: Verb) -> None:
    code, error = verb("predict")
    assert (code, error["hint"]) == (5, "make promote")
    versions = registry.Registry(trained)
    versions.promote(versions.get("1"))
    oldest, newest = (snapshots.landed(trained)[index] for index in (0, -1))
    contract = trained.owner.contract
    for snapshot, words in ((newest, []), (oldest, ["--snapshot", oldest.name])):
        code, batch = verb("predict", *words)
        written = pd.read_parquet(batch["path"])
        rows = snapshot.read()
        assert (code, batch["rows"], len(written)) == (0, len(rows), len(rows))
        assert Path(batch["path"]).stem == snapshot.name
        assert written[contract.key].tolist() == rows[contract.key].tolist()
        assert set(written["model_version"]) == {batch["model_version"]} == {"1"}
        assert written["prediction"].notna().all()
    assert verb("predict", "--snapshot", "1900-01")[0] == 5


def test_versions_are_listed_and_an_unknown_one_is_refused(trained: Project, verb: Verb) -> None:
    code, rows = verb("lineage", "--all")
    assert (code, rows[-1]["version"], rows[-1]["dirty"]) == (0, "1", False)
    assert verb("lineage", "challenger")[1]["version"] == "1"
    for words in (["lineage"], ["promote"], ["reproduce"]):
        assert verb(*words, "999")[0] == 5


def test_the_doctor_names_what_is_out_of_step(project: Project, verb: Verb) -> None:
    text = Path("pyproject.toml").read_text("utf-8")
    wrong = text.replace("dependencies = [", 'dependencies = [\n    "not-locked>=1",', 1)
    Path("pyproject.toml").write_text(wrong, "utf-8")
    code, findings = verb("doctor")
    broken = {found["about"]: found["message"] for found in findings if found["state"] == "broken"}
    assert code == 5
    assert "not-locked" in broken["lock"]


def test_a_folder_that_is_no_project_is_refused(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, error = verb("train")
    assert code == 5
    assert str(tmp_path) in error["error"]
