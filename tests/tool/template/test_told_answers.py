"""What becomes of answers is told: new ones, dropped ones, defaults that are none, secrets."""

from pathlib import Path

import pytest
import yaml

from modelyard.check.check import check
from modelyard.errors import BadAnswer
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render import copier_internal, copier_public
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates
from modelyard.update import update
from tests.tool.worlds import CONFIG, World, commit, state

RECORD = ".copier-answers.yml"
HIDDEN = "token: {type: str, secret: true, default: none}\n"
CI = "ci: {type: str, choices: [github, gitlab, circleci], default: github}\n"
FEWER = "ci: {type: str, choices: [github, gitlab], default: github}\n"


def about(notices: tuple[Notice, ...], reason: NoticeReason) -> dict[str, tuple[str, ...]]:
    return {one.about: one.lines for one in notices if one.reason is reason}


def test_a_question_that_was_renamed_is_told_with_the_answer_that_is_dropped(world: World) -> None:
    world.release("v3", {"n.txt.jinja": "{{ name }}\n"})
    world.release(
        "v4", {"n.txt.jinja": "{{ title }}\n"}, "_subdirectory: template\ntitle: {default: World}\n"
    )
    repo = _named(world, "v3", "Ada")
    outcome = update(repo, dry_run=True)
    assert about(outcome.notices, NoticeReason.ANSWER_DROPPED) == {"name": ("name: Ada",)}
    assert about(outcome.notices, NoticeReason.ANSWER_BY_DEFAULT) == {"title": ("title: World",)}
    assert about(check(repo).answers, NoticeReason.ANSWER_DROPPED) == {"name": ("name: Ada",)}
    given = update(repo, data={"title": "Ada"})
    assert not about(given.notices, NoticeReason.ANSWER_BY_DEFAULT)
    assert (repo / "n.txt").read_text() == "Ada\n"


def _named(world: World, tag: str, name: str) -> Path:
    repo = world.repo(tag)
    update(repo, to=tag, data={"name": name})
    commit(repo)
    return repo


def test_a_question_that_is_not_asked_any_more_is_told(world: World) -> None:
    questions = CONFIG + "docs: {type: bool, default: true}\ntheme: {default: plain, when: WHEN}\n"
    world.release("v3", {}, questions.replace("WHEN", "true"))
    world.release("v4", {}, questions.replace("WHEN", '"{{ docs }}"'))
    repo = world.repo("v3")
    assert not about(update(repo, dry_run=True).notices, NoticeReason.ANSWER_DROPPED)
    outcome = update(repo, data={"docs": "false"})
    assert about(outcome.notices, NoticeReason.ANSWER_DROPPED) == {"theme": ("theme: plain",)}


def test_a_secret_is_never_told(world: World) -> None:
    world.release("v3", {}, CONFIG + "token: {type: str, default: sesame-open}\n")
    world.release("v4", {}, CONFIG + HIDDEN)
    world.release("v5", {})
    repo = world.repo("v3")
    outcome = update(repo, to="v4", dry_run=True)
    assert about(outcome.notices, NoticeReason.ANSWER_NOT_RECORDED) == {"token": ()}
    gone = about(update(repo, dry_run=True).notices, NoticeReason.ANSWER_DROPPED)
    assert gone == {"token": ("token: sesame-open",)}, "it was no secret where it was recorded"
    plain = world.repo("v2", name="plain")
    taken = about(update(plain, to="v4", dry_run=True).notices, NoticeReason.ANSWER_BY_DEFAULT)
    assert taken == {"token": ()}


def test_an_answer_for_the_new_version_that_is_on_record_already_is_taken(world: World) -> None:
    repo = world.repo()
    place = repo / RECORD
    place.write_text(place.read_text() + "team: blue\n")
    commit(repo)
    world.release("v3", {"t.txt.jinja": "{{ team }}\n"}, CONFIG + "team: {default: red}\n")
    outcome = update(repo)
    assert (repo / "t.txt").read_text() == "blue\n"
    assert not about(outcome.notices, NoticeReason.UNKNOWN_ANSWER)


def test_all_questions_that_have_to_be_answered_are_named_at_once(world: World) -> None:
    world.release("v3", {}, CONFIG + "color: {type: str}\nsize: {type: int}\n")
    repo = world.repo()
    before = state(repo)
    with pytest.raises(BadAnswer, match="color") as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data color=… --data size=…"
    with pytest.raises(BadAnswer, match="asks for 'color'"):
        update(repo, data={"name": "Ada"})
    assert state(repo) == before


def test_what_has_to_be_answered_is_explained_and_a_choice_is_named_with_it(world: World) -> None:
    repo = world.repo()
    asked = "region:\n  type: str\n  help: Where does it run?\n"
    asked += "place:\n  type: str\n  choices: [a, b]\n"
    world.release("v3", {}, CONFIG + asked)
    with pytest.raises(BadAnswer, match=r"'region', .*: Where does it run\?") as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data region=… --data place=a"


