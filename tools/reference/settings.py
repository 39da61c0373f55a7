"""The settings of a generated repo: params.yaml and the environment."""

import re
import typing
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .renders import GENERATED, code, table
from .verbs import load

INTRODUCTION = """
# Settings

## params.yaml

Every verb reads and checks it. An unknown standard key is an error; the message names the nearest.
`data`, `features` and `model` are yours: the modules of these names get them as they stand.
"""
WORDS = {
    "tracking.artifacts": "Servers and folders that may have artifacts beside the server's own.",
    "tracking.also": "Trackers that get a copy of each judged training, by name.",
    "lineage.allowed_signers": "The file of this repo that says who may sign lineages.",
    "lineage.require_signature": "Refuse a version without a good signature, instead of telling.",
    "split.gap_snapshots": "Left out between training and holdout: an embargo.",
    "split.training_snapshots": "The newest ones before the gap; 0: all.",
    "split.holdout_share": "Where the contract has no time: the part of the keys or groups that "
    "is held out.",
    "validation.provider": "Who checks snapshots against the contract.",
    "source.provider": "Where snapshots come from; `package` is this repo's `data.py`.",
    "tune.space": "What `tune` tries: for each setting a list of values, or `{low, high}` with "
    "`step` or `log`.",
    "tune.trials": "How many trials a search may take in all.",
    "tune.minutes": "How long they may take in all; 0: no limit.",
    "tune.validation_snapshots": "How many of those trained on trials are compared on; 0: as many "
    "as are held out.",
    "alerts": "Who is told the verdict of each training, by name.",
}
ENVIRONMENT = """
## Environment

Read from the environment and from `.env`; the environment wins. Git does not see `.env`.
"""


def page(repo: Path) -> str:
    """Return the page for a render."""
    text = (repo / "params.yaml").read_text("utf-8")
    values, comments = yaml.safe_load(text), _comments(text)
    rows = list(_rows(load("settings").Params, values, comments))
    # What a fresh repo leaves out has no comment there.
    said = {row[0].strip("`") for row in rows if row[-1] in WORDS.values()}
    if said != WORDS.keys():
        raise KeyError(
            f"settings that are no more, or that params.yaml tells: {said ^ WORDS.keys()}"
        )
    columns = ["key", "type", "default", "in a fresh repo", ""]
    variables = table(["variable", "example", ""], _variables(repo))
    return f"{GENERATED}{INTRODUCTION}\n{table(columns, rows)}{ENVIRONMENT}\n{variables}"


def _rows(
    model: type[BaseModel],
    values: dict[str, Any],
    comments: dict[str, str],
    prefix: str = "",
    defaults: BaseModel | None = None,
) -> Any:
    for name, field in model.model_fields.items():
        key, value = f"{prefix}{name}", values.get(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _rows(field.annotation, value or {}, comments, f"{key}.", field.default)
        else:
            fallback = getattr(defaults, name, field.default)
            default = "required" if fallback is PydanticUndefined else code(_flow(fallback))
            words = comments.get(key) or WORDS.get(key, "")
            yield [code(key), _kind(field), default, code(_flow(value)), words]


def _kind(field: FieldInfo) -> str:
    if typing.get_origin(field.annotation) is tuple:
        return "list of names"
    if typing.get_origin(field.annotation) is typing.Literal:
        return f"one of {', '.join(map(code, typing.get_args(field.annotation)))}"
    name = field.annotation.__name__ if field.annotation in (int, str, float, bool) else "mapping"
    signs = {"Ge": "≥", "Gt": ">", "Le": "≤", "Lt": "<"}
    kinds = [(bound, type(bound).__name__) for bound in field.metadata]
    bounds = [f"{signs[kind]} {getattr(bound, kind.lower())}" for bound, kind in kinds]
    return f"{name} {', '.join(bounds)}".strip()


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000).strip()
    if isinstance(value, tuple):
        return str(list(value))
    return '""' if value == "" else "" if value is None else str(value)


def _comments(text: str) -> dict[str, str]:
    """Return the comment at each key, or indented above it, by dotted path."""
    found: dict[str, str] = {}
    path: list[str] = []
    above = ""
    for line in text.splitlines():
        key = re.match(r"( *)(\w+):", line)
        _, _, comment = line.partition("# ")
        if key:
            path[len(key[1]) // 2 :] = [key[2]]
            found[".".join(path)] = comment or above
        above = comment if line.startswith("  #") else ""
    return found


def _variables(repo: Path) -> list[list[str]]:
    rows, about = [], ""
    for line in (repo / ".env.example").read_text("utf-8").splitlines():
        variable = re.match(r"#(\w+)=(.*)", line)
        if variable:
            rows.append([code(variable[1]), code(variable[2]), about])
            about = "for the same server" if about else ""
        else:
            about = line.removeprefix("# ").replace("<", "&lt;")
    return rows
