"""Evaluations that are known already: kept in the store, by the hashes of all that they rest on.

To know how a version does on the newest holdout its model must be loaded and run; once is enough.
"""

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from .. import store
from ..evaluation.comparison import Incomparable, NotCompared
from ..evaluation.metrics import Evaluation, Slice
from ..evaluation.unseen import Seen
from ..frozen import file_hashes
from ..hashing import hash_text
from ..installed import library_hash
from ..lineage.record import Lineage
from .holdout import Rows

FOLDER = "evaluations"
# Some hundred slices of some metrics each; a year of them takes less than a model.
_MOST_FILES = 500


def key(recorded: Lineage, rows: Rows) -> str:
    """Return a hash of what an evaluation rests on; "" where the model has no hash on record.

    That is the model, the rows, and today's code, settings, locks and library.
    """
    project = rows.project
    if not recorded.model:
        return ""
    parts = {
        "model": recorded.model,
        "rows": [rows.data, len(rows.frame), str(rows.proof)],
        "files": file_hashes(project.code),
        "library": library_hash(),
        "params": project.params.model_dump(mode="json"),
        "python": platform.python_version(),
    }
    return hash_text(json.dumps(parts, sort_keys=True, default=str))


def known(rows: Rows, name: str) -> Evaluation | NotCompared | None:
    """Return what is kept under a key; None where there is nothing that can be read."""
    path = rows.project.store / FOLDER / f"{name}.json"
    if not name or not path.is_file():
        return None
    try:
        return _read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def keep(rows: Rows, name: str, found: Evaluation | NotCompared) -> None:
    """Keep what was found under a key; the oldest of many go."""
    if not name:
        return
    folder = store.make(rows.project, FOLDER)
    with store.usable():
        partial = folder / f"{name}.{os.getpid()}"
        partial.write_text(json.dumps(_written(found)), "utf-8")
        partial.replace(folder / f"{name}.json")
        for path in _oldest(folder):
            path.unlink(missing_ok=True)


def _oldest(folder: Path) -> list[Path]:
    paths = list(folder.iterdir())
    if len(paths) <= _MOST_FILES:
        return []
    return sorted(paths, key=lambda path: path.stat().st_mtime)[: len(paths) // 2]


def _written(found: Evaluation | NotCompared) -> dict[str, Any]:
    if isinstance(found, NotCompared):
        return {"version": found.version, "reason": found.reason.value, "detail": found.detail}
    until = found.seen.until
    seen = {**asdict(found.seen), "until": until.isoformat() if until is not None else None}
    return {**asdict(found), "seen": seen}


def _read(fields: dict[str, Any]) -> Evaluation | NotCompared:
    if "reason" in fields:
        return NotCompared(fields["version"], Incomparable(fields["reason"]), fields["detail"])
    until = fields["seen"]["until"]
    seen = Seen(**{**fields["seen"], "until": pd.Timestamp(until) if until else None})
    slices = [Slice(**part) for part in fields["slices"]]
    metrics = {str(name): float(value) for name, value in fields["metrics"].items()}
    return Evaluation(str(fields["version"]), seen, metrics, slices)
