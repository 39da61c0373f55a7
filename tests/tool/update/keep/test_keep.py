"""Updates of repos that keep a file, a folder or a key as their own."""

from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.keep import verb
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.settings.repo_settings import parse
from modelyard.update import update
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

SETTINGS = ".modelyard.toml"
PROJECT = """\
[project]
name = "x"
version = "{version}"

[tool.ruff]
line-length = {length}

[tool.ruff.lint]
extend = {select}
"""


def keeping(repo: Path, *entries: str) -> None:
    text = "".join(f"[[keep]]\n{entry}\n" for entry in entries)
    write(repo, {SETTINGS: text})
    commit(repo, "Keep")


def of(outcome: UpdateResult, reason: NoticeReason) -> list[Notice]:
    return [one for one in outcome.notices if one.reason is reason]


@pytest.fixture
def repo(world: World) -> Path:
    made = world.repo()
    write(made, {"a.txt": lines(20, l3="mine"), "old.txt": lines(20, "word", l5="mine")})
    commit(made)
    return made


def test_a_file_stays_and_what_it_misses_is_told(repo: Path) -> None:
    keeping(repo, 'path = "a.txt"\nbecause = "ours is faster"')
    outcome = update(repo)
    assert (outcome.status, outcome.conflicts) == ("clean", ())
    (told,) = of(outcome, NoticeReason.KEPT_FILE)
    assert (told.path, told.about) == ("a.txt", "ours is faster")
    assert told.lines == ("-line 3", "+THREE")
    assert (repo / "a.txt").read_text() == lines(20, l3="mine")
    assert (repo / "new.txt").read_text() == lines(20, "word", l5="mine"), "the rest is merged"
    commit(repo)
    assert update(repo).status == "unchanged"


def test_nothing_is_told_where_the_template_changed_nothing(world: World, repo: Path) -> None:
    keeping(repo, 'path = "b.txt"', 'path = "a.txt"')
    world.release("v3", {"a.txt": lines(20), "b.txt": "b\n"})
    write(repo, {"b.txt": "mine\n"})
    commit(repo)
    outcome = update(repo)
    assert of(outcome, NoticeReason.KEPT_FILE) == []
    assert (repo / "b.txt").read_text() == "mine\n"


def test_a_file_that_the_template_renames_or_deletes_stays(world: World, repo: Path) -> None:
    world.release("v3", {"b.txt": None})
    keeping(repo, 'path = "old.txt"', 'path = "b.txt"')
    write(repo, {"a.txt": lines(20)})
    commit(repo)
    outcome = update(repo)
    (moved,) = of(outcome, NoticeReason.KEPT_AND_MOVED)
    (deleted,) = of(outcome, NoticeReason.KEPT_AND_DELETED)
    assert (moved.path, moved.about, deleted.path) == ("old.txt", "new.txt", "b.txt")
    assert (repo / "old.txt").read_text() == lines(20, "word", l5="mine")
    assert (repo / "new.txt").read_text() == lines(20, "word")
    assert (repo / "b.txt").read_text() == "b\n"


def test_a_file_that_the_user_has_moved_stays(repo: Path) -> None:
    (repo / "a.txt").rename(repo / "mine.txt")
    commit(repo)
    keeping(repo, 'path = "mine.txt"')
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "mine.txt").read_text() == lines(20, l3="mine")
    assert not (repo / "a.txt").exists()


def test_a_deleted_file_and_a_folder_stay_as_they_are(world: World, repo: Path) -> None:
    world.release("v3", {"d/x.txt": "x\n", "d/y.txt": "y\n"})
    (repo / "a.txt").unlink()
    write(repo, {"d/x.txt": "mine\n"})
    commit(repo)
    keeping(repo, 'path = "a.txt"', 'path = "d"')
    outcome = update(repo)
    assert outcome.conflicts == ()
    assert {one.path for one in of(outcome, NoticeReason.KEPT_FILE)} == {
        "a.txt",
        "d/x.txt",
        "d/y.txt",
    }
    assert not (repo / "a.txt").exists() and not (repo / "d/y.txt").exists()
    assert (repo / "d/x.txt").read_text() == "mine\n"


