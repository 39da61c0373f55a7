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


OURS = "_src_path: TEMPLATE\n_commit: v1.0.0\n"
# As a merge leaves it; not written so, for hooks look for that.
MERGED = f"""\
_src_path: TEMPLATE
{"<" * 7} HEAD
_commit: v1.0.0
{"=" * 7}
_commit: v1.0.1
{">" * 7} main
"""


@pytest.mark.parametrize(
    ("answers", "state", "why"),
    [
        ("_src_path: [\n", "broken", "not valid YAML, line 2: expected the node content"),
        ("_commit: v1\n_src_path: x\nday: 2020-99-99\n", "broken", "line 3: month must be in"),
        (f"size: {'9' * 6000}\n", "broken", "not valid YAML, line 1: "),
        (f"deep: {'[' * 3000}\n", "broken", "not valid YAML: "),
        ("- a list\n", "broken", "contains no answers"),
        ("", "broken", "is empty"),
        ("_commit: v1.0.0\nname: x\n", "broken", "has no _src_path"),
        ("_src_path: TEMPLATE\nname: \udce9\n", "broken", "is not UTF-8, line 2"),
        ("_src_path: TEMPLATE\nname: \0\n", "broken", "line 2: it has a control character"),
        (MERGED, "broken", "line 2: the markers of a merge conflict"),
        ("_commit: v1\n_src_path: x\n_commit: v2\n", "broken", "_commit stands twice, again in "),
        ("_src_path: TEMPLATE\n", "broken", "has no _commit"),
        ("_src_path: https://127.0.0.1:9/other.git\n", "foreign", "127.0.0.1:9/other.git"),
    ],
)
def test_answers_that_cannot_be_read_are_named_and_no_candidate(
    yard: Yard, answers: str, state: str, why: str
) -> None:
    replace_answers(yard, {".copier-answers.yml": answers})
    (found, other, *_) = observed(yard.options())
    assert found.state == state and why in found.detail
    assert state != "broken" or found.detail.startswith(".copier-answers.yml")
    assert "adopt" not in found.detail and other.state == "clean"


def test_a_folder_or_a_link_in_the_place_of_the_answers_file_is_broken(yard: Yard) -> None:
    replace_answers(yard, {".copier-answers.yml": None, ".copier-answers.yml/x": "x"})
    work = yard.work("r1")
    (work / ".copier-answers.yml").unlink()
    (work / ".copier-answers.yml").symlink_to("b.txt")
    commit(work, "Link")
    git(work, "push", "--quiet", "origin", "main:main")
    found = [(one.state, one.detail) for one in observed(yard.options())]
    assert found == [
        ("broken", ".copier-answers.yml is a folder, and no file"),
        ("broken", ".copier-answers.yml is a link to b.txt, and no file"),
    ]


def test_a_broken_project_of_several_is_a_member_of_its_own(yard: Yard) -> None:
    files = dict.fromkeys(("a", "b", "c"), "")
    files |= {"a": OURS, "b": MERGED, "c": "_src_path: https://127.0.0.1:9/other.git\nx: [\n"}
    replace_answers(yard, {f"{at}/.copier-answers.yml": text for at, text in files.items()})
    found = {one.name: (one.state, one.detail) for one in observed(yard.options())}
    assert set(found) == {"r0", "r0:a", "r0:b", "r1"}
    state, detail = found["r0:b"]
    assert state == "broken" and detail.startswith(
        "b/.copier-answers.yml is not valid YAML, line 2"
    )


def test_a_repo_without_answers_is_a_candidate(yard: Yard) -> None:
    replace_answers(yard, {".copier-answers.yml": None})
    (found, *_) = observed(yard.options())
    assert found.state == "candidate"


def replace_answers(yard: Yard, files: dict[str, str | None]) -> None:
    """Write files of r0, or delete them where they are None, and push that."""
    work = yard.work("r0")
    for path, content in files.items():
        place = work / path
        template = str(yard.world.template)
        if content is None:
            place.unlink()
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            text = content.replace("TEMPLATE", template)
            place.write_text(text, errors="surrogateescape")
    commit(work, "Change the answers")
    git(work, "push", "--quiet", "origin", "main:main")
