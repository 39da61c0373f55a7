"""Says on a terminal what `keep` recorded, or what a repo keeps."""

from modelyard.cli.console import foreign, out, table
from modelyard.keep.result import KeepChange, KeepResult
from modelyard.settings.repo_settings import NAME


def told(done: KeepResult) -> None:
    """Tell what became of an entry, or list all of them, and what to type next."""
    if done.entry is None:
        _listed(done)
    else:
        name = foreign(done.entry.name)
        until = f", until {foreign(done.entry.until)}" if done.entry.until else ""
        words = {
            KeepChange.ADDED: f"is yours from now on{until}: updates leave it, and say so",
            KeepChange.CHANGED: f"is yours{until}: the entry is changed",
            KeepChange.NONE: f"is yours already{until}",
            KeepChange.DROPPED: "is merged again by the next update",
        }[done.change]
        out.print(f"[green]✓ {name}[/green] {words}")
    if not done.is_committed:
        out.print(f"  updates read what is committed: git add {NAME} && git commit")


def _listed(done: KeepResult) -> None:
    if not done.entries:
        out.print("nothing is kept: modelyard keep FILE")
    rows = table()
    for one in done.entries:
        until = f"until {foreign(one.until)}" if one.until else ""
        rows.add_row(foreign(one.name), until, foreign(one.because or "no reason"))
    if done.entries:
        out.print(rows)
