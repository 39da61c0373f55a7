"""Says on a terminal, or as JSON, what a fleet command found or did."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from modelyard.cli.console import err, out
from modelyard.cli.json_output import write as print_json
from modelyard.fleet.act import Result
from modelyard.fleet.gates import Verdict
from modelyard.fleet.next_wave import NextWave
from modelyard.fleet.observe import Survey
from modelyard.fleet.rollout import RolloutOptions, at_work, summary

COLOURS = {
    "current": "green",
    "merged": "green",
    "clean": "green",
    "opened": "green",
    "updated": "green",
    "conflict": "red",
    "refused": "red",
    "failed": "red",
    "halted": "red",
}
# What a person has to look at; everything else goes its way.
NEEDS_A_PERSON = {"conflict", "refused", "failed"}


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[Any], None]]:
    """Show each repo's result on stderr as soon as there is one."""

    def told(one: Survey | Result) -> None:
        what = one.state if isinstance(one, Survey) else one.did
        colour = COLOURS.get(what, "default")
        words = f": {escape(one.detail)}" if one.detail else ""
        err.print(f"[{colour}]{what:>11}[/{colour}] {escape(one.name)}{words}")

    yield (lambda one: None) if quiet else told


def initialised(file: Path, waits: str) -> None:
    """Tell that a fleet.toml is there, and what it waits for."""
    out.print(f"[green]✓ {escape(str(file))}[/green]: {escape(waits)}")
    out.print("  look: modelyard fleet status    try: modelyard fleet plan")


def planned(found: Sequence[Survey], as_json: bool) -> bool:
    """Print a plan; return whether anything needs a person."""
    needs = [one for one in found if one.state in NEEDS_A_PERSON]
    if as_json:
        print_json({"repos": [survey_dict(one) for one in found], "needs_a_person": len(needs)})
        return bool(needs)
    waves: dict[str, dict[str, int]] = {}
    for one in found:
        waves.setdefault(one.wave, {}).setdefault(one.state, 0)
        waves[one.wave][one.state] += 1
    table = _table("wave", "what")
    for wave, counts in waves.items():
        told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        table.add_row(escape(wave or "none"), told)
    out.print(table)
    for one in needs:
        out.print(f"\n[red]{one.state}[/red] {escape(one.name)} {escape(one.detail)}")
        for conflict in one.outcome.conflicts if one.outcome else ():
            out.print(f"  {escape(conflict.path)}: {escape(conflict.text)}")
    out.print("\nnothing was written")
    return bool(needs)


def planned_next(ahead: NextWave, as_json: bool) -> int:
    """Print what `rollout --next` would do, and return the exit code."""
    code = 4 if not ahead.verdict.holds else 0
    needs = [one for one in ahead.surveys if one.state in NEEDS_A_PERSON]
    code = code or (3 if needs else 0)
    if as_json:
        print_json(
            {
                "version": ahead.version,
                "open": list(ahead.open),
                "wave": ahead.verdict.wave,
                "canary": ahead.canary,
                "gates": [vars(check) for check in ahead.verdict.checks],
                "repos": [survey_dict(one) for one in ahead.surveys],
                "exit_code": code,
            }
        )
        return code
    _gates(ahead.verdict, "may open")
    if ahead.surveys:
        planned(ahead.surveys, as_json)
    return code


def rolled(done: Sequence[Result], verdict: Verdict | None, as_json: bool) -> int:
    """Print what a rollout did, and return the exit code."""
    held = verdict is not None and not verdict.holds
    code = 4 if held or any(one.did == "halted" for one in done) else 0
    if not code and any(one.did in NEEDS_A_PERSON or one.conflicts for one in done):
        code = 3
    if as_json:
        gates = [vars(check) for check in verdict.checks] if verdict else []
        print_json(
            {
                "wave": verdict.wave if verdict else None,
                "gates": gates,
                "repos": [vars(one) for one in done],
                "exit_code": code,
            }
        )
        return code
    if verdict:
        _gates(verdict)
    if done:
        counts = ", ".join(f"{count} {did}" for did, count in sorted(summary(done).items()))
        out.print(f"\n{len(done)} repos: {counts}")
    for one in done:
        if one.conflicts:
            out.print(f"[red]to decide[/red] {escape(one.url)}: {escape(', '.join(one.conflicts))}")
    return code


def _gates(verdict: Verdict, what: str = "is open") -> None:
    table = _table("gate", "is", "must be", "")
    for check in verdict.checks:
        mark = "[green]holds[/green]" if check.holds else "[red]does not hold[/red]"
        table.add_row(check.name, escape(check.value), check.limit, mark)
    out.print(table)
    if not verdict.holds:
        out.print(f"[red]✗ the wave {escape(verdict.wave or 'after the last')} stays closed[/red]")
    elif verdict.wave is None:
        out.print("[green]✓ all waves are open[/green]")
    else:
        out.print(f"[green]✓ the wave {escape(verdict.wave)} {what}[/green]")


def status(ask: RolloutOptions, found: Sequence[Survey], html: Path | None, as_json: bool) -> None:
    """Print where every repo stands, or write it as a page."""
    now = datetime.now(UTC)
    if html:
        from modelyard.fleet.report import collect, render

        with at_work(ask) as context:
            page = render(collect(found, context.fleet, context.version, now))
        html.write_text(page, "utf-8")
        err.print(f"✓ {escape(str(html))}")
    if as_json:
        print_json({"repos": [survey_dict(one) for one in found]})
        return
    if html:
        return
    table = _table("repo", "wave", "on", "behind", "", "request", "CI", "days", "edited")
    for one in found:
        colour = COLOURS.get(one.state, "default")
        request = one.request
        age = str((now - request.opened).days) if request and request.state == "open" else ""
        table.add_row(
            escape(one.name),
            escape(one.wave),
            escape(one.version),
            str(one.behind or ""),
            f"[{colour}]{one.state}[/{colour}]",
            escape(f"{request.state} {request.url}" if request else ""),
            one.checks,
            age,
            str(len(one.edited) or ""),
        )
    out.print(table)


def survey_dict(one: Survey) -> dict[str, Any]:
    """Return a survey as plain values."""
    request = one.request
    return {
        "name": one.name,
        "wave": one.wave,
        "state": one.state,
        "version": one.version,
        "behind": one.behind,
        "edited": list(one.edited),
        "checks": one.checks,
        "detail": one.detail,
        "conflicts": list(one.outcome.conflicts) if one.outcome else [],
        "changes": dict(one.outcome.changes) if one.outcome else {},
        "request": {"url": request.url, "state": request.state, "draft": request.draft}
        if request
        else None,
    }


def paused(now: bool) -> None:
    """Tell that the fleet is halted."""
    out.print("✓ paused: every rollout stops before its next repo" if now else "paused already")


def resumed(now: bool) -> None:
    """Tell that the fleet goes on."""
    out.print("✓ rollouts may go on: modelyard fleet rollout" if now else "nothing was paused")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
