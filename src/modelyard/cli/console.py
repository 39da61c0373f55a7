"""What the consoles of all commands share: the terminal, errors, notices, tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from modelyard.cli import json_output
from modelyard.errors import ModelyardError
from modelyard.foreign_text import one_line, several_lines
from modelyard.ledger.loss import LossFound
from modelyard.merged import Notice
from modelyard.redaction import redact

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(highlight=False, soft_wrap=True, emoji=False, stderr=True)


def foreign(text: str) -> str:
    """Return a text of somebody else as one line of markup that shows it, and obeys nothing."""
    return escape(one_line(redact(text)))


def foreign_lines(text: str) -> str:
    """Return a text of several lines in the same way."""
    return escape(several_lines(redact(text)))


def failed(error: ModelyardError, asked_json: bool) -> int:
    """Say what went wrong and what helps, and return the exit code."""
    if asked_json:
        losses = error.losses if isinstance(error, LossFound) else ()
        told = {"error": error.message, "hint": error.hint, "exit_code": error.code}
        json_output.write({**told, **({"losses": losses} if losses else {})})
    err.print(f"[red]✗ {foreign_lines(error.message)}[/red]")
    if error.hint:
        err.print(f"  hint: {foreign_lines(error.hint)}")
    return error.code


def notices(found: Sequence[Notice]) -> None:
    """List what was left out or decided, and why."""
    if not found:
        return
    out.print("\nkept or left out")
    for notice in found:
        out.print(f"  {foreign(notice.path)}: {foreign(notice.text)}")
        for line in notice.lines[:5]:
            out.print(f"      {foreign(line.rstrip())}", style="dim")
        if len(notice.lines) > 5:
            out.print(f"      … {len(notice.lines) - 5} more (--json has all)", style="dim")


def others(found: Sequence[str], command: str) -> None:
    """Tell which projects of a repo were not looked at."""
    if found:
        more = f", and {len(found) - 5} more" if found[5:] else ""
        out.print(f"\nnot looked at: {foreign(', '.join(found[:5]))}{more}    # {command} --all")


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
