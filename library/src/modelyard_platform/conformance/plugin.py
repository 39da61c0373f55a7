"""The pytest plugin: the fixture of the conformance tests, their cases, and their switches.

It is loaded in every run of pytest in an environment that has the library, so it imports the rest
only where conformance tests are collected.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from . import switches

if TYPE_CHECKING:
    from .repo import Conformance

TESTS = f"{__package__}.checks."


def _is_ours(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith(TESTS)


@pytest.fixture(scope="module")
def conformance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Conformance]":
    """Give the repo under test, with rows of its own data; the working directory is its root."""
    from .repo import Conformance, open_project

    project = open_project(request.path.parent)
    base = tmp_path_factory.getbasetemp()
    # The workers of pytest-xdist have their folders side by side, and share what one has fetched.
    shared = base.parent if hasattr(request.config, "workerinput") else base
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root)  # the paths in params.yaml start there, as in every verb
        yield Conformance(project, shared / f"conformance-{project.package}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each damage that the repo's contract must refuse a test of its own."""
    if _is_ours(metafunc.function) and "damage" in metafunc.fixturenames:
        from .damages import damages_of

        found = damages_of(metafunc.definition.path.parent)
        metafunc.parametrize("damage", found, ids=str)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that pyproject.toml switches off."""
    ours = [i for i in items if isinstance(i, pytest.Function) and _is_ours(i.function)]
    tables: dict[Path, dict[str, str]] = {}
    for item in ours:
        folder = item.path.parent
        if folder not in tables:
            tables[folder] = switches.read(folder)
        reason = tables[folder].get(item.originalname)
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"{switches.OFF}: {reason}"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the tests that are switched off, which a run would else show as an `s` alone."""
    off: dict[str, str] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if f"{switches.OFF}: " in reason:
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            off[name] = reason.partition(f"{switches.OFF}: ")[2]
    if off:
        terminalreporter.section(switches.OFF)
        for name, reason in off.items():
            terminalreporter.write_line(f"{name}: {reason}")
