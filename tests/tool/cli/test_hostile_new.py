"""`new` from a hostile template: nothing runs, nothing is read, nothing is left behind."""

import os
from pathlib import Path

import pytest

from modelyard.errors import BadTemplate, ModelyardError, Refused
from modelyard.new import new
from tests.repos import git
from tests.tool.render.hostile import PLANTED, plant, template
from tests.tool.worlds import CONFIG, World, commit


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return plant(tmp_path, monkeypatch)


def made(world: World, **options: object) -> Path:
    dest = world.folder / "made" / "repo"
    new(dest, str(world.template), defaults=True, **options)  # type: ignore[arg-type]
    return dest


def again(world: World) -> None:
    commit(world.template)
    git(world.template, "tag", "--force", "v1")


EVIL = "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch RAN\n\thooksPath = ../hooks\n"


@pytest.mark.parametrize(
    "name",
    [
        "{{ '.git' }}/config",
        "{{ '.GIT' }}/config",
        "{{ '.g\u200cit' }}/config",
        "{{ '.git ' }}/config",
        "{{ 'git~1' }}/config",
        "{{ '.git::$INDEX_ALLOCATION' }}/config",
        "sub/{{ '.git' }}/config",
        "{{ _copier_conf.sep.join(['..', '..', 'escaped.txt']) }}",
        "{{ _copier_conf.sep.join(['a', '..', '..', '..', 'escaped.txt']) }}",
        "{{ _copier_conf.sep.join(['a', '..', 'b.txt']) }}",
        "{{ _copier_conf.sep ~ 'tmp' ~ _copier_conf.sep ~ 'escaped.txt' }}",
        "{{ 'line\\nbreak.txt' }}",
        "{{ '\\x1b[2J.txt' }}",
    ],
)
def test_a_path_that_git_refuses_is_refused_before_anything_is_written(
    tmp_path: Path, outside: Path, name: str
) -> None:
    text = EVIL.replace("RAN", str(tmp_path / "ran"))
    world = template(tmp_path, {f"{name}": text, "a.txt": "a\n"})
    with pytest.raises((BadTemplate, Refused)):
        made(world)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "made" / "repo").exists()
    assert not list(tmp_path.rglob("escaped.txt"))


