"""The workflows that run a fleet in CI are well-formed and safe, and install what is pinned."""

import re
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from modelyard.cli.fleet_commands import fleet
from modelyard.errors import NotReady
from modelyard.fleet import example
from modelyard.template import own
from tests.conftest import SUITE
from tests.markdown import code
from tests.template.test_workflows import PINNED, jobs, run
from tests.tool.fleet.workflows import INSTALL, SOURCES, loaded, scripts


@pytest.fixture
def github(tmp_path: Path) -> Path:
    """A repo with the workflow in it, as `init --ci github` writes it."""
    example.write(tmp_path / "fleet.toml", "github", "team", "https://example.com/t", "github")
    return tmp_path


def zizmor(repo: Path) -> str:
    options = ["--offline", "--no-progress", "--persona=auditor", "--format=plain"]
    return run("zizmor", *options, ".github", cwd=repo).stdout


def test_github_is_well_formed_and_safe(github: Path) -> None:
    (path,) = (github / ".github" / "workflows").glob("*.yml")
    assert path.name == "rollout.yml"
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        done = run("check-jsonschema", "--builtin-schema", schema, path, cwd=github)
        assert done.returncode == 0, done.stdout
    assert run("actionlint", "-no-color", path, cwd=github).stdout == ""
    assert "No findings to report" in zizmor(github)


def test_zizmor_sees_a_token_outside_its_environment(github: Path) -> None:
    path = github / ".github" / "workflows" / "rollout.yml"
    outside = re.sub(r"    environment: fleet #.*\n", "", path.read_text("utf-8"))
    path.write_text(outside, "utf-8")
    assert "secrets-outside-env" in zizmor(github)


def test_github_grants_nothing_and_is_pinned(github: Path) -> None:
    lines = [line for line in SOURCES["github"].read_text("utf-8").splitlines() if "uses:" in line]
    pins = [PINNED.search(line) for line in lines]
    assert len(pins) > 5 and all(pins)
    # The same checkout as in the suite's own workflow: they are moved on together.
    ours = (SUITE / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert all(pin[0] in ours for pin in pins if pin and pin["action"] == "actions/checkout")
    assert loaded("github")["permissions"] == {}
    assert loaded("github")["concurrency"]["group"]
    for job in jobs(github):
        assert job["name"] and job["timeout-minutes"] <= 120 and job["environment"]
        assert job["permissions"] == {"contents": "read"}


def test_gitlab_is_well_formed(tmp_path: Path) -> None:
    example.write(tmp_path / "fleet.toml", "gitlab", "team", "https://example.com/t", "gitlab")
    path = tmp_path / ".gitlab-ci.yml"
    schema = ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = run(*schema, path, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    path.write_text(path.read_text("utf-8").replace("when: manual", "when: asked"), "utf-8")
    assert run(*schema, path, cwd=tmp_path).returncode != 0


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    there = tmp_path / ".gitlab-ci.yml"
    there.write_text("mine\n", "utf-8")
    with pytest.raises(NotReady, match="there already"):
        example.write(tmp_path / "fleet.toml", "gitlab", "team", "https://example.com/t", "gitlab")
    assert there.read_text("utf-8") == "mine\n"
    assert not (tmp_path / "fleet.toml").exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("https://git.example.com/ml/standard", f"https://git.example.com/ml/standard@{'a' * 40}"),
        ("https://git.example.com/ml/other", "https://git.example.com/ml/other@FULL-COMMIT-ID"),
        ("/home/me/modelyard", "https://github.com/YOUR-TEAM/modelyard@FULL-COMMIT-ID"),
        ("https://a.b/x\nevil: true", "https://github.com/YOUR-TEAM/modelyard@FULL-COMMIT-ID"),
    ],
)
def test_ci_installs_the_suite_that_wrote_it_at_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    monkeypatch.setenv("MODELYARD_TEMPLATE", source)
    vcs = {"vcs": "git", "commit_id": "a" * 40}
    origin = {"url": "https://git.example.com/ml/standard", "vcs_info": vcs}
    monkeypatch.setattr(own, "_origin", lambda: origin)
    for ci, path in example.CI.items():
        (tmp_path / ci).mkdir()
        example.write(tmp_path / ci / "fleet.toml", "local", "x", "y", ci)
        text = (tmp_path / ci / path).read_text("utf-8")
        found = yaml.safe_load(text)
        assert found.get("env", found.get("variables"))["MODELYARD"] == f"modelyard @ git+{said}"


