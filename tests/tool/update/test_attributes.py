"""What a repo says about merging in .gitattributes holds, and no machine has a word in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import surroundings
from tests.tool.worlds import World, commit, lines, write

DATA = '{\n  "a": 1,\n  "b": 2\n}\n'
MINE = '{\n  "a": 1,\n  "b": 2,\n  "mine": 3\n}\n'
THEIRS = '{\n  "a": 1,\n  "b": 2,\n  "theirs": 4\n}\n'


@pytest.fixture
def two(tmp_path: Path) -> World:
    """Two releases that change one line of a text, and add a key to a mapping."""
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(20), "data.json": DATA, "sub/b.txt": lines(20)})
    new = lines(20, l3="THEIRS")
    made.release("v2", {"a.txt": new, "data.json": THEIRS, "sub/b.txt": new})
    return made


def edited(repo: Path, rules: str | dict[str, str | bytes | None]) -> Path:
    """Commit rules, and an edit of each file that the template changes too."""
    own = lines(20, l3="MINE")
    write(repo, {".gitattributes": rules} if isinstance(rules, str) else rules)
    write(repo, {"a.txt": own, "data.json": MINE, "sub/b.txt": own})
    commit(repo, "Mine")
    return repo


def conflicts(repo: Path) -> dict[str, str]:
    """Update, and return the reason of each conflict by its path; each has one."""
    result = update(repo)
    made = [(one.path, one.reason.name) for one in result.conflicts]
    assert len(dict(made)) == len(made), made
    return dict(made)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, where each place has attributes and settings that take both sides of a conflict."""
    home = tmp_path / "home"
    union = "* merge=union\n"
    settings = (
        "[merge]\n\tdefault = union\n\tconflictStyle = merge\n\trenames = false\n"
        '[merge "text"]\n\tdriver = true\n'
        "[diff]\n\trenames = false\n[core]\n\tautocrlf = true\n\teol = crlf\n"
    )
    write(home, {".config/git/attributes": union, "mine": union, ".gitconfig": settings})
    with surroundings(
        monkeypatch,
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / ".config"),
        GIT_CONFIG_COUNT="3",
        GIT_CONFIG_KEY_0="core.attributesFile",
        GIT_CONFIG_VALUE_0=str(home / "mine"),
        GIT_CONFIG_KEY_1="merge.default",
        GIT_CONFIG_VALUE_1="union",
        GIT_CONFIG_KEY_2="merge.text.driver",
        GIT_CONFIG_VALUE_2="true",
    ):
        yield home


def test_no_attribute_or_setting_of_a_machine_decides_about_a_merge(
    two: World, machine: Path
) -> None:
    repo = edited(two.repo(), {})
    assert conflicts(repo) == {"a.txt": "CONTENT", "sub/b.txt": "CONTENT"}
    assert b"||||||| as it was rendered" in (repo / "a.txt").read_bytes()


def test_nor_do_the_attributes_that_somebody_has_in_the_git_folder(two: World) -> None:
    repo = edited(two.repo(), {})
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "attributes").write_text("* merge=union\n")
    assert conflicts(repo) == {"a.txt": "CONTENT", "sub/b.txt": "CONTENT"}


@pytest.mark.parametrize(
    "rules",
    ["-merge", "merge=binary", "binary", "merge=npm-merge-driver", 'merge=o"d\\d'],
)
def test_a_file_that_is_not_merged_is_a_conflict_that_shows_yours(rules: str, two: World) -> None:
    repo = edited(two.repo(), f"*.json {rules}\na.txt {rules}\n")
    found = conflicts(repo)
    assert found == {"a.txt": "NOT_MERGED", "data.json": "NOT_MERGED", "sub/b.txt": "CONTENT"}
    assert (repo / "data.json").read_text() == MINE
    assert (repo / "a.txt").read_text() == lines(20, l3="MINE")
    assert len(git(repo, "ls-files", "--unmerged", "data.json").splitlines()) == 3


def test_two_edits_far_apart_of_a_file_that_is_not_merged_are_a_conflict_too(two: World) -> None:
    repo = two.repo()
    write(repo, {".gitattributes": "a.txt -merge\n", "a.txt": lines(20, l18="MINE")})
    commit(repo)
    assert conflicts(repo) == {"a.txt": "NOT_MERGED"}


def test_both_sides_are_taken_where_the_repo_says_union(two: World) -> None:
    repo = edited(two.repo(), "*.txt merge=union\n")
    assert conflicts(repo) == {}
    both = (repo / "a.txt").read_text()
    assert "MINE\n" in both and "THEIRS\n" in both


def test_yours_is_kept_and_told_where_the_repo_says_ours(two: World) -> None:
    repo = edited(two.repo(), "a.txt merge=ours\n")
    result = update(repo)
    assert [one.path for one in result.conflicts] == ["sub/b.txt"]
    assert (repo / "a.txt").read_text() == lines(20, l3="MINE")
    assert ("a.txt", "MERGE_OURS") in {(one.path, one.reason.name) for one in result.notices}


def test_ours_is_not_told_of_a_file_that_only_the_template_changed(two: World) -> None:
    repo = two.repo()
    write(repo, {".gitattributes": "*.txt merge=ours\n"})
    commit(repo)
    result = update(repo)
    assert result.status == "clean" and not result.notices
    assert "THEIRS" in (repo / "a.txt").read_text()


def test_a_macro_and_a_rule_in_a_folder_hold_and_the_nearest_rule_wins(two: World) -> None:
    nested: dict[str, str | bytes | None] = {
        ".gitattributes": "[attr]mine -merge\n*.txt merge=union\n/a.txt mine\n",
        "sub/.gitattributes": "*.txt merge\n",
    }
    repo = edited(two.repo(), nested)
    assert conflicts(repo) == {"a.txt": "NOT_MERGED", "sub/b.txt": "CONTENT"}


