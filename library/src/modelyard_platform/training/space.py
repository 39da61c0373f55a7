"""The space that a search looks through: for each setting a list of values, or a range.

Points of it are settings as texts, by name: as `changes.parse` reads them and lineages record them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import changes
from ..errors import SetupError, UsageError
from ..settings import Params

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Point = dict[str, str]
_KEYS = ("low", "high", "step", "log")
_EXAMPLE = "such as model.learning_rate: {low: 0.01, high: 0.3, log: true}, or a list of values"
# Draws in search of a point that was not tried: of six, the last one is missed once in 9000 times.
_DRAWS = 50


@dataclass(frozen=True)
class Choice:
    """Some values, as texts."""

    values: tuple[str, ...]

    def text(self, drawn: str) -> str:
        """Return what was drawn, which is a text already."""
        return drawn

    def has(self, value: Any) -> bool:
        """Return whether a value of params.yaml is one of them."""
        return changes.shown(value) in self.values

    def distribution(self) -> "BaseDistribution":
        """Return what Optuna draws from."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.values)


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`; those of a `step`, where there is one."""

    low: Any
    high: Any
    step: Any = None
    log: bool = False

    def text(self, drawn: Any) -> str:
        """Return a number that was drawn with no more digits than tell a thousand of them apart."""
        if isinstance(drawn, int):
            return changes.shown(drawn)
        largest = max(abs(self.low), abs(self.high))
        digits = 12 if self.step else 3 + math.ceil(math.log10(largest / (self.high - self.low)))
        short = float(f"{drawn:.{max(4, digits)}g}")
        return changes.shown(min(max(short, self.low), self.high))

    def has(self, value: Any) -> bool:
        """Return whether a value of params.yaml is one of them."""
        if not isinstance(value, int | float):
            return False
        steps = (value - self.low) / self.step if self.step else 0.0
        return bool(
            self.low <= value <= self.high and math.isclose(steps, round(steps), abs_tol=1e-9)
        )

    def distribution(self) -> "BaseDistribution":
        """Return what Optuna draws from."""
        from optuna.distributions import FloatDistribution, IntDistribution

        if isinstance(self.low, int):
            return IntDistribution(self.low, self.high, step=self.step or 1, log=self.log)
        return FloatDistribution(self.low, self.high, step=self.step, log=self.log)


Space = Mapping[str, Choice | Range]


def read(params: Params) -> Space:
    """Return the space of params.yaml.

    Raises SetupError where it is empty, names what cannot be set for one training, or has values of
    another type than the setting.
    """
    if not params.tune.space:
        raise SetupError("params.yaml: tune.space names nothing to search", _EXAMPLE)
    return {str(name): _side(params, str(name), v) for name, v in params.tune.space.items()}


def _side(params: Params, name: str, values: Any) -> Choice | Range:
    if isinstance(values, list) and values:
        here = changes.names(params).get(name)
        texts = [changes.shown(_value(params, name, value), here) for value in values]
        return Choice(tuple(dict.fromkeys(texts)))
    if not isinstance(values, dict) or not {"low", "high"} <= set(values) <= set(_KEYS):
        if name in changes.names(params):
            raise _error(name, "must be a list of values, or {low, high} with step or log")
        _value(params, name, values)
    low, high = (_value(params, name, values[key]) for key in ("low", "high"))
    step = None if values.get("step") is None else _value(params, name, values["step"])
    log = values.get("log", False)
    kinds = {type(number) for number in (low, high, step) if number is not None}
    if len(kinds) > 1 or not kinds <= {int, float}:
        raise _error(name, "must be a list: only numbers of one type have a range")
    if not low < high or (step is not None and not 0 < step <= high - low):
        raise _error(name, "must have low below high, and a step that fits between them")
    if not isinstance(log, bool) or (log and (low <= 0 or step is not None)):
        raise _error(name, "can have log: true above 0, and without step")
    if step is not None:  # to the last of its numbers
        last = low + math.floor((high - low) / step + 1e-9) * step
        high = last if isinstance(last, int) else round(last, 12)
    return Range(low, high, step, log)


def _value(params: Params, name: str, value: Any) -> Any:
    """Return a value as `train --set` would take it: YAML reads 1e-3, for one, as a text."""
    try:
        text = changes.shown(value, changes.names(params).get(name))
        return changes.parse(params, [f"{name}={text}"])[name]
    except UsageError as error:
        raise SetupError(f"params.yaml: tune.space: {error}", error.hint or _EXAMPLE) from error
    except TypeError as error:  # such as a date, which YAML knows and no lineage can hold
        raise _error(name, f"cannot have {value!r}") from error


def _error(name: str, what: str) -> SetupError:
    return SetupError(f"params.yaml: tune.space.{name} {what}", _EXAMPLE)


def present(params: Params, space: Space) -> Point:
    """Return the settings as they are, also where they lie outside."""
    known = changes.names(params)
    return {name: changes.shown(known[name]) for name in space}


def propose(
    params: Params, space: Space, tried: Sequence[tuple[Point, float | None]], higher: bool
) -> Point | None:
    """Return what to try next; None where nothing is left that was not tried.

    The first one is the settings as they are. What was tried, and the seed of params.yaml, decide
    which one it is: a search that was cut off goes on as it would have. `higher` says whether more
    of the score is better; it is None for what failed.
    """
    if not tried:
        return present(params, space)
    from optuna import create_study, logging
    from optuna.samplers import TPESampler
    from optuna.trial import create_trial

    logging.set_verbosity(logging.ERROR)
    kinds = {name: side.distribution() for name, side in space.items()}
    study = create_study(direction="maximize" if higher else "minimize")
    for point, score in tried:
        values = changes.parse(params, changes.words(point))
        if score is not None and all(space[name].has(values[name]) for name in space):
            given = {n: point[n] if isinstance(space[n], Choice) else values[n] for n in space}
            study.add_trial(create_trial(params=given, distributions=kinds, value=score))
    points = [point for point, _ in tried]
    for draw in range(_DRAWS):
        study.sampler = TPESampler(seed=(params.seed + len(tried) * _DRAWS + draw) % 2**32)
        drawn = study.ask(kinds).params
        point = {name: space[name].text(value) for name, value in drawn.items()}
        if point not in points:
            return point
    return None
