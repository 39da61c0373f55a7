"""Scratch copies of a rendered repo, each beside a store of its own.

A copy has the sample's code and settings, no data, and a gate that asks only what a test adds. Its
modules are imported from the copy itself: a test may edit them before they are first used.
"""

import importlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from modelyard_platform.cli import main as cli
from modelyard_platform.data.snapshots import ingest
from modelyard_platform.git import git
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking.client import connect
from modelyard_platform.tracking.registry import Registry
from modelyard_platform.training.graph import run

REPOS = Path(__file__).parent / ".repos"
LEAKS = ("CI", "DVC_", "GIT", "MLFLOW_", "MODELYARD_", "STORE", "ZENML_")
PACKAGE = "flight_delays"


@pytest.fixture(scope="session", autouse=True)
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leave out what this machine and this shell have set up for git, DVC, MLflow and ZenML."""
    home = tmp_path_factory.mktemp("home")
    (home / "gitconfig").write_text("[user]\n    name = Test\n    email = test@example.com\n")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(LEAKS)]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        for kind in ("GLOBAL_CONFIG", "SYSTEM_CONFIG", "SITE_CACHE"):
            patch.setenv(f"DVC_{kind}_DIR", str(home / kind))
        yield


@pytest.fixture(scope="session")
def task(request: pytest.FixtureRequest) -> str:
    """The kind of model; tests of what differs between the two are run with both."""
    return str(getattr(request, "param", "classification"))


@pytest.fixture(scope="session")
def rendered(task: str) -> Path:
    """The repo that the template of this checkout renders; nobody writes to it."""
    if not (REPOS / task).is_dir():
        pytest.fail("no repo has been rendered: make test-library does it")
    return REPOS / task


@pytest.fixture(scope="session")
def blank_desk(machine: None, rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the repo, committed."""
    desk = tmp_path_factory.mktemp("blank")
    shutil.copytree(rendered, desk / "repo")
    params = yaml.safe_load((desk / "repo" / "params.yaml").read_text("utf-8"))
    params |= {"tracking": {}, "gate": {"floors": {}, "tolerance": 0.0}}
    (desk / "repo" / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), "utf-8")
    (desk / "repo" / ".dvc" / "config").write_text("[core]\n    remote = store\n", "utf-8")
    git(desk / "repo", "init", "--quiet")
    git(desk / "repo", "add", "--all")
    git(desk / "repo", "commit", "--quiet", "--message", "Start")
    return desk


@pytest.fixture(scope="session")
def months(blank_desk: Path) -> list[str]:
    """The first months that the source offers: some to train on, then the holdout."""
    with pytest.MonkeyPatch.context() as patch:
        project = _enter(patch, blank_desk)
        offered = project.owner.data.snapshots(project.params.data)
        return offered[: project.params.split.holdout_snapshots + 2]


