"""All projects and templates of one repo: merged one after another, written once, or not at all."""

from pathlib import Path

import pytest

from modelyard.errors import NotReady, Unreachable, Usage
from modelyard.gitrepo.scratch import Scratch
from modelyard.template.records import NoAnswers, SeveralAnswers
from modelyard.update.one_repo import update
from modelyard.update.options import UpdateOptions
from modelyard.update.several import update_all
from tests.repos import git
from tests.tool.update.layered import FIRST, SECOND, further
from tests.tool.worlds import CONFIG, World, commit, lines, state, write


@pytest.fixture
def worlds(tmp_path: Path) -> tuple[World, World]:
    """Two templates of two releases, of which both ship a README and a file of their own."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    a, b = World(tmp_path / "a"), World(tmp_path / "b")
    a.release("v1", {"a.txt": "a\n", "README.md": lines(20)})
    a.release("v2", {"a.txt": "A\n", "README.md": lines(20, l3="of a")})
    b.release("v1", {"b.txt": "b\n", "README.md": lines(20)})
    b.release("v2", {"b.txt": "B\n", "README.md": lines(20, l17="of b")})
    return a, b


@pytest.fixture
def layered(worlds: tuple[World, World]) -> Path:
    """A repo with both templates at its top."""
    repo = worlds[0].repo()
    further(repo, worlds[1])
    return repo


@pytest.fixture
def folders(worlds: tuple[World, World]) -> Path:
    """A repo with a project of each template in a folder, and nothing at its top."""
    repo = worlds[0].folder / "mono"
    git(repo, "init", "--quiet", "--initial-branch", "main")
    write(repo, {"README.md": "Services\n"})
    commit(repo)
    further(repo, worlds[0], FIRST, folder="services/shop")
    further(repo, worlds[1], FIRST, folder="services/api")
    return repo


def test_several_templates_at_the_top_need_a_choice(layered: Path) -> None:
    with pytest.raises(SeveralAnswers, match=r"\.copier-answers\.yml, \.copier-answers\.ci\.yml"):
        update(layered)
    assert update(layered, options=UpdateOptions(answers_file=SECOND)).after == "v2"


def test_projects_in_folders_alone_are_named(folders: Path) -> None:
    with pytest.raises(NoAnswers, match="projects in folders: services/api, services/shop") as e:
        update(folders)
    assert "--all" in e.value.hint and "services/api" in e.value.hint
    assert update(folders / "services" / "shop").after == "v2"


def test_another_file_that_is_called_answers_is_none(worlds: tuple[World, World]) -> None:
    repo = worlds[0].repo()
    write(repo, {"answers.yml": "q1: yes\n", "data/survey-answers.yml": "_src: x\n"})
    commit(repo)
    done = update(repo)
    assert done.status == "clean" and done.others == ()


def test_data_in_folders_that_is_called_answers_is_not_read(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = worlds[0].repo()
    big = "_src_path: data\n" + "x\n" * 1000
    write(repo, {f"data/{n}/answers.yml": big + f"{n}\n" for n in range(3)})
    commit(repo)
    read: list[bytes] = []
    real = Scratch.read

    def watched(scratch: Scratch, oid: str) -> bytes:
        read.append(real(scratch, oid))
        return read[-1]

    monkeypatch.setattr(Scratch, "read", watched)
    assert [one.folder for one in update_all(repo).projects] == [""]
    assert not any(content.startswith(big.encode()) for content in read)


def test_all_templates_at_the_top_are_merged_on_top_of_each_other(layered: Path) -> None:
    before = state(layered)
    done = update_all(layered)
    assert [(p.answers_file, p.update.status, p.update.after) for p in done.projects] == [
        (FIRST, "clean", "v2"),
        (SECOND, "clean", "v2"),
    ]
    assert (layered / "README.md").read_text() == lines(20, l3="of a", l17="of b")
    assert "_commit: v2" in (layered / FIRST).read_text()
    assert "_commit: v2" in (layered / SECOND).read_text()
    git(layered, "reset", "--quiet", "--hard")
    assert state(layered) == before
    update_all(layered)
    commit(layered)
    assert update_all(layered).status == "unchanged"


def test_all_projects_in_folders_are_written_at_once(folders: Path) -> None:
    done = update_all(folders)
    assert [one.folder for one in done.projects] == ["services/api/", "services/shop/"]
    assert done.status == "clean"
    assert (folders / "services/api/b.txt").read_text() == "B\n"
    assert (folders / "services/shop/a.txt").read_text() == "A\n"
    assert (folders / "README.md").read_text() == "Services\n"


def test_one_branch_has_all_of_it_in_one_commit(folders: Path) -> None:
    done = update_all(folders, branch="up")
    assert (
        done.commit and git(folders, "log", "--format=%s", "main..up") == "Update to template v2\n"
    )
    changed = git(folders, "diff", "--name-only", "main", "up").split()
    assert {"services/api/b.txt", "services/shop/a.txt"} < set(changed)
    assert not git(folders, "status", "--porcelain")


def test_a_conflict_of_one_project_keeps_no_other_from_its_update(folders: Path) -> None:
    write(folders, {"services/api/b.txt": "mine\n"})
    commit(folders)
    done = update_all(folders)
    assert done.status == "conflict" and [c.path for c in done.conflicts] == ["b.txt"]
    assert git(folders, "diff", "--name-only", "--diff-filter=U") == "services/api/b.txt\n"
    assert (folders / "services/shop/a.txt").read_text() == "A\n"


def test_nothing_is_merged_into_conflict_markers(layered: Path) -> None:
    write(layered, {"README.md": lines(20, l3="mine")})
    commit(layered)
    done = update_all(layered)
    assert [(p.update.status, p.waits_for) for p in done.projects] == [
        ("conflict", ()),
        ("waits", ("README.md",)),
    ]
    # What waits is as it was, as a whole: its record too.
    assert "_commit: v1" in (layered / SECOND).read_text()
    assert (layered / "b.txt").read_text() == "b\n"
    write(layered, {"README.md": lines(20, l3="both")})
    commit(layered, "Decide")
    assert update_all(layered).status == "clean"
    assert (layered / "README.md").read_text() == lines(20, l3="both", l17="of b")


def test_an_error_in_one_project_writes_nothing_of_any(
    folders: Path, worlds: tuple[World, World]
) -> None:
    before = state(folders)
    worlds[0].template.rename(worlds[0].folder / "moved")
    with pytest.raises(Unreachable, match=r"^services/shop/\.copier-answers\.yml: "):
        update_all(folders)
    assert state(folders) == before


def test_an_answer_or_a_version_is_for_one_template(folders: Path) -> None:
    for options in (UpdateOptions(to="v2"), UpdateOptions(data={"name": "x"})):
        with pytest.raises(Usage, match="of one template, and the projects are of 2"):
            update_all(folders, options=options)


def test_a_version_is_for_all_projects_of_the_same_template(
    folders: Path, worlds: tuple[World, World]
) -> None:
    git(folders, "rm", "-r", "--quiet", "services/api")
    commit(folders)
    further(folders, worlds[0], FIRST, folder="services/cart")
    worlds[0].release("v3", {"a.txt": "AAA\n"})
    done = update_all(folders, options=UpdateOptions(to="v2"))
    assert {one.update.after for one in done.projects} == {"v2"}


def test_an_answers_file_in_a_hidden_folder_is_of_the_folder_around_it(
    worlds: tuple[World, World],
) -> None:
    repo = worlds[0].folder / "hidden"
    git(repo, "init", "--quiet", "--initial-branch", "main")
    further(repo, worlds[0], ".config/copier-answers.yml")
    assert update(repo).after == "v2"
    assert (repo / "a.txt").read_text() == "A\n"


def test_answers_in_a_folder_of_a_project_elsewhere_bring_no_files_there(
    worlds: tuple[World, World],
) -> None:
    repo = worlds[0].folder / "nested"
    git(repo, "init", "--quiet", "--initial-branch", "main")
    further(repo, worlds[0], "meta/.copier-answers.yml")
    with pytest.raises(NotReady, match="nothing of what it renders is in meta/"):
        update_all(repo)
    assert update(repo, options=UpdateOptions(answers_file="meta/.copier-answers.yml")).changes
    assert not (repo / "meta/a.txt").exists()


def test_with_code_of_a_template_copier_begins_with_what_was_merged_before(
    worlds: tuple[World, World],
) -> None:
    a, b = worlds
    tasks = CONFIG + "_tasks: ['true']\n"
    b.release("v3", {"b.txt": "BBB\n"}, tasks)
    repo = a.repo()
    further(repo, b)
    done = update_all(repo, options=UpdateOptions(trust=True))
    assert done.status == "clean", done
    assert (repo / "README.md").read_text() == lines(20, l3="of a", l17="of b")
    assert (repo / "a.txt").read_text() == "A\n" and (repo / "b.txt").read_text() == "BBB\n"
