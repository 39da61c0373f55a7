"""Prints on a terminal, or as JSON, what a fleet command found or did."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from modelyard.cli import ended, fleet_json, json_output, pages
from modelyard.cli.console import err, foreign, out, plural
from modelyard.fleet import foreign as others
from modelyard.fleet import withdrawals
from modelyard.fleet.dashboard import Dashboard
from modelyard.fleet.gates import Verdict
from modelyard.fleet.model import Result
from modelyard.fleet.next_wave import NextWave
from modelyard.fleet.report.data import ReportData
from modelyard.fleet.states import Outcome, RepoState, Trait
from modelyard.fleet.withdraw import Withdrawal

USUAL_PAGE = "fleet.html"


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[Result], None]]:
    """Show each repo's result on stderr as soon as there is one."""

    def show(one: Result) -> None:
        detail = f": {foreign(one.detail)}" if one.detail else ""
        err.print(f"{_coloured(one, 11)} {foreign(one.name)}{detail}")
        for left in one.left_open:
            err.print(f"[yellow]{'!':>11}[/yellow] {foreign(left.url)}: {foreign(left.text)}")
        for about in one.doubted:
            err.print(f"[yellow]{'!':>11}[/yellow] {foreign(about.url)}: {foreign(about.text)}")

    count = 0

    def counted(one: Result) -> None:
        nonlocal count
        count += 1
        if not quiet:
            show(one)

    with ended.tidy():
        try:
            yield counted
        except SystemExit:
            # By a signal: processes have finished the repos that they were at; without them one may
            # have a branch and no request yet.
            err.print(f"[red]ended from outside[/red] after {count} {plural('repo', count)}")
            err.print("  the same command goes on from there")
            raise


def _coloured(one: Result, width: int = 0) -> str:
    traits = one.shown.traits
    colour = "green" if Trait.GREEN in traits else "red" if Trait.RED in traits else "default"
    return f"[{colour}]{one.label:>{width}}[/{colour}]"


def initialised(file: Path, about: str) -> None:
    """Tell that a fleet.toml is there, and what it is about."""
    out.print(f"[green]✓ {foreign(str(file))}[/green]: {foreign(about)}")
    out.print("  look: modelyard fleet status    try: modelyard fleet plan")


def planned(results: Sequence[Result], as_json: bool) -> int:
    """Print a plan, and return the exit code."""
    needs = [one for one in results if one.needs_a_person]
    if as_json:
        json_output.write(fleet_json.Plan(fleet_json.found(results), len(needs)))
        return 3 if needs else 0
    waves: dict[str, Counter[RepoState]] = {}
    for one in results:
        waves.setdefault(one.wave, Counter())[one.state] += 1
    table = _table("wave", "what")
    for wave, counts in waves.items():
        table.add_row(foreign(wave or "none"), _counts(counts))
    out.print(table)
    for one in needs:
        out.print(f"\n[red]{one.label}[/red] {foreign(one.name)} {foreign(one.detail)}")
        for conflict in one.seen.update.conflicts if one.seen and one.seen.update else ():
            out.print(f"  {foreign(conflict.path)}: {foreign(conflict.text)}")
    other_templates(results)
    out.print("\nnothing was written")
    return 3 if needs else 0


def planned_next(next_wave: NextWave, as_json: bool) -> int:
    """Print what `rollout --next` would do, and return the exit code."""
    results = next_wave.told
    code = 3 if any(one.needs_a_person for one in results) else 0
    code = code if next_wave.verdict.passed else 4
    if as_json:
        verdict, repos = next_wave.verdict, fleet_json.found(results)
        head = (next_wave.version, next_wave.open, verdict.wave, next_wave.canary, verdict.gates)
        json_output.write(fleet_json.PlanNext(*head, next_wave.unfinished, repos, code))
        return code
    _gates(next_wave.verdict, "may open")
    if next_wave.unfinished:
        names = ", ".join(next_wave.unfinished)
        out.print(f"waves that are open are not finished: modelyard fleet retry ({foreign(names)})")
    if results:
        planned(results, as_json)
    return code


