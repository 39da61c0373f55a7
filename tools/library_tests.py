"""What the library's tests need: the lock of their environment, and a repo of each task.

`python -m tools.library_tests lock` prints the lock, `... python` the interpreter, and `... repos`
renders the repos.
"""

import re
import shutil
import sys
import warnings
from pathlib import Path

import copier
from copier.errors import DirtyLocalWarning

from tools import interpreters

SUITE = Path(__file__).parents[1]
REPOS = SUITE / "library" / "tests" / ".repos"
TASKS = ("classification", "regression", "forecasting")
# What runs the tests, beside what a generated repo has.
RUNNERS = ("execnet", "hypothesis", "pytest-xdist", "sortedcontainers")


def blocks(lock: Path) -> list[str]:
    """Return the pins of a lock, each with its lines of hashes."""
    return re.findall(r"^\S.*(?:\n[ ].*)*\n", lock.read_text("utf-8"), flags=re.M)


def environment_lock() -> str:
    """Return the lock of any generated repo, with what runs the tests."""
    pieces = sorted((SUITE / "choices" / "storage").glob("*/requirements.lock"))
    locks = [SUITE / "choices" / "core" / "requirements.lock", *pieces]
    found = [block for lock in locks for block in blocks(lock)]
    runners = tuple(f"{name}==" for name in RUNNERS)
    found += [b for b in blocks(SUITE / "requirements.lock") if b.startswith(runners)]
    return "".join(dict.fromkeys(found))


def render(target: Path = REPOS) -> None:
    """Render the template as it stands in the work tree, once for each task, into `target`."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for task in TASKS:
        with warnings.catch_warnings():
            # What is not committed yet is what the tests are of.
            warnings.simplefilter("ignore", DirtyLocalWarning)
            data = {"task": task}
            copier.run_copy(
                str(SUITE), partial / task, data=data, defaults=True, quiet=True, vcs_ref="HEAD"
            )
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        sys.stdout.write(environment_lock())
    elif sys.argv[1:] == ["python"]:
        sys.stdout.write(str(interpreters.default()))
    else:
        render()
