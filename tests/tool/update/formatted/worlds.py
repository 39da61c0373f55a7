"""A template with a Python module, and repos of it whose people ran a formatter."""

import subprocess
import sys
from pathlib import Path

from tests.tool.worlds import World, commit, write

SETTINGS = '[tool.ruff]\nline-length = 60\n[tool.ruff.format]\nquote-style = "single"\n'

MODULE = '''\
"""A module of the template."""

import os
import sys


def load(folder, names, suffix=".parquet", limit=None):
    """Load the files of a folder."""
    found = [os.path.join(folder, name + suffix) for name in names if name != "latest"]
    # Newest first.
    return sorted(found, reverse=True)[: limit or len(found)]


def report(rows, title="A report", out=sys.stdout, width=80, empty="nothing to tell"):
    """Print rows."""
    print(title.center(width, "="), *(str(row) for row in rows or [empty]), sep="\\n", file=out)
    return {"title": title, "rows": len(rows), "width": width, "kind": "table of rows"}


def mean(values, default=0.0):
    return sum(values) / len(values) if values else default
'''

# Each is long enough for a formatter with another line length to write it anew.
REPORT = ('title.center(width, "=")', 'title.upper().center(width, "=")')
LOAD = ('if name != "latest"]', 'if name not in ("latest", "newest")]')


def tool(name: str) -> str:
    """Return where a program is that this suite installs."""
    return str(Path(sys.executable).with_name(name))


def run(root: Path, *words: str, codes: tuple[int, ...] = (0,)) -> None:
    """Run a formatter as a person does."""
    done = subprocess.run([tool(words[0]), *words[1:]], cwd=root, capture_output=True, text=True)
    assert done.returncode in codes, done.stdout + done.stderr


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return a text with changes, each of which is possible once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def released(tmp_path: Path, *changes: tuple[str, str], settings: str = "") -> World:
    """Return a template of two versions of one module."""
    world = World(tmp_path)
    kept = {"pyproject.toml": settings} if settings else {}
    world.release("v1", {"m.py": MODULE, "other.txt": "one\n", **kept})
    world.release("v2", {"m.py": changed(MODULE, *changes), "other.txt": "two\n", **kept})
    return world


def reformatted(
    world: World, *changes: tuple[str, str], settings: str = SETTINGS, name: str = "repo"
) -> Path:
    """Return a repo whose people have settings of their own, and ran ruff over it."""
    repo = world.repo("v1", name)
    write(repo, {"pyproject.toml": settings, "m.py": changed(MODULE, *changes)})
    run(repo, "ruff", "format", "--no-cache", ".")
    commit(repo, "Our style")
    return repo
