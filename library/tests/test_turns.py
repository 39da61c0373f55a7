"""Who waits for whom: predictions and fits for nobody, what writes to the registry for its turn."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from modelyard_platform.settings import Project
from modelyard_platform.store import by_turns, exclusive
from modelyard_platform.tracking import records, registry
from modelyard_platform.training import stages

Verb = Callable[..., tuple[int, Any]]
HOLD = """
import sys
from modelyard_platform.settings import load_project
from modelyard_platform.store import exclusive

with exclusive(load_project(), "promote"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another() -> Iterator[Callable[[], Callable[[], None]]]:
    """Let another process hold the store: `release = another()`."""
    started = []

    def hold() -> Callable[[], None]:
        command = [sys.executable, "-c", HOLD]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        return lambda: [process.communicate(), None][1]

    yield hold
    for process in started:
        process.kill()


def test_predictions_do_not_wait_for_who_writes(
    crowned: Project, verb: Verb, another: Callable[[], Callable[[], None]]
) -> None:
    another()
    code, result = verb("predict")
    assert (code, result["model_version"]) == (0, "1")
    assert verb("promote")[0] == 7


def test_a_fit_waits_for_nobody_and_its_registration_for_its_turn(
    trained: Project,
    another: Callable[[], Callable[[], None]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    run_id = registry.Registry(trained).get("1").run_id
    begun = records.of_run(trained, run_id).lineage
    release = another()
    rows, labels = stages.build(trained, begun.train_data())
    mine = stages.fit(trained, begun, rows[:200], labels[:200])
    assert stages.assess(trained, mine).metrics
    made: list[str] = []
    waiting = threading.Thread(target=lambda: made.append(stages.register(trained, begun, mine)))
    waiting.start()
    waiting.join(timeout=1)
    assert (waiting.is_alive(), made) == (True, [])
    assert "wait: promote (process" in capfd.readouterr().err
    release()
    waiting.join(timeout=60)
    registry.Registry(trained).remove(made[0])


def test_a_verb_that_holds_the_store_takes_its_turns_at_once(project: Project) -> None:
    writer = project.store / "writer.txt"

    @by_turns("step")
    def step(project: Project) -> str:
        return writer.read_text("utf-8").partition(" ")[0]

    with exclusive(project, "ingest"):
        assert step(project) == "ingest"
    assert step(project) == "step"
    assert not writer.exists()