@pytest.mark.parametrize("folder", ["s [p]", 'q"uo', "ü*", "#x", "!y"])
@pytest.mark.parametrize("pattern", ["b.txt", "/b.txt", "in/b.txt", '"in/b\\056txt"', "**/b.txt"])
def test_a_rule_in_a_folder_with_a_strange_name_holds_there_and_nowhere_else(
    folder: str, pattern: str, tmp_path: Path
) -> None:
    below = "in/" if "in/" in pattern else ""
    places = (f"{folder}/{below}b.txt", f"x/{below}b.txt")
    world = World(tmp_path)
    world.release("v1", dict.fromkeys(places, lines(9)))
    world.release("v2", dict.fromkeys(places, lines(9, l1="THEIRS")))
    repo = world.repo()
    write(repo, {f"{folder}/.gitattributes": f"{pattern} -merge\n"})
    write(repo, dict.fromkeys(places, lines(9, l9="MINE")))
    commit(repo)
    assert conflicts(repo) == {places[0]: "NOT_MERGED"}


def test_what_the_new_version_takes_out_of_merging_is_not_merged(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": lines(20), "b.txt": lines(20)})
    new = lines(20, l3="THEIRS")
    world.release("v2", {"a.txt": new, "b.txt": new, ".gitattributes": "a.txt -merge\n"})
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l18="MINE"), "b.txt": lines(20, l18="MINE")})
    commit(repo)
    assert conflicts(repo) == {"a.txt": "NOT_MERGED"}


@pytest.mark.parametrize("size", [12, 64])
def test_markers_are_as_long_as_the_repo_says(size: int, two: World) -> None:
    repo = edited(two.repo(), f"*.txt conflict-marker-size={size}\n")
    assert conflicts(repo) == {"a.txt": "CONTENT", "sub/b.txt": "CONTENT"}
    text = (repo / "a.txt").read_text().splitlines()
    assert "<" * size + " yours" in text and "=" * size in text
    assert "|" * size + " as it was rendered" in text and ">" * size + " template v2" in text


def test_markers_of_that_length_stand_around_pieces_of_a_file_that_shows_shorter_ones(
    tmp_path: Path,
) -> None:
    made = World(tmp_path)
    form = 'x = """\n=======\n"""\na = {}\nb = {}\nc = {}\n'
    made.release("v1", {"a.toml": form.format(1, 1, 1)})
    made.release("v2", {"a.toml": form.format(3, 1, 2)})
    repo = made.repo()
    write(repo, {".gitattributes": "* conflict-marker-size=30\n", "a.toml": form.format(2, 2, 1)})
    commit(repo, "Mine")
    assert conflicts(repo) == {"a.toml": "CONTENT"}
    text = (repo / "a.toml").read_text()
    assert text.endswith(f"a = 3\n{'>' * 30} template v2\nb = 2\nc = 2\n")


@pytest.mark.parametrize("size", ["3", "0", "-1", "x", "999999999999", "100000000"])
def test_a_length_of_markers_that_nobody_could_read_is_the_usual_one(size: str, two: World) -> None:
    repo = edited(two.repo(), f"*.txt conflict-marker-size={size}\n")
    assert conflicts(repo) == {"a.txt": "CONTENT", "sub/b.txt": "CONTENT"}
    assert "<<<<<<< yours\n" in (repo / "a.txt").read_text()


def test_a_link_for_attributes_and_a_line_that_git_ignores_stop_nobody(two: World) -> None:
    repo = two.repo()
    rules = '\ufeff# comment\n\n!a.txt -merge\n[attr]\n[attr]bad=1 -merge\n"a.txt -merge\na.txt\n'
    (repo / "sub" / ".gitattributes").symlink_to("../.gitattributes")
    assert set(conflicts(edited(repo, rules))) == {"a.txt", "sub/b.txt"}


def test_a_driver_of_the_person_is_not_run(two: World, machine: Path) -> None:
    (machine / ".gitconfig").write_text(f'[merge "mine"]\n\tdriver = touch {machine}/ran\n')
    repo = edited(two.repo(), "a.txt merge=mine\n")
    assert conflicts(repo)["a.txt"] == "NOT_MERGED"
    assert not (machine / "ran").exists()
    with pytest.raises(NotReady):
        update(repo)


def test_the_rules_above_a_project_in_a_folder_hold_for_it(two: World) -> None:
    folder = two.folder / "all" / "pro[j]"
    two.repo(name="all/pro[j]")
    top = folder.parent
    (folder / ".git").rename(two.folder / "unused")
    git(top, "init", "--quiet", "--initial-branch", "main")
    rules = '"/pro\\\\[j]/*.json" -merge\nsub/b.txt merge=union\n/a.txt -merge\n'
    write(top, {".gitattributes": rules + "*.txt conflict-marker-size=9\n"})
    commit(top, "Start")
    edited(folder, {"sub/.gitattributes": "b.txt merge=binary\n"})
    assert conflicts(folder) == {
        "a.txt": "CONTENT",
        "data.json": "NOT_MERGED",
        "sub/b.txt": "NOT_MERGED",
    }
    assert "<<<<<<<<< yours\n" in (folder / "a.txt").read_text()


@pytest.mark.parametrize("rule", ["-merge", "-text"])
def test_line_ends_are_content_where_the_repo_says_so(rule: str, two: World) -> None:
    repo = two.repo()
    crlf = lines(20).replace("\n", "\r\n")
    write(repo, {".gitattributes": f"a.txt {rule}\n", "a.txt": crlf})
    commit(repo)
    assert set(conflicts(repo)) == {"a.txt"}
