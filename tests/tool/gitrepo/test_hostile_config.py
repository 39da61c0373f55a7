"""A repository whose own configuration names programs, as one from an archive may."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.check.check import check
from modelyard.errors import ModelyardError, NotReady
from modelyard.update import update
from tests.repos import git
from tests.tool.hostile import Canary, lazy
from tests.tool.worlds import World, commit, lines, write

Attack = Callable[[Path, Canary], None]


def _set(*pairs: str) -> Attack:
    """Return an attack that sets each name to the program; `name=value` to a value."""

    def attack(repo: Path, canary: Canary) -> None:
        for pair in pairs:
            name, _, value = pair.partition("=")
            git(repo, "config", "--local", name, value or str(canary.program))

    return attack


def _attributes(repo: Path, text: str) -> None:
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "attributes").write_text(text)


def _filters(repo: Path, canary: Canary) -> None:
    _set("filter.evil.clean", "filter.evil.smudge", "filter.evil.process")(repo, canary)
    _set("filter.Evil.Two.clean", "filter.evil.required=true")(repo, canary)
    _attributes(repo, "* filter=evil\nb.txt filter=Evil.Two\n")


def _included_filters(repo: Path, canary: Canary) -> None:
    (repo / ".git" / "more").write_text(f'[filter "evil"]\n\tclean = {canary.program}\n')
    git(repo, "config", "--local", "include.path", "more")
    _attributes(repo, "* filter=evil\n")


def _worktree_config(repo: Path, canary: Canary) -> None:
    git(repo, "config", "extensions.worktreeConfig", "true")
    git(repo, "config", "--worktree", "core.fsmonitor", str(canary.program))
    git(repo, "config", "--worktree", "filter.evil.clean", str(canary.program))
    _attributes(repo, "* filter=evil\n")


def _hooks_folder(repo: Path, canary: Canary) -> None:
    canary.hooks(repo / ".git" / "hooks")


def _hooks_path(repo: Path, canary: Canary) -> None:
    hooks = canary.hooks(repo / ".git" / "other")
    git(repo, "config", "core.hooksPath", str(hooks))


def _signatures(repo: Path, canary: Canary) -> None:
    raw = git(repo, "cat-file", "commit", "HEAD")
    head, _, rest = raw.partition("\n\n")
    sig = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    (repo / ".git" / "raw").write_text(f"{head}\n{sig}\n\n{rest}")
    made = git(repo, "hash-object", "-t", "commit", "-w", ".git/raw").strip()
    git(repo, "update-ref", "HEAD", made)
    _set("log.showSignature=true", "gpg.program", "gpg.ssh.program")(repo, canary)


def _diffs(repo: Path, canary: Canary) -> None:
    _attributes(repo, "* diff=evil merge=evil\n")
    _set("diff.external", "diff.evil.textconv", "diff.evil.command", "merge.evil.driver")(
        repo, canary
    )


def _objects_elsewhere(repo: Path, canary: Canary) -> None:
    _filters(repo, canary)
    (repo / ".git" / "objects").rename(repo.parent / "objects")
    (repo / ".git" / "objects").symlink_to(repo.parent / "objects")


def _submodule(repo: Path, canary: Canary) -> None:
    inner = repo / "sub"
    git(inner, "init", "--quiet")
    write(inner, {"x.txt": "x\n"})
    commit(inner)
    commit(repo, "A repository in it")
    git(inner, "config", "core.fsmonitor", str(canary.program))
    git(inner, "config", "filter.evil.clean", str(canary.program))
    _attributes(inner, "* filter=evil\n")
    os.utime(inner / "x.txt", (1, 1))


ATTACKS: dict[str, Attack] = {
    "fsmonitor": _set("core.fsmonitor"),
    "hooks": _hooks_folder,
    "hooksPath": _hooks_path,
    "filters": _filters,
    "included filters": _included_filters,
    "worktree config": _worktree_config,
    "filters beside objects elsewhere": _objects_elsewhere,
    "signatures": _signatures,
    "diffs and merges": _diffs,
    "submodule": _submodule,
    "reaching": _set("core.sshCommand", "core.gitProxy", "credential.helper", "core.askPass"),
    "terminal": _set("core.pager", "core.editor", "sequence.editor", "pager.log", "pager.status"),
    "packing": _set("uploadpack.packObjectsHook", "core.alternateRefsCommand"),
    "aliases": _set(*(f"alias.{name}" for name in ("status", "log", "rev-parse", "read-tree"))),
    "signing": _set("commit.gpgSign=true", "gpg.program", "tag.gpgSign=true"),
    "configured hooks": _set("hook.evil.command", "hook.evil.event=post-index-change"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two releases, and a repo of the first one."""
    world = World(tmp_path_factory.mktemp("world"))
    world.release("v1", {"a.txt": lines(20), "b.txt": "b\n", ".gitattributes": "*.x text\n"})
    world.release("v2", {"a.txt": lines(20, l3="THREE"), "c.txt": "c\n"})
    world.repo()
    return world


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    """A program that must not run."""
    return Canary(tmp_path)


