"""Whoever rewrites a stored model, its lineage or its tags runs no code and decides nothing.

Each test is an attack on what `predict` and `promote` load. A canary is a file that is left behind
wherever foreign code runs.
"""

import importlib.util
import json
import pickle
import py_compile
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
import yaml
from modelyard_platform.settings import Project
from modelyard_platform.tracking import client
from modelyard_platform.training import graph

Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]
Folder = Callable[[Project, str], Path]
NOT_TRUSTED = 9


class Canary:
    """A pickle that leaves a file behind wherever it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that is there if foreign code ran."""
    return tmp_path / "canary"


@pytest.fixture
def model(crowned: Project, model_folder: Folder) -> Path:
    """The champion's model in the store."""
    return model_folder(crowned, "1")


@pytest.fixture
def lineage(crowned: Project, run_folder: Folder) -> Path:
    """The champion's lineage in the store."""
    return run_folder(crowned, "1") / "lineage.json"


@pytest.fixture
def refused(verb: Verb, canary: Path) -> Callable[..., None]:
    """Assert that nobody loads the champion, that the message names it, and nothing foreign ran."""

    def call(*named: str) -> None:
        for words in (["predict"], ["promote", "1"]):
            code, error = verb(*words)
            assert not canary.exists(), words
            assert code == NOT_TRUSTED, (words, error)
            for name in ("version 1", *named):
                assert name in error["error"], (words, error)

    return call


def plant(path: Path, canary: Path) -> None:
    """Put code in front of a module that leaves the canary behind."""
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"open({str(canary)!r}, 'w')\n{before}", "utf-8")


def rewrite(model: Path, flavor: str, **options: Any) -> None:
    described = yaml.safe_load((model / "MLmodel").read_text("utf-8"))
    described["flavors"][flavor].update(options)
    (model / "MLmodel").write_text(yaml.safe_dump(described), "utf-8")


def test_the_canary_works(canary: Path) -> None:
    pickle.loads(cloudpickle.dumps(Canary(canary)))  # noqa: S301 (that it runs is the point)
    assert canary.exists()


def test_a_model_rewritten_to_cloudpickle_is_not_unpickled(
    model: Path, refused: Callable[..., None], canary: Path
) -> None:
    (model / "model.pkl").write_bytes(cloudpickle.dumps(Canary(canary)))
    rewrite(model, "sklearn", pickled_model="model.pkl", serialization_format="cloudpickle")
    refused("MLmodel", "model.pkl")


def test_a_loader_that_the_store_names_is_not_imported(
    model: Path, refused: Callable[..., None], canary: Path
) -> None:
    plant(model / "code" / "evil_loader.py", canary)
    rewrite(model, "python_function", loader_module="evil_loader", code="code")
    refused("evil_loader.py")


@pytest.mark.parametrize(
    "name", ["flight_delays/features.py", "modelyard_platform/evaluation/scoring.py", "numpy.py"]
)
def test_code_that_was_changed_in_the_store_does_not_run(
    crowned: Project,
    model: Path,
    refused: Callable[..., None],
    edit: Edit,
    canary: Path,
    name: str,
) -> None:
    edit(crowned, features="# edited, so that older code would be run")
    plant(model / "code" / name, canary)
    refused(f"code/{name}")


def test_bytecode_beside_stored_code_does_not_run(
    crowned: Project, model: Path, verb: Verb, edit: Edit, canary: Path
) -> None:
    edit(crowned, features="# edited, so that older code would be run")
    code = model / "code" / crowned.package / "features.py"
    evil = canary.with_name("evil.py")
    shutil.copyfile(code, evil)
    plant(evil, canary)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    target = importlib.util.cache_from_source(str(code))
    py_compile.compile(str(evil), target, invalidation_mode=unchecked)
    assert verb("predict")[0] == 0
    assert not canary.exists()


def test_models_that_changed_places_are_refused(
    crowned: Project, model: Path, model_folder: Folder, refused: Callable[..., None], edit: Edit
) -> None:
    other = graph.run(edit(crowned, params={"seed": 7})).version
    shutil.copyfile(model_folder(crowned, other) / "model.skops", model / "model.skops")
    refused("model.skops")


@pytest.mark.parametrize("what", ["a link", "a file more", "a file less", "a folder"])
def test_the_files_are_those_that_were_recorded(
    model: Path, refused: Callable[..., None], what: str
) -> None:
    path = model / ("extra.bin" if what == "a file more" else "model.skops")
    path.unlink(missing_ok=True)
    if what == "a link":
        path.symlink_to(model / "MLmodel")
    elif what == "a file more":
        path.touch()
    elif what == "a folder":
        path.mkdir()
        (path / "schema.json").touch()
    refused(path.name)


def test_a_link_out_of_the_store_is_not_followed(model: Path, verb: Verb) -> None:
    (model / "model.skops").unlink()
    (model / "model.skops").symlink_to("/etc/hostname")
    code, error = verb("predict")
    assert code in (5, NOT_TRUSTED)  # MLflow refuses it too
    assert "model.skops" in error["error"]


def test_the_lineage_and_the_model_of_another_version_are_refused(
    crowned: Project,
    model: Path,
    lineage: Path,
    model_folder: Folder,
    run_folder: Folder,
    refused: Callable[..., None],
    edit: Edit,
) -> None:
    other = graph.run(edit(crowned, params={"seed": 7})).version
    shutil.copyfile(run_folder(crowned, other) / lineage.name, lineage)
    shutil.rmtree(model)
    shutil.copytree(model_folder(crowned, other), model)
    refused("its lineage is of run")


def test_a_tag_does_not_make_a_dirty_version_clean(
    crowned: Project, verb: Verb, edit: Edit
) -> None:
    other = graph.run(edit(crowned, params={"seed": 7})).version
    client.connect(crowned).set_model_version_tag(crowned.name, other, "lineage.dirty", "False")
    code, error = verb("promote", other)
    assert (code, error["error"]) == (3, f"version {other} was trained from uncommitted code")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("python", "/opt/evil.1"),
        ("git_commit", "--upload-pack=evil"),
        ("data", {"../../outside.parquet": "0" * 32}),
        ("files", {"/etc/passwd": "0" * 64}),
        ("files", ["no", "mapping"]),
        ("template", "\x1b]0;owned\x07"),
        ("gate", "passed\n::stop-commands::x"),
        ("dirty", "no"),
    ],
)
def test_a_lineage_with_what_no_training_writes_is_refused(
    lineage: Path, refused: Callable[..., None], verb: Verb, field: str, value: object
) -> None:
    lineage.write_text(json.dumps(json.loads(lineage.read_text("utf-8")) | {field: value}))
    refused("lineage.json", field)
    for words in (["reproduce", "1"], ["lineage", "1"]):
        code, error = verb(*words)
        assert code == NOT_TRUSTED
        assert field in error["error"]
        assert "\x1b" not in error["error"]


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", '{"git_commit": 1}', None])
def test_a_lineage_that_is_none_is_refused(
    lineage: Path, refused: Callable[..., None], text: str | None
) -> None:
    if text is None:
        lineage.unlink()
    else:
        lineage.write_text(text)
    refused("lineage.json")


def test_no_copy_of_a_model_is_left_behind(
    crowned: Project, verb: Verb, edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("TMPDIR", str(scratch))
    edit(crowned, features="# edited, so that older code is run")
    for words in (["predict"], ["lineage", "1"], ["promote", "1"]):
        assert verb(*words)[0] == 0
    assert list(scratch.iterdir()) == []
