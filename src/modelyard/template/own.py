"""The template that this tool was installed with."""

import json
import os
from typing import Any

from modelyard.errors import Usage


def own_template() -> str:
    """Return the suite that this package was installed from."""
    asked = os.environ.get("MODELYARD_TEMPLATE")
    if asked:
        return asked
    origin = _origin()
    url = str(origin.get("url", ""))
    if not url or "archive_info" in origin:
        raise Usage(
            "which template is not known here",
            "pass --template URL_OR_PATH, or set MODELYARD_TEMPLATE",
        )
    return url.removeprefix("file://")


def own_commit(suite: str) -> str:
    """Return the commit of a suite that this package was installed from; "" where it is not known.

    Args:
        suite: The address of the suite.
    """
    origin = _origin()
    installed = origin.get("vcs_info", {}).get("commit_id", "")
    return str(installed) if origin.get("url") == suite else ""


def _origin() -> dict[str, Any]:
    """Return where this package was installed from, as its installer wrote it down."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        origin = json.loads(distribution("modelyard").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return {}
    return origin if isinstance(origin, dict) else {}
