"""An update is refused only for what its two renders need, and the message says what to do."""

from pathlib import Path

import pytest
import yaml

from modelyard.errors import BadAnswer, NotReady, Refused
from modelyard.reasons import NoticeReason
from modelyard.render import copier_public, render
from modelyard.render.tasks import only_says
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

RECORD = ".copier-answers.yml"
NEVER = "_migrations: [{command: touch ran, when: '{{ name == \"nobody\" }}'}]\n"
MULTI = "ci: {{type: str, multiselect: true, choices: [{}], default: [{}]}}\n"


def recorded(repo: Path, name: str, value: object) -> None:
    """Put an answer on record, and commit."""
    place = repo / RECORD
    record = yaml.safe_load(place.read_text()) | {name: value}
    place.write_text(yaml.safe_dump(record))
    commit(repo, "Answer")


@pytest.mark.parametrize(
    "migrations",
    [
        NEVER,
        "_migrations: [{version: v2, command: touch ran}]\n",
        "_migrations: [{version: v9, command: touch ran}]\n",
        "_migrations: [{version: v3, command: '{% if name == 1 %}touch ran{% endif %}'}]\n",
        "_migrations: [{command: touch ran, when: '{{ _version_from == \"v1\" }}'}]\n",
        "_migrations: [{version: v2, after: [touch ran]}, {version: v3, before: ['']}]\n",
    ],
)
def test_a_migration_that_would_run_nothing_is_no_reason(world: World, migrations: str) -> None:
    repo = world.repo("v2")
    world.release("v3", {"c.txt": "c\n"}, CONFIG + migrations)
    assert update(repo).status == "clean"
    assert (repo / "c.txt").read_text() == "c\n"
    assert not (repo / "ran").exists()


@pytest.mark.parametrize(
    "migrations",
    [
        "_migrations: [touch ran]\n",
        "_migrations: [[touch, ran]]\n",
        "_migrations: [{command: touch ran, when: '{{ _stage == \"before\" }}'}]\n",
        "_migrations: [{command: touch ran, when: '{{ name != \"nobody\" }}'}]\n",
        # Before an update Copier knows no answers.
        "_migrations: [{command: touch ran, when: '{{ not name and _stage == \"before\" }}'}]\n",
        "_migrations: [{command: touch ran, when: '{{ _version_from == \"v2\" }}'}]\n",
        "_migrations: [{command: touch ran, when: '{{ 1 / 0 }}'}]\n",
        "_migrations: [{version: v3, command: touch ran}]\n",
    ],
)
def test_a_migration_that_would_run_is_refused_with_its_command(
    world: World, migrations: str
) -> None:
    repo = world.repo("v2")
    world.release("v3", {"c.txt": "c\n"}, CONFIG + migrations)
    with pytest.raises(Refused, match=r"v3 wants to run code .*migrations: touch ran"):
        update(repo)


def test_with_trust_a_migration_that_would_run_still_does(world: World) -> None:
    repo = world.repo("v2")
    when = "'{{ not name and _stage == \"before\" }}'"
    world.release("v3", {}, CONFIG + f"_migrations: [{{command: touch ran, when: {when}}}]\n")
    update(repo, options=UpdateOptions(trust=True))
    assert (repo / "ran").exists()


def test_where_no_condition_can_be_told_migrations_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = world.repo()
    world.release("v3", {"c.txt": "c\n"}, CONFIG + NEVER)
    monkeypatch.setattr(render, "_backend", lambda: copier_public.render)
    with pytest.raises(Refused, match="migrations"):
        update(repo)


def test_a_task_of_a_version_in_between_is_no_reason(world: World) -> None:
    repo = world.repo("v2")
    world.release("v3", {}, CONFIG + "_tasks: [touch ran]\n_jinja_extensions: [os.path]\n")
    world.release("v4", {"c.txt": "c\n"})
    assert update(repo).status == "clean"
    assert not (repo / "ran").exists()


def test_a_validator_of_the_old_version_is_not_asked_about_what_is_on_record(world: World) -> None:
    narrow = "\"{% if name == 'Ada' %}not this one{% endif %}\""
    world.release(
        "v3",
        {"n.txt.jinja": "{{ name }}\n"},
        CONFIG.replace("World}", f"World, validator: {narrow}}}"),
    )
    world.release("v4", {"n.txt.jinja": "{{ name }}\nmore\n"})
    repo = world.repo("v3")
    write(repo, {"n.txt": "Ada\n"})
    recorded(repo, "name", "Ada")
    assert update(repo).status == "clean"
    assert (repo / "n.txt").read_text() == "Ada\nmore\n"


def test_a_validator_of_the_new_version_is(world: World) -> None:
    narrow = "\"{% if name == 'Ada' %}not this one{% endif %}\""
    config = CONFIG.replace("World}", f"World, validator: {narrow}}}")
    world.release("v3", {"n.txt.jinja": "{{ name }}\n"}, config)
    world.release("v4", {"n.txt.jinja": "{{ name }}\nmore\n"}, config)
    repo = world.repo("v3")
    recorded(repo, "name", "Ada")
    with pytest.raises(BadAnswer, match=r"v4 does not take: name with 'Ada': .*not this one"):
        update(repo)


