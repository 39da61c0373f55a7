"""One update, in each situation that a repo can be in."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from modelyard.errors import BadAnswer, BadTemplate, Imbalance, NotReady, Refused, Unreachable
from modelyard.update import Wish, update
from tests.engine.worlds import CONFIG, World, commit, lines, state, write
from tests.repos import git


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two releases: the second changes line 3, renames a file and ships a new one."""
    made = World(tmp_path)
    made.release("v1", {"a.txt": lines(20), "old.txt": lines(20, "word"), "b.txt": "b\n"})
    made.release(
        "v2", {"a.txt": lines(20, l3="THREE"), "old.txt": None, "new.txt": lines(20, "word")}
    )
    return made


def test_both_sides_are_in_the_result(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine"), "old.txt": lines(20, "word", l4="mine too")})
    commit(repo)
    outcome = update(repo)
    assert (outcome.status, outcome.before, outcome.after) == ("clean", "v1", "v2")
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l15="mine")
    assert (repo / "new.txt").read_text() == lines(20, "word", l4="mine too")
    assert not (repo / "old.txt").exists()
    assert "_commit: v2" in (repo / ".copier-answers.yml").read_text()
    assert git(repo, "diff", "--name-only") == ""
    assert outcome.changes["a.txt"] == "M"


