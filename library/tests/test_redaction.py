"""No way out of the process shows what a URL has of users, passwords and keys."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform import alerts
from modelyard_platform.cli import main as cli
from modelyard_platform.data import snapshots
from modelyard_platform.errors import GateRefused
from modelyard_platform.git import git
from modelyard_platform.lineage import record as lineage
from modelyard_platform.provenance import day
from modelyard_platform.redaction import redact, redacted
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import client, logging

Command = Callable[..., tuple[int, str, str]]
URL = "https://me:s3cret@127.0.0.1:1/team"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:s3cret@host/x", "https://host/x"),
        ("https://me:s3@s3cret@host/x?y=1", "https://host/x?y=1"),
        ("https://me:s3/cret@host/x", "https://host/x"),
        ("https://s3cret@host", "https://host"),
        ("git+https://me:s3cret@host/x.git@v1", "git+https://host/x.git@v1"),
        ("a http://me:s3cret@h:1/ and ssh://me:s3cret@h/", "a http://h:1/ and ssh://h/"),
        ("azure://c/p?sv=2024&sig=s3cret&se=1", "azure://c/p?sv=2024&sig=***&se=1"),
        ("https://h/x?X-Amz-Signature=s3cret", "https://h/x?X-Amz-Signature=***"),
        ("https://h/x?access_token=s3cret#top", "https://h/x?access_token=***#top"),
        ("GET /x?api-key=s3cret failed", "GET /x?api-key=*** failed"),
    ],
)
def test_what_is_secret_in_a_url_is_taken_out(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redacted({text: [text, (text, 1)]}) == {shown: [shown, (shown, 1)]}


@pytest.mark.parametrize(
    "text",
    [
        "https://host:8080/@scope/pkg@1.0",
        "sqlite:////home/me@work/store/mlflow.db",
        "me@example.com?subject=hello",
        "https://host/x?page=2&monkey=1",
    ],
)
def test_what_is_not_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.fixture
def leaky(project: Project, edit: Callable[..., Project]) -> None:
    """A repo whose source prints, warns and logs its address, and then raises with it."""
    code = f"""
def snapshots(params):
    import logging, sys, warnings
    print("printed: {URL}")
    sys.stderr.writelines(["written: {URL}\\n"])
    warnings.warn("warned: {URL}")
    logging.getLogger("ours").error("logged: {URL}")
    raise OSError("raised: {URL}")
"""
    edit(project, data=code)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_terminal_shows_none(leaky: None, more: list[str]) -> None:
    # In a process of its own: pytest keeps warnings and logs from the streams.
    verb = [sys.executable, "-m", cli.__name__, "ingest", *more]
    done = subprocess.run(verb, capture_output=True, text=True)
    shown = done.stdout + done.stderr
    assert done.returncode == 6, shown
    for word in ("printed", "written", "warned", "logged", "raised"):
        assert f"{word}: https://127.0.0.1:1/team" in shown
    assert "s3cret" not in shown


def test_no_verb_shows_an_address_with_a_password(
    project: Project, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", URL)
    config = "[core]\n    remote = team\n['remote \"team\"']\n    url = " + URL + "\n"
    (project.root / ".dvc" / "config").write_text(config, "utf-8")
    for words in (["doctor"], ["doctor", "--json"], ["ui"], ["lineage"], ["lineage", "--json"]):
        _, printed, told = command(*words)
        assert "127.0.0.1:1/team" in printed + told
        assert "s3cret" not in printed + told


def test_a_run_keeps_none(
    landed: Project, edit: Callable[..., Project], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from mlflow.tracking.context import registry

    settings = {"tracking": {"artifacts": [URL]}, "data": {"source": URL, "also": [{"url": URL}]}}
    project = edit(landed, params=settings)
    # As a CI job clones: git's remote has the token, and MLflow tags each run and model with it.
    git(project.root, "remote", "add", "origin", URL)
    answers = project.root / ".copier-answers.yml"
    answers.write_text(f"_src_path: {URL}\n_commit: v1\n", "utf-8")
    git(project.root, "commit", "--quiet", "--all", "--message", "Settings")
    monkeypatch.setattr(sys, "argv", [str(project.root / "Makefile")])
    for provider in registry._run_context_provider_registry:
        if hasattr(provider, "_cache"):
            monkeypatch.setattr(provider, "_cache", {})
    connected = client.connect(project)
    found = snapshots.landed(project)
    with client.run(project) as run_id:
        begun = lineage.capture(project, found)
        logging.log_inputs(project, found[0].read(), begun, 1)
        model = connected.create_logged_model("0", "model", run_id)
    kept = connected.get_run(run_id).data
    (tmp_path / "kept").mkdir()
    assert kept.tags["mlflow.source.git.repoURL"] == "https://127.0.0.1:1/team"
    assert kept.params["data.source"] == "https://127.0.0.1:1/team"
    folder = client.download(project, tmp_path / "kept", run_id=run_id)
    artifacts = {p.name: p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}
    assert {"params.yaml", "lineage.json"} <= set(artifacts)
    said = f"{kept.tags} {kept.params} {artifacts} {model.tags} {begun.tags()}"
    assert "https://127.0.0.1:1/team@v1" in said
    assert "s3cret" not in said
    assert "s3cret" in (project.root / "params.yaml").read_text("utf-8")


def test_no_program_gets_one_as_an_argument(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        asked.append((command, options["env"]))
        return subprocess.CompletedProcess(command, 0, "", "")

    pyproject = project.root / "pyproject.toml"
    index = f'\n[[tool.uv.index]]\nname = "library"\nurl = "{URL}"\n'
    pyproject.write_text(pyproject.read_text("utf-8") + index, "utf-8")
    monkeypatch.setattr(day.subprocess, "run", run)
    recorded = lineage.Lineage("0" * 40, False, {}, {}, "", "", "", "3.0.0")
    day.environment(project, project.root, recorded, tmp_path / "venv")
    assert len(asked) == 2
    assert all(URL in env["UV_INDEX"].split() for _, env in asked)
    assert "s3cret" not in str([command for command, _ in asked])


def test_no_message_to_people_has_one(
    project: Project, register: Callable[..., None], edit: Callable[..., Project], tmp_path: Path
) -> None:
    sent = tmp_path / "sent"
    code = f"def send(message):\n    open({str(sent)!r}, 'w').write(message.text)\n"
    register("alerts", "file", code)
    alerts.tell(edit(project, params={"alerts": ["file"]}), "refused", "1", f"as {URL} says")
    assert sent.read_text("utf-8") == "as https://127.0.0.1:1/team says"


def test_an_error_has_none_anywhere() -> None:
    error = GateRefused(URL, URL, [(URL, 1.0, None, True)])
    assert "s3cret" not in str([error, error.to_dict(), error.rows])


def test_the_run_of_an_engine_is_recorded_without_one(landed: Project, command: Command) -> None:
    code, _, told = command("stage", "prepare", "lineage=begun.json", "--run", f"{URL}/runs/7")
    assert code == 0, told
    begun = lineage.from_json(Path("begun.json").read_text("utf-8"))
    assert begun.pipeline_run == "https://127.0.0.1:1/team/runs/7"
    assert load_project().name == begun.project