def test_of_several_choices_those_that_are_left_are_offered(world: World) -> None:
    world.release("v3", {}, CONFIG + MULTI.format("github, gitlab, circle", "github"))
    world.release("v4", {}, CONFIG + MULTI.format("github, gitlab, new", "github"))
    repo = world.repo("v3", ci=["github", "gitlab", "circle"])
    with pytest.raises(BadAnswer) as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data 'ci=[github, gitlab]'"
    assert update(repo, data={"ci": "[github, gitlab]"}).status == "clean"
    assert yaml.safe_load((repo / RECORD).read_text())["ci"] == ["github", "gitlab"]


def test_answers_that_follow_another_are_not_asked_for(world: World) -> None:
    low = "low: {{type: str, choices: ['{}', '9', '12'], default: '12'}}\n"
    high = (
        "high: {type: str, choices: {'11': {value: '11', "
        "validator: \"{% if low | int > 11 %}too low{% endif %}\"}, '12': '12'}, default: '12'}\n"
    )
    kind = "kind: {{type: str, choices: [{}, b], default: b}}\n"
    world.release("v3", {}, CONFIG + low.format(8) + high + kind.format("a"))
    world.release("v4", {}, CONFIG + low.format(10) + high + kind.format("c"))
    repo = world.repo("v3", low="8", high="11", kind="a")
    with pytest.raises(BadAnswer) as caught:
        update(repo)
    assert caught.value.hint == "modelyard update --data low=10 --data kind=c"
    assert "high" not in caught.value.message
    assert update(repo, data={"low": "9", "kind": "b"}).status == "clean"
    assert yaml.safe_load((repo / RECORD).read_text())["high"] == "11"


def test_an_answers_file_that_git_ignores_is_not_called_missing(world: World) -> None:
    world.release("v3", {".gitignore": f"{RECORD}\n"})
    repo = world.repo("v3")
    assert RECORD not in git(repo, "ls-files")
    with pytest.raises(NotReady, match=r"not committed: perhaps a \.gitignore") as caught:
        update(repo)
    assert caught.value.hint.startswith(f"git add --force {RECORD} && git commit")


@pytest.mark.parametrize("way", [None, copier_public.render])
def test_an_extension_that_is_not_installed_is_this_machines(
    world: World, monkeypatch: pytest.MonkeyPatch, way: object
) -> None:
    if way:
        monkeypatch.setattr(render, "_backend", lambda: way)
    repo = world.repo("v2")
    world.release("v3", {}, CONFIG + "_jinja_extensions: [nobody_has_this.Extension]\n")
    with pytest.raises(NotReady, match=r"v3 .*module nobody_has_this, which is not installed"):
        update(repo, options=UpdateOptions(trust=True))


@pytest.mark.parametrize("way", [None, copier_public.render])
def test_a_version_for_a_newer_copier_is_this_machines(
    world: World, monkeypatch: pytest.MonkeyPatch, way: object
) -> None:
    if way:
        monkeypatch.setattr(render, "_backend", lambda: way)
    repo = world.repo("v2")
    world.release("v3", {}, CONFIG + "_min_copier_version: '99.0.0'\n")
    with pytest.raises(NotReady, match=r"v3 cannot be rendered here: .*99\.0\.0") as caught:
        update(repo)
    assert "newer Copier" in caught.value.hint


def test_the_newest_version_that_needs_no_trust_is_named(world: World) -> None:
    repo = world.repo("v1")
    world.release("v3", {"c.txt": lines(3)})
    world.release("v4", {}, CONFIG + "_tasks: [touch ran]\n")
    with pytest.raises(Refused, match="v4 wants to run code") as caught:
        update(repo)
    assert caught.value.hint.endswith("modelyard update --to v3    # needs no trust")
    assert update(repo, to="v3").status == "clean"
    commit(repo)
    with pytest.raises(Refused, match="v4 wants to run code") as caught:
        update(repo)
    assert "--to" not in caught.value.hint


def test_a_version_that_is_asked_for_is_refused_without_another(world: World) -> None:
    repo = world.repo("v1")
    world.release("v3", {}, CONFIG + "_jinja_extensions: [os.path]\n")
    with pytest.raises(Refused) as caught:
        update(repo, to="v3")
    assert "--to" not in caught.value.hint


SAYS = "echo Log in to example.org before the next release"


def test_what_a_template_only_prints_is_told_and_not_refused(world: World) -> None:
    repo = world.repo("v2")
    config = f"_migrations: [{{version: v3, before: [{SAYS}]}}]\n_tasks: ['{SAYS} 2']\n"
    world.release("v3", {"c.txt": "c\n"}, CONFIG + config)
    outcome = update(repo)
    assert outcome.status == "clean"
    words = SAYS.removeprefix("echo ")
    told = [n.about for n in outcome.notices if n.reason is NoticeReason.TASKS_SAY]
    assert told == [words, f"{words} 2"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("echo one 'two  three'", "one two  three"),
        ("echo", ""),
        ("echo one > file", ""),
        ("echo one; rm -r x", ""),
        ("echo $(rm x)", ""),
        ("echo `rm x`", ""),
        ("echo one && rm x", ""),
        ("echo one\nrm x", ""),
        ("echo 'unfinished", ""),
        ("echoes", ""),
    ],
)
def test_what_only_prints_is_known_sign_by_sign(command: str, says: str) -> None:
    assert only_says(command) == says
