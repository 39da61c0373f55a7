"""Whatever a pyproject.toml, a lock or a wheel holds: reading it raises nothing."""

from pathlib import PurePosixPath
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.lockfiles import lines, path_sources, tested_versions
from modelyard.lockfiles.uv import command as uv_command

VALUES = st.text() | st.integers(-9, 9) | st.booleans()
LIKELY = st.sampled_from(["./v/x.whl", "../x.whl", "a>=1", "a[b]==1", "--x", ">=3.11"])
KEYS = st.text(max_size=4) | st.sampled_from(["path", "requires-python", "optional-dependencies"])
NODES: st.SearchStrategy[Any] = st.recursive(
    VALUES | LIKELY,
    lambda node: st.lists(node, max_size=3) | st.dictionaries(KEYS, node, max_size=4),
    max_leaves=12,
)
PROJECTS = st.fixed_dictionaries(
    {
        "project": NODES,
        "dependency-groups": NODES,
        "tool": st.fixed_dictionaries({"uv": st.fixed_dictionaries({"sources": NODES})}),
    }
)
PATHS = (
    st.text() | st.integers() | st.sampled_from(["./v/x.whl", "v/../x.whl", "../x.whl", "/x.whl"])
)
NAMES = st.text(max_size=4) | st.sampled_from(["a", "--x", "./a"])
SOURCES = st.dictionaries(NAMES, st.fixed_dictionaries({"path": PATHS}), max_size=4)
LOCK_LINES = ["a==1 \\\n", "    --hash=sha256:0\n", "./v/x.whl ; m\n", "# via\n", "a @ file:./x\n"]
LOCKS = st.text() | st.lists(st.sampled_from(LOCK_LINES)).map("".join)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_can_be_read(content: bytes) -> None:
    path_sources.read(content)
    tested_versions.read(content)
    lines.parse(content.decode("utf-8", "replace"), {})


@settings(deadline=None)
@given(PROJECTS, LOCKS)
def test_any_toml_can_be_read(project: dict[str, Any], lock: str) -> None:
    uv_command.command("requirements.lock", project, lock, {}, ())
    path_sources.read(tomlkit.dumps(project).encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(SOURCES)
def test_no_source_is_an_option_or_leaves_the_project(sources: dict[str, Any]) -> None:
    text = tomlkit.dumps({"tool": {"uv": {"sources": sources}}})
    found = path_sources.read(text.encode("utf-8", "surrogatepass"))
    assert not any(name.startswith(("-", ".")) for name in found)
    paths = [PurePosixPath(path) for paths in found.values() for path in paths]
    assert not any(path.is_absolute() or ".." in path.parts for path in paths)
