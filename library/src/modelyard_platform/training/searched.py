"""What a search has tried so far: a file in the store, whole after each trial and after a kill."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .. import store
from ..errors import SetupError
from ..settings import Project
from .space import Point

FOLDER = "tune"


@dataclass(frozen=True)
class Trial:
    """What was set, and how well it did; `score` is None, and `error` says why, where it failed."""

    settings: Point
    score: float | None
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Searched:
    """A search: the run in MLflow that is the parent of its trials, and those that ended.

    `begun` is how often the next one was begun, and not ended: by a kill, or for lack of memory.
    """

    run: str = ""
    begun: int = 0
    trials: tuple[Trial, ...] = field(default_factory=tuple)

    @property
    def minutes(self) -> float:
        """How long the trials took."""
        return sum(trial.seconds for trial in self.trials) / 60

    def ended(self, trial: Trial) -> "Searched":
        """Return the search after a trial."""
        return replace(self, begun=0, trials=(*self.trials, trial))

    def in_order(self, higher: bool) -> list[Trial]:
        """Return the trials that came to an end, the best one first, the first of equals first."""
        whole = [(trial.score, trial) for trial in self.trials if trial.score is not None]
        return [
            trial for _, trial in sorted(whole, key=lambda pair: pair[0] * (-1 if higher else 1))
        ]


@contextmanager
def alone(project: Project, name: str) -> Iterator[Path]:
    """Yield the file of a search; Busy where another process is at this one."""
    path = store.make(project, FOLDER) / f"{name}.json"
    with store.alone(path.with_suffix(".lock"), "the same search"):
        yield path


def load(path: Path) -> Searched:
    """Return what was tried before; an empty search where there is none."""
    if not path.is_file():
        return Searched()
    try:
        found = json.loads(path.read_text("utf-8"))
        trials = tuple(Trial(**trial) for trial in found["trials"])
        return Searched(str(found["run"]), int(found["begun"]), trials)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SetupError(f"{path} holds no search: {error}", f"rm {path}") from error


def save(path: Path, searched: Searched) -> None:
    """Write a search to its file: whole, or not at all."""
    with store.usable():
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        partial.write_text(json.dumps(asdict(searched), indent=1), "utf-8")
        partial.replace(path)
