"""Writes a report as one HTML file that needs nothing else: no network, no script for reading."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from modelyard.fleet.attention import STALE_DAYS, Cause
from modelyard.fleet.report import charts, history
from modelyard.fleet.report.data import AdoptionDay, RepoLine, ReportData
from modelyard.fleet.states import RepoState
from modelyard.foreign_text import page_environment
from modelyard.redaction import redact

# Longer lists are cut, and say so: JSON has all. They keep the page of 1 000 repos below 1 MB.
LONGEST_LIST = 250
LONGEST_TEXT = 300
HERE = Path(__file__).parent
LABELS = {
    **{state: state.label for state in RepoState},
    RepoState.WITHDRAWN: "on a withdrawn version",
    RepoState.CURRENT: "up to date",
    RepoState.OPEN: "open, ready",
    RepoState.WAITS_FOR_CI: "draft, waits for CI",
    RepoState.WORKED_ON: "open, somebody works on it",
    RepoState.DRAFT: "draft, to decide",
    RepoState.CONFLICT: "not begun, in conflict",
    RepoState.CLEAN: "not begun",
    RepoState.FOREIGN: "other template",
}


def render(data: ReportData) -> str:
    """Return the page. Every text in it is escaped, and only http(s) addresses become links."""
    from markupsafe import Markup

    environment = page_environment(HERE)
    environment.filters.update(link=link, days=days, short=short)
    style, script = ((HERE / name).read_text("utf-8") for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = environment.get_template("page.html.jinja").render(
        data=data,
        style=Markup(style),  # noqa: S704  (a file of this package)
        script=Markup(script),  # noqa: S704  (a file of this package)
        digest=digest,
        labels=LABELS,
        most=LONGEST_LIST,
        **_figures(data),
        **_charts(data),
    )
    return redact(page)


def _figures(data: ReportData) -> dict[str, Any]:
    members = data.members
    count = Counter(one.state for one in members)
    causes = Counter(one.cause for one in data.attention)
    return {
        "current": count[RepoState.CURRENT],
        "total": len(members),
        "causes": [(cause, causes[cause]) for cause in Cause if causes[cause]],
        "stale": STALE_DAYS,
        "not_updated": _by_message(data.not_updated),
        "shown_waves": [wave for wave in data.waves if wave.total],
        "used": [state for state in RepoState if count[state]],
        "present": [state for state in RepoState if any(one.state is state for one in data.repos)],
    }


def _charts(data: ReportData) -> dict[str, Any]:
    names = history.newest_first(
        (name for day in data.adoption for name in day.counts), data.tag_prefix
    )
    return {
        "bands": charts.bands(data.adoption, names) if names else [],
        "known": sum(data.versions.values()),
        "ticks": charts.time_ticks(data.adoption) if data.adoption else [],
        "bars": {wave.name: charts.segments(wave, RepoState) for wave in data.waves},
        "described": _describe(data.adoption, data.tag_prefix),
    }


def _describe(adoption: Sequence[AdoptionDay], prefix: str) -> str:
    """Describe first, middle and last day of the chart of adoption, for who cannot see it."""
    if not adoption:
        return ""
    chosen = sorted({0, len(adoption) // 2, len(adoption) - 1})
    parts = []
    for index in chosen:
        one = adoption[index]
        names = history.newest_first(one.counts, prefix)
        named = [f"{one.counts[name]} on {name}" for name in names]
        more = f", and {len(named) - 8} older versions" if len(named) > 8 else ""
        parts.append(f"{one.day.isoformat()}: {', '.join(named[:8])}{more}")
    return "; ".join(parts)


def _by_message(not_updated: Sequence[RepoLine]) -> list[tuple[RepoState, str, list[RepoLine]]]:
    """Put repos with the same message together, the most frequent first."""
    found: dict[tuple[RepoState, str], list[RepoLine]] = {}
    for one in not_updated:
        message = one.detail or one.state.text
        found.setdefault((one.state, message), []).append(one)
    order = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return [(state, message, repos) for (state, message), repos in order]


def link(url: str) -> str:
    """Return an address if a click on it is harmless, else ""."""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname else ""
    except ValueError:
        return ""


def days(value: float) -> str:
    """Return a number of days with as many digits as it deserves."""
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def short(text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text, cut where it is long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
