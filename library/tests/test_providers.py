"""Providers are found by the name that a package registers, and refused in words of their own."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import orchestrators, providers
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused, SetupError
from modelyard_platform.settings import Project
from modelyard_platform.validation import pandera

Register = Callable[..., None]
Edit = Callable[..., Project]

SOURCE = """
def snapshots(params):
    return ["2031-01"]


def fetch(snapshot, destination, params):
    destination.write_bytes(open(params["file"], "rb").read())
"""

STRICT = """
from modelyard_platform.api import Violation


def check(frame, contract):
    return [Violation("carrier", "to the taste of acme", len(frame), "row 0")]
"""


def test_the_library_registers_its_own() -> None:
    assert providers.names("orchestrators") == ["direct", "zenml"]
    assert providers.load("validators", "pandera", "check") is pandera


def test_another_package_adds_one(register: Register) -> None:
    register("alerts", "loud", "def send(message):\n    return 'loud'\n")
    assert "loud" in providers.names("alerts")
    assert providers.load("alerts", "loud", "send").send(None) == "loud"


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(SetupError, match="'dagster' among its orchestrators") as refused:
        providers.load("orchestrators", "dagster", "train")
    assert "direct, zenml" in refused.value.hint


def test_two_packages_of_one_name_are_both_told(register: Register) -> None:
    register("alerts", "loud", "def send(message): ...", "acme_one")
    register("alerts", "loud", "def send(message): ...", "acme_two")
    with pytest.raises(SetupError, match="acme_one, acme_two"):
        providers.load("alerts", "loud", "send")


def test_a_tool_that_is_not_installed_is_an_extra_of_the_library(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match=r"^ZenML is not installed here$") as refused:
        orchestrators.train(project)
    assert "the extra zenml of modelyard-platform" in refused.value.hint


@pytest.mark.parametrize(
    ("code", "attribute", "detail", "hint"),
    [
        ("import not_installed", "", "ModuleNotFoundError: No module named 'not_in", "asks for"),
        ("import os", "Loud", "AttributeError: module 'acme_providers' has no", "correct acme_"),
        ("def send(", "", "SyntaxError: ", "correct acme_providers"),
        ("raise RuntimeError('no licence')", "", "RuntimeError: no licence", "correct acme_"),
    ],
)
def test_what_cannot_be_imported_is_told_with_its_package(
    register: Register, code: str, attribute: str, detail: str, hint: str
) -> None:
    register("alerts", "loud", f"{code}\n", attribute=attribute)
    with pytest.raises(SetupError) as refused:
        providers.load("alerts", "loud", "send")
    told = "'loud' of the alerts, which acme_providers has, cannot be imported: "
    assert str(refused.value).startswith(f"{told}{detail}")
    assert len(str(refused.value).splitlines()) == 1
    assert hint in refused.value.hint


def test_what_lacks_a_function_is_told_which(register: Register) -> None:
    register("sources", "lake", "def snapshots(params): ...\nfetch = 3\n")
    with pytest.raises(SetupError, match="acme_providers has no fetch"):
        providers.load("sources", "lake", "snapshots", "fetch")


def test_a_source_from_outside_lands_in_place_of_data_py(
    project: Project, register: Register, edit: Edit, tmp_path: Path
) -> None:
    register("sources", "lake", SOURCE)
    (tmp_path / "file").write_bytes(b"no parquet")
    settings = {"source": {"provider": "lake"}, "data": {"file": str(tmp_path / "file")}}
    with pytest.raises(DataRefused, match="2031-01"):
        snapshots.ingest(edit(project, params=settings))


def test_a_validator_from_outside_decides(
    project: Project, months: list[str], register: Register, edit: Edit
) -> None:
    register("validators", "acme", STRICT)
    strict = edit(project, params={"validation": {"provider": "acme"}})
    with pytest.raises(DataRefused) as refused:
        snapshots.ingest(strict, months[0])
    assert refused.value.rows[0][:3] == (months[0], "carrier", "to the taste of acme")
