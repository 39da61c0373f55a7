"""Writes a replay as one HTML file that needs nothing else: no network, no script."""

from pathlib import Path
from typing import Any

from modelyard.foreign_text import on_a_page
from modelyard.redaction import redact
from modelyard.replay.result import FileEnd, ReplayStatus
from modelyard.replay.summary import ReplayResult

HERE = Path(__file__).parent
CLASSES = {
    FileEnd.DECIDE: "no",
    FileEnd.AS_COMMITTED: "yes",
    FileEnd.OTHERWISE: "odd",
    FileEnd.NOT_CHANGED: "soft",
    FileEnd.NOTHING: "soft",
}
STATUSES = {
    ReplayStatus.CLEAN: ("yes", "✓ nothing to decide"),
    ReplayStatus.CONFLICT: ("no", "✗ to decide"),
    ReplayStatus.STOPPED: ("no", "✗ stopped, nothing written"),
    ReplayStatus.FAILED: ("odd", "! failed"),
}


def render(found: ReplayResult, name: str) -> str:
    """Return the page; every text in it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def readable(value: Any) -> Any:
        is_text = isinstance(value, str) and not isinstance(value, Markup)
        return on_a_page(value) if is_text else value

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=readable,
    )
    style = (HERE / "page.css").read_text("utf-8")
    page = environment.get_template("page.html.jinja").render(
        found=found,
        name=name,
        style=Markup(style),  # noqa: S704  (a file of this package)
        classes=CLASSES,
        statuses=STATUSES,
        failed=ReplayStatus.FAILED,
    )
    return redact(page)
