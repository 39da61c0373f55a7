"""What a command printed as JSON, held against its schema in the docs."""

import json
from pathlib import Path
from typing import Any

import jsonschema

SCHEMAS = Path(__file__).parents[2] / "docs" / "reference" / "schemas"


def valid(name: str, said: str) -> Any:
    """Return what a command printed, which the schema of that name describes."""
    found = json.loads(said)
    jsonschema.validate(found, json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))
    return found