def test_files_that_look_like_a_bare_repository_run_nothing(tmp_path: Path) -> None:
    config = EVIL.replace("RAN", str(tmp_path / "ran")).replace("[core]", "[core]\n\tbare = false")
    files = {
        "HEAD": "ref: refs/heads/main\n",
        "config": config + "\tworktree = .\n",
        "objects/x": "x\n",
        "refs/x": "x\n",
    }
    dest = made(template(tmp_path, files))
    assert git(dest, "ls-files").count("\n") == 5
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("how", ["variable", "setting"])
def test_hooks_that_this_machine_gives_new_repos_do_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    world = template(tmp_path, {"a.txt": "a\n"})
    hooks = tmp_path / "given" / "hooks"
    hooks.mkdir(parents=True)
    for name in ("post-commit", "prepare-commit-msg", "pre-commit"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (hooks / name).chmod(0o755)
    if how == "variable":
        monkeypatch.setenv("GIT_TEMPLATE_DIR", str(hooks.parent))
    else:
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.hooksPath")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(hooks))
    from modelyard.gitrepo import git as runner

    runner._environment.cache_clear()
    try:
        dest = made(world)
    finally:
        runner._environment.cache_clear()
    assert not (tmp_path / "ran").exists()
    assert not (dest / ".git" / "hooks").exists()


@pytest.mark.parametrize("trust", [False, True])
def test_a_link_and_a_file_beneath_it_are_refused(tmp_path: Path, trust: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    config = f"{CONFIG}_preserve_symlinks: true\n"
    world = template(tmp_path, {"{{ 'link' ~ _copier_conf.sep }}written.txt": "x\n"}, config)
    (world.template / "template" / "link").symlink_to(elsewhere)
    again(world)
    with pytest.raises(ModelyardError):
        made(world, trust=trust)
    assert not list(elsewhere.iterdir())
    assert not (tmp_path / "made" / "repo").exists()


def test_a_link_inside_is_a_link(tmp_path: Path) -> None:
    world = template(tmp_path, {"a/b.txt": "b\n"}, f"{CONFIG}_preserve_symlinks: true\n")
    (world.template / "template" / "a" / "link").symlink_to("../a/b.txt")
    (world.template / "template" / "run.sh").write_text("#!/bin/sh\n")
    (world.template / "template" / "run.sh").chmod(0o755)
    again(world)
    dest = made(world)
    assert (dest / "a" / "link").readlink() == Path("../a/b.txt")
    assert os.access(dest / "run.sh", os.X_OK) and not os.access(dest / "a" / "b.txt", os.X_OK)


def test_the_environment_is_not_read(tmp_path: Path, outside: Path) -> None:
    world = template(tmp_path, {"a.txt.jinja": "{{ '$FORGE_TOKEN' | expandvars }}\n"})
    with pytest.raises(Refused) as caught:
        made(world)
    assert PLANTED not in caught.value.message + caught.value.hint
    assert not (tmp_path / "made" / "repo").exists()
    assert PLANTED in (made(world, trust=True) / "a.txt").read_text()


def test_the_message_reads_no_file(tmp_path: Path, outside: Path) -> None:
    reads = f"{{{{ _copier_conf.dst_path.joinpath('{outside}').read_text() }}}}"
    world = template(tmp_path, {"a.txt": "a\n"}, f'{CONFIG}_message_after_copy: "{reads}"\n')
    for trust in (False, True):
        dest = tmp_path / f"made-{trust}"
        try:
            told = new(dest, str(world.template), defaults=True, trust=trust).message
        except Refused as error:
            told = error.message
        assert PLANTED not in told


def test_a_lock_or_wheel_outside_is_not_added(tmp_path: Path, outside: Path) -> None:
    project = f'[tool.uv.sources]\nx = {{ path = "{outside}" }}\ny = {{ path = "../../secret" }}\n'
    dest = made(template(tmp_path, {"pyproject.toml": project}))
    assert "secret" not in git(dest, "ls-files")


def test_an_empty_folder_that_was_there_stays_and_is_empty(tmp_path: Path) -> None:
    world = template(tmp_path, {"{{ '.git' }}/config": "x\n"})
    dest = tmp_path / "mine"
    dest.mkdir()
    with pytest.raises(BadTemplate):
        new(dest, str(world.template), defaults=True)
    assert dest.is_dir() and not list(dest.iterdir())


def test_an_own_default_of_the_user_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: {name: Ada}\ntrust: ['/']\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    dest = made(template(tmp_path, {"a.txt.jinja": "{{ name }}\n"}))
    assert (dest / "a.txt").read_text() == "Ada\n"


def test_what_copier_trusts_is_not_what_is_trusted_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.yml"
    settings.write_text("trust: ['/']\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    world = template(tmp_path, {"a.txt": "a\n"})
    (world.template / "copier.yml").rename(world.template / "copier.YML")
    (world.template / "copier.YML").write_text(f"{CONFIG}_tasks: [touch {tmp_path}/ran]\n")
    again(world)
    with pytest.raises(Refused):
        made(world)
    assert not (tmp_path / "ran").exists()


def test_who_signs_commits_signs_the_first_one_with_keys_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tool.hostile import surroundings

    signer = tmp_path / "signer"
    signer.write_text(
        f'#!/bin/sh\nenv >{tmp_path}/seen\necho "[GNUPG:] SIG_CREATED " >&2\n'
        "echo '-----BEGIN PGP SIGNATURE-----'\necho '-----END PGP SIGNATURE-----'\n"
    )
    signer.chmod(0o755)
    settings = tmp_path / "gitconfig"
    who = "[user]\n\tname = me\n\temail = me@localhost\n"
    settings.write_text(f"{who}[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = {signer}\n")
    world = template(tmp_path, {"a.txt": "a\n"})
    mine = {"GNUPGHOME": "/keys", "SSH_AUTH_SOCK": "/agent", "GPG_TTY": "/dev/pts/9"}
    with surroundings(monkeypatch, GIT_CONFIG_GLOBAL=str(settings), FORGE_TOKEN=PLANTED, **mine):
        dest = made(world)
    assert "gpgsig" in git(dest, "cat-file", "commit", "HEAD")
    seen = (tmp_path / "seen").read_text()
    assert all(f"{name}={value}\n" in seen for name, value in mine.items())
    assert PLANTED not in seen
