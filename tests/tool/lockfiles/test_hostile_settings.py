"""Which settings reach uv: the machine's own, and of a template's those that the machine knows."""

import base64
import os
import sys

import pytest

from modelyard.lockfiles import relock
from modelyard.lockfiles.relock import CompiledLock
from modelyard.lockfiles.uv import environment as uv_environment
from modelyard.reasons import NoticeReason
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult
from tests.tool.lockfiles.hostile import PLANTED, Scene, project
from tests.tool.lockfiles.test_hostile_members import LOCK, PROJECT, locked, stale
from tests.tool.wheels import wheel

INDEX = '[[tool.uv.index]]\nname = "company"\nurl = "{}"\nexplicit = true\n'
SOURCE = '[tool.uv.sources]\ntwo = { index = "company" }\n'
LOGIN = base64.b64encode(f"bot:{PLANTED}".encode()).decode()


def with_a_dependency(scene: Scene) -> UpdateResult:
    """Update a repo whose lock has to be compiled, for its owner asks for something."""
    return scene.attack({PROJECT: ("    'one>=1',\n", "    'one>=1.0',\n")})


def test_an_index_that_only_a_template_names_gets_nothing(scene: Scene) -> None:
    scene.release(INDEX.format(scene.thief.url) + SOURCE)
    result = with_a_dependency(scene)
    assert stale(result) == (NoticeReason.LOCK_UNKNOWN_INDEX, "company")
    scene.nothing_was_told(result)


def test_an_index_that_the_machine_names_too_gets_its_own_password(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX", f"company={scene.index.url}")
    monkeypatch.delenv("UV_DEFAULT_INDEX")
    scene.release(INDEX.format(scene.index.url) + SOURCE)
    with_a_dependency(scene)
    assert locked(scene) == "one==1.0\ntwo==1.1\n"
    assert any(LOGIN in one for one in scene.index.requests)


def test_the_companys_name_for_another_address_gets_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX", f"company={scene.index.url} mirror={scene.thief.url}")
    scene.release(INDEX.format(scene.thief.url) + SOURCE)
    result = with_a_dependency(scene)
    assert stale(result) == (NoticeReason.LOCK_UNKNOWN_INDEX, "company")
    scene.nothing_was_told(result)


def test_a_file_of_settings_is_the_machines_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(scene.world.folder / "config"))
    folder = scene.world.folder / "config" / "uv"
    folder.mkdir(parents=True)
    (folder / "uv.toml").write_text(f'[[index]]\nname = "company"\nurl = "{scene.index.url}"\n')
    found = uv_environment.for_uv(os.environ)
    assert found["UV_INDEX_COMPANY_PASSWORD"] == PLANTED
    assert ("company", scene.index.url) in uv_environment.indexes(os.environ)


def test_uv_gets_the_variables_of_the_list_and_no_other() -> None:
    names = [name for group in uv_environment.PASSED.values() for name in group]
    machine = dict.fromkeys(names, "x") | {"PATH": "/bin:bin::.:/usr/bin"}
    others = ("GITHUB_TOKEN", "AWS_ACCESS_KEY_ID", "UV_PUBLISH_TOKEN", "UV_INDEX_A_PASSWORD")
    given = uv_environment.for_uv(machine | dict.fromkeys(others, PLANTED))
    assert given.keys() == {*names, "PATH", "UV_PYTHON_DOWNLOADS"}
    assert given["PATH"] == "/bin:/usr/bin"
    assert PLANTED not in given.values()


