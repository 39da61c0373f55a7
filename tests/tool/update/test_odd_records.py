"""Versions, records and answers that a template or a person wrote in a way that nobody expects."""

from pathlib import Path

import pytest

from modelyard.errors import BadAnswer, BadTemplate
from modelyard.reasons import NoticeReason, Reason
from modelyard.template.answers import parse
from modelyard.update.one_repo import update
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.worlds import ANSWERS, CONFIG, World, commit

RECORD = "{{ _copier_conf.answers_file }}.jinja"
HEAD = "_commit: {{ _copier_answers._commit }}\n_src_path: {{ _copier_answers._src_path }}\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def reasons(result: UpdateResult) -> set[Reason]:
    return {notice.reason for notice in result.notices}


def test_a_tag_that_yaml_takes_for_a_number_is_its_text(world: World) -> None:
    world.release("1.1", {RECORD: HEAD, "a.txt": "one\n"})
    world.release("1.10", {"a.txt": "ten\n"})
    repo = world.repo("1.10")
    world.release("1.11", {"a.txt": "eleven\n"})
    result = update(repo)
    assert (result.before, result.after, result.conflicts) == ("1.10", "1.11", ())


@pytest.mark.parametrize("written", ["1.10", "2024-01-01", "0010", "1_0", "12:30"])
def test_a_version_is_what_is_written(written: str) -> None:
    assert parse(f"_commit: {written}\n_src_path: x\n".encode(), "a.yml").version == written


@pytest.mark.parametrize(
    "record",
    [
        "name: {{ name }}\n",
        "- {{ name }}\n- {a: b}\n",
        "{# nothing #}",
        HEAD + "name: {{ name }}: x\n",
        "_commit: v1\n_src_path: {{ _copier_answers._src_path }}\nname: {{ name }}\n",
    ],
)
def test_a_record_that_no_update_can_start_from_is_written_anew(world: World, record: str) -> None:
    world.release("v1", {"a.txt": "one\n"})
    repo = world.repo("v1", name="repo")
    world.release("v2", {"a.txt": "two\n", RECORD: record})
    result = update(repo)
    assert NoticeReason.RECORD_REPLACED in reasons(result)
    assert NoticeReason.ANSWER_DROPPED not in reasons(result)
    recorded = parse((repo / ".copier-answers.yml").read_bytes(), ".copier-answers.yml")
    assert (recorded.version, recorded.values) == ("v2", {"name": "World"})
    commit(repo)
    world.release("v3", {"a.txt": "three\n", RECORD: ANSWERS})
    assert (update(repo).before, (repo / "a.txt").read_text()) == ("v2", "three\n")


def test_a_record_by_the_id_of_the_commit_stays_as_the_template_writes_it(world: World) -> None:
    by_id = HEAD.replace("_copier_answers._commit", "_copier_conf.vcs_ref_hash") + "name: World\n"
    world.release("v1", {"a.txt": "one\n", RECORD: by_id})
    repo = world.repo("v1")
    world.release("v2", {"a.txt": "two\n"})
    result = update(repo)
    assert NoticeReason.RECORD_REPLACED not in reasons(result)
    assert "_commit_id" not in (repo / ".copier-answers.yml").read_text()


def test_an_answer_that_the_record_forgets_is_not_called_unasked(world: World) -> None:
    config = CONFIG + "age: {type: int, default: 3}\n"
    world.release("v1", {"a.txt.jinja": "{{ age }}\n"}, config)
    repo = world.repo("v1", age=7)
    world.release("v2", {RECORD: HEAD + "name: {{ name }}\n"}, config)
    result = update(repo)
    assert NoticeReason.ANSWER_NOT_WRITTEN in reasons(result)
    assert NoticeReason.ANSWER_DROPPED not in reasons(result)


@pytest.mark.parametrize("tag", ["v2.0.0.dev1", "v2.0.0.post1"])
def test_a_repo_between_releases_is_not_brought_back(world: World, tag: str) -> None:
    world.release("v1.0.0", {"a.txt": "one\n"})
    world.release(tag, {"a.txt": "dev\n"})
    world.release(None, {"a.txt": "later\n"})
    repo = world.repo("HEAD")
    update(repo)
    assert (repo / "a.txt").read_text() == "later\n"


def test_a_tag_of_a_tag_is_a_release(world: World) -> None:
    world.release("v1", {"a.txt": "one\n"})
    repo = world.repo("v1")
    world.release(None, {"a.txt": "two\n"})
    git(world.template, "tag", "-a", "-m", "x", "inner")
    git(world.template, "tag", "-a", "-m", "x", "v2", "inner")
    git(world.template, "tag", "-d", "inner")
    assert update(repo).after == "v2"


@pytest.mark.parametrize("prefix", ["rel.", "3d-", "model", "a+"])
def test_any_text_can_be_a_prefix(world: World, prefix: str) -> None:
    config = f"{CONFIG}_tag_prefix: {prefix!r}\n"
    world.release(f"{prefix}1.0.0", {"a.txt": "one\n"}, config)
    repo = world.repo(f"{prefix}1.0.0")
    world.release(f"{prefix}1.1.0", {"a.txt": "two\n"}, config)
    world.release(None, {"a.txt": "not released\n"}, config)
    assert update(repo).after == f"{prefix}1.1.0"


def test_a_prefix_that_is_no_text_is_refused(world: World) -> None:
    config = f"{CONFIG}_tag_prefix: [m-, n-]\n"
    world.release("m-1.0", {"a.txt": "one\n"}, config)
    repo = world.repo("m-1.0")
    world.release("m-2.0", {"a.txt": "two\n"}, config)
    with pytest.raises(BadTemplate, match="_tag_prefix"):
        update(repo)


def test_the_command_that_is_shown_has_what_was_given(world: World) -> None:
    world.release("v1", {"a.txt": "one\n"})
    repo = world.repo("v1")
    check = "{% if not mail %}needed{% endif %}"
    more = f"owner: {{type: str}}\nmail: {{type: str, default: '', validator: '{check}'}}\n"
    world.release("v2", {"a.txt": "two\n"}, CONFIG + more)
    with pytest.raises(BadAnswer) as error:
        update(repo, data={"owner": "the team"})
    assert error.value.hint == "modelyard update --data 'owner=the team' --data mail=…"
