"""What `check` finds: behind or not, edited or missed, and odd answers."""

from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.check.result import Drift, DriftKind
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.tool.worlds import CONFIG, World, commit, lines, write


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    rules = CONFIG + "_skip_if_exists: [mine.txt]\n_shared: [shared.txt]\n"
    hello = {"hello.txt.jinja": "hello {{ name }}\n"}
    files = {**hello, "a.txt": lines(9), "b.txt": "b\n", "mine.txt": "mine\n", "shared.txt": "s\n"}
    made.release("v1", files, rules)
    made.release("v2", {"a.txt": lines(9, l3="THREE")}, rules)
    return made


def test_a_fresh_repo_is_in_step(world: World) -> None:
    standing = check(world.repo("v2"))
    assert (standing.behind, standing.drifts, standing.answers) == (False, (), ())
    assert standing.ok(strict=True)


def test_behind_names_what_would_change(world: World) -> None:
    standing = check(world.repo("v1"))
    assert (standing.recorded, standing.newest, standing.behind) == ("v1", "v2", True)
    assert standing.changes == ("a.txt",)
    assert not standing.ok(strict=False)


def test_a_repo_whose_render_would_not_change_is_not_behind(world: World) -> None:
    rules = CONFIG + "_skip_if_exists: [mine.txt]\nnew: {type: str, default: x}\n"
    world.release("v3", {"mine.txt": "of the owner by now\n"}, rules)
    standing = check(world.repo("v2"))
    assert (standing.newest, standing.behind) == ("v3", False)
    assert standing.ok(strict=True)


def test_edits_are_told_from_missed_updates(world: World) -> None:
    repo = world.repo("v1")
    update(repo)
    write(repo, {"a.txt": lines(9), "b.txt": "edited\n", "mine.txt": "free\n", "shared.txt": "f\n"})
    commit(repo)
    standing = check(repo)
    assert standing.drifts == (
        Drift("a.txt", DriftKind.MISSED, "v1"),
        Drift("b.txt", DriftKind.EDITED),
    )
    assert not standing.ok(strict=False), "a missed update is not a local edit"
    write(repo, {"a.txt": lines(9, l3="THREE"), "b.txt": None})
    commit(repo)
    standing = check(repo)
    assert standing.drifts == (Drift("b.txt", DriftKind.DELETED),)
    assert standing.ok(strict=False) and not standing.ok(strict=True)


def test_line_ends_are_the_owners(world: World) -> None:
    repo = world.repo("v2")
    write(repo, {"b.txt": "b\r\n"})
    commit(repo)
    assert check(repo).drifts == ()


def test_odd_answers_are_named(world: World) -> None:
    repo = world.repo("v2")
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace("World", "Mars") + "stranger: 1\n")
    commit(repo)
    found = {(notice.reason, notice.about) for notice in check(repo).answers}
    assert (NoticeReason.UNKNOWN_ANSWER, "stranger") in found
    assert (NoticeReason.EDITED_ANSWER, "name") in found
    assert (NoticeReason.EDITED_ANSWER, "stranger") not in found
    assert not check(repo).ok(strict=True)


def test_a_changed_answer_is_no_edit_by_hand(world: World) -> None:
    repo = world.repo("v2")
    update(repo, data={"name": "Mars"})
    commit(repo)
    assert all(notice.reason is not NoticeReason.EDITED_ANSWER for notice in check(repo).answers)
