"""What a package of a company's own may register, each a Protocol: validator, tracker, alert.

A source is registered too: it has the functions of data.py, `modules.Source`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .contract import Contract, Violation

if TYPE_CHECKING:
    import pandas as pd


class Validator(Protocol):
    """Holds rows against the columns of a contract; `validation.provider` names it."""

    def check(self, frame: "pd.DataFrame", contract: Contract) -> list[Violation]:
        """Return what is wrong with the rows of a snapshot; nothing wrong is `[]`.

        Of a large snapshot it gets one batch after the other: what only all rows can show, the
        number of rows, keys that stand twice and freshness, is asked by the library. An example of
        what is wrong in rows begins with `row `; the rows of such are added up.
        """
        ...


@dataclass(frozen=True)
class Run:
    """A training that has been judged, as a tracker gets it.

    Attributes:
        project: The name of the project.
        version: The number of the registered version.
        run_id: The id of its MLflow run.
        params: params.yaml, flat: `model.learning_rate` and so on.
        metrics: The metrics on the holdout.
        tags: The lineage of the version, as its tags have it.
        verdict: `passed` or `refused`.
        artifacts: A folder with what the run kept: plots, lineage, evaluation.
    """

    project: str
    version: str
    run_id: str
    params: dict[str, Any]
    metrics: dict[str, float]
    tags: dict[str, str]
    verdict: str
    artifacts: Path


class Tracker(Protocol):
    """Gets a copy of each judged training; `tracking.also` names the trackers. MLflow has all."""

    def record(self, run: Run) -> None:
        """Keep a run. What it raises is told, and does not undo the training."""
        ...


Event = Literal["refused", "promoted", "rolled back", "retired"]


@dataclass(frozen=True)
class Message:
    """Something that people want to hear of: what happened to which version, in one sentence."""

    project: str
    event: Event
    version: str
    text: str


class Alert(Protocol):
    """Tells people; `alerts` in params.yaml names the ones to use."""

    def send(self, message: Message) -> None:
        """Deliver a message. What it raises is told, and does not undo what happened."""
        ...
