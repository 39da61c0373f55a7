"""Runs the command under strace, and tells which programs ran and which addresses were asked."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_EXECUTED = re.compile(r'execve\("(?P<program>[^"]+)", \[(?P<arguments>.*?)\], .*\) = 0$', re.M)
_CONNECTED = re.compile(
    r"(?:connect|sendto|sendmsg)\(.*sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\).*?"
    r'"(?P<address>[0-9a-f.:]+)"'
)


@dataclass(frozen=True)
class Watched:
    """What a command did.

    Attributes:
        code: Its exit code.
        output: What it printed.
        programs: Each program that it or its children started, with its arguments.
        addresses: Each address and port that one of them connected or sent to.
    """

    code: int
    output: str
    programs: tuple[tuple[str, str], ...]
    addresses: frozenset[tuple[str, int]]


def modelyard(*words: str | Path, log: Path, env: Mapping[str, str]) -> Watched:
    """Run `modelyard` and watch it, with all that it starts."""
    traced = ["strace", "-f", "-s", "4096", "-e", "trace=execve,connect,sendto,sendmsg"]
    command = [*traced, "-o", str(log), sys.executable, "-m", "modelyard", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(env))
    text = log.read_text("utf-8", "replace")
    programs = tuple((found["program"], found["arguments"]) for found in _EXECUTED.finditer(text))
    found = {(f["address"], int(f["port"])) for f in _CONNECTED.finditer(text)}
    return Watched(done.returncode, done.stdout + done.stderr, programs, frozenset(found))
