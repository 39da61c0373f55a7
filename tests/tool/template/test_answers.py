"""Answers: given anew, new, secret, no longer valid, of another type, edited by hand."""

from pathlib import Path

import pytest

from modelyard.errors import BadAnswer, NotReady
from modelyard.reasons import NoticeReason
from modelyard.update import update
from tests.tool.worlds import CONFIG, World, commit, state


def test_an_answer_can_change(world: World) -> None:
    world.release("v3", {"hello.txt.jinja": "hello {{ name }}\n"})
    repo = world.repo("v3")
    outcome = update(repo, data={"name": "Ada"})
    assert outcome.changes == {".copier-answers.yml": "M", "hello.txt": "M"}
    assert (repo / "hello.txt").read_text() == "hello Ada\n"
    with pytest.raises(BadAnswer, match="asks no question nome"):
        update(repo, data={"nome": "Ada"}, dry_run=True)


def test_new_questions_take_their_default_and_secrets_stay_out(world: World) -> None:
    team = "team: {type: str, default: '{{ name }}s'}\n"
    config = CONFIG + team + "token: {type: str, secret: true, default: none}\n"
    files = {"team.txt.jinja": "{{ team }} {{ token }}\n"}
    world.release("v3", files, config)
    world.release("v4", {"d.txt": "d\n"}, config)
    repo = world.repo(name="first")
    update(repo, to="v3")
    commit(repo)
    assert (repo / "team.txt").read_text() == "Worlds none\n"
    assert "token" not in (repo / ".copier-answers.yml").read_text()
    repo = world.repo("v3", name="second", token="sesame")  # noqa: S106
    outcome = update(repo, data={"token": "sesame"})
    assert outcome.status == "clean" and "team.txt" not in outcome.changes


def test_an_answer_that_is_not_valid_any_more_is_refused(world: World) -> None:
    validator = "\"{% if name != 'Ada' %}write Ada{% endif %}\""
    config = f"_subdirectory: template\nname: {{type: str, default: Ada, validator: {validator}}}\n"
    world.release("v3", {"e.txt": "e\n"}, config)
    repo = world.repo()
    before = state(repo)
    with pytest.raises(BadAnswer, match="write Ada") as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data name=…"
    assert state(repo) == before
    assert update(repo, data={"name": "Ada"}).after == "v3"


def test_a_question_without_default_must_be_answered(world: World) -> None:
    world.release("v3", {}, CONFIG + "color: {type: str}\n")
    with pytest.raises(BadAnswer, match="color"):
        update(world.repo())


def test_answers_that_were_edited_by_hand(world: World) -> None:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text() + "no_question: 1\n")
    commit(repo)
    outcome = update(repo)
    assert "no_question" not in place.read_text()
    assert any(
        (notice.reason, notice.about) == (NoticeReason.UNKNOWN_ANSWER, "no_question")
        for notice in outcome.notices
    )
    place.write_text("name: [\n")
    commit(repo)
    with pytest.raises(NotReady, match="not valid YAML, line 2"):
        update(repo)


def test_another_name_for_the_answers_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "1\n"}, CONFIG + "_answers_file: .standard-answers.yml\n")
    world.release("v2", {"a.txt": "2\n"}, CONFIG + "_answers_file: .standard-answers.yml\n")
    repo = world.repo()
    assert (repo / ".standard-answers.yml").exists()
    assert update(repo).status == "clean"
    assert "_commit: v2" in (repo / ".standard-answers.yml").read_text()


def test_a_pattern_of_the_new_version_may_ask_what_the_old_one_does_not_know(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.release("v1", {"ci.yml": "1\n"})
    exclude = "_exclude: [\"{% if ci != 'github' %}ci.yml{% endif %}\"]\n"
    world.release("v2", {"ci.yml": "2\n"}, CONFIG + "ci: {type: str, default: github}\n" + exclude)
    repo = world.repo()
    assert update(repo).status == "clean"
    assert (repo / "ci.yml").read_text() == "2\n"
    commit(repo)
    assert update(repo, data={"ci": "other"}).changes["ci.yml"] == "D"


def test_an_answer_of_another_type_is_named(world: World) -> None:
    world.release("v3", {}, CONFIG + "budget: {type: int, default: 3}\n")
    with pytest.raises(BadAnswer, match="'budget': invalid literal for int"):
        update(world.repo("v2"), data={"budget": "none"})
