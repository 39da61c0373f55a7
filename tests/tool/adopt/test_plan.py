"""What becomes of each file."""

import json
from pathlib import Path

import pytest
import yaml

from modelyard.adopt.one_repo import adopt
from modelyard.adopt.result import AdoptResult
from modelyard.cli.json_output import plain
from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool import wheels
from tests.tool.adopt import adopted
from tests.tool.adopt.adopted import (
    HAND_MADE,
    POETRY,
    RECORD,
    AdoptNew,
    Make,
    everything,
    held,
    switch,
)


def test_what_is_missing_is_added_and_the_rest_stays(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    done = adopt(repo, str(standard))
    assert (done.status, done.branch, done.before, done.after) == (
        "clean",
        "modelyard/adopt",
        "",
        "v1",
    )
    head = git(repo, "rev-parse", "HEAD").strip()
    assert git(repo, "rev-parse", f"{done.commit}^").strip() == head
    assert everything(repo)[:-3] == before[:-3]
    switch(repo)
    assert set(done.plan.added) == {RECORD, ".env.example", "docs/guide.md", "params.yaml"}
    for path, content in HAND_MADE.items():
        if path != ".gitignore":
            assert (repo / path).read_text() == content
    assert "for Churn model" in (repo / "docs/guide.md").read_text()
    assert yaml.safe_load((repo / RECORD).read_text())["_commit"] == "v1"
    listed = git(repo, "diff", "--name-only", "main", "modelyard/adopt").split()
    assert set(listed) == {*done.plan.added, *done.plan.extended} == set(done.changes)


def test_a_dry_run_writes_nothing_and_tells_all(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    before = everything(repo)
    planned = adopt(repo, str(standard), dry_run=True)
    assert everything(repo) == before
    assert (planned.branch, planned.commit) == (None, None)
    done = adopt(repo, str(standard))
    assert done.plan == planned.plan
    assert done.changes == planned.changes
    json.dumps(plain(planned))


def test_files_that_differ_are_listed_the_pyproject_first(make: Make, standard: Path) -> None:
    done = adopt(make(POETRY), str(standard), dry_run=True)
    package = {"src/oracle/__init__.py"}
    assert set(done.plan.differs) == {".env.example", "params.yaml", "pyproject.toml"} | package
    first = done.notices[0]
    assert first.path == "pyproject.toml"
    assert first.lines == ("not-installed-anywhere>=1",)


def test_the_gitignore_gets_what_it_lacks_but_hides_nothing_of_the_owner(
    adopt_new: AdoptNew,
) -> None:
    repo, done = adopt_new({**HAND_MADE, "runs/best.log": "0.9\n"})
    lines = (repo / ".gitignore").read_text()
    assert lines == "*.pyc\ncache/\n\n.venv/\n# The bytes are DVC's.\n/data/raw/*.parquet\n"
    [notice] = [n for n in done.notices if n.path == ".gitignore"]
    assert notice.lines == ("*.log",)


def test_a_new_gitignore_hides_nothing_of_the_owner(adopt_new: AdoptNew) -> None:
    repo, _ = adopt_new({"runs/best.log": "0.9\n"})
    assert "*.log" not in (repo / ".gitignore").read_text()
    assert "cache/" in (repo / ".gitignore").read_text()
    other, _ = adopt_new({"a.txt": ""}, "other")
    assert (other / ".gitignore").read_text() == adopted.SHIPPED[".gitignore"]


@pytest.mark.parametrize("rule", ["*.whl\n", "vendor/\n"])
def test_the_library_comes_as_a_wheel_though_the_owner_ignores_its_like(
    adopt_new: AdoptNew, tmp_path: Path, rule: str
) -> None:
    content = wheels.library("0.3.0+m.1")
    place, lock = wheels.place("0.3.0+m.1"), "vendor/platform.lock"
    project = adopted.SHIPPED["pyproject.toml.jinja"]
    template = tmp_path / "template"
    shipped = {
        "pyproject.toml.jinja": project
        + f'\n[tool.uv.sources]\nmodelyard-platform = {{ path = "{place}" }}\n',
        ".gitignore": "cache/\n\n!/vendor/\n!/vendor/*.whl\n",
        lock: wheels.platform_lock("0.3.0+m.1", content),
    }
    (template / "template" / "vendor").mkdir(parents=True)
    (template / "template" / place).write_bytes(content)
    adopted.template(template, **shipped)
    repo, done = adopt_new({**POETRY, ".gitignore": rule}, template=template)
    assert {place, lock} <= set(done.plan.added)
    assert (repo / place).read_bytes() == content
    assert git(repo, "ls-files", "vendor").split() == [place, lock]


def test_an_untracked_file_is_left_alone(make: Make, standard: Path) -> None:
    repo = make(HAND_MADE)
    (repo / "params.yaml").write_text("mine")
    done = adopt(repo, str(standard))
    assert "params.yaml" in held(done.plan)
    switch(repo)
    assert (repo / "params.yaml").read_text() == "mine"
    (repo / ".env.example").unlink()


def test_an_untracked_answers_file_is_not_written_over(make: Make, standard: Path) -> None:
    repo = make({**HAND_MADE, ".gitignore": ".copier*\n"})
    (repo / RECORD).write_text("mine")
    with pytest.raises(NotReady, match=r"copier-answers\.yml is there"):
        adopt(repo, str(standard))
    assert (repo / RECORD).read_text() == "mine"


def test_the_record_is_committed_even_where_git_ignores_it(adopt_new: AdoptNew) -> None:
    repo, done = adopt_new({**HAND_MADE, ".gitignore": ".*\n"})
    assert done.changes[RECORD] == "A"
    assert update(repo).status == "unchanged"


def test_what_comes_back_is_an_outcome(make: Make, standard: Path) -> None:
    assert isinstance(adopt(make(HAND_MADE), str(standard), dry_run=True), AdoptResult)
