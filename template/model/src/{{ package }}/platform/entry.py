"""What every verb shares: the project it works on, the result it prints, how it fails."""

import errno
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click
import typer

from .console import err, remember_interrupt, table
from .errors import ProjectError
from .settings import Project, load_project

EXIT_CODES = (
    "Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 refused by the gate, 4 data refused, "
    "5 set-up or settings, 6 a server or remote does not answer, 7 another verb is at work, "
    "8 not reproduced, 28 disk full, 130 interrupted."
)
_DISK_FULL = 28
_INTERRUPTED = 130
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def project(writes: str = "") -> Iterator[Project]:
    """Yield the project around the working directory; hold its store for a verb that `writes`."""
    here = load_project()
    # Paths in params.yaml are relative to the repo, wherever the verb was typed.
    os.chdir(here.root)
    with ExitStack() as held:
        if writes:
            from .store import exclusive

            held.enter_context(exclusive(here, writes))
        yield here


def emit(as_json: bool, result: Any, show: Callable[[], None]) -> None:
    """Print a result on stdout, for a script or for a person."""
    if as_json:
        print(json.dumps(result, indent=2, default=str))
    else:
        show()


def run(app: typer.Typer) -> None:
    """Run a verb; what a person can mend ends in a message and an exit code of its own."""
    remember_interrupt()
    try:
        sys.exit(app(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ProjectError as error:
        sys.exit(_fail(error))
    except (KeyboardInterrupt, click.Abort):
        sys.exit(_fail(_Interrupted("interrupted; nothing was registered")))
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            raise
        where = f" while writing {error.filename}" if error.filename else ""
        message = f"the disk is full{where}; nothing half-written was kept"
        sys.exit(_fail(_DiskFull(message, "free some space, and try again")))


class _Interrupted(ProjectError):
    exit_code = _INTERRUPTED


class _DiskFull(ProjectError):
    exit_code = _DISK_FULL


def _fail(error: ProjectError) -> int:
    if "--json" in sys.argv:
        print(json.dumps(error.to_dict(), indent=2, default=str))
    if error.rows:
        err.print(table("", list(error.columns), [list(row) for row in error.rows]))
    err.print(f"✗ {error}", markup=False, style="red", soft_wrap=True)
    if error.mend:
        err.print(f"  mend it with: {error.mend}", markup=False, soft_wrap=True)
    return error.exit_code
