"""Runs the command in a fork of this process, in which most of its modules are imported already.

It has its own memory, its own output and exit code, as a process that is started has; starting
Python and importing takes as long as most of what the command does here.
"""

import importlib
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from modelyard.cli.main import main
from modelyard.gitrepo import git

# What most verbs import when they are called.
for name in ("cli.commands", "cli.update_console", "check.several", "keep.verb", "update.several"):
    importlib.import_module(f"modelyard.{name}")


def modelyard(*words: str | Path, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `modelyard` with these words, in this folder."""
    arguments = ["modelyard", *map(str, words)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
        pid = os.fork()
        if not pid:
            run(arguments, cwd or Path.cwd(), {1: out.fileno(), 2: told.fileno()})
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        found = [_text(file.fileno()) for file in (out, told)]
    return subprocess.CompletedProcess(arguments, code, *found)


def _text(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    with open(file, encoding="utf-8", closefd=False) as opened:
        return opened.read()


def run(
    arguments: Sequence[str],
    folder: Path,
    streams: Mapping[int, int],
    ended: Callable[[int], object] = lambda _: None,
) -> NoReturn:
    """Be the command from here on, in a process that was forked for it.

    Args:
        arguments: Its words, the first of which is its name.
        folder: Where it was typed.
        streams: What its standard streams are, by their numbers.
        ended: Is called with the exit code when all is written.
    """
    code = 1
    try:
        for number, file in streams.items():
            os.dup2(file, number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
        sys.argv = list(arguments)
        os.chdir(folder)
        # What this process was started with, a test may have changed since.
        git._environment.cache_clear()
        main()
        code = 0
    except SystemExit as ended_so:
        code = ended_so.code if isinstance(ended_so.code, int) else int(ended_so.code is not None)
    except BaseException:  # as Python does at the end of a process: tests look for it
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            ended(code)
        finally:
            os._exit(code)
