"""Says on a terminal what `new` made."""

from modelyard.cli.console import err, foreign, foreign_lines, out
from modelyard.new import NewResult


def created(made: NewResult) -> None:
    """Tell what was made, and what to type next."""
    out.print(
        f"[green]✓ {foreign(made.path)}[/green]: {foreign(made.template)} {foreign(made.version)}"
    )
    warned(made)
    out.print(f"  git init, and the first commit {made.commit}")
    out.print(foreign_lines(made.message) if made.message else f"\n  next: cd {foreign(made.path)}")


def warned(made: NewResult) -> None:
    """Warn on stderr of what stands in the way of updates."""
    for notice in made.notices:
        err.print(f"[yellow]! {foreign(notice.path)}: {foreign(notice.text)}[/yellow]")