def rolled_out(results: Sequence[Result], verdict: Verdict | None, as_json: bool) -> int:
    """Print what a rollout did, and return the exit code."""
    blocked = verdict is not None and not verdict.passed
    code = 4 if blocked or any(one.outcome is Outcome.PAUSED for one in results) else 0
    if not code and any(one.needs_a_person for one in results):
        code = 3
    if as_json:
        repos = tuple(fleet_json.RepoDone.of(one) for one in results)
        wave, gates = (verdict.wave, verdict.gates) if verdict else (None, ())
        json_output.write(fleet_json.Rollout(wave, gates, repos, code))
        return code
    if verdict:
        _gates(verdict)
    if results:
        out.print(f"\n{len(results)} repos: {_counts(Counter(one.label for one in results))}")
    for one in results:
        if one.conflicts:
            out.print(
                f"[red]to decide[/red] {foreign(one.url)}: {foreign(', '.join(one.conflicts))}"
            )
    other_templates(results)
    return code


def other_templates(results: Sequence[Result]) -> None:
    """List what is of another template: a wrong address in fleet.toml shows there first."""
    found = others.lines(results)
    for line in found:
        out.print(foreign(line))
    if found:
        out.print(
            '  the same template by another address? also = ["…"] in [template]', markup=False
        )


def _counts(counts: Counter[Any]) -> str:
    return ", ".join(f"{count} {label}" for label, count in sorted(counts.items()))


def _gates(verdict: Verdict, what: str = "is open") -> None:
    table = _table("gate", "is", "must be", "")
    for gate in verdict.gates:
        mark = "[green]passed[/green]" if gate.passed else "[red]blocked[/red]"
        table.add_row(gate.name, foreign(gate.value), gate.limit, mark)
    out.print(table)
    for gate in verdict.gates:
        if gate.held_by:
            out.print(f"  {gate.name}: {foreign(gate.told)}")
    if not verdict.passed:
        out.print(f"[red]✗ the wave {foreign(verdict.wave or 'after the last')} stays closed[/red]")
    elif verdict.wave is None:
        out.print("[green]✓ all waves are open[/green]")
    else:
        out.print(f"[green]✓ the wave {foreign(verdict.wave)} {what}[/green]")


def page(data: ReportData, html: Path) -> None:
    """Write how the fleet stands as a page."""
    from modelyard.fleet.report import render

    pages.write(html, render(data), USUAL_PAGE)
    err.print(f"✓ {foreign(str(html))}")


def dashboard(done: Dashboard) -> None:
    """Tell what became of the dashboard."""
    out.print(f"dashboard {done.written.value}{': ' if done.url else ''}{foreign(done.url)}")


def paused(now: bool, merges: bool) -> None:
    """Tell that the fleet is paused, and what goes on where the forge merges by itself."""
    out.print("✓ paused: every rollout stops before its next repo" if now else "paused already")
    if merges:
        out.print(
            "[yellow]Requests that the forge is to merge by itself, it still merges[/yellow]; to "
            "take that back: modelyard fleet withdraw, or their button"
        )


def withdrawn(done: Withdrawal, as_json: bool = False) -> int:
    """Tell what became of a withdrawal, and return the exit code."""
    needs = {Outcome.LEFT_ALONE, Outcome.FAILED}
    code = 3 if done.merged or any(one.outcome in needs for one in done.results) else 0
    if as_json:
        repos = tuple(fleet_json.RepoDone.of(one) for one in done.results)
        about = (done.version, done.note.since, done.note.why, done.way_on)
        merged = tuple(one.name for one in done.merged)
        json_output.write(fleet_json.Withdrawn(*about, merged, repos, code))
        return code
    out.print(f"✓ {foreign(withdrawals.sentence(done.version, done.note))}")
    if done.results:
        out.print(
            f"{len(done.results)} repos: {_counts(Counter(one.label for one in done.results))}"
        )
    for one in done.results:
        if one.outcome is Outcome.LEFT_ALONE:
            out.print(f"[red]left open[/red] {foreign(one.url)}: {foreign(one.detail)}")
    if done.merged:
        names = ", ".join(one.name for one in done.merged)
        out.print(f"[red]merged[/red] in {foreign(names)}")
        out.print(
            f"  to bring them back: modelyard fleet rollout --to {foreign(done.way_on or 'OLDER')}"
        )
    return code


def resumed(now: bool) -> None:
    """Tell that the fleet goes on."""
    out.print("✓ rollouts may go on: modelyard fleet rollout" if now else "nothing was paused")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