def test_reset_brings_back_exactly_what_was_there(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = state(repo)
    assert update(repo).status == "conflict"
    assert state(repo) != before
    git(repo, "reset", "--hard", "--quiet")
    assert state(repo) == before


def test_a_conflict_is_an_ordinary_one(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    outcome = update(repo)
    assert [conflict.path for conflict in outcome.conflicts] == ["a.txt"]
    assert git(repo, "status", "--porcelain", "a.txt") == "UU a.txt\n"
    sides = [git(repo, "show", f":{stage}:a.txt") for stage in (1, 2, 3)]
    assert sides == [lines(20), lines(20, l3="mine"), lines(20, l3="THREE")]
    assert (repo / "a.txt").read_text() == lines(
        20,
        l3="<<<<<<< yours\nmine\n||||||| as it was rendered\nline 3\n=======\nTHREE\n"
        ">>>>>>> template v2",
    )
    git(repo, "checkout", "--quiet", "--theirs", "a.txt")
    git(repo, "add", "a.txt")
    commit(repo, "Decided")
    assert update(repo).status == "unchanged"


def test_what_the_user_deleted_stays_deleted_and_is_named(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": None})
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert not (repo / "a.txt").exists()
    assert any(n.path == "a.txt" and "deleted" in n.reason for n in outcome.notices)


def test_a_dry_run_writes_nothing(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    outcome = update(repo, dry_run=True)
    assert outcome.changes["new.txt"] == "A"
    assert state(repo) == before
    assert not list((repo / ".git").glob("modelyard*"))


def test_a_branch_gets_a_commit_and_the_tree_is_left_alone(world: World) -> None:
    repo = world.repo()
    before = state(repo)
    outcome = update(repo, branch="standard/v2")
    assert git(repo, "rev-parse", "standard/v2").strip() == outcome.commit
    assert git(repo, "show", "standard/v2:a.txt") == lines(20, l3="THREE")
    assert git(repo, "rev-parse", "standard/v2~1") == before[0]
    assert state(repo)[3] == before[3] and state(repo)[1] == before[1]
    with pytest.raises(NotReady, match="exists already"):
        update(repo, branch="standard/v2")
    with pytest.raises(NotReady, match="name of a branch"):
        update(repo, branch="a..b")


def test_a_conflict_is_never_committed_to_a_branch(world: World) -> None:
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(repo)
    before = state(repo)
    outcome = update(repo, branch="up")
    assert (outcome.status, outcome.commit) == ("conflict", None)
    assert state(repo) == before


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_bare_clone_of_depth_one(world: World, algorithm: str) -> None:
    repo = world.repo()
    if algorithm == "sha256":
        git(repo, "init", "--quiet")
        subprocess.run(["rm", "-rf", str(repo / ".git")], check=True)
        git(repo, "init", "--quiet", "--object-format", "sha256", "--initial-branch", "main")
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)
    bare = world.folder / "bare.git"
    git(world.folder, "clone", "--quiet", "--bare", "--depth", "1", f"file://{repo}", str(bare))
    outcome = update(bare, branch="up")
    assert outcome.status == "clean"
    assert git(bare, "show", "up:a.txt") == lines(20, l3="THREE", l15="mine")
    with pytest.raises(NotReady, match="no work tree"):
        update(bare)


def test_a_folder_of_a_monorepo(world: World) -> None:
    repo = world.repo(name="mono/models/one")
    subprocess.run(["rm", "-rf", str(repo / ".git")], check=True)
    mono = world.folder / "mono"
    git(mono, "init", "--quiet", "--initial-branch", "main")
    write(mono, {"a.txt": "not the project's\n", "models/two/a.txt": "another's\n"})
    write(repo, {"a.txt": lines(20, l3="mine")})
    commit(mono)
    assert update(repo).status == "conflict"
    assert git(mono, "status", "--porcelain", "models/one/a.txt") == "UU models/one/a.txt\n"
    git(mono, "reset", "--hard", "--quiet")
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(mono)
    assert update(repo, branch="up").status == "clean"
    changed = git(mono, "diff", "--name-only", "main", "up").split()
    assert changed and all(path.startswith("models/one/") for path in changed)
    assert update(repo).status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l15="mine")


def test_a_second_work_tree_of_a_repo(world: World) -> None:
    repo = world.repo()
    git(repo, "worktree", "add", "--quiet", "-b", "other", str(world.folder / "beside"))
    assert update(world.folder / "beside").status == "clean"
    assert (world.folder / "beside" / "new.txt").exists()
    assert git(repo, "status", "--porcelain") == ""


def test_the_machine_has_no_say_in_a_merge(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.folder / "gitconfig"
    settings.write_text(
        "[merge]\n\trenames = false\n\tconflictStyle = merge\n[core]\n\tautocrlf = true\n"
    )
    repo = world.repo()
    write(repo, {"old.txt": lines(20, "word", l4="mine")})
    commit(repo)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert update(repo, dry_run=True).status == "clean"


def test_a_dirty_tree_is_refused(world: World) -> None:
    repo = world.repo()
    write(repo, {"notes.txt": "not added\n"})
    before = state(repo)
    with pytest.raises(NotReady, match=r"not committed: notes\.txt"):
        update(repo)
    assert state(repo) == before


def test_ignored_files_are_never_touched(world: World) -> None:
    repo = world.repo()
    write(repo, {".gitignore": "new.txt\n"})
    commit(repo)
    write(repo, {"new.txt": "precious, and in no commit\n"})
    outcome = update(repo)
    assert (repo / "new.txt").read_text() == "precious, and in no commit\n"
    assert any(n.path == "new.txt" and "ignores" in n.reason for n in outcome.notices)


def test_a_version_by_name_and_back(world: World) -> None:
    world.release("v3", {"c.txt": "c\n"})
    repo = world.repo()
    write(repo, {"a.txt": lines(20, l15="mine")})
    commit(repo)
    assert update(repo, to="v2").after == "v2"
    commit(repo)
    assert update(repo, to="v1").after == "v1"
    assert (repo / "a.txt").read_text() == lines(20, l15="mine")


def test_nothing_newer_means_nothing_to_do(world: World) -> None:
    repo = world.repo("v2")
    git(world.template, "tag", "--delete", "v2")
    git(world.template, "tag", "v2.0rc1")
    git(world.template, "tag", "v2.1.0.dev1")
    repo = world.repo("v2.1.0.dev1", name="ahead")
    assert update(repo).status == "unchanged", "a downgrade is asked for by name"
    assert update(repo, to="v1").after == "v1"


def test_a_template_without_tags_goes_by_its_commit(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release(None, {"a.txt": "1\n"})
    repo = world.repo("HEAD")
    world.release(None, {"a.txt": "2\n"})
    outcome = update(repo)
    assert (repo / "a.txt").read_text() == "2\n"
    assert outcome.after == git(world.template, "describe", "--always").strip()


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
    assert caught.value.mend == "modelyard update --data name=…"
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
    assert any("no_question" in notice.reason for notice in outcome.notices)
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


def test_a_relative_source_works_from_anywhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    repo = world.repo(source="template")
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace("_src_path: template", "_src_path: ../template"))
    commit(repo)
    monkeypatch.chdir("/")
    assert update(repo).status == "clean"
    assert "_src_path: ../template\n" in place.read_text()


def test_a_template_that_moved(world: World) -> None:
    repo = world.repo()
    world.template.rename(world.folder / "elsewhere")
    with pytest.raises(Unreachable, match="cannot be reached"):
        update(repo)
    outcome = update(repo, wish=Wish(template=str(world.folder / "elsewhere")))
    assert outcome.status == "clean"
    assert f"_src_path: {world.folder}/elsewhere\n" in (repo / ".copier-answers.yml").read_text()


def test_a_version_that_is_gone(world: World) -> None:
    repo = world.repo()
    git(world.template, "tag", "--delete", "v1")
    with pytest.raises(Unreachable, match="no version 'v1'; its newest are: v2"):
        update(repo)
    with pytest.raises(Unreachable, match="no version '--upload-pack=x'"):
        update(world.repo("v2", name="other"), to="--upload-pack=x")


def test_a_version_that_does_not_render(world: World) -> None:
    world.release("v3", {"f.txt.jinja": "{% if %}\n"})
    repo = world.repo("v2")
    with pytest.raises(BadTemplate, match=r"v3 does not render: .*f\.txt\.jinja, line 1"):
        update(repo)
    place = repo / ".copier-answers.yml"
    place.write_text(place.read_text().replace("_commit: v2", "_commit: v3"))
    commit(repo)
    with pytest.raises(BadTemplate, match="this repo is on does not render any more"):
        update(repo, to="v2")


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("_tasks: ['touch owned']\n", "tasks"),
        ("_migrations: [{version: v3, before: ['touch owned']}]\n", "migrations"),
        ("_jinja_extensions: [jinja2.ext.do]\n", "extensions"),
    ],
)
def test_a_template_that_runs_code_is_refused(world: World, setting: str, named: str) -> None:
    repo = world.repo()
    world.release("v3", {}, CONFIG + setting)
    with pytest.raises(Refused, match=named):
        update(repo)
    assert not (repo / "owned").exists()


def test_hostile_addresses_run_nothing(world: World) -> None:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    for source in (f"ext::touch {repo}/owned", f"--upload-pack=touch {repo}/owned"):
        place.write_text(f"_commit: v1\n_src_path: '{source}'\nname: World\n")
        commit(repo)
        with pytest.raises(Unreachable):
            update(repo)
    assert not (repo / "owned").exists()


def test_a_password_in_an_address_is_not_shown(world: World) -> None:
    repo = world.repo()
    place = repo / ".copier-answers.yml"
    place.write_text("_commit: v1\n_src_path: http://me:sesame@127.0.0.1:9/t.git\nname: World\n")
    commit(repo)
    with pytest.raises(Unreachable) as caught:
        update(repo)
    assert "sesame" not in caught.value.message + caught.value.mend


def test_places_that_are_no_repo(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="not in a git repository"):
        update(tmp_path)
    with pytest.raises(NotReady, match="not a folder"):
        update(tmp_path / "none")
    git(tmp_path, "init", "--quiet")
    with pytest.raises(NotReady, match="no commit yet"):
        update(tmp_path)
    write(tmp_path, {"a.txt": "a\n"})
    commit(tmp_path)
    with pytest.raises(NotReady, match="not made from a template"):
        update(tmp_path)


def test_yours_is_rendered_once_and_follows_its_owner(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "_skip_if_exists: ['mine*']\n"
    mine = {f"mine{i}.txt": lines(9, f"m{i}") for i in range(1, 6)}
    world.release("v1", mine, config)
    changed = {f"mine{i}.txt": lines(9, f"m{i}", l1="new") for i in (1, 2, 3)}
    world.release("v2", {**changed, "mine4.txt": None, "mine6.txt": "6\n"}, config)
    repo = world.repo()
    git(repo, "mv", "mine2.txt", "moved.txt")
    write(repo, {"mine1.txt": lines(9, "edited"), "mine3.txt": None, "mine4.txt": "kept\n"})
    commit(repo)
    outcome = update(repo)
    assert outcome.status == "clean"
    assert (repo / "mine1.txt").read_text() == lines(9, "edited")
    assert (repo / "moved.txt").read_text() == lines(9, "m2")
    assert not (repo / "mine2.txt").exists() and not (repo / "mine3.txt").exists()
    assert (repo / "mine4.txt").read_text() == "kept\n"
    assert (repo / "mine6.txt").read_text() == "6\n"


def test_yours_moves_along_when_an_answer_moves_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = CONFIG + "_skip_if_exists: ['src/*/model.py']\n"
    code = {"src/{{ name }}/model.py": lines(9), "src/{{ name }}/standard.py": lines(9, "s")}
    world.release("v1", code, config)
    repo = world.repo()
    write(repo, {"src/World/model.py": lines(9, l2="my model")})
    commit(repo)
    outcome = update(repo, data={"name": "ada"})
    assert outcome.status == "clean"
    assert (repo / "src/ada/model.py").read_text() == lines(9, l2="my model")
    assert not (repo / "src/World").exists()


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


def test_a_trusted_template_runs_and_the_ledger_still_checks(world: World) -> None:
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v3", {"a.txt": lines(20, l3="THREE", l5="FIVE")}, tasks)
    repo = world.repo("v2")
    write(repo, {"a.txt": lines(20, l3="THREE", l15="mine")})
    commit(repo)
    outcome = update(repo, wish=Wish(trust=True))
    assert outcome.status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l5="FIVE", l15="mine")
    assert (repo / "made.txt").read_text() == "made\n"


def test_a_trusted_template_may_not_lose_work(world: World) -> None:
    world.release("v3", {}, CONFIG + "_migrations: ['rm a.txt']\n")
    repo = world.repo("v2")
    write(repo, {"a.txt": lines(20, l3="THREE", l15="mine")})
    commit(repo)
    before = state(repo)
    with pytest.raises(Imbalance, match=r"a\.txt"):
        update(repo, wish=Wish(trust=True))
    assert state(repo) == before


def test_trusted_code_that_fails_leaves_the_repo_alone(world: World) -> None:
    world.release("v3", {}, CONFIG + "_tasks: ['touch half; exit 3']\n")
    repo = world.repo("v2")
    before = state(repo)
    with pytest.raises(BadTemplate, match="exit"):
        update(repo, wish=Wish(trust=True))
    assert state(repo) == before


def test_an_answer_of_another_type_is_named(world: World) -> None:
    world.release("v3", {}, CONFIG + "budget: {type: int, default: 3}\n")
    with pytest.raises(BadAnswer, match="'budget': invalid literal for int"):
        update(world.repo("v2"), data={"budget": "none"})


def test_a_copied_repo_is_clean_to_us_as_to_git(world: World) -> None:
    repo = world.repo()
    copy = world.folder / "copy"
    shutil.copytree(repo, copy, symlinks=True)
    for place in copy.rglob("*.txt"):
        os.utime(place, (1, 1))
    assert update(copy).status == "clean"


def test_two_clean_edits_that_break_a_file_are_a_conflict(tmp_path: Path) -> None:
    world = World(tmp_path)
    table = "[tool]\n" + lines(20, "# comment")
    world.release("v1", {"a.toml": table})
    world.release("v2", {"a.toml": table.replace("# comment 3\n", "level = 1\n# comment 3\n")})
    repo = world.repo()
    write(repo, {"a.toml": table.replace("# comment 17\n", "# comment 17\nlevel = 2\n")})
    commit(repo)
    outcome = update(repo)
    assert [(c.path, "cannot be read" in c.reason) for c in outcome.conflicts] == [("a.toml", True)]
    assert git(repo, "status", "--porcelain", "a.toml") == "UU a.toml\n"
