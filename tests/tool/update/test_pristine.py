"""A repo that nobody edited gets from an update what a new repo of that version gets.

What is the owner's aside: a path that is rendered once stays as it was rendered.
"""

import os
import shutil
import stat
from pathlib import Path

import pytest

from modelyard.reasons import ConflictReason
from modelyard.update import update
from modelyard.update.result import UpdateResult
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, without_commit, write

Entries = dict[str, tuple[str, bytes]]


def tracked(root: Path) -> Entries:
    """Return kind and content of each file that git would track."""
    git(root, "add", "--all")
    found = {}
    for line in git(root, "ls-files", "--stage", "-z").split("\0")[:-1]:
        about, _, path = line.partition("\t")
        place = root / path
        link = place.is_symlink()
        found[path] = (
            about.split()[0],
            os.fsencode(place.readlink()) if link else without_commit(place.read_bytes()),
        )
    return found


def fresh(world: World, tag: str) -> Entries:
    """Return what a new repo of a version has."""
    return tracked(world.repo(tag, "fresh"))


def make(world: World, tag: str, config: str = CONFIG) -> None:
    """Commit and tag what stands in the template's folder."""
    write(world.template, {"copier.yml": config})
    # What a template's own .gitignore covers is shipped all the same.
    git(world.template, "add", "--all", "--force")
    commit(world.template, tag)
    git(world.template, "tag", tag)


LINKS = "_preserve_symlinks: true\n"


class Files:
    """The files of a template between two releases."""

    def __init__(self, world: World, config: str = CONFIG) -> None:
        self.world = world
        world.release(None, {"a.txt": lines(9)}, config)
        self.root = world.template / "template"

    def put(self, path: str, content: str | bytes, runnable: bool = False) -> None:
        write(self.root, {path: content})
        (self.root / path).chmod(0o755 if runnable else 0o644)

    def link(self, path: str, target: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).symlink_to(target)

    def remove(self, *paths: str) -> None:
        for path in paths:
            place = self.root / path
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()


def updated(world: World, config: str = CONFIG) -> None:
    """Update an untouched repo to v2, and hold it against a new one."""
    make(world, "v2", config)
    repo = world.repo("v1")
    outcome = update(repo, to="v2")
    new = fresh(world, "v2")
    assert outcome.status == "clean", outcome
    assert tracked(repo) == new, outcome


@pytest.fixture
def bare(tmp_path: Path) -> World:
    """A world without releases."""
    return World(tmp_path)


def test_a_path_leaves_what_is_rendered_once(bare: World) -> None:
    files = Files(bare, CONFIG + "_skip_if_exists: [a.txt]\n")
    make(bare, "v1", CONFIG + "_skip_if_exists: [a.txt]\n")
    files.put("a.txt", lines(9, l3="THREE"))
    updated(bare)


def taken_over(world: World, **edit: str) -> UpdateResult:
    """Update a repo of v1 to v2, which changes a file of its owner, and to v3, which owns it."""
    yours = CONFIG + "_skip_if_exists: [a.txt]\n"
    files = Files(world, yours)
    make(world, "v1", yours)
    files.put("a.txt", lines(9, l3="THREE"))
    make(world, "v2", yours)
    files.put("a.txt", lines(9, l3="THREE", l7="SEVEN"))
    make(world, "v3")
    repo = world.repo("v1")
    write(repo, {"a.txt": lines(9, **edit)})
    commit(repo)
    update(repo, to="v2")
    commit(repo)
    return update(repo, to="v3")


def test_a_path_is_taken_over_that_another_release_had_changed(bare: World) -> None:
    outcome = taken_over(bare)
    # What v2 renders was never in the repo, so line 3 is nobody's edit: a person decides.
    assert [conflict.reason for conflict in outcome.conflicts] == [ConflictReason.BOTH_ADDED]


def test_a_path_is_taken_over_that_the_repo_has_as_the_last_release_did(bare: World) -> None:
    assert taken_over(bare, l3="THREE").status == "clean"
    assert (bare.folder / "repo" / "a.txt").read_text() == lines(9, l3="THREE", l7="SEVEN")


def test_a_link_becomes_a_folder(bare: World) -> None:
    files = Files(bare)
    files.put("real/x.txt", lines(5))
    files.link("data", "real")
    make(bare, "v1", CONFIG + LINKS)
    files.remove("data")
    files.put("data/README.md", "read\n")
    updated(bare, CONFIG + LINKS)


