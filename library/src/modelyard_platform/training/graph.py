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
from ..tracking import client, records, registry
from . import backtest, candidate, kept, preparing, stages
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
    with kept.going_on(project, run_id):
        metrics = stages.assess(project, run_id).metrics
        backtest.log(project, run_id)
    return metrics


def register(project: Project, begun: Lineage, run_id: str, metrics: dict[str, float]) -> str:
    """Register the model of a run; with the metrics, so that no engine does it before."""
    with kept.going_on(project, run_id):
        return stages.register(project, begun, run_id)


def admit(project: Project, version: str) -> Verdict:
    """Judge what `register` gave; a version that passes is the challenger, and none other."""
    registered = None if candidate.is_run(version) else registry.Registry(project).get(version)
    with kept.going_on(project, registered.run_id if registered else version):
        return stages.admit(project, version)


STAGES = {
    "prepare": Stage((), ("lineage",), preparing.prepare),
    "build": Stage(("lineage",), ("features", "labels"), _build),
    "fit": Stage(("lineage", "features", "labels"), ("run_id",), stages.fit),
    "assess": Stage(("run_id",), ("metrics",), assess),
    "register": Stage(("lineage", "run_id", "metrics"), ("version",), register),
    "admit": Stage(("version",), ("verdict",), admit),
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
    """Go on with the training that stopped after its fit, from what it was fitted by."""
    found = kept.newest(project)
    try:
        outcome = _resume(project, found)
    except BaseException:
        if kept.newest(project) != found:  # it was kept anew, maybe further on
            kept.remove(found)
        raise
    kept.remove(found)
    return outcome


def _resume(project: Project, found: kept.Kept) -> Outcome:
    with used(found.project(project)) as here:
        client.connect(here)
        run_id = found.run_id
        begun = records.of_run(here, run_id).lineage if run_id else found.lineage
        check(here, begun)
        here = changes.again(here, begun.settings)
        if not run_id:
            run_id = stages.store(here, begun, found.model(here), found.rows, found.n_rows)
        given: dict[str, Any] = {"lineage": begun, "run_id": run_id}
        for name in ("assess", "register", "admit"):
            given |= STAGES[name].run(here, given)
    return Outcome(given["version"], given["metrics"], given["verdict"])
