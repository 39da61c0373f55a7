"""A search for settings: trials on the rows that are trained on, and a training with the best ones.

No trial sees the holdout: each is fitted on a part of the training rows and compared on the rest.
The winner is trained on all of them, and judged like any other version.
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from .. import changes
from ..console import stage, tell
from ..data.snapshots import landed
from ..errors import DataRefused, SetupError, Unreachable, disk_full
from ..evaluation import by_row, scoring
from ..evaluation.metrics import evaluate
from ..evaluation.unseen import Seen
from ..frozen import file_hashes
from ..hashing import hash_text
from ..installed import library_hash
from ..redaction import redact
from ..settings import Project
from ..store import by_turns
from ..tracking import trials as runs
from . import fitting, graph, preparing, searched, space
from .frozen import check_imported, check_read, frozen, tell_uncommitted
from .inner_split import InnerSplit, inner_split
from .searched import Searched, Trial
from .space import Point, Space
from .stages import Outcome

# Once it may have been anything; twice it is what was set.
_MOST_CUT_OFF = 2


@dataclass(frozen=True)
class Tuned:
    """A search that has ended: its trials as they came, and the best first, which was trained.

    `metric` was computed on rows that are trained on: the holdout is behind `outcome` alone.
    """

    metric: str
    trials: tuple[Trial, ...]
    best: tuple[Trial, ...]
    outcome: Outcome

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        first, failed = self.best[0], len(self.trials) - len(self.best)
        found = {"settings": first.settings, "metric": self.metric, "score": first.score}
        search = {**found, "trials": len(self.trials), "failed": failed}
        return {"search": search, **self.outcome.to_dict()}


def tune(project: Project, trials: int | None = None, minutes: float | None = None) -> Tuned:
    """Search in the space of params.yaml, and train with what was best.

    A search goes on where it was cut off, or where it is given more `trials` or `minutes` in all,
    as long as code, data and space are the same. SetupError where no trial came to an end.
    """
    space.read(project.params)  # told before anything lands
    preparing.land(project)
    with frozen(project) as here:
        wanted, parts = space.read(here.params), _prepared(here)
        budget = here.params.tune
        most = (budget.minutes if minutes is None else minutes) or math.inf
        with searched.alone(here, _name(here, parts)) as path:
            found = _search(here, path, wanted, parts, trials or budget.trials, most)
            best = _best(here, found)
            outcome = graph.run(changes.apply(here, _changed(here, best[0].settings)))
            runs.tag(here, found.run, version=outcome.version)
    return Tuned(here.owner.metrics.PRIMARY, found.trials, tuple(best), outcome)


def _changed(project: Project, point: Point) -> dict[str, Any]:
    """Return those values of a point that are not what params.yaml has."""
    known = changes.names(project.params)
    values = changes.parse(project.params, changes.words(point))
    return {name: value for name, value in values.items() if value != known[name]}


def _search(
    project: Project, path: Path, wanted: Space, parts: InnerSplit, trials: int, minutes: float
) -> Searched:
    """Run trials until there are so many, or for so long; return all of this search."""
    found, higher = searched.load(path), _higher(project)
    with runs.search(project, found.run, f"tune {path.stem[:8]}") as (run, killed):
        if found.trials or killed:
            cut = f"; {killed} was cut off" if killed else ""
            tell(f"• the search goes on after {len(found.trials)} trials{cut}")
        found = replace(found, run=run)
        compared = parts.rows_compared(project)
        while len(found.trials) < trials and found.minutes < minutes:
            tried = [(trial.settings, trial.score) for trial in found.trials]
            point = space.propose(project.params, wanted, tried, higher)
            if point is None:
                tell("• nothing is left in tune.space that was not tried")
                break
            found = _run(project, path, found, point, parts, compared)
        for best in found.in_order(higher)[:1]:
            runs.tag(project, run, best=f"trial {found.trials.index(best)}")
    return found


@by_turns("tune: prepare")
def _prepared(project: Project) -> InnerSplit:
    tell_uncommitted(project)
    preparing.check_ready(project)
    return inner_split(project, landed(project))


def _name(project: Project, parts: InnerSplit) -> str:
    """Return a hash of all that a trial depends on, and of no budget: raised, a search goes on."""
    files = file_hashes(project.code)
    files.pop("params.yaml", None)
    known = project.params.model_dump(mode="json", include={"seed", "features", "model", "split"})
    tune = project.params.tune
    asked = [known, tune.space, tune.validation_snapshots]
    rests_on = [files, library_hash(), asked, parts.data]
    return hash_text(json.dumps(rests_on, sort_keys=True, default=str))[:16]


def _run(
    project: Project,
    path: Path,
    found: Searched,
    point: Point,
    parts: InnerSplit,
    compared: pd.DataFrame,
) -> Searched:
    """Return the search after one more trial, which is saved."""
    number = len(found.trials)
    if found.begun >= _MOST_CUT_OFF:
        error = f"cut off {found.begun} times, as by a lack of memory"
        tell(f"! trial {number} failed: {error}")
        found = found.ended(Trial(point, None, 0.0, error))
        searched.save(path, found)
        return found
    searched.save(path, replace(found, begun=found.begun + 1))
    try:
        trial = _try(project, found.run, number, point, parts, compared)
    except BaseException:  # told, and no fault of what was set
        searched.save(path, replace(found, begun=0))
        raise
    found = found.ended(trial)
    searched.save(path, found)
    return found


def _try(
    project: Project, run: str, number: int, point: Point, parts: InnerSplit, compared: pd.DataFrame
) -> Trial:
    """Return a trial that has ended; also one in which the owner's code has raised."""
    here = changes.apply(project, _changed(project, point))
    started, metrics, error = perf_counter(), {}, ""
    primary = here.owner.metrics.PRIMARY
    with (
        runs.trial(here, run, f"trial {number}", point) as ended,
        stage(f"trial {number}: {', '.join(changes.words(point))}"),
    ):
        try:
            metrics = _metrics(here, parts, compared)
        except (DataRefused, Unreachable):
            raise
        except Exception as raised:  # a setting may be one that the owner's code cannot take
            if disk_full(raised):
                raise
            error = redact(f"{type(raised).__name__}: {raised}".splitlines()[0])
        check_read(project)
        check_imported(project)  # as the training would, after hours of trials
        ended.log(metrics)
        if metrics and not math.isfinite(metrics[primary]):
            error = f"{primary} is {metrics[primary]} on the rows that trials are compared on"
        if error:
            ended.fail(error)
    seconds = perf_counter() - started
    if error:
        tell(f"! trial {number} failed: {error}")
        return Trial(point, None, seconds, error)
    tell(f"  {primary} {metrics[primary]:.4f}")
    return Trial(point, metrics[primary], seconds)


def _metrics(here: Project, parts: InnerSplit, compared: pd.DataFrame) -> dict[str, float]:
    rows, labels = fitting.build(here, parts.raw(here))
    fitted = fitting.fit(here, fitting.given(here, rows, labels))
    built = by_row.features(here.owner, compared, here.params.features)
    predictions = scoring.predictions(here.owner, fitted, built)
    # What is asked stands in params.yaml, also where a setting changes what is predicted.
    return evaluate(changes.without(here), "trial", Seen(), compared, predictions).metrics


def _best(project: Project, found: Searched) -> list[Trial]:
    """Return the trials that came to an end, the best one first; SetupError where none did."""
    best = found.in_order(_higher(project))
    if not best:
        failed = f"none of {len(found.trials)} trials came to an end"
        hint = "correct tune.space in params.yaml, or what it names in your code"
        raise SetupError(f"{failed}; the last one: {found.trials[-1].error}", hint)
    tell(f"• best of {len(found.trials)} trials: {', '.join(changes.words(best[0].settings))}")
    return best


def _higher(project: Project) -> bool:
    metrics = project.owner.metrics
    return bool(metrics.HIGHER_IS_BETTER[metrics.PRIMARY])
