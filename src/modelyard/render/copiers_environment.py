"""Finds the environment in which Copier starts git: plumbum's copy, made when it was loaded."""

import sys
from collections.abc import MutableMapping


def copiers_environment() -> MutableMapping[str, str] | None:
    """Return it, to be read and changed; None where Copier has not been loaded yet."""
    plumbum = sys.modules.get("plumbum.machines")
    found: MutableMapping[str, str] | None = plumbum.local.env if plumbum else None
    return found
