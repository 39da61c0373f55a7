"""The tests that a repo switches off: `[tool.modelyard.conformance.skip]` in pyproject.toml."""

import difflib
import tomllib
from pathlib import Path

import pytest

TABLE = "[tool.modelyard.conformance.skip]"
OFF = "switched off in pyproject.toml"


def read(folder: Path) -> dict[str, str]:
    """Return the reason of each test that the repo around `folder` switches off.

    Raises UsageError for a test that does not exist, and for a reason that says nothing.
    """
    pyproject = next((p / "pyproject.toml" for p in folder.parents if _is_root(p)), None)
    if pyproject is None:
        return {}
    try:
        tool = tomllib.loads(pyproject.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}  # opening the project tells it
    table = tool.get("modelyard", {}).get("conformance", {}).get("skip", {})
    if not isinstance(table, dict):
        raise pytest.UsageError(f'{pyproject.name}: {TABLE} is a table of: test_name = "reason"')
    _check(table)
    return table


def _is_root(folder: Path) -> bool:
    return (folder / "params.yaml").is_file() and (folder / "pyproject.toml").is_file()


def _check(table: dict[str, object]) -> None:
    from .suite import __all__ as known

    for name, reason in table.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            listed = "".join(f"\n  {one}" for one in sorted(known))
            raise pytest.UsageError(
                f"pyproject.toml: {TABLE} names {name}, which is no conformance test{meant}\n"
                f"The tests are:{listed}"
            )
        if not isinstance(reason, str) or not reason.strip():
            raise pytest.UsageError(
                f"pyproject.toml: {TABLE} gives no reason for {name}; "
                f'write: {name} = "why it is off"'
            )
