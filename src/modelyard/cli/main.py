"""The command `modelyard`: runs a command, and turns what goes wrong into words and a code."""

import atexit
import errno
import gc
import os
import sys

from modelyard.cli import output
from modelyard.errors import DiskFull, ModelyardError, NotReady

_INTERRUPTED = "interrupted: nothing was left half-done\n"
# Of the machine, whatever is done: a disk that is read-only or broken, limits on files.
_OF_MACHINE = {errno.EROFS, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG}


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
    asked_json = "--json" in sys.argv
    try:
        _run()
    except KeyboardInterrupt:
        # While it starts: later on Typer takes it.
        sys.stderr.write(_INTERRUPTED)
        sys.exit(130)
    except ModelyardError as error:
        sys.exit(_failed(error, asked_json))
    except SystemExit as ended:
        # Of an interrupt Typer makes a code, without a word.
        if ended.code == 130:
            sys.stderr.write(_INTERRUPTED)
        raise
    except OSError as error:
        if (known := _of_machine(error)) is None:
            raise
        sys.exit(_failed(known, asked_json))


def _run() -> None:
    # pydantic would look through all that is installed for plugins, and run what it finds.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Modules are made to stay: looking for garbage among them takes a tenth of a start.
    gc.set_threshold(20_000, 10, 10)
    # And to look once more before everything is let go anyway takes another tenth.
    atexit.register(gc.freeze)
    from modelyard.cli.commands import app

    app()


def _of_machine(error: OSError) -> ModelyardError | None:
    """Return what an error says to a person; None where it may be a bug of ours."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull("the disk is full; the repo is as it was")
    if isinstance(error, PermissionError):
        return NotReady(f"{error.filename}: {error.strerror}", "see who owns it: ls -l")
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in _OF_MACHINE:
        return NotReady(
            f"{where}{error.strerror}", "see what this machine allows: ulimit -a; mount"
        )
    if error.errno == errno.ENOENT and error.filename is None:
        # So says Python where no folder for temporary files can be written to.
        return NotReady(str(error.strerror), "name a folder that can be written to: TMPDIR=FOLDER")
    return None


def _failed(error: ModelyardError, asked_json: bool) -> int:
    from modelyard.cli import console

    return console.failed(error, asked_json)
