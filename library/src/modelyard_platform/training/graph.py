"""The graph of a training: each stage with what it takes and gives, for engines to derive theirs.

What travels between stages is named, and has a form in which it can be a file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import changes, frames
from ..evaluation.gate import Verdict, from_dict
from ..lineage.record import Lineage, from_json
from ..settings import Project
from . import backtest, kept, preparing, stages
from .frozen import check, frozen, used
from .stages import Outcome


@dataclass(frozen=True)
class Form:
    """How a value is written to a file and read back: the same value."""

    write: Callable[[Path, Any], None]
    read: Callable[[Path], Any]


def _text(show: Callable[[Any], str], parse: Callable[[str], Any]) -> Form:
    return Form(
        lambda path, value: _write_text(path, show(value)),
        lambda path: parse(path.read_text("utf-8")),
    )


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


FRAME = Form(frames.write, frames.read)
TEXT = _text(str, str.strip)
JSON = _text(json.dumps, json.loads)
LINEAGE = _text(Lineage.to_json, from_json)
VERDICT = _text(
    lambda verdict: json.dumps(verdict.to_dict()), lambda text: from_dict(json.loads(text))
)

# What travels between stages, by name.
FORMS = {
    "lineage": LINEAGE,
    "features": FRAME,
    "labels": FRAME,
    "run_id": TEXT,
    "metrics": JSON,
    "version": TEXT,
    "verdict": VERDICT,
}


@dataclass(frozen=True)
class Stage:
    """One stage: the names that it takes and gives, and the function, which gets the project first.

    `gives` has one name for each value that the function returns.
    """

    takes: tuple[str, ...]
    gives: tuple[str, ...]
    function: Callable[..., Any]

    def run(self, project: Project, given: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Run the stage on what is in `given`; return what it gives, by name."""
        result = self.function(project, *(given[name] for name in self.takes), **options)
        values = result if len(self.gives) > 1 else (result,)
        return dict(zip(self.gives, values, strict=True))


def _build(project: Project, begun: Lineage) -> tuple[pd.DataFrame, pd.DataFrame]:
    check(project, begun)
    return stages.build(project, begun.train_data())


def assess(project: Project, run_id: str) -> dict[str, float]:
    """Return the metrics of a run's model on the holdout; backtest it where params.yaml says so."""
    metrics = stages.assess(project, run_id).metrics
    backtest.log(project, run_id)
    return metrics


def _register(project: Project, begun: Lineage, run_id: str, metrics: dict[str, float]) -> str:
    # It takes the metrics so that no engine registers what has not been evaluated.
    return stages.register(project, begun, run_id)


STAGES = {
    "prepare": Stage((), ("lineage",), preparing.prepare),
    "build": Stage(("lineage",), ("features", "labels"), _build),
    "fit": Stage(("lineage", "features", "labels"), ("run_id",), stages.fit),
    "assess": Stage(("run_id",), ("metrics",), assess),
    "register": Stage(("lineage", "run_id", "metrics"), ("version",), _register),
    "admit": Stage(("version",), ("verdict",), stages.admit),
}


def run(project: Project) -> Outcome:
    """Run all stages in this process, where frames stay in memory."""
    given: dict[str, Any] = {}
    preparing.land(project)
    with frozen(project) as here:
        for stage in STAGES.values():
            given |= stage.run(here, given)
    verdict: Verdict = given["verdict"]
    return Outcome(given["version"], given["metrics"], verdict)


def resume(project: Project) -> Outcome:
    """Go on with the model that was fitted and could not be stored, from what it was fitted by."""
    found = kept.newest(project)
    with used(found.project(project)) as here:
        begun = found.lineage
        check(here, begun)
        here = changes.again(here, begun.settings)
        run_id = stages.store(here, begun, found.model(here), found.rows, found.n_rows)
        given: dict[str, Any] = {"lineage": begun, "run_id": run_id}
        for name in ("assess", "register", "admit"):
            given |= STAGES[name].run(here, given)
    kept.remove(found)
    return Outcome(given["version"], given["metrics"], given["verdict"])
