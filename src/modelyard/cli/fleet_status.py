"""Prints how a fleet stands, for a terminal of 80 columns: first what needs a person."""

import textwrap
from collections.abc import Iterator, Sequence

from modelyard.cli import fleet_json, json_output
from modelyard.cli.console import foreign, out, plural
from modelyard.cli.fleet_console import other_templates
from modelyard.fleet.attention import Attention
from modelyard.fleet.overview import Overview
from modelyard.fleet.report.data import RepoLine, ReportData
from modelyard.fleet.states import RepoState
from modelyard.foreign_text import one_line
from modelyard.forges.forge import Checks
from modelyard.redaction import redact

# Beyond this a line is harder to read than two.
_WIDEST = 100


def status(overview: Overview, as_json: bool) -> int:
    """Print how a fleet stands, and return the exit code."""
    data = overview.data
    if as_json:
        json_output.write(fleet_json.Status.of(overview))
    else:
        _print(data)
        other_templates(overview.results)
        out.print("\nrequests, files and reasons: --json    a page: --html fleet.html", style="dim")
    return 3 if data.attention else 0


def _print(data: ReportData) -> None:
    on_it = sum(one.state is RepoState.CURRENT for one in data.members)
    out.print(f"{foreign(data.version)} of {foreign(data.template)}")
    out.print(f"{on_it} of {len(data.members)} repos of {foreign(data.owner)} are up to date\n")
    if data.paused:
        _say(f"✗ {data.paused.text}", style="red")
    _say(f"next step: {data.next_step.text}")
    if data.next_step.waits_for:
        _say(f"waits for {', '.join(data.next_step.waits_for)}", "  ")
    _type(data.next_step.command, "  ")
    count = len(data.attention)
    if count:
        out.print(f"\n[red]{count} {'needs' if count == 1 else 'need'} a person[/red]")
    else:
        out.print("\n[green]✓ nothing needs a person[/green]")
    for one in data.attention:
        _need(one)
    _waves(data)
    _others(data)


def _need(one: Attention) -> None:
    about = " · ".join(filter(None, (one.repo, one.wave, one.owner)))
    out.print(f"  [red]{one.cause.label}[/red] {foreign(about)}")
    _say(one.why, "    ")
    if one.url:
        out.print(f"    {foreign(one.url)}")
    _type(one.command, "    ")


def _waves(data: ReportData) -> None:
    shown = [wave for wave in data.waves if wave.total]
    if not shown:
        return
    out.print("\nwaves")
    names = [wave.name or "in none" for wave in shown]
    width = min(max(map(len, names)), 20)
    for wave, name in zip(shown, names, strict=True):
        counts = ", ".join(
            f"{wave.counts[one]} {one.label}" for one in RepoState if one in wave.counts
        )
        _say(f"{name:{width}} {wave.total:>4}  {counts}", "  ", width + 9)


def _others(data: ReportData) -> None:
    told = {one.repo for one in data.attention}
    rest = [one for one in data.repos if one.name not in told]
    if not rest:
        return
    out.print("\nthe others" if told else "\nrepos")
    for state in RepoState:
        here = [one for one in rest if one.state is state]
        if not here:
            continue
        out.print(f"  {len(here)} {state.label}: {state.text}", style="dim")
        alike: dict[str, list[str]] = {}
        for one in here:
            alike.setdefault(", ".join(_facts(one)), []).append(one.name)
        for said, names in alike.items():
            _say(", ".join(names) + (f": {said}" if said else ""), "    ", 2)


def _facts(one: RepoLine) -> Iterator[str]:
    if one.state is not RepoState.CURRENT and one.version:
        yield f"on {one.version}"
    if one.behind:
        yield f"{one.behind} {plural('release', one.behind)} behind"
    if one.age is not None:
        yield f"open {one.age} {plural('day', one.age)}"
        yield "no CI" if one.checks in {Checks.NONE, ""} else f"CI {one.checks}"
    if one.review.text:
        yield one.review.text
    if one.merging.text:
        yield one.merging.text
    if one.edited:
        yield f"{len(one.edited)} edited"
    if one.kept:
        yield f"{len(one.kept)} kept"
    if one.detail:
        yield one.detail


def _say(text: str, indent: str = "", more: int = 0, style: str = "") -> None:
    """Print a text of others on as many lines as it needs; those after the first are indented."""
    for line in _lines(text, indent, more):
        out.print(line, style=style, markup=False)


def _lines(text: str, indent: str, more: int) -> Sequence[str]:
    return textwrap.wrap(
        one_line(redact(text)),
        min(out.width, _WIDEST),
        initial_indent=indent,
        subsequent_indent=f"{indent}{' ' * more}",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _type(command: str, indent: str) -> None:
    """Print a command on a line of its own, whole: it is copied."""
    if command:
        out.print(f"{indent}[bold]$ {foreign(command)}[/bold]")
