"""The command `modelyard`: runs a command, and turns what goes wrong into words and a code."""

import atexit
import errno
import gc
import os
import sys

from modelyard.cli import output
from modelyard.errors import DiskFull, ModelyardError, NotReady


def main() -> None:
    """Run the command; a person's mistake ends in a message, never in a traceback."""
    output.make_safe()
    if sys.argv[1:2] == ["--version"]:
        from importlib.metadata import version

        print(f"modelyard {version('modelyard')}")
        return
    if sys.argv[1:2] == ["fleet"]:
        from modelyard.forges import token_store

        token_store.begin_without_secrets()
    # pydantic would look through all that is installed for plugins, and run what it finds.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Modules are made to stay: looking for garbage among them takes a tenth of a start.
    gc.set_threshold(20_000, 10, 10)
    # And to look once more before everything is let go anyway takes another tenth.
    atexit.register(gc.freeze)
    from modelyard.cli.commands import app

    asked_json = "--json" in sys.argv
    try:
        app()
    except ModelyardError as error:
        sys.exit(_failed(error, asked_json))
    except SystemExit as ended:
        # Of an interrupt Typer makes a code, without a word.
        if ended.code == 130:
            sys.stderr.write("interrupted: nothing was left half-done\n")
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sys.exit(_failed(DiskFull("the disk is full; the repo is as it was"), asked_json))
        if isinstance(error, PermissionError):
            denied = f"{error.filename}: {error.strerror}"
            sys.exit(_failed(NotReady(denied, "see who owns it: ls -l"), asked_json))
        raise


def _failed(error: ModelyardError, asked_json: bool) -> int:
    from modelyard.cli import console

    return console.failed(error, asked_json)
