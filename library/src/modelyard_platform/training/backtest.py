"""Backtests: the same training on less and less of the past, judged by what came next.

One holdout is one month or one week, which may be an easy one. `split.backtests` asks for more, all
before it: each is as long as the holdout, and its model knows only what was before. They are looked
at, and do not decide: the gate judges the model that there is.
"""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..console import stage, tell
from ..evaluation import baseline, by_row, scoring
from ..evaluation.captions import caption
from ..evaluation.metrics import evaluate
from ..evaluation.unseen import Seen
from ..lineage.record import Lineage
from ..settings import Project
from ..tracking import client, logging, records
from . import fitting, stages
from .reading import read_here, recorded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ARTIFACT = "backtest.json"


@dataclass(frozen=True)
class Fold:
    """One backtest: what it trained on and was judged by, oldest snapshot first, and how it did.

    `baseline` has the metrics of the baseline on the same rows, and is empty without one.
    """

    training: tuple[str, ...]
    holdout: tuple[str, ...]
    metrics: dict[str, float]
    baseline: dict[str, float]


def parts(
    snapshots: tuple[str, ...], holdout: int, gap: int, times: int
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what each backtest trains on and is judged by, oldest first.

    `snapshots` are those of the training. Where they do not last, there are fewer backtests.
    """
    found = []
    for ago in range(times, 0, -1):
        begins = len(snapshots) - ago * holdout
        if begins - gap >= 1:
            found.append((snapshots[: begins - gap], snapshots[begins : begins + holdout]))
    return found


def run(project: Project, begun: Lineage) -> list[Fold]:
    """Return the backtests of a training, oldest first; one that cannot be fitted is told."""
    split = project.params.split
    sizes = split.holdout_snapshots, split.gap_snapshots, split.backtests
    found = []
    for training, holdout in parts(begun.train_snapshots, *sizes):
        try:
            with stage(f"backtest on {', '.join(holdout)}"):
                found.append(_fold(project, begun, training, holdout))
        # Whatever the owner's code raises on few rows: the model that was trained is not lost.
        except Exception as error:
            what = f"{type(error).__name__}: {error}".splitlines()[0]
            tell(f"! no backtest on {', '.join(holdout)}: {what}")
    return found


def log(project: Project, run_id: str) -> None:
    """Backtest what a run has trained, and log it there: metrics, numbers, a figure."""
    if not project.params.split.backtests:
        return
    import mlflow

    client.connect(project)
    folds = run(project, records.of_run(project, run_id).lineage)
    if not folds:
        return
    with client.run(project, run_id):
        logging.log_text(json.dumps([asdict(fold) for fold in folds], indent=2), ARTIFACT)
        for step, fold in enumerate(folds):
            known = {f"backtest.{name}": value for name, value in fold.metrics.items()}
            mlflow.log_metrics({k: v for k, v in known.items() if np.isfinite(v)}, step=step)
        mlflow.log_figure(draw(folds, project.owner.metrics.PRIMARY), "plots/backtest.png")
    tell(f"  {summary(folds, project.owner.metrics.PRIMARY)}")


def summary(folds: list[Fold], metric: str) -> str:
    """Return what the backtests found, in one line, oldest first."""

    def listed(values: list[float]) -> str:
        return ", ".join(f"{value:.4g}" for value in values)

    text = f"{metric} in backtests: {listed([fold.metrics[metric] for fold in folds])}"
    others = [fold.baseline[metric] for fold in folds if fold.baseline]
    return f"{text}; of the baseline: {listed(others)}" if others else text


def draw(folds: list[Fold], metric: str) -> "Figure":
    """Return a figure of a metric in each backtest, beside the baseline."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    names = [caption(fold.holdout[-1]) for fold in folds]
    axes.plot(names, [fold.metrics[metric] for fold in folds], marker="o", label="model")
    if all(fold.baseline for fold in folds):
        others = [fold.baseline[metric] for fold in folds]
        axes.plot(names, others, marker="o", linestyle="--", label=baseline.NAME)
    axes.set_xlabel("judged by what came until")
    axes.set_ylabel(caption(metric))
    axes.legend()
    return figure


def _fold(
    project: Project, begun: Lineage, training: tuple[str, ...], holdout: tuple[str, ...]
) -> Fold:
    rows, labels = stages.build(project, begun.snapshots(training))
    fitted = fitting.fit(project, fitting.given(project, rows, labels))
    frame = read_here(project, recorded(project, begun.snapshots(holdout)))
    built = by_row.features(project.owner, frame, project.params.features)
    predicted = scoring.predictions(project.owner, fitted, built)
    found = evaluate(project, "backtest", Seen(), frame, predicted)
    other = baseline.evaluation(project, frame)
    return Fold(training, holdout, found.metrics, other.metrics if other else {})
