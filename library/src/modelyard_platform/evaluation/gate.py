"""Decides whether a challenger may become champion. Pure: numbers in, verdict out."""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..advice import typed
from ..api import Metrics
from ..errors import SetupError
from ..settings import Gate
from .comparison import Comparison, Incomparable, NotCompared
from .metrics import Evaluation
from .unseen import Holdout

# The check that stands where there is no comparison.
COMPARED = "compared with the champion"
UNSEEN = "holdout unseen by"


@dataclass(frozen=True)
class Check:
    """One question that the gate asked: `value` must be as good as `limit`."""

    name: str
    value: float | str
    limit: float | str
    passed: bool


@dataclass(frozen=True)
class Verdict:
    """The gate's answer, with every number that it rests on.

    `comparison` is how the candidate stands beside the champion, None without one. Where it cannot
    be compared, `reason` and `detail` say why. `earlier` is the best earlier champion.
    """

    candidate: str
    champion: str | None
    checks: list[Check]
    comparison: Comparison | None = None
    reason: Incomparable | None = None
    detail: str = ""
    earlier: str | None = None

    @property
    def passed(self) -> bool:
        """Whether every check passed; a gate without checks lets nothing through."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def word(self) -> str:
        """The verdict in one word."""
        return "passed" if self.passed else "refused"

    @property
    def not_compared(self) -> str:
        """That the champion cannot be compared, why, and what follows; "" where it can."""
        if self.reason is None:
            return ""
        then = "the floors alone decide" if self.reason.floors_decide else "so it stays champion"
        return f"cannot be compared: {self.reason.value}, {then} ({self.detail})"

    @property
    def hint(self) -> str:
        """What lets a version pass that was refused."""
        if self.reason is Incomparable.SEEN or any(
            check.name.startswith(UNSEEN) and not check.passed for check in self.checks
        ):
            newest = max(str(c.value) for c in self.checks if c.name.startswith(UNSEEN))
            return (
                f"{typed('ingest')} (only rows newer than {newest} can tell), and: "
                f"{typed(f'promote {self.candidate}')}"
            )
        if self.reason in (Incomparable.FAILS, Incomparable.NO_NUMBER):
            down = typed("retire --reason WHY")
            return f"{down} (takes the champion down), unless that can be repaired"
        return "train a better one; the floors and the tolerance stand in params.yaml"

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain values."""
        fields = {"verdict": self.word, **asdict(self)}
        for name in ("comparison", "reason"):
            fields[name] = fields[name] and fields[name].value
        return fields


def from_dict(fields: dict[str, Any]) -> Verdict:
    """Return the verdict that `to_dict` wrote; those of releases before have checks alone."""
    checks = [Check(**check) for check in fields["checks"]]
    comparison, reason = fields.get("comparison"), fields.get("reason")
    return Verdict(
        fields["candidate"],
        fields["champion"],
        checks,
        Comparison(comparison) if comparison else None,
        Incomparable(reason) if reason else None,
        fields.get("detail", ""),
        fields.get("earlier"),
    )


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
    champion: Evaluation | NotCompared | None,
    holdout: Holdout,
    gate: Gate,
    metrics: Metrics,
    *,
    same: Evaluation | None = None,
    compared_on: Holdout | None = None,
    earlier: Evaluation | None = None,
    baseline: Evaluation | None = None,
) -> Verdict:
    """Judge an evaluation by the floors, and compare it with the champion's on the same rows.

    Where the champion was evaluated on a part of the holdout, `same` is the candidate's evaluation
    on that part, `compared_on`, and so is that of `earlier`, the best of the champions before.
    `baseline` is that of model.py on the candidate's rows, and has no tolerance.

    A floor is the worst value that still passes: a lower bound where more is better, an upper bound
    where less is. Slices with fewer than `min_slice_rows` rows are not judged.
    """
    checks = [_unseen("candidate", candidate, holdout)]
    checks += [
        _floor(metrics, f"{name} at its floor", name, candidate.metrics[name], floor)
        for name, floor in gate.floors.items()
    ]
    if baseline is not None:
        checks.append(_no_worse(metrics, _than(metrics, "baseline"), candidate, baseline, 0))
    why = _not_compared(champion, metrics)
    if why is not None:
        checks.append(_without_comparison(why, gate))
    elif isinstance(champion, Evaluation):
        checks.append(_unseen("champion", champion, compared_on or holdout))
        name = _than(metrics, "champion")
        checks.append(_no_worse(metrics, name, same or candidate, champion, gate.tolerance))
    if earlier is not None:
        name = f"{metrics.PRIMARY} of earlier champion {earlier.version}"
        checks.append(_no_worse(metrics, name, same or candidate, earlier, gate.tolerance))
    for part in candidate.slices:
        if part.rows >= gate.min_slice_rows:
            for name, floor in gate.slices[part.column].items():
                title = f"{name} of {part.column}={part.value}"
                checks.append(_floor(metrics, title, name, part.metrics[name], floor))
    number = champion.version if champion else None
    if why is not None:
        answer = Comparison.NOT_COMPARABLE
        found = Verdict(candidate.version, number, checks, answer, why.reason, why.detail)
    else:
        found = Verdict(candidate.version, number, checks, _answer(champion, checks, metrics))
    return replace(found, earlier=earlier.version if earlier else None)


