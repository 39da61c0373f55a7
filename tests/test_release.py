"""The workflow of our own releases: well-formed, of least privilege, and everything pinned."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import SUITE
from tests.template.test_workflows import PINNED, run

WORKFLOW = SUITE / ".github" / "workflows" / "release.yml"


def loaded() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_text("utf-8"))


def test_it_is_well_formed_and_safe() -> None:
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        done = run("check-jsonschema", "--builtin-schema", schema, WORKFLOW, cwd=SUITE)
        assert done.returncode == 0, done.stdout
    assert run("actionlint", "-no-color", WORKFLOW, cwd=SUITE).stdout == ""
    options = ["--offline", "--no-progress", "--persona=auditor", "--format=plain"]
    assert "No findings to report" in run("zizmor", *options, WORKFLOW, cwd=SUITE).stdout
    uses = [line for line in WORKFLOW.read_text("utf-8").splitlines() if "uses:" in line]
    assert len(uses) > 6 and all(PINNED.search(line) for line in uses)


def test_only_after_a_review_anything_is_written_and_nothing_that_builds_may_write() -> None:
    jobs = loaded()["jobs"]
    assert loaded()["permissions"] == {}
    assert jobs["build"]["permissions"] == {"contents": "read"}
    for name, job in jobs.items():
        writes = {key for key, may in job["permissions"].items() if may == "write"}
        assert not writes or all("checkout@" not in step.get("uses", "") for step in job["steps"])
        if name in {"release", "publish"}:
            assert job["environment"] == "release" and set(job["needs"]) == {"build", "attest"}
    assert jobs["attest"]["permissions"] == {"id-token": "write", "attestations": "write"}
    # No token of anybody's: the index knows the workflow by its OIDC identity.
    assert "secrets." not in WORKFLOW.read_text("utf-8")


def test_the_steps_that_build_do_so_with_what_is_in_the_lock(tmp_path: Path) -> None:
    steps = {step.get("name"): step for step in loaded()["jobs"]["build"]["steps"]}
    tool = steps["Build the tool"]["run"].replace("--out-dir dist", f"--out-dir {tmp_path}")
    assert "--no-build-isolation" in tool
    for script in (steps["The tag is the version"]["run"], tool):
        version = re.search(r'^version = "(.+)"', (SUITE / "pyproject.toml").read_text(), re.M)
        assert version
        env = {"TAG": f"v{version[1]}", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(["bash", "-ec", script], cwd=SUITE, env=env, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
    assert sorted(path.suffix for path in tmp_path.glob("modelyard-[0-9]*")) == [".gz", ".whl"]
    assert steps["Build the library, and compare it with the one that renders carry"]["env"] == {
        "UV_OFFLINE": "1"
    }