def test_a_folder_becomes_a_link(bare: World) -> None:
    files = Files(bare)
    files.put("real/x.txt", lines(5))
    files.put("data/x.txt", lines(5))
    files.put("data/deep/y.txt", lines(6))
    make(bare, "v1", CONFIG + LINKS)
    files.remove("data")
    files.link("data", "real")
    updated(bare, CONFIG + LINKS)


def test_a_link_becomes_a_file_and_a_file_a_link(bare: World) -> None:
    files = Files(bare)
    files.put("b.txt", lines(5))
    files.link("c.txt", "a.txt")
    make(bare, "v1", CONFIG + LINKS)
    files.remove("b.txt", "c.txt")
    files.put("c.txt", lines(5, "other"))
    files.link("b.txt", "a.txt")
    updated(bare, CONFIG + LINKS)


def test_a_file_becomes_a_folder_and_a_folder_a_file(bare: World) -> None:
    files = Files(bare)
    files.put("b", lines(5))
    files.put("c/x.txt", lines(6))
    make(bare, "v1")
    files.remove("b", "c")
    files.put("b/x.txt", lines(5))
    files.put("c", lines(6))
    updated(bare)


def test_a_path_leaves_what_is_excluded(bare: World) -> None:
    Files(bare, CONFIG + "_exclude: [a.txt]\n").put("b.txt", "b\n")
    make(bare, "v1", CONFIG + "_exclude: [a.txt]\n")
    updated(bare)


def test_modes_and_empty_files_change(bare: World) -> None:
    files = Files(bare)
    files.put("run.sh", lines(4), runnable=True)
    files.put("still.sh", lines(4, "other"))
    files.put("empty.txt", "")
    files.put("full.txt", "x\n")
    files.put("py.typed", "")
    make(bare, "v1")
    files.put("run.sh", lines(4))
    files.put("still.sh", lines(4, "other"), runnable=True)
    files.put("empty.txt", "x\n")
    files.put("full.txt", "")
    files.remove("py.typed")
    files.put("b/__init__.py", "")
    files.put("c/__init__.py", "")
    updated(bare)


def test_a_path_moves_into_what_is_rendered_once(bare: World) -> None:
    files = Files(bare)
    files.put("b.txt", lines(9))
    make(bare, "v1")
    files.remove("b.txt")
    files.put("own/b.txt", lines(9, l3="THREE"))
    updated(bare, CONFIG + "_skip_if_exists: ['own/*']\n")


def test_the_folder_of_the_template_and_its_suffix_change(bare: World) -> None:
    files = Files(bare)
    files.put("b.txt.jinja", "{{ name }}\n")
    make(bare, "v1")
    shutil.move(bare.template / "template", bare.template / "files")
    answers = bare.template / "files" / "{{ _copier_conf.answers_file }}.jinja"
    answers.rename(answers.with_suffix(".tmpl"))
    (bare.template / "files" / "b.txt.jinja").rename(bare.template / "files" / "b.txt.tmpl")
    updated(bare, CONFIG.replace(": template", ": files") + "_templates_suffix: .tmpl\n")


def test_a_file_takes_the_name_of_another(bare: World) -> None:
    files = Files(bare)
    files.put("b.txt", lines(9, "word"))
    make(bare, "v1")
    files.put("a.txt", lines(9, "word"))
    files.put("b.txt", lines(9))
    updated(bare)


def test_names_change_their_case(bare: World) -> None:
    files = Files(bare)
    files.put("Readme.md", lines(9, "word"))
    make(bare, "v1")
    files.remove("Readme.md")
    files.put("README.md", lines(9, "word"))
    updated(bare)


def test_a_lock_that_nothing_asks_for_is_replaced(bare: World) -> None:
    files = Files(bare)
    files.put("data.lock", lines(9, "word"))
    make(bare, "v1")
    files.put("data.lock", lines(9, "other"))
    updated(bare)


def test_line_ends_change(bare: World) -> None:
    files = Files(bare)
    files.put("b.txt", lines(9))
    files.put("c.bat", lines(9).replace("\n", "\r\n"))
    make(bare, "v1")
    files.put("b.txt", lines(9).replace("\n", "\r\n"))
    files.put("c.bat", lines(9))
    updated(bare)


def test_a_version_forgets_its_patterns_file(bare: World) -> None:
    files = Files(bare)
    files.put(".gitignore", "*.log\n")
    files.put("b.log", "shipped, and ignored\n")
    make(bare, "v1")
    files.remove(".gitignore")
    updated(bare)
    assert stat.S_ISREG((bare.folder / "repo" / "b.log").lstat().st_mode)
