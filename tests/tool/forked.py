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
from collections.abc import Sequence
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
            _run(arguments, cwd, (out.fileno(), told.fileno()))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        found = [_text(file.fileno()) for file in (out, told)]
    return subprocess.CompletedProcess(arguments, code, *found)


def _text(file: int) -> str:
    os.lseek(file, 0, os.SEEK_SET)
    with open(file, encoding="utf-8", closefd=False) as opened:
        return opened.read()


def _run(arguments: Sequence[str], cwd: Path | None, outputs: tuple[int, int]) -> NoReturn:
    code = 1
    try:
        for number, file in enumerate(outputs, start=1):
            os.dup2(file, number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
        sys.argv = list(arguments)
        os.chdir(cwd or Path.cwd())
        # What this process was started with, a test may have changed since.
        git._environment.cache_clear()
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # as Python does at the end of a process: tests look for it
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
