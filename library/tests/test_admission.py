"""Who gets into the registry: what passed the gate is challenger; CI registers only if asked to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from modelyard_platform import ci
from modelyard_platform.cli import views
from modelyard_platform.errors import SetupError
from modelyard_platform.evaluation import gate
from modelyard_platform.git import git
from modelyard_platform.lineage import origin
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Project
from modelyard_platform.tracking import registry
from modelyard_platform.tracking.client import connect
from modelyard_platform.training import candidate, graph, preparing, stages

Command = Callable[..., tuple[int, str, str]]


def raise_floor(edit: Callable[..., Project], project: Project) -> Project:
    """Return the project with a floor that no model reaches."""
    metrics = project.owner.metrics
    worst = 9.0 if metrics.HIGHER_IS_BETTER[metrics.PRIMARY] else -9.0
    settings = yaml.safe_load(Path("params.yaml").read_text("utf-8"))["gate"]
    return edit(project, params={"gate": settings | {"floors": {metrics.PRIMARY: worst}}})


@pytest.mark.parametrize(("limit", "expected"), [(0.5, "1"), (2.0, None)])
def test_a_refused_version_is_never_challenger(
    trained: Project, monkeypatch: pytest.MonkeyPatch, limit: float, expected: str | None
) -> None:
    checks = [gate.Check("score at its floor", 1.0, limit, limit < 1)]
    monkeypatch.setattr(stages, "judge", lambda *_: gate.Verdict("1", None, checks))
    connect(trained).delete_registered_model_alias(trained.name, registry.CHALLENGER)
    stages.admit(trained, "1")
    found = registry.Registry(trained).find(registry.CHALLENGER)
    assert (found and found.number) == expected


def test_ci_judges_a_run_and_registers_nothing(
    trained: Project,
    edit: Callable[..., Project],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    project = raise_floor(edit, edit(trained, params={"alerts": ["terminal"]}))
    versions = registry.Registry(project)
    before = [version.number for version in versions.all()]
    monkeypatch.setenv("CI", "true")
    outcome = graph.run(project)
    assert [version.number for version in versions.all()] == before
    assert versions.get(registry.CHALLENGER).number == "1"
    assert (outcome.to_dict()["version"], outcome.verdict.passed) == (None, False)
    recorded = candidate.find(project, outcome.version).record.lineage
    assert (recorded.gate, recorded.version) == ("refused", "")
    assert "gate.json" in recorded.artifacts
    views.trained(outcome)
    shown = capfd.readouterr()
    assert f"run {outcome.version[:8]} was refused by the gate" in shown.out
    assert "MODELYARD_REGISTER=1" in shown.out
    assert "the gate refused" not in shown.err  # that is for those who made the pull request


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"CI": "true"}, False),
        ({"CI": "false"}, True),
        ({"CI": "1", ci.REGISTER: "1"}, True),
        ({ci.REGISTER: "0"}, False),
    ],
)
def test_the_environment_decides_what_is_registered(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ci.registers() is expected


def test_a_switch_that_is_neither_is_told_before_the_fit(
    landed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ci.REGISTER, "yes")
    with pytest.raises(SetupError, match="MODELYARD_REGISTER is 'yes'"):
        preparing.prepare(landed)


def test_promote_tells_where_the_challenger_comes_from_before_it_is_champion(
    trained: Project, command: Command
) -> None:
    recorded = provenance.chain(trained, "1").lineage
    assert recorded.author == "Test <test@example.com>"
    assert recorded.branch == origin.branch(trained.root) != ""
    code, _, told = command("promote")
    assert code == 0
    where = f"version 1: commit {recorded.git_commit[:10]} of branch {recorded.branch} by Test"
    assert told.index(where) < told.index("judge version 1")


def test_a_branch_is_git_s_or_that_of_the_ci_job(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_REF_NAME", "12/merge")
    monkeypatch.setenv("GITHUB_HEAD_REF", "a\x1b[31m-branch")
    git(project.root, "checkout", "--quiet", "-b", "mine")
    assert origin.branch(project.root) == "mine"
    git(project.root, "checkout", "--quiet", "--detach")
    assert origin.branch(project.root) == "a [31m-branch"


def test_a_lineage_whose_commit_is_not_here_says_so(trained: Project) -> None:
    recorded = provenance.chain(trained, "1").lineage
    gone = replace(recorded, git_commit="0" * 40, author="Ada <ada@x.org>", dirty=True)
    told = origin.told(trained.root, gone)
    assert "by Ada <ada@x.org>, with uncommitted changes; this clone does not have" in told