@pytest.fixture(scope="session")
def landed_desk(
    blank_desk: Path, months: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy in which `months` have landed."""
    desk = shutil.copytree(blank_desk, tmp_path_factory.mktemp("landed") / "desk")
    with pytest.MonkeyPatch.context() as patch:
        project = _enter(patch, desk)
        ingest(project, months[-1])
        # MLflow's tables take seconds to make; a copy makes an experiment of its own in them.
        client = connect(project)
        made = client.get_experiment_by_name(project.name)
        client.rename_experiment(made.experiment_id, "another desk")
    return desk


@pytest.fixture(scope="session")
def trained_desk(landed_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with version 1, trained from committed code."""
    desk = _copied(landed_desk, tmp_path_factory.mktemp("trained"))
    with pytest.MonkeyPatch.context() as patch:
        run(_enter(patch, desk))
    return desk


@pytest.fixture
def project(blank_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of its own for this test, with nothing landed; the working directory is in it."""
    return _enter(monkeypatch, shutil.copytree(blank_desk, tmp_path / "desk"))


@pytest.fixture
def landed(landed_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of its own for this test, with `months` landed; the working directory is in it."""
    return _enter(monkeypatch, _copied(landed_desk, tmp_path))


@pytest.fixture
def trained(trained_desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """The copy with version 1 as challenger and no champion; it is put back after the test."""
    project = _enter(monkeypatch, trained_desk)
    # What a test scored is not what the next one asks.
    shutil.rmtree(project.store / "evaluations", ignore_errors=True)
    start = git(project.root, "rev-parse", "HEAD").strip()
    yield project
    git(project.root, "reset", "--quiet", "--hard", start)
    git(project.root, "clean", "--quiet", "-d", "--force")
    client, name = connect(project), project.name
    client.delete_registered_model_alias(name, "champion")
    client.set_registered_model_alias(name, "challenger", "1")
    for tag in client.get_registered_model(name).tags:
        client.delete_registered_model_tag(name, tag)


@pytest.fixture
def crowned(trained: Project, tmp_path: Path) -> Iterator[Project]:
    """The trained copy with version 1 as champion; what a test does to its store is put right."""
    versions = Registry(trained)
    versions.promote(versions.get("1"))
    artifacts = trained.store / "mlflow" / "artifacts"
    kept = shutil.copytree(artifacts, tmp_path / "kept")
    yield trained
    shutil.rmtree(artifacts)
    shutil.copytree(kept, artifacts)


@pytest.fixture
def run_folder() -> Callable[[Project, str], Path]:
    """Return the folder in the store in which the run of a version has its artifacts."""

    def find(project: Project, version: str) -> Path:
        from mlflow.artifacts import download_artifacts

        run_id = connect(project).get_model_version(project.name, version).run_id
        return Path(download_artifacts(run_id=run_id))

    return find


@pytest.fixture
def model_folder() -> Callable[[Project, str], Path]:
    """Return the folder in the store in which the model of a version lies."""

    def find(project: Project, version: str) -> Path:
        from mlflow.artifacts import download_artifacts

        connect(project)
        return Path(download_artifacts(f"models:/{project.name}/{version}"))

    return find


@pytest.fixture
def edit() -> Callable[..., Project]:
    """Append code to modules of a copy: `project = edit(project, model="OUTPUTS = ...")`.

    Settings are sections of params.yaml: `edit(project, params={"alerts": ["terminal"]})`.
    """

    def change(project: Project, params: dict[str, Any] | None = None, **modules: str) -> Project:
        for name, code in modules.items():
            with (project.root / project.owner.path(name)).open("a", encoding="utf-8") as file:
                file.write(f"\n\n{code}\n")
        if params:
            path = project.root / "params.yaml"
            path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | params))
        _forget()
        return load_project(project.root)

    return change


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install a package that registers a provider: `register("alerts", "loud", code)`.

    With `attribute`, the entry point names that one in the package's module.
    """

    def install(
        kind: str, name: str, code: str, package: str = "acme_providers", attribute: str = ""
    ) -> None:
        folder = tmp_path / f"site-{package}"
        made = folder / f"{package}-1.0.dist-info"
        made.mkdir(parents=True, exist_ok=True)
        (folder / f"{package}.py").write_text(code, "utf-8")
        (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        with (made / "entry_points.txt").open("a", encoding="utf-8") as file:
            value = f"{package}:{attribute}" if attribute else package
            file.write(f"[modelyard_platform.{kind}]\n{name} = {value}\n")
        monkeypatch.syspath_prepend(folder)
        monkeypatch.delitem(sys.modules, package, raising=False)

    return install


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a verb: `code, stdout, stderr = command("stage", "prepare", "lineage=here")`."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["project", *words])
        on_interrupt = signal.getsignal(signal.SIGINT)
        capfd.readouterr()
        with pytest.raises(SystemExit) as done:
            cli.main()
        signal.signal(signal.SIGINT, on_interrupt)
        return int(done.value.code or 0), *capfd.readouterr()

    return call


@pytest.fixture
def verb(command: Callable[..., tuple[int, str, str]]) -> Callable[..., tuple[int, Any]]:
    """Run a verb with --json: `code, result = verb("train", "--direct")`."""

    def call(*words: str) -> tuple[int, Any]:
        code, printed, _ = command(*words, "--json")
        try:
            result = json.loads(printed)
        except ValueError:
            pytest.fail(f"stdout has more than JSON:\n{printed}")
        assert code == (result["exit_code"] if "error" in result else code)
        return code, result

    return call


def _copied(desk: Path, folder: Path) -> Path:
    """Copy a desk to where its store has never been another one's copy."""
    ignored = shutil.ignore_patterns("store.json")
    return shutil.copytree(desk, folder / "desk", ignore=ignored)


def _enter(patch: pytest.MonkeyPatch, desk: Path) -> Project:
    patch.chdir(desk / "repo")
    patch.setenv("STORE", str(desk / "store"))
    # MLflow sets it for its own processes, to the address that it was last told.
    patch.delenv("MLFLOW_TRACKING_URI", raising=False)
    # The library puts the copy's code in front; that ends with the test.
    patch.setattr(sys, "path", [*sys.path])
    _forget()
    return load_project()


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    importlib.invalidate_caches()
