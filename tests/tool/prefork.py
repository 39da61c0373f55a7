"""A program `modelyard` for tests of scripts: each call is a fork of one process.

That process has imported what most verbs need, which takes longer than what they do here. A call
has the arguments, the folder, the environment and the standard streams of who made it, and gives
back the exit code. That the program which is installed starts by itself, `test_main.py` and others
hold.
"""

import gc
import importlib
import marshal
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelyard.forges import token_store
from tests.tool import forked

# A path of a socket has about a hundred characters at most, so both sides name it from its folder.
_SOCKET = "socket"
_IMPORTED = (
    *("cli.commands", "cli.fleet_commands", "cli.fleet_console", "cli.fleet_status"),
    *("fleet.dashboard", "fleet.report.collect", "fleet.rollout", "forges.local", "new"),
)
_CLIENT = """#!{python} -IS
import marshal, os, socket, sys
call = marshal.dumps((os.getcwd(), sys.argv[1:], dict(os.environb)))
os.chdir({folder!r})
with socket.socket(socket.AF_UNIX) as server:
    server.connect({name!r})
    socket.send_fds(server, [len(call).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(call)
    code = server.recv(1)
sys.exit(code[0] if code else 137)
"""


@contextmanager
def prefork(folder: Path) -> Iterator[Path]:
    """Run that process until the block ends; yield the folder for PATH."""
    program = folder / "bin" / "modelyard"
    program.parent.mkdir(parents=True)
    text = _CLIENT.format(python=sys.executable, folder=str(folder), name=_SOCKET)
    program.write_text(text, "utf-8")
    program.chmod(0o755)
    suite = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.tool.prefork", str(folder)]
    with subprocess.Popen(
        command, cwd=suite, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout
        assert running.stdout.readline() == b"ready\n"
        yield program.parent
        running.stdin.close()


def _serve(folder: str) -> None:
    for name in _IMPORTED:
        importlib.import_module(f"modelyard.{name}")
    # What the help calls the program: not a module that was run by `python -m`.
    sys.modules["__main__"].__package__ = None
    gc.freeze()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(_SOCKET)
        server.listen()
        print("ready", flush=True)
        calls = 0
        while server in select.select([server, sys.stdin], [], [])[0]:
            call, _ = server.accept()
            calls += 1
            with call:
                if not os.fork():
                    server.close()
                    _answer(call)
            while calls and os.waitpid(-1, os.WNOHANG)[0]:
                calls -= 1
        while calls:
            os.waitpid(-1, 0)
            calls -= 1


def _answer(call: socket.socket) -> None:
    size, streams, _, _ = socket.recv_fds(call, 8, 3)
    data = bytearray()
    while len(data) < int.from_bytes(size, "big"):
        data += call.recv(65536)
    folder, arguments, environment = marshal.loads(data)  # noqa: S302 (the client is above)
    os.environb.clear()
    os.environb.update(environment)
    # Where temporary files go, it has asked for what is above.
    tempfile.tempdir = None
    # As after the start anew of a command whose environment has a token.
    token_store.withdraw()
    forked.run(
        ["modelyard", *arguments],
        Path(folder),
        dict(enumerate(streams)),
        ended=lambda code: call.sendall(bytes([code])),
    )


if __name__ == "__main__":
    _serve(sys.argv[1])
