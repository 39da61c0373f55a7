"""The JSON Schemas of what `--json` prints, made from the types of the results."""

import dataclasses
import json
import typing
from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import Any, Union

from modelyard.adopt.reasons import AdoptReason
from modelyard.cli import fleet_json
from modelyard.cli.json_output import DERIVED
from modelyard.ledger.loss import Loss
from modelyard.reasons import NoticeReason, Reason

from .modelyard import RESULTS

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_FLEET = {
    "fleet status": fleet_json.Status,
    "fleet plan": fleet_json.Plan,
    "fleet plan --next": fleet_json.PlanNext,
    "fleet rollout": fleet_json.Rollout,
    "fleet retry": fleet_json.Rollout,
    "fleet refresh": fleet_json.Rollout,
    "fleet withdraw": fleet_json.Withdrawn,
}


def schemas() -> dict[str, str]:
    """Return the text of each schema by the command that prints it; "error" is of all of them."""
    results = {name: kinds[0] for name, kinds in RESULTS.items()} | _FLEET
    found = {name: of(kind) for name, kind in results.items()}
    for name in ("check", "check --all"):
        found[name]["properties"]["ok"] = {"type": "boolean"}
        found[name]["required"].append("ok")
    fields = {"error": of(str), "hint": of(str), "exit_code": of(int), "losses": of(list[Loss])}
    found["error"] = {**_object(fields), "required": ["error", "hint", "exit_code"]}
    return {
        name.replace(" --", "-").replace(" ", "-"): _text(f"modelyard {name} --json", schema)
        for name, schema in found.items()
    }


def _text(title: str, schema: Mapping[str, Any]) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps({**head, **schema}, indent=2) + "\n"


def of(kind: Any) -> dict[str, Any]:
    """Return the schema of a type, as `modelyard.cli.json_output.plain` prints its values."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return {}
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if origin in (Union, UnionType):
        return {"anyOf": [of(one) for one in inner]}
    if origin and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": of(inner[1])}
    if origin:
        return {"type": "array", "items": of(inner[0])}
    if issubclass(kind, Enum):
        return {"enum": list(dict.fromkeys(_names(kind)))}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = {field.name: of(hints[field.name]) for field in dataclasses.fields(kind)}
        for name in DERIVED:
            if isinstance(found := getattr(kind, name, None), property):
                fields[name] = of(typing.get_type_hints(found.fget)["return"])
        return _object(fields)
    return {"type": "string"}


def _object(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


def _names(kind: type[Enum]) -> Iterator[str]:
    """Yield the names of an enum's members; of the base of all reasons, those of each kind."""
    for one in (NoticeReason, AdoptReason) if kind is Reason else (kind,):
        for member in one:
            yield str(member) if issubclass(one, StrEnum) else member.name.lower()
