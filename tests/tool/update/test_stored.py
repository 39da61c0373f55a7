"""A file that git stores in another form than it stands on disk is no edit of anybody's."""

import shutil
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.check.check import check
from modelyard.errors import NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import surroundings
from tests.tool.worlds import Files, World, commit, lines, without_commit, write

IDENT = "one\n$Id: expanded by somebody $\n"


def crlf(text: str) -> str:
    """Return a text with the line ends of Windows."""
    return text.replace("\n", "\r\n")


def released(folder: Path, rules: str, first: Files, second: Files) -> World:
    """Return two releases that ship the same rules."""
    world = World(folder)
    world.release("v1", {**first, ".gitattributes": rules})
    world.release("v2", second)
    return world


def configured(folder: Path, text: str) -> str:
    """Return a file of settings."""
    place = folder / "gitconfig"
    place.write_text(text)
    return str(place)


def fresh(world: World) -> dict[str, str]:
    """Return what git stores of a new repo of the second release, by path."""
    return tree(world.repo("v2", "fresh"))


def tree(repo: Path) -> dict[str, str]:
    """Return the modes and ids of all that is committed or about to be."""
    git(repo, "add", "--all")
    entries = (line.split("\t") for line in git(repo, "ls-files", "--stage").splitlines())
    return {path: about for about, path in entries}


def assert_is_as_new(world: World, repo: Path) -> None:
    """Update a repo, and hold it against a new one: what is committed, and what stands there."""
    result = update(repo)
    assert result.status == "clean", result
    assert git(repo, "diff", "--name-only") == "", "git would store something else"
    record = repo / ".copier-answers.yml"
    record.write_bytes(without_commit(record.read_bytes()))
    new = fresh(world)
    assert tree(repo) == new
    for path in new:
        # A checkout of the new one has what a checkout gives, and not what Copier wrote.
        (world.folder / "fresh" / path).unlink()
    git(world.folder / "fresh", "checkout", "--quiet", "--", ".")
    for path in new:
        assert (repo / path).read_bytes() == (world.folder / "fresh" / path).read_bytes(), path


def test_a_rule_that_came_after_a_file_does_not_make_it_a_large_one(world: World) -> None:
    repo = world.repo()
    write(repo, {".gitattributes": "a.txt filter=lfs\n"})
    commit(repo)
    result = update(repo, to="v2")
    assert result.status == "clean"
    assert (repo / "a.txt").read_text() == lines(20, l3="THREE")


@pytest.mark.parametrize(
    ("rules", "content"),
    [
        ("* text=auto\n", crlf(lines(20))),
        ("*.txt text\n", crlf(lines(20))),
        ("*.txt text eol=crlf\n", crlf(lines(20))),
        ("*.txt eol=crlf\n", lines(20)),
        ("*.txt text\n", crlf(lines(10)) + lines(10)),
        ("*.txt -text\n", crlf(lines(10)) + lines(10)),
        ("*.txt crlf\n", crlf(lines(20))),
        ("*.txt ident\n", IDENT + lines(20)),
        ("*.txt working-tree-encoding=UTF-16LE\n", (lines(20) + "ü\n").encode("utf-16-le")),
        ("[attr]doc text eol=crlf\n*.txt doc\n", crlf(lines(20))),
    ],
)
def test_an_untouched_repo_becomes_what_a_new_one_is(
    rules: str, content: str | bytes, tmp_path: Path
) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    world = released(
        tmp_path,
        rules,
        {"a.txt": data, "same.txt": data, "dir/a.txt": data},
        {"a.txt": data * 2, "dir/a.txt": data * 2, "added.txt": data},
    )
    repo = world.repo()
    assert check(repo).drifts == ()
    assert_is_as_new(world, repo)


def test_an_edit_beside_the_templates_is_merged_in_the_form_of_the_repo(tmp_path: Path) -> None:
    old, new = crlf(lines(20)), crlf(lines(20, l3="THREE"))
    world = released(tmp_path, "*.txt text\n", {"a.txt": old}, {"a.txt": new})
    repo = world.repo()
    write(repo, {"a.txt": crlf(lines(20, l18="MINE"))})
    commit(repo)
    assert update(repo).status == "clean"
    assert git(repo, "cat-file", "blob", ":a.txt") == lines(20, l3="THREE", l18="MINE")
    assert git(repo, "diff", "--name-only") == ""


def test_a_release_that_says_how_files_are_stored_is_followed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": crlf(lines(20))})
    world.release("v2", {"a.txt": crlf(lines(30)), ".gitattributes": "*.txt text\n"})
    repo = world.repo()
    assert_is_as_new(world, repo)


def test_a_line_end_setting_of_the_machine_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": crlf(lines(9)), ".gitattributes": "b* text\n"})
    world.release("v2", {"a.txt": crlf(lines(12)), "new.txt": crlf(lines(3))})
    repo = world.repo()
    settings = configured(
        tmp_path,
        "[core]\n\tautocrlf = input\n\tsafecrlf = true\n\teol = crlf\n"
        "[user]\n\tname = Test\n\temail = test@example.com\n",
    )
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=settings):
        assert update(repo, branch="new").status == "clean"
    for path, content in (("a.txt", crlf(lines(12))), ("new.txt", crlf(lines(3)))):
        assert git(repo, "cat-file", "-s", f"new:{path}") == f"{len(content)}\n"


