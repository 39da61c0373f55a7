"""The template that this tool was installed with."""

import json
import os

from modelyard.errors import Usage


def own_template() -> str:
    """Return the suite that this package was installed from."""
    asked = os.environ.get("MODELYARD_TEMPLATE")
    if asked:
        return asked
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        origin = json.loads(distribution("modelyard").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        origin = {}
    url = str(origin.get("url", ""))
    if not url or "archive_info" in origin:
        raise Usage(
            "which template is not known here",
            "pass --template URL_OR_PATH, or set MODELYARD_TEMPLATE",
        )
    return url.removeprefix("file://")