def test_a_folder_of_the_template_in_the_place_of_a_kept_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a": lines(9)})
    world.release("v2", {"a": None, "b": "b\n"})
    write(world.template, {"template/a/x": "x\n"})
    world.release("v3", {})
    repo = world.repo()
    write(repo, {"a": lines(9, l2="mine")})
    keeping(repo, 'path = "a"')
    outcome = update(repo)
    assert (outcome.status, (repo / "a").read_text()) == ("clean", lines(9, l2="mine"))
    assert [one.path for one in of(outcome, NoticeReason.LEFT_OUT_FOR_KEPT)] == ["a/x"]
    told = [one.path for one in outcome.notices]
    assert len(told) == len(set(told)), "each is told once"


def test_the_answers_file_is_never_kept(repo: Path) -> None:
    keeping(repo, 'path = ".copier-answers.yml"', 'path = "a.txt"')
    update(repo)
    assert "_commit: v2" in (repo / ".copier-answers.yml").read_text()


def test_a_lock_stays_with_its_project(tmp_path: Path) -> None:
    world, project = World(tmp_path), '[project]\nname = "x"\nversion = "1"\ndependencies = {}\n'
    world.release("v1", {"pyproject.toml": project.format([]), "requirements.lock": "# none\n"})
    one = {"pyproject.toml": project.format(["six"]), "requirements.lock": "six==1.0\n"}
    world.release("v2", one)
    repo = world.repo()
    keeping(repo, 'path = "pyproject.toml"\nbecause = "frozen"')
    outcome = update(repo)
    assert {one.path: one.about for one in of(outcome, NoticeReason.KEPT_FILE)} == {
        "pyproject.toml": "frozen",
        "requirements.lock": "frozen",
    }
    assert (repo / "requirements.lock").read_text() == "# none\n"


def test_an_entry_that_is_over_is_told_and_merged(world: World, repo: Path) -> None:
    world.release("v3", {"a.txt": lines(20, l9="NINE")})
    write(repo, {"a.txt": lines(20, l5="mine")})
    keeping(repo, 'path = "a.txt"\nuntil = "v3"', 'path = "nobody.txt"\nuntil = "v1"')
    first = update(repo, to="v2")
    assert [one.path for one in of(first, NoticeReason.KEPT_FILE)] == ["a.txt"]
    commit(repo)
    then = update(repo)
    (over,) = of(then, NoticeReason.KEPT_UNTIL_NOW)
    assert (over.path, over.about, over.command) == ("a.txt", "v3", "modelyard keep --drop a.txt")
    assert (repo / "a.txt").read_text() == lines(20, l5="mine", l9="NINE")


@pytest.mark.parametrize(
    ("until", "is_over"),
    [("v2", True), ("2", True), ("v1.5", True), ("v2.1", False), ("other-v2", False)],
)
def test_until_need_not_be_released(repo: Path, until: str, is_over: bool) -> None:
    keeping(repo, f'path = "a.txt"\nuntil = "{until}"')
    outcome = update(repo, dry_run=True)
    assert bool(of(outcome, NoticeReason.KEPT_UNTIL_NOW)) == is_over
    assert bool(outcome.conflicts) == is_over


def versions(tmp_path: Path) -> World:
    world = World(tmp_path)
    old = PROJECT.format(version="1", length=88, select='"a"')
    world.release("v1", {"pyproject.toml": old})
    new = PROJECT.format(version="2", length=100, select='"b"')
    world.release("v2", {"pyproject.toml": new})
    return world


def test_a_table_stays_and_the_rest_of_the_file_is_merged(tmp_path: Path) -> None:
    repo = versions(tmp_path).repo()
    mine = PROJECT.format(version="1", length=88, select='"mine"')
    write(repo, {"pyproject.toml": mine})
    commit(repo)
    assert update(repo, dry_run=True).conflicts != ()
    keeping(repo, 'path = "pyproject.toml"\nkey = "tool.ruff.lint"\nbecause = "stricter"')
    outcome = update(repo)
    assert outcome.status == "clean"
    wanted = PROJECT.format(version="2", length=100, select='"mine"')
    assert (repo / "pyproject.toml").read_text() == wanted
    (told,) = of(outcome, NoticeReason.KEPT_KEY)
    assert told.about == "tool.ruff.lint (stricter)"
    assert told.lines == ('-extend = "a"', '+extend = "b"')


