"""Writes a replay as one HTML file that needs nothing else: no network, no script."""

from pathlib import Path

from modelyard.foreign_text import page_environment
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
    from markupsafe import Markup

    environment = page_environment(HERE)
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
