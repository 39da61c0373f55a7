"""Trackers get a copy of each judged training, alerts tell people; one that fails stops nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform.evaluation.gate import Check, Verdict, from_dict
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Project
from modelyard_platform.training.announce import announce

Command = Callable[..., tuple[int, str, str]]
Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]
Register = Callable[..., None]

WRITES = """
import dataclasses, json


def send(message):
    with open({path!r}, "a") as file:
        print(json.dumps(dataclasses.asdict(message)), file=file)


def record(run):
    assert (run.artifacts / "lineage.json").is_file()
    fields = dataclasses.asdict(run) | {{"artifacts": ""}}
    with open({path!r}, "a") as file:
        print(json.dumps(fields), file=file)
"""

FAILS = """
def send(message):
    raise RuntimeError("no route to https://me:secret@chat.example.com")


record = send
"""


@pytest.fixture
def heard(register: Register, tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """Register `book` and `broken`, as a tracker and as an alert; return what `book` got."""
    path = tmp_path / "heard"
    path.touch()
    for kind in ("trackers", "alerts"):
        register(kind, "book", WRITES.format(path=str(path)), f"acme_book_{kind}")
        register(kind, "broken", FAILS, f"acme_broken_{kind}")
    return lambda: [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_tracker_gets_the_whole_run(
    trained: Project,
    edit: Edit,
    heard: Callable[[], list[dict[str, Any]]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    chain = provenance.chain(trained, "1")
    project = edit(trained, params={"tracking": {"also": ["broken", "book"]}})
    announce(project, from_dict(chain.verdict))
    (run,) = heard()
    assert (run["project"], run["version"], run["verdict"]) == (trained.name, "1", "passed")
    assert run["metrics"] == chain.metrics
    assert run["params"]["seed"] == trained.params.seed
    assert run["params"]["gate.tolerance"] == 0.0
    assert run["tags"]["lineage.git_commit"] == chain.lineage.git_commit
    told = capfd.readouterr().err
    assert "broken did not take the run: RuntimeError: no route" in told
    assert "secret" not in told


def test_a_refusal_is_told_with_its_reason(
    trained: Project, edit: Edit, heard: Callable[[], list[dict[str, Any]]]
) -> None:
    project = edit(trained, params={"alerts": ["broken", "book"]})
    announce(project, Verdict("1", None, [Check("auc at its floor", 0.5, 0.6, False)]))
    announce(project, Verdict("1", None, [Check("auc at its floor", 0.7, 0.6, True)]))
    (message,) = heard()
    assert (message["event"], message["version"]) == ("refused", "1")
    assert "auc at its floor" in message["text"]


def test_the_champion_moves_though_an_alert_fails(
    trained: Project, edit: Edit, command: Command, heard: Callable[[], list[dict[str, Any]]]
) -> None:
    edit(trained, params={"alerts": ["broken", "book", "terminal"]})
    code, _, told = command("promote", "1")
    assert code == 0
    assert "the alert broken was not sent: RuntimeError" in told
    assert "secret" not in told
    assert f"! {trained.name}: version 1 is champion" in told
    assert [message["event"] for message in heard()] == ["promoted"]


@pytest.mark.parametrize("settings", [{"tracking": {"also": ["pager"]}}, {"alerts": ["pager"]}])
def test_a_name_that_nobody_registers_is_told_before_the_work(
    project: Project, edit: Edit, verb: Verb, settings: dict[str, Any]
) -> None:
    edit(project, params=settings)
    code, error = verb("train", "--direct")
    assert code == 5
    assert "'pager'" in error["error"]
    assert not list(project.raw.glob("*.dvc"))


@pytest.mark.parametrize("words", [["train", "--set", "model.nothing=1"], ["tune"]])
def test_a_setting_that_does_not_fit_is_told_before_anything_lands(
    project: Project, verb: Verb, words: list[str]
) -> None:
    assert verb(*words)[0] in (2, 5)
    assert not list(project.raw.glob("*.dvc"))
