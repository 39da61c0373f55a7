"""The conformance tests of a repo, as its own pytest runs them."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from tests.repos import machine

LIBRARY = Path(__file__).parents[2] / "library" / "src"
SCRIPT = Path(__file__).with_name("forked.py")
PACKAGE = Path("src", "flight_delays")


@dataclass(frozen=True)
class Outcomes:
    """What became of each test of a run: its outcome, and what it said."""

    found: dict[str, tuple[str, str]]

    def names(self, outcome: str) -> set[str]:
        """Return the tests that had an outcome, without the case."""
        return {name.partition("[")[0] for name, (o, _) in self.found.items() if o == outcome}

    def failures(self) -> str:
        """Return what the tests that failed said."""
        return "\n".join(f"{n}: {said}" for n, (o, said) in self.found.items() if o == "failed")


@dataclass(frozen=True)
class Runner:
    """A process that runs the tests of repos."""

    process: "subprocess.Popen[str]"

    def __call__(self, root: Path) -> Outcomes:
        """Run the tests of the repo in `root`."""
        assert self.process.stdin and self.process.stdout
        home = root.with_name(f"{root.name}-home")
        home.mkdir(exist_ok=True)
        print(json.dumps([str(root), str(home)]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        found = Outcomes({n: (o, said) for n, (o, said) in json.loads(answer).items()})
        assert found.found, (home / "log").read_text("utf-8")
        return found


def surroundings(home: Path, *path: Path) -> dict[str, str]:
    """Return the environment of a fresh machine that has the library of this work tree."""
    paths = os.pathsep.join(str(folder) for folder in (LIBRARY, *path))
    return {**machine(home), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def runner(python: Path, home: Path) -> Iterator[Runner]:
    """Start the process that runs the tests of repos, with the Python of one."""
    with subprocess.Popen(
        [str(python), str(SCRIPT)],
        env=surroundings(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Runner(process)


def shorten(root: Path, months: int) -> None:
    """Leave only the newest months of the sample."""
    path = root / "data" / "sample" / "flights-2013.zip"
    whole = path.with_suffix(".whole")
    path.rename(whole)
    with ZipFile(whole) as before, ZipFile(path, "w") as after:
        for name in sorted(before.namelist())[-months:]:
            after.writestr(before.getinfo(name), before.read(name))
    whole.unlink()


def small(root: Path, months: int) -> None:
    """Leave only the newest months of the sample, and a model that is fitted in a moment."""
    shorten(root, months)
    replace(root / "params.yaml", r"max_iter: \d+", "max_iter: 20")


def append(root: Path, module: str, code: str) -> None:
    """Add code to the end of one of the owner's modules."""
    with (root / PACKAGE / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{code.strip()}\n")


def replace(path: Path, pattern: str, by: str) -> None:
    """Replace what a pattern finds in a file, which must be there."""
    before = path.read_text("utf-8")
    after = re.sub(pattern, by, before, flags=re.M)
    assert after != before, f"{pattern} finds nothing in {path}"
    path.write_text(after, "utf-8")


def line(path: Path, start: str) -> int:
    """Return the number of the last line of a file that starts with a text, blanks aside."""
    lines = path.read_text("utf-8").splitlines()
    return max(i for i, text in enumerate(lines, 1) if text.lstrip().startswith(start))


def copy(root: Path, target: Path) -> Path:
    """Copy a repo."""
    return Path(shutil.copytree(root, target, symlinks=True))
