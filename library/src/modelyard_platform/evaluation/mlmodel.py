"""The file `MLmodel` of a stored model: read with a limit, and in the form of a training."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..errors import NotTrusted
from .unseen import Seen

HINT = "train again with the FLAVOR and LOG_OPTIONS of today, or check who writes to the registry"
# It has a schema and a signature: some lines for each column.
_MOST_BYTES = 4 * 2**20


def read(model: Path) -> dict[str, Any]:
    """Return what a stored model's MLmodel says; NotTrusted where it is none."""
    path = model / "MLmodel"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise NotTrusted(f"a stored model has an MLmodel of {path.stat().st_size} bytes", HINT)
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise NotTrusted(f"MLmodel of a stored model: {type(error).__name__}", HINT) from error
    return mapping(found, "MLmodel")


def metadata(model: Path) -> dict[str, Any]:
    """Return what training wrote into it.

    `features`; `trained_until`, or `held_out` where there is no time; `package`, the name of the
    owner's package; `outputs`, the names of a prediction's values.
    """
    return mapping(read(model).get("metadata"), "metadata of MLmodel")


def seen(model: Path) -> Seen:
    """Return which rows a stored model was trained on."""
    held_out = metadata(model).get("held_out")
    if held_out is not None:
        return _by_hash(held_out)
    said = metadata(model).get("trained_until")
    refused = NotTrusted(f"a stored model says that it was trained until {str(said)[:40]!r}", HINT)
    if not isinstance(said, str | date):
        raise refused
    try:
        found = pd.Timestamp(said)
    except ValueError as error:
        raise refused from error
    if pd.isna(found):
        raise refused
    return Seen(found)


def _by_hash(said: Any) -> Seen:
    found = mapping(said, "held_out")
    by, share = found.get("by"), found.get("share")
    if not (isinstance(by, str) and by and isinstance(share, float) and 0 < share < 1):
        raise NotTrusted(f"a stored model says that it held out {str(said)[:40]!r}", HINT)
    return Seen(None, by, share)


def mapping(found: Any, what: str) -> dict[str, Any]:
    """Return a value that must be a mapping of names; NotTrusted where it is none."""
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise NotTrusted(f"{what} of a stored model is not what a training writes", HINT)
    return dict(found)
