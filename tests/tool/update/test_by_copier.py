"""Templates that run code: refused, or run by Copier and judged by the ledger."""

import pytest

from modelyard.errors import BadTemplate, Refused
from modelyard.ledger.loss import LossFound
from modelyard.update import UpdateOptions, update
from tests.tool.worlds import CONFIG, World, commit, lines, state, write


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("_tasks: ['touch owned']\n", "tasks"),
        ("_migrations: [{version: v3, before: ['touch owned']}]\n", "migrations"),
        ("_jinja_extensions: [os.path]\n", "extensions"),
    ],
)
def test_a_template_that_runs_code_is_refused(world: World, setting: str, named: str) -> None:
    repo = world.repo()
    world.release("v3", {}, CONFIG + setting)
    with pytest.raises(Refused, match=named):
        update(repo)
    assert not (repo / "owned").exists()


def test_a_trusted_template_runs_and_the_ledger_still_checks(world: World) -> None:
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    world.release("v3", {"a.txt": lines(20, l3="THREE", l5="FIVE")}, tasks)
    repo = world.repo("v2")
    write(repo, {"a.txt": lines(20, l3="THREE", l15="mine")})
    commit(repo)
    outcome = update(repo, options=UpdateOptions(trust=True))
    assert outcome.status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE", l5="FIVE", l15="mine")
    assert (repo / "made.txt").read_text() == "made\n"


def test_a_trusted_template_may_not_lose_work(world: World) -> None:
    world.release("v3", {}, CONFIG + "_migrations: ['rm a.txt']\n")
    repo = world.repo("v2")
    write(repo, {"a.txt": lines(20, l3="THREE", l15="mine")})
    commit(repo)
    before = state(repo)
    with pytest.raises(LossFound, match=r"a\.txt"):
        update(repo, options=UpdateOptions(trust=True))
    assert state(repo) == before


def test_trusted_code_that_fails_leaves_the_repo_alone(world: World) -> None:
    world.release("v3", {}, CONFIG + "_tasks: ['touch half; exit 3']\n")
    repo = world.repo("v2")
    before = state(repo)
    with pytest.raises(BadTemplate, match="exit"):
        update(repo, options=UpdateOptions(trust=True))
    assert state(repo) == before


def test_whose_a_line_is_does_not_hang_on_its_words(world: World) -> None:
    world.release("v2.1", {"a.txt": f"{lines(20, l3='THREE')}write to your team\n"})
    world.release("v3", {}, CONFIG + "_migrations: [\"sed -i '/your team/d' a.txt\"]\n")
    repo = world.repo("v2.1")
    outcome = update(repo, options=UpdateOptions(trust=True))
    assert outcome.status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE")


def test_a_mode_that_a_release_changes_arrives_by_copier_too(world: World) -> None:
    world.release("v3", {"run.sh": "run\n", "a.txt": "a\n"})
    tasks = CONFIG + "_tasks: ['echo made > made.txt']\n"
    (world.template / "template" / "run.sh").chmod(0o755)
    repo = world.repo("v3")
    world.release("v4", {"a.txt": "b\n"}, tasks)
    assert update(repo, options=UpdateOptions(trust=True)).status == "clean"
    assert (repo / "run.sh").stat().st_mode & 0o100


def test_copier_starts_no_git_process_for_each_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copier._main import Worker

    asked: list[object] = []
    name = "_sync_git_index_executable_bit"
    monkeypatch.setattr(Worker, name, lambda self, *words: asked.append(words))
    kept = getattr(Worker, name)
    repo = world.repo("v2")
    asked.clear()
    world.release("v3", {"a.txt": "b\n"}, CONFIG + "_tasks: ['echo made > made.txt']\n")
    update(repo, options=UpdateOptions(trust=True))
    assert not asked and getattr(Worker, name) is kept