def test_several_keys_of_a_file(tmp_path: Path) -> None:
    repo = versions(tmp_path).repo()
    keeping(
        repo,
        'path = "pyproject.toml"\nkey = "tool.ruff.lint"',
        'path = "pyproject.toml"\nkey = "project.version"',
    )
    outcome = update(repo)
    wanted = PROJECT.format(version="1", length=100, select='"a"')
    assert (repo / "pyproject.toml").read_text() == wanted
    assert len(of(outcome, NoticeReason.KEPT_KEY)) == 2


def test_a_key_of_a_file_that_the_user_has_moved(tmp_path: Path) -> None:
    world = World(tmp_path)
    text = "jobs:\n  test:\n    steps:\n      - run: a\n" + "".join(f"k{n}: v\n" for n in range(9))
    world.release("v1", {"ci.yml": text})
    world.release("v2", {"ci.yml": text.replace("run: a", "run: b").replace("k8: v", "k8: w")})
    repo = world.repo()
    (repo / "ci.yml").rename(repo / "test.yml")
    commit(repo)
    keeping(repo, 'path = "test.yml"\nkey = "jobs.test.steps"')
    outcome = update(repo)
    assert (repo / "test.yml").read_text() == text.replace("k8: v", "k8: w")
    assert [one.path for one in of(outcome, NoticeReason.KEPT_KEY)] == ["test.yml"]