def test_a_default_that_the_question_itself_does_not_take_has_to_be_answered(
    world: World,
) -> None:
    validator = '"{% if not team %}name your team{% endif %}"'
    world.release("v3", {}, CONFIG + f"team: {{default: '', validator: {validator}}}\n")
    repo = world.repo()
    with pytest.raises(BadAnswer, match="name your team") as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data team=…"
    assert update(repo, data={"team": "blue"}).status == "clean"


def test_a_choice_that_was_dropped_is_refused_with_those_that_are_left(world: World) -> None:
    world.release("v3", {}, CONFIG + CI)
    world.release("v4", {}, CONFIG + FEWER)
    repo = world.repo("v3", ci="circleci")
    with pytest.raises(BadAnswer) as caught:
        update(repo)
    assert "'circleci'" in caught.value.message and "github, gitlab" in caught.value.message
    assert caught.value.hint == "modelyard update --data ci=github"
    assert update(repo, data={"ci": "gitlab"}).status == "clean"
    assert yaml.safe_load((repo / RECORD).read_text())["ci"] == "gitlab"


def test_a_secret_that_is_given_is_used_and_in_no_message(world: World) -> None:
    validator = "\"{% if token == 'sesame-shut' %}not {{ token }}{% endif %}\""
    secret = f"token: {{type: str, secret: true, default: none, validator: {validator}}}\n"
    world.release("v3", {"t.txt.jinja": "{{ token }}\n"}, CONFIG + secret)
    repo = world.repo()
    with pytest.raises(BadAnswer) as caught:
        update(repo, data={"token": "sesame-shut"})
    assert "sesame" not in caught.value.message + caught.value.hint
    outcome = update(repo, data={"token": "sesame-open"})
    assert (repo / "t.txt").read_text() == "sesame-open\n"
    assert "sesame" not in repr(outcome) + (repo / RECORD).read_text()


def test_a_secret_that_does_not_arrive_is_told(world: World) -> None:
    world.release("v3", {"t.txt.jinja": "{{ token }}\n"}, CONFIG + HIDDEN)
    repo = world.repo("v3", **{"token": "sesame-open"})
    outcome = update(repo, data={"token": "sesame-other"})
    assert (repo / "t.txt").read_text() == "sesame-open\n"
    kept = [one.path for one in outcome.notices if one.reason is NoticeReason.OTHER_VALUE_KEPT]
    assert kept == ["t.txt"]
    commit(repo)
    same = update(repo, data={"token": "sesame-open"})
    assert same.notices == ()


def test_a_secret_that_is_given_for_the_first_time_is_written(world: World) -> None:
    world.release("v3", {"t.txt.jinja": "one\n{{ token }}\n"}, CONFIG + HIDDEN)
    world.release("v4", {"t.txt.jinja": "ONE\n\n{{ token }}\n"}, CONFIG + HIDDEN)
    repo = world.repo("v3")
    outcome = update(repo, data={"token": "sesame-open"})
    assert (repo / "t.txt").read_text() == "ONE\n\nsesame-open\n"
    assert (outcome.status, outcome.notices) == ("clean", ())


@pytest.mark.parametrize("back", [False, True])
def test_a_version_that_forgets_its_answers_file_keeps_it(world: World, back: bool) -> None:
    name = "{{ _copier_conf.answers_file }}.jinja"
    text = (world.template / "template" / name).read_text()
    world.release("v3", {name: None, "a.txt": "3\n"}, CONFIG + "team: {default: red}\n")
    repo = _named(world, "v2", "Ada")
    write = repo / RECORD
    write.write_text("# Ours.\n" + write.read_text())
    commit(repo)
    outcome = update(repo)
    assert outcome.changes[RECORD] == "M"
    assert [one.path for one in outcome.notices if one.reason is NoticeReason.RECORD_KEPT]
    assert (repo / RECORD).read_text().startswith("# Ours.\n_commit: v3\n")
    loaded = yaml.safe_load((repo / RECORD).read_text())
    assert (loaded["_commit"], loaded["name"], loaded["team"]) == ("v3", "Ada", "red")
    commit(repo)
    assert update(repo).status == "unchanged"
    world.release("v4", {"a.txt": "4\n", **({name: text} if back else {})})
    assert update(repo).after == "v4"
    assert yaml.safe_load((repo / RECORD).read_text())["_commit"] == "v4"
    assert (repo / "a.txt").read_text() == "4\n"


def test_both_ways_to_render_agree_on_what_took_its_default(world: World, tmp_path: Path) -> None:
    config = CONFIG + HIDDEN + CI + "hidden: {default: x, when: false}\n"
    world.release("v3", {}, config)
    with Templates(tmp_path / "cache") as templates:
        version = templates.open(str(world.template)).version("v3")
        wanted = RenderRequest({"name": "Ada"}, operation="update")
        found = [way.render(version, wanted).defaulted for way in (copier_internal, copier_public)]
    assert found == [{"token": "none", "ci": "github"}] * 2
