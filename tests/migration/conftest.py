"""The suite as a template with releases: 0.2.0 as it was, and 0.3.0 as it stands here."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import SUITE
from tests.repos import git
from tests.template.lives import path_without

BEFORE = "Release v0.2.0"


@pytest.fixture(scope="session")
def releases(shared: Path) -> Path:
    """A clone of the suite with the tags v0.2.0 and v0.3.0; tests of a next release clone it."""
    if git(SUITE, "rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("a shallow clone has no release commits")
    target = shared / "releases"
    with FileLock(shared / "releases.lock"):
        if not target.exists():
            partial = shared / "releases.partial"
            git(shared, "clone", "--quiet", "--no-tags", str(SUITE), str(partial))
            log = git(partial, "log", "--format=%H", "--grep", f"^{BEFORE}$").split()
            git(partial, "tag", "v0.2.0", log[-1])
            _stand_as_here(partial)
            make_library(partial)
            publish(partial, "v0.3.0")
            partial.rename(target)
    return target


def _stand_as_here(template: Path) -> None:
    git(template, "rm", "-r", "--quiet", ".")
    listed = git(SUITE, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (SUITE / name).is_file():
            (template / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SUITE / name, template / name)


def make_library(template: Path) -> None:
    """Build the wheel of a clone into its template, as `make library` does."""
    subprocess.run([sys.executable, "tools/library.py"], cwd=template, check=True)


def publish(template: Path, version: str) -> None:
    """Commit everything as a release, and tag it."""
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--allow-empty", "--message", f"Release {version}")
    git(template, "tag", version)


@pytest.fixture(scope="session")
def without_modelyard(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with what people have who never heard of modelyard."""
    return path_without(tmp_path_factory.mktemp("programs") / "bin", "modelyard|copier")
