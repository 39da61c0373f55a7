"""What every verb shares: the project it works on, the result it prints, how it fails."""

import atexit
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import typer

from .. import redaction
from ..console import remember_interrupt, tell, tell_rows
from ..errors import ProjectError, disk_full
from ..foreign_text import in_json

if TYPE_CHECKING:
    from ..settings import Project

EXIT_CODES = (
    "Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 refused by the gate, 4 data refused, "
    "5 set-up or settings, 6 a server or remote does not answer, 7 another verb is at work, "
    "8 not reproduced, 9 not trusted, 28 disk full, 130 interrupted."
)
_INTERRUPTED = 130


@contextmanager
def project(writes: str = "") -> "Iterator[Project]":
    """Yield the project around the working directory; hold its store for a verb that `writes`."""
    from .. import user
    from ..permissions import masked
    from ..settings import load_project

    user.give_name()
    here = load_project()
    # Paths in params.yaml are relative to the repo, wherever the verb was typed.
    os.chdir(here.root)
    # What a library or a model prints is progress: stdout is for the result.
    with ExitStack() as held, redirect_stdout(sys.stderr), masked(here.shared):
        if writes:
            from ..store import exclusive

            held.enter_context(exclusive(here, writes))
        yield here


def emit(as_json: bool, result: Any, show: Callable[[], None]) -> None:
    """Print a result on stdout, for a script or for a person."""
    if as_json:
        _print_json(result)
    else:
        show()


def _print_json(value: Any) -> None:
    print(in_json(json.dumps(value, indent=2, default=str)))


def run(app: typer.Typer) -> None:
    """Run a verb; what a person can repair ends in a message and an exit code of its own."""
    with redaction.streams():
        _run(app)


def _run(app: typer.Typer) -> None:
    remember_interrupt()
    # Imports leave no garbage: looking for it, on the way and at the end, takes a fifth of a verb.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    interrupted = _Interrupted("interrupted; nothing half-done was kept", "the same verb again")
    try:
        app()
    except SystemExit as done:
        # Typer turns a Ctrl-C within the verb into an exit of its own, without a word.
        if done.code != _INTERRUPTED:
            raise
        sys.exit(_fail(interrupted))
    except KeyboardInterrupt:
        sys.exit(_fail(interrupted))
    except Exception as error:
        known = disk_full(error) or error
        if not isinstance(known, ProjectError):
            # A bug. What it says may be another's text, too.
            tell("".join(traceback.format_exception(error)).rstrip())
            sys.exit(1)
        sys.exit(_fail(known))


class _Interrupted(ProjectError):
    exit_code = _INTERRUPTED


def _fail(error: ProjectError) -> int:
    if "--json" in sys.argv:
        _print_json(error.to_dict())
    if error.rows:
        tell_rows(error.columns, error.rows)
    tell(f"✗ {error}", style="red")
    if error.hint:
        tell(f"  hint: {error.hint}")
    return error.exit_code
