"""Tells which migrations of a template lie between two of its versions."""

from collections.abc import Sequence
from typing import Any

from modelyard.template import config
from modelyard.template.source import Version
from modelyard.template.versions import as_release


def migrations_between(before: Version, after: Version) -> Sequence[Any]:
    """Return the migrations between two versions, as written; some may have nothing to do."""
    if before.commit == after.commit:
        return ()
    return [one for one in config.read(after).migrations if _applies(one, before, after)]


def _applies(migration: Any, before: Version, after: Version) -> bool:
    about = migration if isinstance(migration, dict) else {}
    named = about.get("version")
    stages = [about[stage] for stage in ("before", "after") if stage in about]
    if stages and not any(stages):
        return False
    if named is None:
        return True
    release, old, new = as_release(str(named)), before.release, after.release
    return not (release and old and new) or old < release <= new
