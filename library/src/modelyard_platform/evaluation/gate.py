"""Decides whether a challenger may become champion. Pure: numbers in, verdict out."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from ..api import Metrics
from ..errors import SetupError
from ..settings import Gate
from .metrics import Evaluation
from .unseen import Holdout


@dataclass(frozen=True)
class Check:
    """One question that the gate asked: `value` must be as good as `limit`."""

    name: str
    value: float | str
    limit: float | str
    passed: bool


@dataclass(frozen=True)
class Verdict:
    """The gate's answer, with every number that it rests on."""

    candidate: str
    champion: str | None
    checks: list[Check]

    @property
    def passed(self) -> bool:
        """Whether every check passed; a gate without checks lets nothing through."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def word(self) -> str:
        """The verdict in one word."""
        return "passed" if self.passed else "refused"

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values."""
        return {"verdict": self.word, **asdict(self)}


def from_dict(fields: dict[str, Any]) -> Verdict:
    """Return the verdict that `to_dict` wrote."""
    checks = [Check(**check) for check in fields["checks"]]
    return Verdict(fields["candidate"], fields["champion"], checks)


def check_names(gate: Gate, metrics: Metrics, sliceable: set[str]) -> None:
    """Raise SetupError where params.yaml names a metric or a slice that does not exist."""
    floors = [gate.floors, *gate.slices.values()]
    unknown = {name for group in floors for name in group} - set(metrics.HIGHER_IS_BETTER)
    if unknown:
        known = ", ".join(metrics.HIGHER_IS_BETTER)
        what = f"params.yaml: the gate names metrics that metrics.py lacks: {', '.join(unknown)}"
        raise SetupError(what, f"use one of {known}")
    columns = set(gate.slices) - sliceable
    if columns:
        what = f"params.yaml: gate.slices names what no column is: {', '.join(columns)}"
        raise SetupError(
            what, "use a column of the contract, or a name that slices in metrics.py gives"
        )


def judge(
    candidate: Evaluation,
    champion: Evaluation | None,
    holdout: Holdout,
    gate: Gate,
    metrics: Metrics,
    baseline: Evaluation | None = None,
) -> Verdict:
    """Compare two evaluations on the same holdout, and with the baseline of model.py on it.

    A floor is the worst value that still passes: a lower bound where more is better, an upper bound
    where less is. Slices with fewer than `min_slice_rows` rows are not judged.
    """
    checks = [_unseen("candidate", candidate, holdout)]
    checks += [
        _floor(metrics, f"{name} at its floor", name, candidate.metrics[name], floor)
        for name, floor in gate.floors.items()
    ]
    if baseline is not None:
        checks.append(_no_worse(metrics, candidate, baseline, 0, "baseline"))
    if champion is not None:
        checks.append(_unseen("champion", champion, holdout))
        checks.append(_no_worse(metrics, candidate, champion, gate.tolerance))
    for part in candidate.slices:
        if part.rows >= gate.min_slice_rows:
            for name, floor in gate.slices[part.column].items():
                title = f"{name} of {part.column}={part.value}"
                checks.append(_floor(metrics, title, name, part.metrics[name], floor))
    return Verdict(candidate.version, champion.version if champion else None, checks)


def _unseen(role: str, model: Evaluation, holdout: Holdout) -> Check:
    proof = holdout.unseen_by(model.seen)
    return Check(f"holdout unseen by {role}", proof.value, proof.limit, proof.unseen)


def _floor(metrics: Metrics, title: str, metric: str, value: float, floor: float) -> Check:
    return Check(title, value, floor, _as_good(metrics, metric, value, floor))


def _no_worse(
    metrics: Metrics,
    candidate: Evaluation,
    other: Evaluation,
    tolerance: float,
    role: str = "champion",
) -> Check:
    primary = metrics.PRIMARY
    best, value = other.metrics[primary], candidate.metrics[primary]
    limit = best - tolerance if metrics.HIGHER_IS_BETTER[primary] else best + tolerance
    return Check(f"{primary} of the {role}", value, limit, _as_good(metrics, primary, value, limit))


def _as_good(metrics: Metrics, metric: str, value: float, limit: float) -> bool:
    # A number that could not be computed proves nothing, so it does not pass.
    if math.isnan(value) or math.isnan(limit):
        return False
    return value >= limit if metrics.HIGHER_IS_BETTER[metric] else value <= limit
