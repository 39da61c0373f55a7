"""The workflows and hooks of the suite and of a generated repo: well-formed, pinned and safe."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template.questions import rendered

PINNED = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<sha>[0-9a-f]{40}) # (?P<tag>v\d+\.\d+\.\d+)$")


@pytest.fixture(scope="module", params=["suite", "template"])
def repo(
    request: pytest.FixtureRequest,
    whole_suite: Path,
    suite: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Each of the two repos that have workflows and hooks."""
    if request.param == "suite":
        return whole_suite
    return rendered(suite, tmp_path_factory.mktemp("workflows") / "repo")


def workflows(repo: Path) -> list[Path]:
    found = sorted((repo / ".github" / "workflows").glob("*.yml"))
    assert found
    return found


def jobs(repo: Path) -> list[dict[str, Any]]:
    return [
        job
        for path in workflows(repo)
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    ]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def zizmor(repo: Path) -> subprocess.CompletedProcess[str]:
    command = ["zizmor", "--offline", "--no-progress", "--persona=auditor", "--format=plain"]
    return run(*command, ".github", ".pre-commit-config.yaml", cwd=repo)


def test_the_workflows_keep_their_schema(repo: Path) -> None:
    schema = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = run(*schema, *workflows(repo), cwd=repo)
    assert done.returncode == 0, done.stdout
    timeouts = ["check-jsonschema", "--builtin-schema", "custom.github-workflows-require-timeout"]
    done = run(*timeouts, *workflows(repo), cwd=repo)
    assert done.returncode == 0, done.stdout


def test_the_workflows_pass_actionlint(repo: Path) -> None:
    done = run("actionlint", "-no-color", *workflows(repo), cwd=repo)
    assert done.returncode == 0, done.stdout


def test_the_workflows_pass_zizmor_at_its_strictest(repo: Path) -> None:
    done = zizmor(repo)
    assert done.returncode == 0, done.stdout


def test_zizmor_sees_an_injection(tmp_path: Path, suite: Path) -> None:
    target = rendered(suite, tmp_path / "repo")
    (path,) = workflows(target)
    text = path.read_text("utf-8")
    unsafe = text.replace('run: make "$VERB"', "run: make ${{ github.event.pull_request.title }}")
    assert unsafe != text
    path.write_text(unsafe, "utf-8")
    done = zizmor(target)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_each_workflow_grants_nothing_but_to_its_jobs(repo: Path) -> None:
    for path in workflows(repo):
        loaded = yaml.safe_load(path.read_text("utf-8"))
        assert loaded["permissions"] == {}, path.name
        assert loaded["concurrency"]["group"], path.name


def test_each_job_has_a_name_and_a_time_limit(repo: Path) -> None:
    for job in jobs(repo):
        assert job["name"]
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_each_action_is_pinned_by_hash_with_its_version(repo: Path) -> None:
    for path in workflows(repo):
        for line in path.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert PINNED.search(line), line


def test_the_suite_and_its_template_pin_the_same_actions(
    whole_suite: Path, suite: Path, tmp_path: Path
) -> None:
    pins: dict[str, set[tuple[str, str]]] = {}
    for repo in (whole_suite, rendered(suite, tmp_path / "repo")):
        for path in workflows(repo):
            for found in map(PINNED.search, path.read_text("utf-8").splitlines()):
                if found:
                    pins.setdefault(found["action"], set()).add((found["sha"], found["tag"]))
    assert {action for action, versions in pins.items() if len(versions) > 1} == set()
    assert "actions/checkout" in pins