@pytest.mark.parametrize("mine", ["a: 1\n", "a: 9\n"])
def test_a_key_of_a_file_that_the_template_moves(tmp_path: Path, mine: str) -> None:
    world = World(tmp_path)
    rest = "".join(f"k{n}: v\n" for n in range(12))
    world.release("v1", {"old.yml": f"a: 1\nb: 1\n{rest}"})
    world.release("v2", {"old.yml": None, "new.yml": f"a: 2\nb: 2\n{rest}"})
    repo = world.repo()
    write(repo, {"old.yml": f"{mine}b: 1\n{rest}"})
    keeping(repo, 'path = "old.yml"\nkey = "a"')
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "new.yml").read_text() == f"{mine}b: 2\n{rest}"
    assert len(of(outcome, NoticeReason.KEPT_KEY)) == 1
    (moved,) = of(outcome, NoticeReason.KEPT_KEY_MOVED)
    told = ("old.yml", "new.yml", "modelyard keep new.yml:a")
    assert (moved.path, moved.about, moved.command) == told


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a.yml", "x: &x 1\na: 1\n", "x: &x 1\na: 2\n"),
        ("a.txt", "a: 1\n", "a: 2\n"),
    ],
)
def test_a_key_that_cannot_be_told_apart_is_merged_and_told(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    world = World(tmp_path)
    world.release("v1", {name: old})
    world.release("v2", {name: new})
    repo = world.repo()
    write(repo, {name: old + "mine: 1\n"})
    keeping(repo, f'path = "{name}"\nkey = "a"')
    outcome = update(repo)
    assert [one.path for one in of(outcome, NoticeReason.KEPT_KEY_NOT_CUT)] == [name]
    assert of(outcome, NoticeReason.KEPT_KEY) == []


def test_a_key_that_only_dependencies_are_in_leaves_the_lock(tmp_path: Path) -> None:
    world, project = World(tmp_path), '[project]\nname = "{}"\nversion = "1"\ndependencies = {}\n'
    first = {"pyproject.toml": project.format("x", []), "requirements.lock": "# none\n"}
    world.release("v1", first)
    then = {"pyproject.toml": project.format("z", ["six"]), "requirements.lock": "six==1.0\n"}
    world.release("v2", then)
    repo = world.repo()
    keeping(repo, 'path = "pyproject.toml"\nkey = "project.dependencies"')
    outcome = update(repo, options=UpdateOptions(relock=False))
    assert [one.path for one in of(outcome, NoticeReason.LOCK_KEPT)] == ["requirements.lock"]
    assert (repo / "pyproject.toml").read_text() == project.format("z", [])
    assert (repo / "requirements.lock").read_text() == "# none\n"


def test_where_copier_merges_a_file_is_kept_and_a_key_is_not(tmp_path: Path) -> None:
    world = World(tmp_path)
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v1", {"a.txt": lines(9), "b.toml": "a = 1\nb = 1\n"})
    world.release("v2", {"a.txt": lines(9, l3="THREE"), "b.toml": "a = 2\nb = 2\n"}, tasks)
    repo = world.repo()
    write(repo, {"a.txt": lines(9, l3="mine")})
    keeping(repo, 'path = "a.txt"', 'path = "b.toml"\nkey = "a"')
    outcome = update(repo, options=UpdateOptions(trust=True))
    assert outcome.conflicts == ()
    assert (repo / "a.txt").read_text() == lines(9, l3="mine")
    assert (repo / "b.toml").read_text() == "a = 2\nb = 2\n"
    assert [one.path for one in of(outcome, NoticeReason.KEPT_KEY_NOT_CUT)] == ["b.toml"]


def test_settings_that_cannot_be_read_stop_the_update(repo: Path) -> None:
    write(repo, {SETTINGS: "kep = 1\n"})
    commit(repo)
    with pytest.raises(NotReady, match=r"\.modelyard\.toml, line 1: .*is it 'keep'"):
        update(repo)


def test_what_is_not_committed_does_not_count(repo: Path) -> None:
    (repo / ".gitignore").write_text(f"{SETTINGS}\n")
    commit(repo)
    write(repo, {SETTINGS: '[[keep]]\npath = "a.txt"\n'})
    assert update(repo, dry_run=True).conflicts != ()


def test_a_template_may_ship_entries_and_both_add_to_them(tmp_path: Path) -> None:
    world, first = World(tmp_path), '[[keep]]\npath = "a.txt"\n'
    world.release("v1", {SETTINGS: first, "a.txt": lines(9), "b.txt": lines(9)})
    other = {"a.txt": lines(9, l3="THREE"), "b.txt": lines(9, l3="THREE")}
    theirs = '\n[[keep]]\npath = "c.toml"\nkey = "t"\nbecause = "theirs"\n'
    world.release("v2", {SETTINGS: first + theirs, **other})
    repo = world.repo()
    mine = '\n[[keep]]\npath = "b.txt"\nbecause = "mine"\n\n[[keep]]\npath = "c.toml"\n'
    write(repo, {SETTINGS: first + mine})
    commit(repo)
    outcome = update(repo)
    assert (outcome.status, outcome.conflicts) == ("clean", ())
    found = parse((repo / SETTINGS).read_bytes()).keep
    assert [one.name for one in found] == ["a.txt", "b.txt", "c.toml", "c.toml:t"]
    assert (repo / "b.txt").read_text() == lines(9)


def test_one_entry_with_two_reasons_is_for_a_person(tmp_path: Path) -> None:
    world, entry = World(tmp_path), '[[keep]]\npath = "a.txt"\nbecause = "{}"\n'
    world.release("v1", {SETTINGS: "# keep\n"})
    world.release("v2", {SETTINGS: "# keep\n" + entry.format("theirs")})
    repo = world.repo()
    write(repo, {SETTINGS: "# keep\n" + entry.format("mine")})
    commit(repo)
    assert [one.path for one in update(repo).conflicts] == [SETTINGS]


def test_two_branches_that_add_an_entry_each(world: World) -> None:
    repo = world.repo()
    for path in ("a.txt", "old.txt"):
        verb.keep(repo, path)
    commit(repo)
    git(repo, "switch", "--quiet", "--create", "other")
    verb.keep(repo, "b.txt")
    commit(repo)
    git(repo, "switch", "--quiet", "main")
    write(repo, {"zz.txt": "mine\n"})
    verb.keep(repo, "zz.txt")
    commit(repo)
    git(repo, "merge", "--quiet", "--no-edit", "other")
    assert [one.path for one in verb.listed(repo).entries] == [
        "a.txt",
        "b.txt",
        "old.txt",
        "zz.txt",
    ]
