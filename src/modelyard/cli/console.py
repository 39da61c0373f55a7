"""What the consoles of all commands share: the terminal, errors, notices, tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from modelyard.cli import json_output
from modelyard.errors import ModelyardError
from modelyard.ledger.loss import LossFound
from modelyard.merged import Notice

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def failed(error: ModelyardError, asked_json: bool) -> int:
    """Say what went wrong and what helps, and return the exit code."""
    if asked_json:
        losses = error.losses if isinstance(error, LossFound) else ()
        told = {"error": error.message, "hint": error.hint, "exit_code": error.code}
        json_output.write({**told, **({"losses": losses} if losses else {})})
    err.print(f"[red]✗ {escape(error.message)}[/red]")
    if error.hint:
        err.print(f"  hint: {escape(error.hint)}")
    return error.code


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


def table() -> Table:
    """Return a table without lines: a mark, a path, words."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    made.add_column(overflow="fold")
    return made


def plural(noun: str, count: int) -> str:
    """Return a noun in the number that `count` asks for."""
    return noun if count == 1 else f"{noun}s"
