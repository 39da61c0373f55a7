"""What a repo does not get, and that its own tools see no change."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import NotReady
from tests.repos import git
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import (
    CRUFT,
    HAND_MADE,
    POETRY,
    RECORD,
    AdoptNew,
    Make,
    Plan,
    held,
    propose,
    run_tests,
    switch,
)


def test_examples_do_not_come_where_the_owner_has_files(plan: Plan) -> None:
    planned = plan({**POETRY, "LICENSE.md": "Apache License\nVersion 2.0\n"})
    found = held(planned)
    assert "example" in found["data/sample.csv"]
    assert "example" in found["src/oracle/model.py"]
    assert found["LICENSE"] == "your LICENSE.md stands for it"
    assert "LICENSE" not in planned.added


@pytest.mark.parametrize("full", [False, True])
def test_a_second_package_of_the_name_never_comes(plan: Plan, full: bool) -> None:
    found = held(plan(HAND_MADE, full=full))
    for path in ("src/churn/__init__.py", "src/churn/platform/gate.py"):
        assert found[path] == "your package is churn/: git mv churn src/churn first"


def test_a_folder_beside_a_flat_package_is_held_back(plan: Plan) -> None:
    assert "second package" in held(plan(HAND_MADE))["data/sample.csv"]
    assert "data/sample.csv" in plan({"a.txt": ""}, "none").added


def test_code_is_held_back_where_the_owner_has_code(make: Make, tmp_path: Path) -> None:
    shipped = {"steps/tool.py": "", "src/{{ package }}/schema.json": "{}\n", "steps/a.txt": "a\n"}
    template = adopted.template(tmp_path / "template", **shipped)
    plan = propose(make(POETRY), str(template))
    assert "linters" in held(plan)["steps/tool.py"]
    assert "part of your package" in held(plan)["src/oracle/schema.json"]
    assert "steps/a.txt" in plan.added
    plan = propose(make({"a.txt": ""}, "none"), str(template))
    assert {"steps/tool.py", "src/none/schema.json", "src/none/model.py"} <= set(plan.added)
    assert "tests/platform/test_gate.py" in held(plan)


def test_a_lock_comes_only_with_its_pyproject(make: Make, tmp_path: Path) -> None:
    template = adopted.template(tmp_path / "template", **{"requirements.lock": "pytest==9\n"})
    has_one, has_none = make(POETRY), make(HAND_MADE, "none")
    for full in (False, True):
        plan = propose(has_one, str(template), full=full)
        assert "another pyproject.toml" in held(plan)["requirements.lock"]
        plan = propose(has_none, str(template), full=full)
        assert ("requirements.lock" in plan.added) == ("pyproject.toml" in plan.added) == full


@pytest.mark.parametrize(
    ("files", "path", "reason"),
    [
        ({"params.yaml/a.txt": ""}, "params.yaml", "a folder of yours is there"),
        ({"docs": "a file"}, "docs/guide.md", "it needs a folder where your docs is"),
        ({"makefile": "test:\n"}, "Makefile", "your makefile stands for it"),
        ({"params.yml": "a: 1\n"}, "params.yaml", "your params.yml stands for it"),
        ({".gitignore": "docs/\n"}, "docs/guide.md", "git ignores it"),
    ],
)
def test_what_cannot_be_written_is_listed(
    adopt_new: AdoptNew, files: dict[str, str], path: str, reason: str
) -> None:
    repo, done = adopt_new({"a.txt": "", **files}, full=True)
    assert reason in held(done.plan)[path]
    assert path not in done.changes
    for name, content in files.items():
        assert (repo / name).read_text().startswith(content)


@pytest.mark.parametrize("files", [HAND_MADE, POETRY, CRUFT], ids=["hand", "poetry", "cruft"])
def test_the_repos_own_tests_pass_afterwards_as_before(
    make: Make, standard: Path, files: Mapping[str, str]
) -> None:
    repo = make(files)
    before = run_tests(repo)
    assert "passed" in before
    adopt(repo, str(standard))
    switch(repo)
    assert run_tests(repo) == before


def test_with_full_the_standards_tests_are_collected_too(adopt_new: AdoptNew) -> None:
    repo, _ = adopt_new(POETRY, full=True)
    with pytest.raises(AssertionError, match="not_installed_anywhere"):
        run_tests(repo)
    run_tests(repo, "tests/test_worth.py")


def test_full_brings_what_was_held_back(adopt_new: AdoptNew, standard: Path) -> None:
    repo, first = adopt_new(POETRY)
    with pytest.raises(NotReady, match="already") as refused:
        adopt(repo, str(standard), branch="again")
    assert "modelyard update" in refused.value.hint
    second = adopt(repo, full=True, branch="full")
    assert set(second.plan.added) == {
        "LICENSE",
        ".github/workflows/standard.yml",
        ".python-version",
        "src/oracle/platform/__init__.py",
        "src/oracle/platform/gate.py",
        "tests/platform/conftest.py",
        "tests/platform/test_gate.py",
    }
    assert set(second.plan.added) <= held(first.plan).keys()
    assert second.before == second.after == "v1"
    switch(repo, "full")
    assert adopt(repo, full=True, branch="third").status == "unchanged"
    assert RECORD not in second.changes


def test_a_package_that_has_moved_gets_the_standards_code(adopt_new: AdoptNew) -> None:
    repo, _ = adopt_new(HAND_MADE)
    git(repo, "mv", "churn", "moved")
    (repo / "src").mkdir()
    git(repo, "mv", "moved", "src/churn")
    git(repo, "commit", "--quiet", "--message", "Move")
    added = adopt(repo, full=True, branch="full").plan.added
    assert "src/churn/platform/gate.py" in added
    assert "src/churn/model.py" not in added
