"""Settings that are given for one training, over those of params.yaml: `model.depth=5`.

Only what makes the model can be given so: its data, and what the gate asks, stand in params.yaml.
"""

import difflib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from .advice import typed
from .errors import UsageError
from .redaction import redact
from .settings import Params, Project

SECTIONS = ("features", "model")


def parse(params: Params, words: Sequence[str]) -> dict[str, Any]:
    """Return the values that words such as `model.depth=5` give, of the types in params.yaml.

    Raises UsageError for a word of another form, a name that params.yaml does not have, and a value
    of another type.
    """
    known = names(params)
    found: dict[str, Any] = {}
    for word in words:
        name, given, text = word.partition("=")
        if not given:
            raise UsageError(f"{word!r} sets nothing", typed("train --set KEY=VALUE"))
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            may = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise UsageError(f"{name} cannot be set for one training", may)
        if redact(text) != text:  # what is set is in the lineage, as it is: `reproduce` needs it
            what = f"{name}: an address with a password or a key would be kept with the version"
            raise UsageError(what, "leave it out of the address: .env is the place for secrets")
        found[name] = _as(known[name], name, text)
    return found


def names(params: Params) -> dict[str, Any]:
    """Return what can be given for one training, by its name: the values of params.yaml."""
    found: dict[str, Any] = {"seed": params.seed}
    left: list[tuple[str, Any]] = [(name, getattr(params, name)) for name in reversed(SECTIONS)]
    while left:
        name, value = left.pop()
        if isinstance(value, dict) and value:
            left += [(f"{name}.{key}", inner) for key, inner in reversed(value.items())]
        elif name not in SECTIONS:
            found[name] = value
    return found


def apply(project: Project, values: Mapping[str, Any]) -> Project:
    """Return the project with some settings changed; `without` gives it as it was."""
    if not values:
        return project
    base = project.written or project.params
    fields = project.params.model_dump()
    for name, value in values.items():
        _put(fields, name, value)
    changed = base.model_copy(update={key: fields[key] for key in ("seed", *SECTIONS)})
    known = names(base)
    told = {name: shown(value, known.get(name)) for name, value in values.items()}
    told = {**project.changes, **told}
    return replace(project, params=changed, written=base, changes=told)


def _put(section: dict[Any, Any], name: str, value: Any) -> bool:
    """Put a value where `names` has found its name: a key may be a number, or have a dot itself."""
    for key, inner in section.items():
        if name == str(key):
            section[key] = value
            return True
        rest = name.removeprefix(f"{key}.")
        if rest != name and isinstance(inner, dict) and _put(inner, rest, value):
            return True
    return False


def again(project: Project, settings: Mapping[str, str]) -> Project:
    """Return the project with the settings that a lineage has recorded."""
    return apply(project, parse(project.params, words(settings)))


def without(project: Project) -> Project:
    """Return the project with the settings of params.yaml alone."""
    if project.written is None:
        return project
    return replace(project, params=project.written, written=None, changes={})


def words(values: Mapping[str, str]) -> list[str]:
    """Return recorded changes as the words that `parse` takes."""
    return [f"{name}={text}" for name, text in values.items()]


def shown(value: Any, present: Any = "") -> str:
    """Return a value as the text that `parse` reads it from; `present` is that of params.yaml."""
    if isinstance(value, str) and type(present) in (str, int, float):
        return value  # YAML takes 1e-3 for a text
    return json.dumps(value, ensure_ascii=False, default=str)


def _as(present: Any, name: str, text: str) -> Any:
    try:
        value = _read(present, text)
        if name == "seed" and not 0 <= value < 2**32:
            raise ValueError
    except (TypeError, ValueError, yaml.YAMLError) as error:
        kind = type(present).__name__
        here = shown(present, present)
        what = f"{name} is {here} in params.yaml, of type {kind}; {text!r} is none"
        raise UsageError(what) from error
    return value


def _read(present: Any, text: str) -> Any:
    if isinstance(present, str):
        return text
    if isinstance(present, float):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    if isinstance(present, int) and not isinstance(present, bool):
        return int(text)
    value = _parsed(text)
    if present is not None and type(value) is not type(present):
        raise ValueError(text)
    if json.loads(json.dumps(value, allow_nan=False)) != value:
        raise ValueError(text)  # a lineage cannot hold all that YAML can, such as a date
    return value


def _parsed(text: str) -> Any:
    """Return JSON as what it says: for YAML, `1e-05` would be a text. Else, what YAML says."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.safe_load(text)
