"""The way from this release to a next one, by modelyard and by Copier alone; nothing is trained.

One release changes the library alone, the other the wheel, a pin and the lock; for a repo that is
as it was rendered, and for one with a dependency of its own.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from modelyard.update.one_repo import update
from tests.migration.conftest import make_library, publish
from tests.migration.ways import by_copier, by_modelyard, start
from tests.repos import Repo, git, link_environment
from tests.template.long_runs import LONG
from tests.template.next_version import append, edit
from tools.library_tests import blocks

NEXT = "0.4.0+modelyard.1"
OWN, NEW = "holidays", "humanize"
WAYS = {"modelyard": by_modelyard, "copier": by_copier}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[[Repo], str]:
    """How the repo is brought to the next release."""
    return WAYS[request.param]


@pytest.fixture
def library_alone(shared: Path, releases: Path) -> Path:
    """The releases, and v0.4.0 with nothing but another library."""
    return next_release(shared, releases, "library-alone", lambda template: None)


@pytest.fixture
def wheel_pin_and_lock(shared: Path, releases: Path) -> Path:
    """The releases, and v0.4.0 with another library and one dependency more."""
    return next_release(shared, releases, "wheel-pin-and-lock", one_dependency_more)


@pytest.fixture(params=["untouched", "extended"])
def own(request: pytest.FixtureRequest) -> bool:
    """Whether the repo has a dependency of its own."""
    return bool(request.param == "extended")


Make = Callable[[Path, bool], Repo]


@pytest.fixture
def make(tmp_path: Path, without_modelyard: str) -> Make:
    """Make a repo of v0.3.0, with or without a dependency of its own."""

    def repo(template: Path, own: bool) -> Repo:
        made = start(template, tmp_path, "v0.3.0", without_modelyard)
        if own:
            extend(made)
        return made

    return repo


def extend(repo: Repo) -> None:
    edit(repo.root / "pyproject.toml", '    "numpy>', f'    "{OWN}>=0.60",\n    "numpy>')
    add(repo.root / "requirements.lock", locked(OWN))
    repo.commit("Take holidays from their calendar")


def locked(name: str) -> str:
    """Return the lines of a lock for one package and what it needs, without what is locked."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "-"]
    command += ["--no-header", "--no-annotate", "--no-deps", "--python-version", "3.11"]
    done = subprocess.run(command, input=name, check=True, capture_output=True, text=True)
    return done.stdout


def add(lock: Path, lines: str) -> None:
    """Put the lines of a package where uv would."""
    lock.write_text("".join(sorted([*blocks(lock), lines], key=lambda b: b.split("==")[0])))


def version_next(template: Path) -> None:
    """Change the library, in its sources and its version."""
    now = re.compile(r'^version = "0\.3\.0\+modelyard\.\d+"$', re.M)
    pyproject = template / "library" / "pyproject.toml"
    text, changed = now.subn(f'version = "{NEXT}"', pyproject.read_text("utf-8"))
    assert changed == 1
    pyproject.write_text(text, "utf-8")
    append(template / "library/src/modelyard_platform/hashing.py", "\n\nNEWER = True\n")


def next_release(shared: Path, releases: Path, name: str, change: Callable[[Path], None]) -> Path:
    """Make v0.4.0 in a clone of the releases, once, with another library and one change more."""
    target = shared / name
    with FileLock(shared / f"{name}.lock"):
        if not target.exists():
            partial = shared / f"{name}.partial"
            git(shared, "clone", "--quiet", str(releases), str(partial))
            version_next(partial)
            change(partial)
            make_library(partial)
            publish(partial, "v0.4.0")
            partial.rename(target)
    return target


def one_dependency_more(template: Path) -> None:
    """Have the template ask for a package, locked and tested."""
    model = template / "template" / "model"
    edit(model / "pyproject.toml.jinja", '    "pandas>', f'    "{NEW}>=4",\n    "pandas>')
    lines = locked(NEW)
    add(template / "choices" / "core" / "requirements.lock", lines)
    constraints = template / "library" / "src" / "modelyard_platform" / "constraints.txt"
    append(constraints, f"{lines.split()[0]}\n")


def names(repo: Repo) -> set[str]:
    text = (repo.root / "requirements.lock").read_text("utf-8")
    return set(re.findall(r"^[\w.-]+==[^\s;\\]+", text, re.M))


def fits(repo: Repo) -> None:
    """The environment, the locks and pyproject.toml are of one piece, with the newer library."""
    repo.commit("Update")
    repo.run(".venv/bin/python", "-m", "modelyard_platform.lock")
    found = {finding["about"]: finding["state"] for finding in repo.json("doctor")}
    assert (found["lock"], found["library"], found["environment"]) == ("ok", "ok", "ok")
    code = "import modelyard_platform.hashing as h, importlib.metadata as m; "
    code += "assert h.NEWER; print(m.version('modelyard-platform'))"
    assert repo.python(code).strip() == NEXT


def test_a_newer_library_touches_five_paths(
    library_alone: Path, make: Make, own: bool, way: Callable[[Repo], str]
) -> None:
    repo = make(library_alone, own)
    way(repo)
    git(repo.root, "add", "--all")
    changed = git(repo.root, "diff", "--cached", "--name-only", "--no-renames").splitlines()
    assert "<<<<<<<" not in (repo.root / "pyproject.toml").read_text("utf-8")
    old = "vendor/modelyard_platform-0.3.0+modelyard.1-py3-none-any.whl"
    vendored = {old, old.replace("0.3.0", "0.4.0"), "vendor/platform.lock"}
    assert set(changed) == {".copier-answers.yml", "pyproject.toml", *vendored}
    assert len(changed) == 5


@LONG
@pytest.mark.life
def test_a_newer_library_is_installed_by_the_next_verb(
    library_alone: Path, make: Make, environment: Path
) -> None:
    repo = make(library_alone, True)
    link_environment(environment, repo)
    by_copier(repo)
    assert "compile it anew" not in repo.run("make", "setup").stderr
    fits(repo)


def test_a_lock_that_stays_as_it_is_is_not_spoken_of(library_alone: Path, make: Make) -> None:
    assert update(make(library_alone, False).root).notices == ()


def test_modelyard_locks_at_once(wheel_pin_and_lock: Path, make: Make, own: bool) -> None:
    repo = make(wheel_pin_and_lock, own)
    before = names(repo)
    by_modelyard(repo)
    assert {re.sub("==.*", "", pin) for pin in names(repo) - before} == {NEW}
    assert before < names(repo)


@LONG
@pytest.mark.life
def test_after_copier_the_next_verb_locks(
    wheel_pin_and_lock: Path, make: Make, own: bool, environment: Path
) -> None:
    repo = make(wheel_pin_and_lock, own)
    before = names(repo)
    link_environment(environment, repo)
    by_copier(repo)
    assert names(repo) == before, "a lock is never what Copier merges"
    said = repo.run("make", "setup").stderr
    assert "requirements.lock does not fit" in said and NEW in said
    assert {re.sub("==.*", "", pin) for pin in names(repo) - before} == {NEW}
    assert before < names(repo)
    repo.python(f"import {NEW}")
    fits(repo)
