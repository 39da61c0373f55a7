"""The how-to "A standard of your own", where it is about the library: a label, and our releases.

The commands are the page's; `make library` is replaced by its recipe, which needs no second
installation of the suite's tools.
"""

import re
import sys
from pathlib import Path

import copier
import pytest

from tests.pages import Block, blocks, type_in
from tests.repos import Repo, git, machine
from tools.library import build, version, wheel_name

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "your-own-standard.md"
PIN = re.compile(r'^version = ".+"$', re.M)


def commands() -> list[Block]:
    """Return the blocks of the page that build the library: with a label, and after a merge."""
    found = [block for block in blocks(PAGE) if block.text.startswith("make library")]
    assert len(found) == 2
    return found


def follow(block: Block, standard: Path, home: Path) -> None:
    recipe = f"{sys.executable} tools/library.py"
    lines = block.text.replace("make library", recipe).replace("make test\n", "")
    somebody = {
        f"GIT_{role}_{what}": "somebody@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    type_in(lines, Repo(standard, machine(home) | somebody))


def set_version(standard: Path, to: str) -> None:
    path = standard / "library" / "pyproject.toml"
    text = path.read_text("utf-8")
    assert len(PIN.findall(text)) == 1
    path.write_text(PIN.sub(f'version = "{to}"', text), "utf-8")


def is_whole(standard: Path, folder: Path) -> str:
    """Assert that a render has the wheel that its standard builds, and return its version."""
    copier.run_copy(str(standard), folder / "repo", defaults=True, quiet=True, vcs_ref="HEAD")
    (wheel,) = (folder / "repo" / "vendor").glob("*.whl")
    (folder / "built").mkdir()
    assert build(folder / "built", standard / "library").read_bytes() == wheel.read_bytes()
    assert wheel.name == wheel_name(standard / "library")
    found = version(standard / "library")
    assert f"=={found}" in (folder / "repo" / "pyproject.toml").read_text("utf-8")
    return found


@pytest.fixture
def upstream(whole_suite: Path, tmp_path: Path) -> Path:
    """The suite, where a release comes after the one that was forked."""
    git(tmp_path, "clone", "--quiet", str(whole_suite), "upstream")
    return tmp_path / "upstream"


def test_a_fork_has_a_label_and_takes_our_releases(upstream: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(upstream), "standard")
    standard = tmp_path / "standard"
    labelled, merged = commands()
    set_version(standard, "0.3.0+acme.1")
    own = standard / "library" / "src" / "modelyard_platform" / "acme.py"
    own.write_text('"""What Acme adds."""\n', "utf-8")
    follow(labelled, standard, tmp_path / "home")
    assert is_whole(standard, tmp_path / "first") == "0.3.0+acme.1"

    set_version(upstream, "0.3.1+modelyard.1")
    theirs = upstream / "library" / "src" / "modelyard_platform" / "newer.py"
    theirs.write_text('"""New in 0.3.1."""\n', "utf-8")
    follow(labelled, upstream, tmp_path / "home")
    git(upstream, "tag", "v0.3.1")

    git(standard, "fetch", "--quiet", "--tags")
    with pytest.raises(Exception, match="merge"):
        git(standard, "merge", "--quiet", "--no-edit", "v0.3.1")
    git(standard, "checkout", "--theirs", "library/pyproject.toml")
    set_version(standard, "0.3.1+acme.1")
    follow(merged, standard, tmp_path / "home")
    assert not git(standard, "status", "--porcelain")
    assert is_whole(standard, tmp_path / "second") == "0.3.1+acme.1"
    assert theirs.name in {path.name for path in own.parent.iterdir()} and own.exists()