def _not_compared(
    champion: Evaluation | NotCompared | None, metrics: Metrics
) -> NotCompared | None:
    if not isinstance(champion, Evaluation):
        return champion
    if not _proves(metrics, champion.metrics[metrics.PRIMARY]):
        detail = f"its {metrics.PRIMARY} cannot be computed on these rows"
        return NotCompared(champion.version, Incomparable.NO_NUMBER, detail)
    return None


def _without_comparison(why: NotCompared, gate: Gate) -> Check:
    """Return the check of a candidate that cannot be compared: it needs a proof, and a floor."""
    floors = bool(gate.floors or any(gate.slices.values()))
    limit = "floors alone" if why.reason.floors_decide else "comparison"
    passed = why.reason.floors_decide and floors
    return Check(COMPARED, why.reason.value, limit if floors else "a floor", passed)


def _answer(champion: object, checks: list[Check], metrics: Metrics) -> Comparison | None:
    if champion is None:
        return None
    name = _than(metrics, "champion")
    passed = all(check.passed for check in checks if check.name == name)
    return Comparison.BETTER if passed else Comparison.WORSE


def _unseen(role: str, model: Evaluation, holdout: Holdout) -> Check:
    proof = holdout.unseen_by(model.seen)
    return Check(f"{UNSEEN} {role}", proof.value, proof.limit, proof.unseen)


def _floor(metrics: Metrics, title: str, metric: str, value: float, floor: float) -> Check:
    return Check(title, value, floor, _as_good(metrics, metric, value, floor))


def _no_worse(
    metrics: Metrics, name: str, candidate: Evaluation, other: Evaluation, tolerance: float
) -> Check:
    primary = metrics.PRIMARY
    best, value = other.metrics[primary], candidate.metrics[primary]
    limit = best - tolerance if metrics.HIGHER_IS_BETTER[primary] else best + tolerance
    return Check(name, value, limit, _as_good(metrics, primary, value, limit))


def better(metrics: Metrics, one: Evaluation, other: Evaluation) -> bool:
    """Return whether one evaluation has the better primary metric; one without is never better."""
    value, against = one.metrics[metrics.PRIMARY], other.metrics[metrics.PRIMARY]
    if not (_proves(metrics, value) and _proves(metrics, against)):
        return _proves(metrics, value)
    return value > against if metrics.HIGHER_IS_BETTER[metrics.PRIMARY] else value < against


def _proves(metrics: Metrics, value: float) -> bool:
    """Return whether a primary metric is a number that something can be better than."""
    best = math.inf if metrics.HIGHER_IS_BETTER[metrics.PRIMARY] else -math.inf
    return not math.isnan(value) and value != best


def _than(metrics: Metrics, role: str) -> str:
    return f"{metrics.PRIMARY} of the {role}"


def _as_good(metrics: Metrics, metric: str, value: float, limit: float) -> bool:
    # A number that could not be computed, or was divided by nothing, proves nothing.
    if not math.isfinite(value) or math.isnan(limit):
        return False
    return value >= limit if metrics.HIGHER_IS_BETTER[metric] else value <= limit