@pytest.fixture
def repo(made: World, tmp_path: Path) -> Path:
    """A copy of the repo, in which git has to look at the files again."""
    shutil.copytree(made.folder / "repo", tmp_path / "repo", symlinks=True)
    for name in ("a.txt", "b.txt"):
        os.utime(tmp_path / "repo" / name, (1, 1))
    return tmp_path / "repo"


@pytest.mark.parametrize("name", ATTACKS)
def test_no_verb_runs_what_a_repository_names(name: str, repo: Path, canary: Canary) -> None:
    ATTACKS[name](repo, canary)
    # Preparing it may have run it.
    canary.forget()
    check(repo)
    update(repo, dry_run=True)
    assert canary.ran == "", "what only looks has run it"
    update(repo, branch="update")
    assert canary.ran == "", "a branch has run it"
    try:
        update(repo)
    except NotReady as error:
        assert "filter" in error.message
        assert (repo / "a.txt").read_text() == lines(20)
    else:
        assert "THREE" in (repo / "a.txt").read_text()
    assert canary.ran == ""


@pytest.mark.parametrize(
    "name", ["fsmonitor", "hooks", "filters", "signatures", "included filters"]
)
def test_an_adoption_runs_nothing_either(name: str, made: World, tmp_path: Path) -> None:
    repo, canary = tmp_path / "repo", Canary(tmp_path)
    git(repo, "init", "--quiet", "--initial-branch", "main")
    write(repo, {"mine.txt": "mine\n"})
    commit(repo)
    ATTACKS[name](repo, canary)
    os.utime(repo / "mine.txt", (1, 1))
    canary.forget()
    adopt(repo, str(made.template), dry_run=True)
    assert adopt(repo, str(made.template)).commit
    assert canary.ran == ""


def test_a_program_is_not_looked_for_in_a_relative_folder_of_the_path(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tool.hostile import surroundings

    canary = Canary(tmp_path)
    for name in ("git", "sh", "rm", "bin/git", "bin/sh"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).symlink_to(canary.program)
    commit(repo, "Programs")
    monkeypatch.chdir(repo)
    with surroundings(monkeypatch, PATH=f".:bin::{os.environ['PATH']}"):
        check(repo)
        assert update(repo).status == "clean"
    assert canary.ran == ""


def test_a_filter_of_the_person_goes_on_and_a_repos_own_in_its_place_does_not(
    repo: Path, canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tool.hostile import surroundings

    settings = tmp_path / "gitconfig"
    settings.write_text('[filter "mine"]\n\tclean = tr a-z A-Z\n\tsmudge = tr A-Z a-z\n')
    _attributes(repo, "c.txt filter=mine\n")
    git(repo, "config", "filter.mine.smudge", str(canary.program))
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings)):
        assert update(repo).status == "clean"
    assert canary.ran == ""
    assert (repo / "c.txt").read_text() == "c\n"


def test_a_file_that_a_repos_own_filter_would_write_is_named_and_not_written(
    repo: Path, canary: Canary
) -> None:
    git(repo, "config", "filter.crypt.smudge", str(canary.program))
    _attributes(repo, "c.txt filter=crypt\n")
    before = (repo / "a.txt").read_bytes()
    with pytest.raises(NotReady, match=r"c\.txt has the filter crypt") as caught:
        update(repo)
    assert "--branch" in caught.value.hint
    assert (repo / "a.txt").read_bytes() == before and not (repo / "c.txt").exists()


def test_a_work_tree_elsewhere_is_refused_by_the_name_of_the_setting(
    repo: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "home"
    victim.mkdir()
    git(repo, "config", "core.worktree", str(victim))
    for verb in (check, update):
        with pytest.raises(NotReady, match=r"core\.worktree"):
            verb(repo)
    assert list(victim.iterdir()) == []


def test_a_missing_object_is_fetched_by_nobody(repo: Path, canary: Canary) -> None:
    oid = git(repo, "rev-parse", "HEAD:.copier-answers.yml").strip()
    for name, value in lazy(canary).items():
        git(repo, "config", name, value)
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    for verb in (check, update):
        with pytest.raises(ModelyardError, match="lacks this object") as caught:
            verb(repo)
        assert "partial clone" in caught.value.hint
    assert canary.ran == ""


def test_a_link_in_place_of_the_lock_or_the_journal_is_not_written_through(
    repo: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    (repo / ".git" / "modelyard-journal.partial").symlink_to(precious)
    assert update(repo).status == "clean"
    assert precious.read_text() == "precious\n"
    (repo / ".git" / "modelyard.lock").unlink()
    (repo / ".git" / "modelyard.lock").symlink_to(precious)
    with pytest.raises(NotReady, match=r"modelyard\.lock"):
        update(repo)
    assert precious.read_text() == "precious\n"


def test_a_journal_that_leads_elsewhere_deletes_nothing(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    head = git(repo, "rev-parse", "HEAD").strip()
    (repo / ".git" / "modelyard-journal.json").write_text(
        f'{{"head": "{head}", "before": {{"../empty": ""}}, "after": {{"../empty": "{head}"}}}}'
    )
    with pytest.raises(NotReady, match="was not written by modelyard"):
        update(repo)
    assert (tmp_path / "empty").exists()