@pytest.mark.parametrize("ci", SOURCES)
def test_everything_is_installed_by_hash(ci: str, tmp_path: Path) -> None:
    example.write(tmp_path / "fleet.toml", "local", "x", "y", ci)
    lock = (tmp_path / example.LOCK).read_text("utf-8")
    pins = re.findall(r"^([\w-]+)==\S+", lock, re.M)
    assert lock.count("==") >= len(pins) and len(re.split(r"--hash=sha256:[0-9a-f]{64}", lock)) > 90
    assert not re.search(r"^(?![\w-]+==|    --hash=sha256:)", lock.rstrip(), re.M)
    project = tomllib.loads((SUITE / "pyproject.toml").read_text("utf-8"))
    needed = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["fleet"],
        *project["build-system"]["requires"],
    ]
    assert {re.split(r"[<>=]", one)[0] for one in needed} <= set(pins)
    # The same versions as those that the suite is tested with.
    suite = re.findall(r"^([\w-]+==\S+)", (SUITE / "requirements.lock").read_text("utf-8"), re.M)
    assert set(re.findall(r"^([\w-]+==\S+)", lock, re.M)) <= set(suite)
    installs = [line.strip() for piece in scripts(ci) for line in piece.splitlines()]
    installs = [line for line in installs if "pip install" in line or "tool install" in line]
    assert installs and all(
        "--require-hashes" in line or line.endswith(INSTALL) for line in installs
    )


def test_every_image_is_named_by_its_digest() -> None:
    pipeline = loaded("gitlab")
    assert pipeline["default"]["image"] == "$IMAGE"
    assert "@sha256:" in pipeline["variables"]["IMAGE"]
    assert [job for job in pipeline.values() if isinstance(job, dict) and "image" in job] == [
        pipeline["default"]
    ]


def test_uv_is_the_one_that_the_suite_is_tested_with() -> None:
    pinned = re.search(r"^uv==(\S+)", (SUITE / "requirements.lock").read_text("utf-8"), re.M)
    steps = [step for job in loaded("github")["jobs"].values() for step in job["steps"]]
    versions = {step["with"]["version"] for step in steps if "setup-uv@" in step.get("uses", "")}
    assert pinned and versions == {pinned[1]}


WAVES = re.compile(r"fleet (rollout|retry|pause|resume|withdraw)")
REFRESH = re.compile(r"fleet (refresh|dashboard)")


def test_on_github_only_what_a_reviewer_approves_can_open_requests() -> None:
    """What refreshes those that are open has an environment of its own."""
    for name, job in loaded("github")["jobs"].items():
        tokens = {step["env"]["GITHUB_TOKEN"] for step in job["steps"] if "env" in step}
        runs = "\n".join(step.get("run", "") for step in job["steps"])
        found = (job["environment"], tokens)
        if WAVES.search(runs):
            assert found == ("fleet-waves", {"${{ secrets.FLEET_TOKEN }}"}), name
        elif REFRESH.search(runs):
            assert found == ("fleet-refresh", {"${{ secrets.FLEET_TOKEN }}"}), name
        else:
            assert found == ("fleet", {"${{ secrets.FLEET_READ_TOKEN }}"}), name


def test_on_gitlab_only_what_somebody_approves_can_open_requests() -> None:
    for name, job in loaded("gitlab").items():
        if not isinstance(job, dict) or "script" not in job:
            continue
        runs = "\n".join(job["script"])
        found = (job["environment"]["name"], job.get("when"))
        if WAVES.search(runs):
            assert found == ("fleet-waves", "manual"), name
        else:
            place = "fleet-refresh" if REFRESH.search(runs) else "fleet"
            assert found == (place, None), name


def unknown(script: str) -> list[str]:
    """What a script asks of `modelyard fleet` that is not there."""
    group: Any = typer.main.get_command(fleet)
    missing = []
    for name, rest in re.findall(r"modelyard fleet ([\w-]+)([^|>\n]*)", script):
        if name not in group.commands:
            missing.append(name)
            continue
        known = {flag for parameter in group.commands[name].params for flag in parameter.opts}
        missing += [f"{name} {flag}" for flag in re.findall(r"--[\w-]+", rest) if flag not in known]
    return missing


@pytest.mark.parametrize("ci", SOURCES)
def test_every_command_and_option_exists(ci: str) -> None:
    found = "\n".join(scripts(ci))
    assert found.count("modelyard fleet") >= 5
    assert unknown(found) == []


def test_every_command_in_the_docs_exists() -> None:
    pages = [*SUITE.glob("*.md"), *SUITE.glob("docs/**/*.md")]
    said = [piece for page in pages for piece in code(page) if "modelyard fleet " in piece]
    assert len(said) > 30
    assert [missing for piece in said for missing in unknown(piece)] == []


def test_a_command_that_is_not_there_is_noticed() -> None:
    assert unknown("modelyard fleet deploy\nmodelyard fleet retry --hard") == [
        "deploy",
        "retry --hard",
    ]


def test_the_wheel_ships_the_workflows(tmp_path: Path) -> None:
    build = ["uv", "build", "--wheel", "--quiet", "--offline", "--no-build-isolation"]
    subprocess.run([*build, "--out-dir", str(tmp_path)], cwd=SUITE, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    names = [*(f"{ci}.yml" for ci in SOURCES), "requirements.lock"]
    assert {f"modelyard/fleet/ci/{name}" for name in names} <= shipped
