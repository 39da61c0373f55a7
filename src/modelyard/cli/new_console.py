"""Says on a terminal what `new` made."""

from rich.markup import escape

from modelyard.cli.console import out
from modelyard.new import NewResult


def created(made: NewResult) -> None:
    """Tell what was made, and what to type next."""
    out.print(
        f"[green]✓ {escape(made.path)}[/green]: {escape(made.template)} {escape(made.version)}"
    )
    out.print(f"  git init, and the first commit {made.commit}")
    out.print(escape(made.message) if made.message else f"\n  next: cd {escape(made.path)}")
