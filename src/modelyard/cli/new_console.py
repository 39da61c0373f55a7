"""Says on a terminal what `new` made."""

from modelyard.cli.console import err, foreign, foreign_lines, out
from modelyard.new import NewResult


def created(made: NewResult) -> None:
    """Tell what was made, and what to type next."""
    out.print(
        f"[green]✓ {foreign(made.path)}[/green]: {foreign(made.template)} {foreign(made.version)}"
    )
    warned(made)
    if made.commit:
        out.print(f"  git init, and the first commit {made.commit}")
    else:
        out.print("  staged in the repo that it is a folder of; git commit takes it")
        out.print("  a repo of its own instead: git rm -r --cached, git init and commit there")
    out.print(foreign_lines(made.message) if made.message else f"\n  next: cd {foreign(made.path)}")


def warned(made: NewResult) -> None:
    """Warn on stderr of what stands in the way of updates."""
    for notice in made.notices:
        err.print(f"[yellow]! {foreign(notice.path)}: {foreign(notice.text)}[/yellow]")
