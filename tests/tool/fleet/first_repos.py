"""The repos that most fleets here begin with, made with a process of git for each.

What `World` makes of the same with Copier and with commits takes as long as the rollout that a test
is of: the template is made once in a process and copied, and histories are written in one go.
"""

import atexit
import shutil
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.tool.forges.hosted import git
from tests.tool.rendered import RECORD
from tests.tool.worlds import World, lines

FIRST, NEXT = "v1.0.0", "v1.1.0"
_SOURCE = b"_src_path: %b\n"


def released(folder: Path) -> World:
    """Make a template in a folder that has v1.0.0, and v1.1.0, which changes line 3 of `a.txt`."""
    made, _ = _prepared()
    world = World(folder)
    shutil.copytree(made.template, world.template, symlinks=True)
    return world


def add(world: World, bare: Path, number: int) -> None:
    """Make a bare repo on v1.0.0 of that template, whose `own.txt` has the number."""
    made, files = _prepared()
    record = files[RECORD].replace(_source(made.template), _source(world.template))
    shutil.copytree(made.folder / "empty.git", bare)
    commits = [_commit("Start", {**files, RECORD: record})]
    commits += [
        _commit(f"Make it r{each}", {"own.txt": b"%d\n" % each}) for each in range(number + 1)
    ]
    git(bare, "fast-import", "--quiet", data=b"".join(commits))


@cache
def _prepared() -> tuple[World, Mapping[str, bytes]]:
    """Return the world that others are copied from, and the files of its first version."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    world = World(folder)
    world.release(FIRST, {"a.txt": lines(20), "b.txt": "b\n"})
    world.release(NEXT, {"a.txt": lines(20, l3="THREE")})
    repo = world.repo(FIRST)
    listed = git(repo, "ls-files", "-z").split("\0")
    files = {path: (repo / path).read_bytes() for path in listed if path}
    assert files[RECORD].count(_source(world.template)) == 1
    git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(folder / "empty.git"))
    return world, files


def _source(template: Path) -> bytes:
    return _SOURCE % str(template).encode()


def _commit(message: str, files: Mapping[str, bytes]) -> bytes:
    """Return what `git fast-import` makes a commit on `main` of."""
    who = f"Test <test@example.com> {time.time():.0f} +0000"
    head = f"commit refs/heads/main\ncommitter {who}\n".encode()
    changes = [b"M 100644 inline %b\n%b" % (path.encode(), _data(c)) for path, c in files.items()]
    return b"".join([head, _data(f"{message}\n".encode()), *changes])


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
