"""Says on a terminal what an update did, or would do."""

from collections.abc import Mapping, Sequence

from modelyard.cli.console import foreign, foreign_lines, notices, out, plural, table
from modelyard.merged import Conflict
from modelyard.update.result import Status, UpdateResult


def updated(outcome: UpdateResult, dry_run: bool, branch: str | None) -> None:
    """Tell file by file what an update did, or would do."""
    if outcome.status is Status.UNCHANGED:
        out.print(f"✓ on {foreign(outcome.after)}: nothing to change")
        notices(outcome.notices)
        return
    same = outcome.before == outcome.after
    out.print(foreign(f"{outcome.before}{'' if same else f' → {outcome.after}'}") + "\n")
    files(outcome.changes, outcome.conflicts)
    notices(outcome.notices)
    count = len(outcome.changes)
    if outcome.conflicts:
        undecided = len({conflict.path for conflict in outcome.conflicts})
        out.print(f"\n[red]✗ {undecided} {plural('file', undecided)} to decide[/red]")
        for line in how_to_decide(dry_run, branch):
            out.print(f"  {foreign(line)}")
        _message(outcome)
        return
    done = "would change" if dry_run else "changed"
    out.print(f"\n[green]✓ {count} {plural('file', count)} {done}[/green]")
    for line in how_to_take(dry_run, branch):
        out.print(f"  {foreign(line)}")
    _message(outcome)


def _message(outcome: UpdateResult) -> None:
    if outcome.message:
        said = foreign_lines(outcome.message)
        out.print(f"\nthe template says about {foreign(outcome.after)}\n{said}")


def how_to_decide(dry_run: bool, branch: str | None) -> Sequence[str]:
    """Return what to type where a person has to decide."""
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


def how_to_take(dry_run: bool, branch: str | None) -> Sequence[str]:
    """Return what to type to take a result, or to look at it first."""
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
    rows = table()
    for path in sorted(changes.keys() | reasons.keys()):
        kind = "C" if path in reasons else changes[path]
        colour = {"A": "green", "D": "red", "C": "red bold"}.get(kind, "yellow")
        rows.add_row(f"[{colour}]{kind}[/{colour}]", foreign(path), foreign(reasons.get(path, "")))
    out.print(rows)
