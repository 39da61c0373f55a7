"""Refused is only what two renders need, and the version that has it is named."""

import pytest

from modelyard.errors import Refused
from modelyard.reasons import NoticeReason
from modelyard.render import copier_public, render
from modelyard.render.tasks import does_nothing
from modelyard.update import UpdateOptions, update
from tests.tool.worlds import CONFIG, World, commit, lines, write

ONCE = CONFIG + "_tasks: [\"{% if _copier_operation == 'copy' %}touch owned{% endif %}\"]\n"
WHEN = CONFIG + (
    "_tasks: [{command: [touch, owned], when: \"{{ _copier_operation == 'copy' }}\"}]\n"
)
ALWAYS = CONFIG + "_tasks: ['echo made > made.txt']\n"


@pytest.mark.parametrize("config", [ONCE, WHEN, CONFIG + "_tasks: [git init -b main]\n"])
def test_tasks_of_the_first_copy_alone_stand_in_no_updates_way(world: World, config: str) -> None:
    repo = world.repo()
    world.release("v3", {"c.txt": "c\n"}, config)
    assert update(repo).status == "clean"
    assert (repo / "c.txt").read_text() == "c\n"
    assert not (repo / "owned").exists()


def test_tasks_that_a_version_has_no_more_are_told(world: World) -> None:
    world.release("v3", {}, ALWAYS)
    world.release("v4", {"a.txt": lines(20, l3="FOUR")})
    repo = world.repo("v2")
    update(repo, to="v3", options=UpdateOptions(to="v3", trust=True))
    commit(repo)
    outcome = update(repo, to="v4")
    assert outcome.status == "clean"
    assert (repo / "made.txt").read_text() == "made\n"
    told = [n.about for n in outcome.notices if n.reason is NoticeReason.TASKS_GONE]
    assert told == ["echo made > made.txt"]


def test_the_same_tasks_on_the_same_files_are_not_needed(world: World) -> None:
    world.release("v3", {}, ALWAYS)
    write(world.template, {"docs.md": "for people\n"})
    world.release("v4", {}, ALWAYS)
    repo = world.repo("v2")
    update(repo, options=UpdateOptions(to="v3", trust=True))
    commit(repo)
    outcome = update(repo, to="v4")
    assert outcome.after == "v4" and outcome.status == "clean"
    assert [n.reason for n in outcome.notices] == [NoticeReason.TASKS_NOT_RUN]


def test_the_same_tasks_on_other_files_are_refused_by_name(world: World) -> None:
    world.release("v3", {}, ALWAYS)
    world.release("v4", {"a.txt": lines(20, l3="FOUR")}, ALWAYS)
    repo = world.repo("v2")
    update(repo, options=UpdateOptions(to="v3", trust=True))
    commit(repo)
    with pytest.raises(Refused, match=r"v4 wants to run code .*echo made > made.txt"):
        update(repo, to="v4")


def test_the_version_that_has_an_extension_is_named(world: World) -> None:
    world.release("v3", {}, CONFIG + "_jinja_extensions: [os.path]\n")
    repo = world.repo("v2")
    write(repo, {".copier-answers.yml": (repo / ".copier-answers.yml").read_text() + "\n"})
    world.release("v4", {"a.txt": "a\n"})
    text = (repo / ".copier-answers.yml").read_text().replace("v2", "v3")
    write(repo, {".copier-answers.yml": text})
    commit(repo)
    with pytest.raises(Refused, match=r"v3 wants to run code .*extensions"):
        update(repo, to="v4")


@pytest.mark.parametrize("extension", ["jinja2.ext.do", "jinja2.ext.loopcontrols"])
def test_an_extension_that_somebody_has_read_is_no_reason(world: World, extension: str) -> None:
    tags = {
        "jinja2.ext.do": "{% set x = [] %}{% do x.append(name) %}{{ x[0] }}\n",
        "jinja2.ext.loopcontrols": "{% for x in 'ab' %}{{ x }}{% break %}{% endfor %}\n",
    }
    world.release(
        "v3", {"c.txt.jinja": tags[extension]}, f"{CONFIG}_jinja_extensions: [{extension}]\n"
    )
    repo = world.repo("v2")
    assert update(repo).status == "clean"
    assert (repo / "c.txt").read_text() in {"World\n", "a\n"}


def test_an_extension_that_somebody_has_read_opens_nothing_else(world: World) -> None:
    text = "{% set x = [] %}{% do x.append('~' | expanduser) %}{{ x }}\n"
    world.release("v3", {"c.txt.jinja": text}, f"{CONFIG}_jinja_extensions: [jinja2.ext.do]\n")
    with pytest.raises(Refused, match="filter expanduser"):
        update(world.repo("v2"))


def test_a_migration_without_commands_is_none(world: World) -> None:
    world.release("v3", {"c.txt": "c\n"}, CONFIG + "_migrations: [{version: v3, before: []}]\n")
    assert update(world.repo("v2")).status == "clean"


def test_where_no_condition_can_be_told_tasks_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    world.release("v3", {"c.txt": "c\n"}, ONCE)
    monkeypatch.setattr(render, "_backend", lambda: copier_public.render)
    with pytest.raises(Refused, match="tasks"):
        update(repo)


@pytest.mark.parametrize(
    ("command", "nothing"),
    [
        ("git init", True),
        ("  git init --quiet -b main . ", True),
        ("git init --initial-branch=main", True),
        ("git init; touch owned", False),
        ("git init -b main\ntouch owned", False),
        ("git init $(touch owned)", False),
        ("git init --template=hooks", False),
        ("git init elsewhere", False),
        ("git init -b a`touch owned`", False),
        ("true", True),
        ("true && touch owned", False),
    ],
)
def test_what_does_nothing_is_known_word_by_word(command: str, nothing: bool) -> None:
    assert does_nothing(command) is nothing
