"""An answers file is hostile input: what it names as the template is not believed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.check.check import check
from modelyard.errors import BadTemplate, ModelyardError, NotReady, Unreachable
from modelyard.template.source import Templates
from modelyard.update import UpdateOptions, update
from tests.repos import git
from tests.tool.hostile import Canary, bare_as_files, lazy, surroundings, without_object
from tests.tool.worlds import World, commit, write

Verb = Callable[[Path], object]

VERBS: dict[str, Verb] = {
    "check": check,
    "update --dry-run": lambda repo: update(repo, dry_run=True),
    "update": update,
    "update --branch": lambda repo: update(repo, branch="update"),
    "adopt --full": lambda repo: adopt(repo, full=True),
    "adopt --full --dry-run": lambda repo: adopt(repo, full=True, dry_run=True),
}


def source_of(repo: Path, source: str) -> None:
    """Record another address of the template, and commit."""
    place = repo / ".copier-answers.yml"
    lines = [x for x in place.read_text().splitlines() if not x.startswith("_src_path")]
    place.write_text("\n".join([*lines, f"_src_path: '{source}'", ""]))
    git(repo, "add", "--all", "--force")
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Elsewhere")


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    """A program that must not run."""
    return Canary(tmp_path)


@pytest.fixture
def trap(world: World, canary: Canary) -> Path:
    """A repo with a bare repository in its files, which would fetch what it lacks."""
    repo = world.repo()
    inner = bare_as_files(world.template, repo / "fixtures" / "t.git", lazy(canary))
    without_object(inner, git(inner, "rev-parse", "v1").strip())
    (repo / "link").symlink_to("fixtures/t.git")
    (repo.parent / "way-in").symlink_to(repo / "fixtures")
    commit(repo, "Fixtures")
    canary.forget()
    return repo


@pytest.mark.parametrize("verb", VERBS)
def test_a_bare_repository_among_the_files_of_a_repo_is_no_template(
    verb: str, trap: Path, canary: Canary
) -> None:
    source_of(trap, "fixtures/t.git")
    with pytest.raises(ModelyardError) as caught:
        VERBS[verb](trap)
    assert canary.ran == ""
    assert isinstance(caught.value, Unreachable)
    assert "is inside of the repo" in caught.value.message
    assert "--template" in caught.value.hint


@pytest.mark.parametrize(
    "source",
    [
        "./fixtures/../fixtures/t.git",
        "../repo/fixtures/t.git",
        "link",
        "../way-in/t.git",
        "{repo}/fixtures/t.git",
        "file://{repo}/fixtures/t.git",
        "git+file://{repo}/fixtures/t.git",
        "file://localhost{repo}/fixtures/t%2Egit",
        ".",
        "{repo}/.git",
        ".git/modules/t",
    ],
)
def test_no_other_way_leads_there(source: str, trap: Path, canary: Canary) -> None:
    bare_as_files(trap.parent / "template", trap / ".git" / "modules" / "t", {})
    source_of(trap, source.format(repo=trap))
    for verb in (check, update):
        with pytest.raises(Unreachable, match="is inside of the repo"):
            verb(trap)
    assert canary.ran == ""


def test_a_project_in_a_folder_is_kept_from_the_whole_repository(
    world: World, canary: Canary
) -> None:
    top = world.folder / "many"
    git(top, "init", "--quiet", "--initial-branch", "main")
    world.repo().rename(top / "one")
    (top / "one" / ".git").rename(world.folder / "gone")
    bare_as_files(world.template, top / "t.git", lazy(canary))
    commit(top)
    source_of_folder = top / "one" / ".copier-answers.yml"
    text = source_of_folder.read_text().replace(str(world.template), "../t.git")
    source_of_folder.write_text(text)
    commit(top)
    with pytest.raises(Unreachable, match="is inside of the repo"):
        check(top / "one")


def test_a_template_named_by_hand_may_not_be_inside_either(trap: Path) -> None:
    options = UpdateOptions(template=str(trap / "fixtures" / "t.git"))
    with pytest.raises(Unreachable, match="is inside of the repo"):
        update(trap, options=options, dry_run=True)


def test_a_repository_elsewhere_runs_nothing_that_its_settings_name(
    world: World, canary: Canary
) -> None:
    repo = world.repo()
    there = bare_as_files(world.template, world.folder / "there.git", lazy(canary))
    for name in ("core.fsmonitor", "core.sshCommand", "gpg.program", "filter.evil.smudge"):
        git(there, "config", name, str(canary.program))
    git(there, "config", "log.showSignature", "true")
    canary.hooks(there / "hooks")
    (there / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    git(there, "config", "diff.evil.textconv", str(canary.program))
    canary.forget()
    source_of(repo, str(there))
    assert check(repo).behind
    without_object(there, git(there, "rev-parse", "v2^{tree}").strip())
    canary.forget()
    for verb in (check, update):
        with pytest.raises(Unreachable, match=r"version v2 of .* cannot be checked out"):
            verb(repo)
    without_object(there, git(there, "rev-parse", "v1").strip())
    with pytest.raises(Unreachable, match="no version 'v1'"):
        check(repo)
    assert canary.ran == ""


def test_a_bare_repo_of_a_fleet_is_beside_nothing(world: World, tmp_path: Path) -> None:
    repo = world.repo()
    source_of(repo, "../template")
    bare = world.folder / "clones" / "repo.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(bare))
    git(tmp_path, "clone", "--quiet", str(world.template), str(world.folder / "clones/template"))
    with pytest.raises(Unreachable, match="is a relative path"):
        update(bare, dry_run=True)
    with Templates() as templates:
        templates.open("../template", repo, is_setting=True)
        assert update(bare, dry_run=True, templates=templates).after == "v2"


@pytest.mark.parametrize("source", ["ext::sh -c {program}", "fd::17", "codecommit::x://y"])
def test_an_address_that_names_a_program_is_refused(
    source: str, world: World, canary: Canary
) -> None:
    repo = world.repo()
    source_of(repo, source.format(program=canary.program))
    with pytest.raises(Unreachable, match="which nobody allowed") as caught:
        check(repo)
    assert "protocol." in caught.value.hint
    assert canary.ran == ""


def test_what_a_person_has_allowed_is_started_and_ext_never(
    world: World, canary: Canary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git-remote-mine").symlink_to(canary.program)
    settings = tmp_path / "gitconfig"
    allow = '[protocol "{0}"]\n\tallow = always\n'
    settings.write_text(allow.format("mine") + allow.format("ext"))
    path = f"{tmp_path}:{__import__('os').environ['PATH']}"
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings), PATH=path):
        for source, runs in (("mine::x", True), (f"ext::sh -c {canary.program}", False)):
            repo = world.repo(name=f"repo-{runs}")
            canary.forget()
            source_of(repo, source)
            with Templates(tmp_path / "cache") as known, pytest.raises(Unreachable):
                check(repo, templates=known)
            assert bool(canary.ran) is runs


def test_versions_that_look_like_options_are_names(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelyard.fleet.pr_body import release_notes

    monkeypatch.chdir(tmp_path)
    head = git(world.template, "rev-parse", "v1").strip()
    git(world.template, "update-ref", "refs/tags/--output=notes", head)
    before = sorted(tmp_path.iterdir())
    notes = release_notes(world.template, "--output=notes", "v2")
    assert "Release v2" in notes
    assert sorted(tmp_path.iterdir()) == before
    assert not list(world.template.glob("notes*"))


@pytest.mark.parametrize("url", ["{private}", "file://{private}", "ext::sh -c {program}"])
def test_a_template_of_a_server_gets_no_submodule_of_this_machine(
    url: str, world: World, canary: Canary, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    git(private, "init", "--quiet", "--initial-branch", "main")
    write(private, {"secret.txt": "secret\n"})
    head = commit(private)
    address = url.format(private=private, program=canary.program)
    write(world.template, {".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = {address}\n'})
    git(world.template, "update-index", "--add", "--cacheinfo", f"160000,{head},s")
    git(world.template, "add", ".gitmodules")
    git(world.template, "commit", "--quiet", "--message", "A submodule")
    git(world.template, "tag", "v3")
    with Templates(tmp_path / "cache") as known:
        from modelyard.template import mirrors

        served = mirrors.local(world.template.resolve(), "x")
        with pytest.MonkeyPatch.context() as patch:
            # As if a server had it: the folder of the mirror is what a clone would make.
            home = mirrors.Home(served.folder, "https://git.example.com/t")
            patch.setattr(mirrors, "local", lambda *_: home)
            template = known.open(str(world.template))
            with pytest.raises(BadTemplate, match="not allowed"):
                template.version("v3")
    assert canary.ran == ""


def test_the_lock_of_safe_bare_repositories_changes_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    who = "[user]\n\tname = me\n\temail = me@localhost\n"
    settings.write_text(f"{who}[safe]\n\tbareRepository = explicit\n")
    bare = tmp_path / "template.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(world.template), str(bare))
    repo = world.repo()
    source_of(repo, str(bare))
    inside = tmp_path / "bare-repo.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repo), str(inside))
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings)):
        assert check(repo).behind
        assert update(inside, branch="update").commit
        assert update(repo).status == "clean"


def test_a_folder_of_a_bare_repository_among_the_files_is_not_found_by_walking_up(
    trap: Path,
) -> None:
    with pytest.raises(NotReady):
        check(trap / "fixtures" / "t.git" / "refs")
