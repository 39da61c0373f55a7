"""Turns results into what `--json` prints: fields by name, enums by theirs."""

import json
import sys
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum, StrEnum
from typing import Any

from modelyard.redaction import redact

# Worked out from the other fields, and what a reader of the JSON would work out anew.
DERIVED = ("owner", "text")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: mappings, lists, strings, numbers, booleans and None."""
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        names += [
            name for name in DERIVED if isinstance(getattr(type(value), name, None), property)
        ]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return sorted(plain(item) for item in value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def write(value: Any, **more: Any) -> None:
    """Print a dataclass, or a mapping, as one JSON object."""
    text = redact(json.dumps({**plain(value), **plain(more)}, ensure_ascii=True, indent=2))
    # CI jobs read `##[command]` and `##vso[command]` anywhere in a line; JSON may spell it so.
    sys.stdout.write(text.replace("##", "#\\u0023") + "\n")
