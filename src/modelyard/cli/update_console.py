"""Says on a terminal what an update did, or would do."""

from collections.abc import Mapping, Sequence

from modelyard.cli.console import foreign, foreign_lines, notices, others, out, plural, table
from modelyard.merged import Conflict, Notice
from modelyard.reasons import NoticeReason
from modelyard.update.result import Status, UpdateResult
from modelyard.update.several_result import ProjectUpdate, SeveralResult


def told(outcome: UpdateResult | SeveralResult, dry_run: bool, branch: str | None) -> None:
    """Tell what an update of one project, or of all, did or would do."""
    if isinstance(outcome, UpdateResult):
        updated(outcome, dry_run, branch)
        others(outcome.others, "modelyard update")
        return
    for project in outcome.projects:
        _project(project)
    undecided = sum(len({c.path for c in one.update.conflicts}) for one in outcome.projects)
    changed = sum(len(one.update.changes) for one in outcome.projects)
    _end(outcome.status, undecided, changed, dry_run, branch, everything=True)


def _project(project: ProjectUpdate) -> None:
    update = project.update
    out.print(f"[bold]{foreign(project.folder + project.answers_file)}[/bold]")
    if update.status is Status.WAITS:
        names = ", ".join(project.waits_for)
        out.print(f"  [red]✗ waits: first decide {foreign(names)}, commit, and run it again[/red]")
    elif update.status is Status.UNCHANGED:
        out.print(f"  ✓ on {foreign(update.after)}: nothing to change")
    else:
        out.print(f"  {foreign(_versions(update))}")
        files(update.changes, update.conflicts)
    notices(_without_suggestions(update))
    _suggested(update)
    _message(update)
    out.print()


def updated(outcome: UpdateResult, dry_run: bool, branch: str | None) -> None:
    """Tell file by file what an update did, or would do."""
    if outcome.status is Status.UNCHANGED:
        out.print(f"✓ on {foreign(outcome.after)}: nothing to change")
        notices(outcome.notices)
        return
    out.print(foreign(_versions(outcome)) + "\n")
    files(outcome.changes, outcome.conflicts)
    notices(_without_suggestions(outcome))
    undecided = len({conflict.path for conflict in outcome.conflicts})
    _suggested(outcome)
    out.print()
    _end(outcome.status, undecided, len(outcome.changes), dry_run, branch)
    _message(outcome)


def _without_suggestions(outcome: UpdateResult) -> list[Notice]:
    return [one for one in outcome.notices if one.reason is not NoticeReason.KEEP_SUGGESTED]


def _suggested(outcome: UpdateResult) -> None:
    """Tell of each file that was in conflict before what would spare the next conflict."""
    found = [one for one in outcome.notices if one.reason is NoticeReason.KEEP_SUGGESTED]
    if found:
        out.print("\nyours again?")
    for one in found:
        out.print(f"  {foreign(one.path)}: {foreign(one.text)}")


def _versions(outcome: UpdateResult) -> str:
    same = outcome.before == outcome.after
    return f"{outcome.before}{'' if same else f' → {outcome.after}'}"


def _end(
    status: Status,
    undecided: int,
    changed: int,
    dry_run: bool,
    branch: str | None,
    everything: bool = False,
) -> None:
    """Tell how it ended, and what to type next."""
    if status is Status.UNCHANGED:
        out.print("✓ nothing to change")
        return
    if status is Status.CONFLICT:
        out.print(f"[red]✗ {undecided} {plural('file', undecided)} to decide[/red]")
        lines = how_to_decide(dry_run, branch, everything)
    else:
        done = "would change" if dry_run else "changed"
        out.print(f"[green]✓ {changed} {plural('file', changed)} {done}[/green]")
        lines = how_to_take(dry_run, branch)
    for line in lines:
        out.print(f"  {foreign(line)}")


def _message(outcome: UpdateResult) -> None:
    if outcome.message:
        said = foreign_lines(outcome.message)
        out.print(f"\nthe template says about {foreign(outcome.after)}\n{said}")


def how_to_decide(dry_run: bool, branch: str | None, everything: bool = False) -> Sequence[str]:
    """Return what to type where a person has to decide."""
    if dry_run:
        return ("nothing was written",)
    if branch:
        return (
            f"nothing was written to {branch}: a conflict is not committed",
            f"git switch -c {branch} && modelyard update{' --all' * everything}    # decide there",
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
