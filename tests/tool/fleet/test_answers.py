"""Repos of a fleet whose answers file is broken, of another template, or not there."""

from pathlib import Path

import pytest

from tests.repos import git
from tests.tool.fleet.worlds import Yard, make, observed
from tests.tool.worlds import commit


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


@pytest.mark.parametrize(
    ("answers", "state", "why"),
    [
        ("_src_path: [\n", "broken", "not valid YAML, line 2"),
        ("_commit: v1\n_src_path: x\nday: 2020-99-99\n", "broken", "not valid YAML: "),
        (f"size: {'9' * 6000}\n", "broken", "not valid YAML: "),
        (f"deep: {'[' * 3000}\n", "broken", "not valid YAML: "),
        ("- a list\n", "broken", "contains no answers"),
        ("_src_path: TEMPLATE\n", "broken", "has no _commit"),
        ("_src_path: https://127.0.0.1:9/other.git\n", "foreign", "127.0.0.1:9/other.git"),
    ],
)
def test_answers_that_cannot_be_read_are_named_and_no_candidate(
    yard: Yard, answers: str | dict[str, str | None], state: str, why: str
) -> None:
    if isinstance(answers, str):
        answers = {".copier-answers.yml": answers}
    replace_answers(yard, answers)
    (found, other, *_) = observed(yard.options())
    assert found.state == state and why in found.detail
    assert other.state == "clean"


def test_a_repo_without_answers_is_a_candidate(yard: Yard) -> None:
    replace_answers(yard, {".copier-answers.yml": None})
    (found, *_) = observed(yard.options())
    assert found.state == "candidate"


def replace_answers(yard: Yard, files: dict[str, str | None]) -> None:
    """Write files of r0, or delete them where they are None, and push that."""
    work = yard.work("r0")
    for path, content in files.items():
        place = work / path
        place.parent.mkdir(parents=True, exist_ok=True)
        template = str(yard.world.template)
        if content is None:
            place.unlink()
        else:
            place.write_text(content.replace("TEMPLATE", template))
    commit(work, "Change the answers")
    git(work, "push", "--quiet", "origin", "main:main")