def test_no_uv_of_the_repo_is_started(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.release()
    fake = f"#!/bin/sh\ntouch {scene.world.folder}/ran\n"
    monkeypatch.setenv("PATH", f".:bin:{os.environ['PATH']}")
    repo = scene.world.folder / "repo"
    repo.mkdir()
    for place in (repo / "uv", repo / "bin" / "uv"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(fake)
        place.chmod(0o755)
    monkeypatch.chdir(repo)
    made = relock.compile(LOCK, project("one>=1").encode(), b"one==1.0\n")
    assert made.content == b"one==1.0\n"
    assert not (scene.world.folder / "ran").exists()


def test_no_folder_above_says_anything(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = scene.world.folder / "shared"
    (shared / ".venv" / "bin").mkdir(parents=True)
    (shared / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    python = shared / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\ntouch {scene.world.folder}/ran\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (shared / "uv.toml").write_text(f'index-url = "{scene.thief.url}"\n')
    workspace = (
        f'[tool.uv]\nindex-url = "{scene.thief.url}"\n[tool.uv.workspace]\nmembers = ["*"]\n'
    )
    (shared / PROJECT).write_text(project("one") + workspace)
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    for name, lock in ((LOCK, b"one==1.0\n"), ("uv.lock", b"version = 1\n")):
        made = relock.compile(name, project("one>=1").encode(), lock)
        assert made.content is not None
    assert scene.thief.requests == []
    assert not (scene.world.folder / "ran").exists()
    assert sorted(path.name for path in shared.iterdir()) == [".venv", PROJECT, "uv.toml"]


def test_the_lock_names_nothing_of_the_machine(scene: Scene) -> None:
    made = relock.compile(LOCK, project("one>=1").encode(), b"# by uv\none==1.0\n    # via repo\n")
    assert made.content is not None
    said = made.content.decode()
    assert "uv pip compile pyproject.toml -o requirements.lock" in said
    assert sys.prefix not in said and "--no-build" not in said


def test_a_build_needs_trust(scene: Scene) -> None:
    scene.release()
    edit = {PROJECT: ("    'one>=1',\n", "    'one>=1',\n    'sdist-only',\n")}
    scene.attack(edit, UpdateOptions(trust=True))
    assert locked(scene) == "one==1.0\nsdist-only==1.0\ntwo==1.1\n"
    assert (scene.world.folder / "built").exists()


def cause(machine: dict[str, str]) -> CompiledLock:
    return relock.compile(
        LOCK, project("one>=1").encode(), b"one==1.0\n", machine={**os.environ, **machine}
    )


def test_what_stops_uv_is_a_cause_and_no_text(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = {"UV_DEFAULT_INDEX": f"http://u:{PLANTED}@127.0.0.1:9/", "UV_HTTP_RETRIES": "0"}
    assert cause(closed) == CompiledLock(None, NoticeReason.LOCK_FAILED)
    monkeypatch.setattr(relock, "_uv", lambda machine: None)
    assert cause({}) == CompiledLock(None, NoticeReason.LOCK_NO_UV)
    monkeypatch.undo()
    monkeypatch.setattr(relock, "SECONDS", 0.001)
    assert cause({"UV_HTTP_TIMEOUT": "7"}) == CompiledLock(None, NoticeReason.LOCK_TOO_SLOW)


def test_no_versions_is_told_with_the_command(scene: Scene) -> None:
    scene.release()
    result = scene.attack({PROJECT: ("'one>=1'", "'one>=7'")})
    assert stale(result)[0] is NoticeReason.LOCK_UNSATISFIABLE
    (text,) = [one.text for one in result.notices if one.command]
    assert text.endswith(": make lock")


SDIST_HASH = f"--hash=sha256:{'1' * 64}"


def test_a_pin_that_comes_without_a_wheel_stays_and_is_not_built(scene: Scene) -> None:
    old = f"one==1.0 \\\n    --hash=sha256:{'0' * 64}\nsdist-only==1.0 \\\n    {SDIST_HASH}\n"
    asked = project("one>=1", "sdist-only", "two")
    made = relock.compile(LOCK, asked.encode(), old.encode())
    assert made.content is not None, made
    assert f"sdist-only==1.0 \\\n    {SDIST_HASH}\n" in made.content.decode()
    assert "two==1.1" in made.content.decode()
    assert not (scene.world.folder / "built").exists()


def test_a_lock_is_not_bent_to_do_without_a_build(scene: Scene) -> None:
    scene.index.files["sdist_only-0.9-py3-none-any.whl"] = wheel("sdist-only", "0.9")
    old = "one==1.0\nsdist-only==1.0\n"
    kept = relock.compile(LOCK, project("one", "sdist-only", "two").encode(), old.encode())
    assert kept.content == b"one==1.0\nsdist-only==1.0\ntwo==1.1\n"
    asked = project("one==1.1", "sdist-only", "two").encode()
    moved = relock.compile(LOCK, asked, old.encode())
    assert (moved.reason, moved.about) == (NoticeReason.LOCK_NEEDS_BUILD, "sdist-only")
    uv_lock = (
        'version = 1\n[[package]]\nname = "sdist-only"\nversion = "1.0"\n'
        'source = { registry = "x" }\n'
    )
    whole = relock.compile("uv.lock", asked, uv_lock.encode())
    assert (whole.reason, whole.about) == (NoticeReason.LOCK_NEEDS_BUILD, "sdist-only")
    assert not (scene.world.folder / "built").exists()