@pytest.fixture
def filtered(tmp_path: Path) -> World:
    """Two releases with a file behind a filter that stores it in capitals."""
    return released(
        tmp_path,
        "*.up filter=up\n",
        {"a.up": lines(20), "a.txt": lines(20)},
        {"a.up": lines(20, l3="three"), "a.txt": lines(20, l3="three"), "new.up": "new\n"},
    )


UP = '[filter "up"]\n\tclean = tr a-z A-Z\n\tsmudge = tr A-Z a-z\n\trequired\n'


def test_a_filter_of_the_person_stores_what_the_template_brings(
    filtered: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = configured(tmp_path, UP)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", place)
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=place):
        repo = filtered.repo()
        assert git(repo, "cat-file", "blob", "HEAD:a.up") == lines(20).upper()
        assert check(repo).drifts == ()
        assert_is_as_new(filtered, repo)
        assert git(repo, "cat-file", "blob", ":new.up") == "NEW\n"


def test_a_filter_that_fails_is_named_and_nothing_is_written(
    filtered: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=configured(tmp_path, UP)):
        repo = filtered.repo()
    broken = configured(tmp_path, UP.replace("tr a-z A-Z", "false"))
    with (
        surroundings(monkeypatch, GIT_CONFIG_GLOBAL=broken),
        pytest.raises(NotReady, match="filter") as caught,
    ):
        update(repo, branch="new")
    assert "git config" in caught.value.hint
    assert git(repo, "branch", "--list", "new") == ""


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
LFS = (
    '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n'
    "\tprocess = git-lfs filter-process\n\trequired\n"
)


@pytest.fixture
def large(tmp_path: Path) -> World:
    """Two releases of a file that git-lfs keeps."""
    return released(
        tmp_path,
        "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        {"a.bin": b"\0one" * 99, "b.txt": "b\n"},
        {"a.bin": b"\0two" * 99, "new.bin": b"\0new" * 9, "b.txt": "c\n"},
    )


def as_pointers(repo: Path) -> Path:
    """Commit pointers in the place of large files, as a colleague with git-lfs does."""
    from hashlib import sha256

    for path in repo.glob("*.bin"):
        data = path.read_bytes()
        path.write_text(POINTER.format(sha256(data).hexdigest(), len(data)))
    commit(repo)
    return repo


def test_without_git_lfs_a_new_large_file_is_refused_by_name_and_all_is_as_it_was(
    large: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = as_pointers(large.repo())
    assert check(repo).drifts == ()
    assert update(repo, dry_run=True).conflicts == ()
    # Programs but no git-lfs.
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "sh", "rm"):
        (programs / name).symlink_to(str(shutil.which(name)))
    with surroundings(monkeypatch, PATH=str(programs)):
        for options in ({}, {"branch": "new"}):
            with pytest.raises(NotReady, match=r"a\.bin is kept by git-lfs") as caught:
                update(repo, **options)  # type: ignore[arg-type]  # one option at most
            assert "git lfs install" in caught.value.hint
    assert git(repo, "status", "--porcelain") == "" == git(repo, "branch", "--list", "new")
    assert (repo / "b.txt").read_text() == "b\n"


def test_a_large_file_that_no_release_changes_needs_no_git_lfs(tmp_path: Path) -> None:
    rules = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
    world = released(tmp_path, rules, {"a.bin": b"\0" * 9, "b": "b\n"}, {"b": "c\n"})
    repo = as_pointers(world.repo())
    before = git(repo, "rev-parse", "HEAD:a.bin")
    assert update(repo).status == "clean"
    assert git(repo, "rev-parse", ":a.bin") == before


def test_a_large_file_that_both_changed_is_one_conflict_of_pointers(large: World) -> None:
    repo = large.repo()
    write(repo, {"a.bin": b"\0mine"})
    as_pointers(repo)
    result = update(repo, dry_run=True)
    assert [(one.path, one.reason.name) for one in result.conflicts] == [("a.bin", "NOT_MERGED")]


@pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not installed here")
def test_with_git_lfs_an_untouched_repo_gets_the_large_file_of_the_release(
    large: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = configured(tmp_path, LFS)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", place)
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=place):
        repo = large.repo()
        assert git(repo, "cat-file", "blob", "HEAD:a.bin").startswith("version https://git-lfs")
        assert_is_as_new(large, repo)
        assert (repo / "a.bin").read_bytes() == b"\0two" * 99
        git(repo, "lfs", "fsck")


def test_an_adoption_stores_what_it_adds_as_the_repo_says(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": crlf(lines(9)), "same.txt": crlf(lines(5))})
    mine = tmp_path / "mine"
    git(mine, "init", "--quiet", "--initial-branch", "main")
    write(mine, {".gitattributes": "*.txt text\n", "same.txt": lines(5)})
    commit(mine)
    result = adopt(mine, str(world.template))
    assert result.plan.differs == ()
    size = git(mine, "cat-file", "-s", f"{result.commit}:a.txt")
    assert size == f"{len(lines(9))}\n"
