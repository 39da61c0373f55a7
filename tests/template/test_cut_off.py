"""Verbs that are cut off in the middle: by Ctrl-C, a kill, a full disk or a server that dies."""

import json
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.repos import Repo, git
from tests.template.lives import hold, mlflow_server, start, state, stop, versions, wait_until
from tests.template.long_runs import LONG, one_of_each

HOW = pytest.mark.parametrize(
    "how", one_of_each([(("--direct",),), ((),)]), ids=["direct", "orchestrated"]
)


def interrupt(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C: the terminal tells the whole group. Return what the verb then says."""
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    assert "✗ interrupted; nothing half-done was kept" in error
    assert "hint: the same verb again" in error
    assert "Traceback" not in error
    return error


@pytest.mark.parametrize(
    ("how", "module", "function", "within"),
    one_of_each(
        [
            (("--direct",), "metrics", "evaluate", "judge"),
            ((), "model", "fit", "fit"),
            (("--direct",), "metrics", "evaluate", "assess"),
            (("--direct",), "model", "fit", "fit"),
        ]
    ),
)
def test_ctrl_c_in_a_training_registers_nothing(
    day: Repo, how: tuple[str, ...], module: str, function: str, within: str
) -> None:
    before = state(day)
    held = hold(day, module, function, within)
    process = start(day, "train", *how)
    held.wait_for(process)
    interrupt(process)
    assert state(day) == before


CHATTY = """

_silent = fit


def fit(*arguments):  # type: ignore
    print("fitting, please wait")
    return _silent(*arguments)
"""


@LONG
def test_ctrl_c_while_zenml_starts_leaves_nothing_that_the_next_training_trips_over(
    day: Repo,
) -> None:
    before = state(day)
    process = start(day, "train")
    # In the middle of its first migrations: the store has never seen ZenML.
    wait_until((day.store / "zenml" / "zenml.db").exists, "ZenML writes its database")
    error = interrupt(process)
    assert "fit on" not in error
    assert state(day) == before
    # What a model prints is progress, not the result.
    with (day.package / "model.py").open("a") as file:
        file.write(CHATTY)
    done = day.verb("train", "--json")
    assert json.loads(done.stdout)["version"] == "2"
    assert "fitting, please wait" in done.stderr


def test_ctrl_c_in_an_ingest_lands_nothing(day: Repo) -> None:
    before = state(day)
    held = hold(day, "data", "fetch")
    process = start(day, "ingest")
    held.wait_for(process)
    interrupt(process)
    assert state(day) == before


def test_an_ingest_that_was_killed_in_a_fetch_is_done_again(day: Repo) -> None:
    before = state(day)
    held = hold(day, "data", "fetch")
    process = start(day, "ingest", "--until", "2013-04")
    held.wait_for(process)
    stop(process.pid)
    process.communicate()
    left = state(day)
    assert left.pop("litter") != before.pop("litter")
    assert left == before
    held.go_on()
    assert list(day.json("ingest", "--until", "2013-04")) == ["2013-03", "2013-04"]
    assert state(day)["litter"] == []


def test_an_ingest_that_was_killed_before_its_commit_is_finished(
    day: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A git that dies with the verb: everything is done by then but the commit.
    program = day.root.parent / "bin" / "git"
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        '#!/bin/sh\nfor word; do [ "$word" = commit ] && kill -9 $PPID && exit 1; done\n'
        f'PATH="{os.environ["PATH"]}" exec git "$@"\n'
    )
    program.chmod(0o755)
    path = f"{program.parent}:{day.env['PATH']}"
    day.verb("ingest", "--until", "2013-03", code=-signal.SIGKILL, PATH=path)
    assert "2013-03.parquet.dvc" in state(day)["raw"]
    git(day.root, "reset", "--quiet")
    assert list(day.json("ingest", "--until", "2013-03")) == ["2013-03"]
    assert not git(day.root, "status", "--porcelain")
    pushed = [p for p in (day.store / "dvc").rglob("*") if p.is_file()]
    assert len(pushed) == 3
    assert day.json("ingest", "--until", "2013-03") == {}


def limited(repo: Repo, size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb that may write no file beyond `size` bytes; a write fails as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [repo.root / ".venv" / "bin" / repo.name, *words],
        cwd=repo.root,
        env=repo.env,
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )


HEAVY = """

_light = fit


def fit(features, labels, params, seed):  # type: ignore
    fitted = _light(features, labels, params, seed)
    fitted.steps[-1][1].ballast_ = np.random.default_rng(0).random(1_000_000)
    return fitted
"""


def is_full(done: subprocess.CompletedProcess[str]) -> None:
    """Assert that a verb said that the disk is full."""
    assert done.returncode == 28, done.stderr
    assert "✗ the disk is full" in done.stderr
    assert "hint: free some space" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_snapshot_for_which_there_is_no_space_does_not_land(day: Repo) -> None:
    before = state(day)
    is_full(limited(day, 20_000, "ingest"))
    assert state(day) == before
    assert day.json("ingest", "--until", "2013-03")


@HOW
def test_a_model_for_which_there_is_no_space_is_not_registered(
    day: Repo, how: tuple[str, ...]
) -> None:
    before = state(day)
    with (day.package / "model.py").open("a") as file:
        file.write(HEAVY)
    # The model has 8 MB; any other file of a training, the databases included, has less than 4.
    done = limited(day, 4_000_000, "train", *how)
    is_full(done)
    # It is told before the hours of the fit: a handful of rows make a model as large.
    assert "✓ try the model" not in done.stderr
    assert "✓ store the model" not in done.stderr
    assert state(day) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a disk of a size on a folder; needs the right to mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = False

    def mount(size: str) -> Path:
        nonlocal mounted
        option = f"remount,size={size}" if mounted else f"size={size}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", option, "tmpfs", folder], check=True)
        mounted = True
        return folder

    yield mount
    if mounted:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize(
    "size", one_of_each(["2m", "200k", "700k"]), ids=["storing", "at once", "migrating"]
)
def test_a_store_that_fills_up_anywhere_is_named_and_works_again_with_space(
    day: Repo, small_disk: Callable[[str], Path], size: str
) -> None:
    before = state(day)
    store = small_disk(size)
    done = day.verb("train", "--direct", code=28, STORE=str(store))
    is_full(done)
    assert state(day) == before
    assert versions(store / "mlflow" / "mlflow.db") == []
    small_disk("40m")
    assert day.json("lineage", "--all", STORE=str(store)) == []


@pytest.mark.parametrize(
    ("module", "function"), one_of_each([("model", "fit"), ("metrics", "evaluate")], always=0)
)
def test_a_server_that_dies_in_a_training_is_named_and_has_no_version(
    day: Repo, environment: Path, tmp_path: Path, module: str, function: str
) -> None:
    before = state(day)
    held = hold(day, module, function)
    with mlflow_server(environment, tmp_path / "server", day.env) as (url, server):
        process = start(day, "train", "--direct", MLFLOW_TRACKING_URI=url)
        held.wait_for(process)
        stop(server)
        held.go_on()
        _, error = process.communicate(timeout=120)
    assert process.returncode == 6, error
    assert url in error
    assert "hint: " in error
    assert "MLFLOW_TRACKING_URI" in error
    assert "Traceback" not in error
    assert state(day) == before
    assert versions(tmp_path / "server" / "mlflow.db") == []
