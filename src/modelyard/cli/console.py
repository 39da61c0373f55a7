"""Says on a terminal, or as JSON, what a command did."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from modelyard.adopt.result import AdoptResult
from modelyard.check.check import CheckResult, DriftKind
from modelyard.check.vendored import SAYS
from modelyard.cli import json_output
from modelyard.errors import ModelyardError
from modelyard.ledger.loss import Imbalance
from modelyard.merged import Conflict, Notice
from modelyard.new import NewResult
from modelyard.update.result import Status, UpdateResult

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def failed(error: ModelyardError, asked_json: bool) -> int:
    """Say what went wrong and what mends it, and return the exit code."""
    if asked_json:
        losses = error.losses if isinstance(error, Imbalance) else ()
        told = {"error": error.message, "hint": error.hint, "exit_code": error.code}
        json_output.write({**told, **({"losses": losses} if losses else {})})
    err.print(f"[red]✗ {escape(error.message)}[/red]")
    if error.hint:
        err.print(f"  hint: {escape(error.hint)}")
    return error.code


def updated(outcome: UpdateResult, dry_run: bool, branch: str | None) -> None:
    """Tell file by file what an update did, or would do."""
    if outcome.status is Status.UNCHANGED:
        out.print(f"✓ on {escape(outcome.after)}: nothing to change")
        notices(outcome.notices)
        return
    same = outcome.before == outcome.after
    out.print(escape(f"{outcome.before}{'' if same else f' → {outcome.after}'}\n"))
    files(outcome.changes, outcome.conflicts)
    notices(outcome.notices)
    count = len(outcome.changes)
    if outcome.conflicts:
        undecided = len({conflict.path for conflict in outcome.conflicts})
        out.print(f"\n[red]✗ {undecided} {_plural('file', undecided)} to decide[/red]")
        for line in _deciding(dry_run, branch):
            out.print(f"  {escape(line)}")
        _message(outcome)
        return
    done = "would change" if dry_run else "changed"
    out.print(f"\n[green]✓ {count} {_plural('file', count)} {done}[/green]")
    for line in _taking(dry_run, branch):
        out.print(f"  {escape(line)}")
    _message(outcome)


def _message(outcome: UpdateResult) -> None:
    if outcome.message:
        out.print(f"\nthe template says about {escape(outcome.after)}\n{escape(outcome.message)}")


def _deciding(dry_run: bool, branch: str | None) -> Sequence[str]:
    if dry_run:
        return ("nothing was written",)
    if branch:
        return (
            f"nothing was written to {branch}: a conflict is not committed",
            f"git switch -c {branch} && modelyard update    # decide there",
        )
    return (
        "git status           # both versions are in the files, between markers",
        "git mergetool        # or edit them, and git add",
        "git reset --hard     # back to exactly what was there",
    )


def _taking(dry_run: bool, branch: str | None) -> Sequence[str]:
    if dry_run:
        return ("nothing was written",)
    if branch:
        return (f"git diff HEAD...{branch}    # look", f"git merge {branch}         # take it")
    return (
        "git diff --cached    # look",
        "git commit           # take it",
        "git reset --hard     # back to exactly what was there",
    )


def files(changes: Mapping[str, str], conflicts: Sequence[Conflict]) -> None:
    """List paths with what happens to each; a conflict with its reason."""
    reasons: dict[str, str] = {}
    for conflict in conflicts:
        reasons.setdefault(conflict.path, conflict.text)
    table = _table()
    for path in sorted(changes.keys() | reasons.keys()):
        kind = "C" if path in reasons else changes[path]
        colour = {"A": "green", "D": "red", "C": "red bold"}.get(kind, "yellow")
        table.add_row(f"[{colour}]{kind}[/{colour}]", escape(path), escape(reasons.get(path, "")))
    out.print(table)


def created(made: NewResult) -> None:
    """Tell what was made, and what to type next."""
    out.print(
        f"[green]✓ {escape(made.path)}[/green]: {escape(made.template)} {escape(made.version)}"
    )
    out.print(f"  git init, and the first commit {made.commit}")
    out.print(escape(made.message) if made.message else f"\n  next: cd {escape(made.path)}")


def checked(found: CheckResult, strict: bool) -> None:
    """Tell where a repo stands."""
    if found.behind:
        count = len(found.changes)
        out.print(
            f"[red]✗ on {escape(found.recorded)}; {escape(found.newest)} changes "
            f"{count} {_plural('file', count)} here[/red]"
        )
        out.print("  look: modelyard update --dry-run    take it: modelyard update")
    elif found.recorded != found.newest:
        out.print(
            f"[green]✓ on {escape(found.recorded)}[/green]: {escape(found.newest)} "
            "changes nothing here"
        )
    else:
        out.print(f"[green]✓ on {escape(found.recorded)}[/green], the newest")
    if found.vendored:
        out.print("\n[red]✗ wheels that an installation of this repo needs[/red]")
        for wheel in found.vendored:
            out.print(f"  {escape(wheel.path)}: {escape(SAYS[wheel.kind])}")
            if wheel.hint:
                out.print(f"    hint: {escape(wheel.hint)}")
    if found.drifts:
        out.print(f"\nstandard files that are not as {escape(found.recorded)} renders them")
        for drift in found.drifts:
            words = {
                DriftKind.EDITED: "edited here",
                DriftKind.DELETED: "deleted here",
                DriftKind.MISSED: f"still as in {drift.version}: an update was missed",
            }[drift.kind]
            out.print(f"  {escape(drift.path)}: {escape(words)}")
    notices(found.answers)


def adopted(done: AdoptResult, dry_run: bool) -> None:
    """Tell what was found out about a repo, and what becomes of its files."""
    plan = done.plan
    out.print(escape(f"{plan.template} {plan.version}\n"))
    out.print("answers")
    table = _table()
    for answer in plan.answers:
        table.add_row("", escape(f"{answer.question}: {answer.value}"), escape(answer.source))
    out.print(table)
    groups = {
        "added": plan.added,
        "extended below your lines": plan.extended,
        "differs: yours is kept": plan.differs,
        "shown beside yours, to decide": plan.beside,
    }
    for title, paths in groups.items():
        if paths:
            out.print(f"\n{title}")
            for path in paths:
                out.print(f"  {escape(path)}")
    if plan.held_back:
        out.print("\nheld back")
        for notice in plan.held_back:
            out.print(f"  {escape(notice.path)}: {escape(notice.text)}")
    notices(done.notices)
    if done.conflicts:
        out.print(f"\n[red]✗ on the branch {escape(done.branch or '')}, to decide[/red]")
        for line in _deciding(dry_run, None):
            out.print(f"  {escape(line)}")
    elif done.commit:
        branch = escape(done.branch or "")
        out.print(f"\n[green]✓ committed to {branch}[/green]")
        out.print(f"  git diff HEAD...{branch}    # look\n  git switch {branch}    # go there")
    else:
        out.print("\nnothing was written")


def notices(found: Sequence[Notice]) -> None:
    """List what was left out or decided, and why."""
    if not found:
        return
    out.print("\nkept or left out")
    for notice in found:
        out.print(f"  {escape(notice.path)}: {escape(notice.text)}")
        for line in notice.lines[:5]:
            out.print(f"      {escape(line.rstrip())}", style="dim")
        if len(notice.lines) > 5:
            out.print(f"      … {len(notice.lines) - 5} more (--json has all)", style="dim")


def _table() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    return table


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"
