"""Says on a terminal, or on a page, what a replay of past updates found."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.table import Table
from rich.text import Text

from modelyard.cli import pages
from modelyard.cli.console import err, foreign, out, plural
from modelyard.replay.replay import OnUpdate, Replayed
from modelyard.replay.result import (
    FileEnd,
    PastUpdate,
    ReplayedUpdate,
    ReplayStatus,
    SkippedUpdate,
    SkipReason,
    ToolReplay,
)
from modelyard.replay.summary import ReplayResult

USUAL_PAGE = "replay.html"
_COLOURS = {
    FileEnd.DECIDE: "red",
    FileEnd.AS_COMMITTED: "green",
    FileEnd.OTHERWISE: "yellow",
}


@contextmanager
def progress() -> Iterator[OnUpdate]:
    """Show on stderr which update was done last; on a terminal alone, where one line is enough."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with err.status("the history is read") as status:

        def show(one: Replayed, number: int, count: int) -> None:
            status.update(f"{number} of {count}: {foreign(_step(one.update))}")

        yield show


def write_page(place: Path, repo: Path, found: ReplayResult) -> None:
    """Write a replay as one HTML file.

    Raises:
        Usage: No file can be written there.
    """
    from modelyard.replay.page import render

    pages.write(place, render(found, repo.resolve().name), USUAL_PAGE)
    err.print(f"  the page: {foreign(str(place))}")


def told(found: ReplayResult, trust: bool) -> None:
    """Tell of each update, then of all together."""
    for one in found.updates:
        _update(one)
    if found.skipped:
        out.print("[bold]not done again[/bold]")
        for skipped in found.skipped:
            _skipped(skipped)
        for hint in dict.fromkeys(one.hint for one in found.skipped if one.hint):
            out.print(f"  hint: {foreign(hint)}")
        out.print()
    if found.updates:
        _totals(found)
    _hints(found, trust)


def _step(update: PastUpdate) -> str:
    versions = f"{update.before} → {update.after}" if update.before else update.answers_file
    return f"{update.date} {update.commit[:10]}  {versions}"


def _update(one: ReplayedUpdate) -> None:
    out.print(f"[bold]{foreign(_step(one.update))}[/bold]  {foreign(one.update.template)}")
    for name, tool in one.tools.items():
        out.print(f"  {name:<10} {tool.seconds:>6.1f} s  {_ended(tool)}")
    _files(one)
    if one.modelyard.not_run:
        out.print(f"  left out here: {foreign(one.modelyard.not_run)}", style="dim")
    out.print()


def _ended(tool: ToolReplay) -> str:
    count = len(tool.conflicts)
    merged = f"{tool.merged} merged, {len(tool.equal)} of them just as committed"
    match tool.status:
        case ReplayStatus.CLEAN:
            return f"[green]✓ nothing to decide[/green]; {merged}"
        case ReplayStatus.CONFLICT:
            return f"[red]✗ {count} {plural('file', count)} to decide[/red]; {merged}"
        case ReplayStatus.STOPPED:
            return f"[red]✗ stopped, nothing written[/red]: {foreign(tool.error)}"
    return f"[yellow]! failed[/yellow]: {foreign(tool.error)}"


def _files(one: ReplayedUpdate) -> None:
    """List the files that some tool leaves to a person, and what was committed."""
    if not one.to_decide:
        return
    rows = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    rows.add_column("    file", overflow="fold")
    for name in one.tools:
        rows.add_column(name)
    rows.add_column("committed", overflow="fold")
    for path, file in one.to_decide.items():
        ends = [tool.end_of(path) for tool in one.tools.values()]
        cells = (Text(end.value, _COLOURS.get(end, "")) for end in ends)
        rows.add_row(f"    {foreign(path)}", *cells, file.committed.label)
    out.print(rows)


def _skipped(one: SkippedUpdate) -> None:
    out.print(f"  {foreign(_step(one.update))}: {foreign(one.text)}")


def _totals(found: ReplayResult) -> None:
    of = f"{found.compared} of {len(found.updates) + len(found.skipped)}"
    both = f", with both tools (Copier {found.copier_version})" if found.copier else ""
    out.print(f"[bold]{of} updates{both}[/bold]")
    rows = Table(box=None, pad_edge=False, padding=(0, 2), header_style="dim")
    for title in ("", "need a person", "files to decide", "seconds", "CPU seconds"):
        rows.add_column(title, justify="left" if not title else "right")
    for name, one in found.totals.items():
        times = (f"{one.seconds:.1f}", f"{one.cpu_seconds:.1f}")
        rows.add_row(name, str(one.needs_a_person), str(one.files), *times)
    out.print(rows)
    failed = found.copier.failed if found.copier else 0
    if failed:
        out.print(f"  {failed} more {plural('update', failed)} failed with Copier: not counted")


def _hints(found: ReplayResult, trust: bool) -> None:
    if found.shallow:
        out.print("  this clone is shallow: git fetch --unshallow shows older updates")
    if not trust and any(one.reason is SkipReason.NEEDS_TRUST for one in found.skipped):
        out.print("  the template's extensions are code: --trust, if you trust it, loads them")
