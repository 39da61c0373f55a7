"""Documents, numbers and tags of a server that no training writes end in a message, not in use."""

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow.entities.model_registry import ModelVersion
from modelyard_platform.errors import NotTrusted, SetupError
from modelyard_platform.evaluation import code, formats, mlmodel
from modelyard_platform.hashing import hash_text
from modelyard_platform.lineage import record as lineage
from modelyard_platform.lineage.stored import Stored
from modelyard_platform.settings import Project
from modelyard_platform.tracking import client, registry
from modelyard_platform.training import graph, preparing

Verb = Callable[..., tuple[int, Any]]
Edit = Callable[..., Project]
Folder = Callable[[Project, str], Path]
DEEP = b"[" * 200_000


class Canary:
    """A pickle that leaves a file behind wherever it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.fixture
def former(crowned: Project, run_folder: Folder) -> Path:
    """The champion's run, whose lineage is as before 0.4.0: with no hash of its documents."""
    folder = run_folder(crowned, "1")
    found = lineage.from_json((folder / lineage.ARTIFACT).read_bytes())
    before = replace(found, artifacts={}, run="", project="", version="")
    (folder / lineage.ARTIFACT).write_text(before.to_json())
    return folder


@pytest.mark.parametrize("name", ["evaluation.json", "gate.json"])
@pytest.mark.parametrize(
    "content", [b"", DEEP, b"[]", b'{"metrics": 1}', b'{"metrics": {"auc": "x"}}', b"\xff", b"1"]
)
def test_a_document_of_another_form_is_refused(
    former: Path, verb: Verb, name: str, content: bytes
) -> None:
    (former / name).write_bytes(content)
    result, found = verb("lineage", "1")
    if name == "gate.json" and content.startswith(b"{"):
        assert result == 0  # a mapping is shown as it is
        return
    assert result == NotTrusted.exit_code
    assert name in found["error"]


def test_predictions_that_are_a_pickle_or_a_bomb_are_refused(
    former: Path, verb: Verb, tmp_path: Path
) -> None:
    canary, path = tmp_path / "canary", former / "holdout_predictions.npy"
    objects = tmp_path / "objects.npy"
    np.save(objects, np.array([Canary(canary)], dtype=object), allow_pickle=True)
    archive = tmp_path / "archive.npz"
    np.savez(archive, a=np.zeros(3))
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999,), }"
    header += b" " * (127 - 10 - len(header)) + b"\n"
    bomb = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    for content in (
        objects.read_bytes(),
        archive.read_bytes(),
        pickle.dumps(Canary(canary)),
        bomb,
        b"",
    ):
        path.write_bytes(content)
        code, error = verb("reproduce", "1")
        assert not canary.exists()
        assert code == NotTrusted.exit_code
        assert path.name in error["error"]


def test_what_a_lineage_does_not_record_is_not_believed(
    crowned: Project, run_folder: Folder, verb: Verb
) -> None:
    folder = run_folder(crowned, "1")
    found = lineage.from_json((folder / lineage.ARTIFACT).read_bytes())
    known = {k: v for k, v in found.artifacts.items() if k != "gate.json"}
    (folder / lineage.ARTIFACT).write_text(replace(found, artifacts=known).to_json())
    (folder / "gate.json").write_text('{"verdict": "passed", "by": "somebody"}')
    assert verb("lineage", "1")[1]["verdict"] == {}
    (folder / lineage.ARTIFACT).write_text(replace(found, artifacts={}).to_json())
    code, error = verb("lineage", "1")
    assert code == NotTrusted.exit_code
    assert "no hash of evaluation.json" in error["error"]


@pytest.mark.parametrize("value", ["no json", "{}", "7", DEEP[:4000].decode(), "null"])
def test_a_history_that_promote_did_not_write_is_refused(
    crowned: Project, verb: Verb, value: str
) -> None:
    connected = client.connect(crowned)
    connected.set_registered_model_tag(crowned.name, registry._HISTORY, value)
    code, error = verb("rollback")
    assert code == NotTrusted.exit_code
    assert registry._HISTORY in error["error"]


@pytest.mark.parametrize("value", ['["challenger"]', "[null]", '[{"a": 1}]', '["../1"]', "[true]"])
def test_a_history_names_versions_by_number(
    crowned: Project, edit: Edit, verb: Verb, value: str
) -> None:
    graph.run(edit(crowned, params={"seed": 7}))
    connected = client.connect(crowned)
    connected.set_registered_model_tag(crowned.name, registry._HISTORY, value)
    code, error = verb("rollback")
    assert (code, error["error"]) == (5, "there is no champion to go back to")
    assert registry.Registry(crowned).get("champion").number == "1"


def test_nobody_goes_back_to_a_model_that_was_rewritten(
    crowned: Project, edit: Edit, verb: Verb, model_folder: Folder
) -> None:
    other = graph.run(edit(crowned, params={"seed": 7})).version
    versions = registry.Registry(crowned)
    versions.promote(versions.get(other))
    (model_folder(crowned, "1") / "MLmodel").write_text("flavors: {}")
    code, error = verb("rollback")
    assert code == NotTrusted.exit_code
    assert "MLmodel" in error["error"]
    assert versions.get("champion").number == other


@pytest.mark.parametrize(
    ("number", "run_id"),
    [("1\n::error::x", "a" * 32), ("\x1b[2J", ""), ("1", "../../1"), ("1", "a\x1b"), ("-1", "")],
)
def test_a_version_that_no_server_numbers_so_is_refused(number: str, run_id: str) -> None:
    with pytest.raises(NotTrusted):
        registry._version(ModelVersion("flights", number, 0, run_id=run_id))


@pytest.mark.parametrize("uri", [None, "file:///etc", "https://evil.example/model", "models:/x/1"])
def test_a_run_names_its_own_model(landed: Project, uri: str | None) -> None:
    from modelyard_platform.training import stages

    begun = preparing.prepare(landed)
    run_id = stages.fit(landed, begun, *stages.build(landed, begun.train_data()))
    connected = client.connect(landed)
    if uri is None:
        connected.delete_tag(run_id, "model_uri")
    else:
        connected.set_tag(run_id, "model_uri", uri)
    with pytest.raises(NotTrusted, match="no model of a run"):
        stages.assess(landed, run_id)


LAUGHS = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 10}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "flavors: 1",
        "flavors: {sklearn: [1]}",
        "{",
        "\x00",
        "!!python/object/apply:os.system ['true']",
        "[" * 100_000,
        "metadata: &a {a: *a}",
        "x: " + "y" * (mlmodel._MOST_BYTES + 1),
    ],
)
def test_an_mlmodel_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "MLmodel").write_text(text)
    with pytest.raises(NotTrusted):
        formats.load(tmp_path, "ours", "sklearn", {})
    with pytest.raises(NotTrusted):
        mlmodel.seen(tmp_path)


def test_a_value_that_is_named_a_million_times_is_read_once(tmp_path: Path) -> None:
    indented = "".join(f"    {line}\n" for line in LAUGHS.splitlines())
    (tmp_path / "MLmodel").write_text(f"flavors:\n  sklearn:\n{indented}    b: /etc/passwd\n")
    with pytest.raises(NotTrusted, match="not its own"):
        formats.load(tmp_path, "ours", "sklearn", {})


def test_a_model_that_its_flavor_cannot_load_is_told(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {sklearn: {1: 2}}")
    with pytest.raises(SetupError, match="cannot be loaded as sklearn: KeyError"):
        formats.load(tmp_path, "ours", "sklearn", {})


@pytest.mark.parametrize("said", ["", "never", "[1]", "99999-01-01"])
def test_a_model_without_a_time_is_refused(tmp_path: Path, said: str) -> None:
    (tmp_path / "MLmodel").write_text(json.dumps({"metadata": {"trained_until": said}}))
    with pytest.raises(NotTrusted, match="trained until"):
        mlmodel.seen(tmp_path)


def test_a_stage_registers_what_the_run_recorded_and_not_what_an_engine_hands_it(
    trained: Project,
) -> None:
    from modelyard_platform.training import stages

    run_id = registry.Registry(trained).get("1").run_id
    folder = client.download(trained, trained.store / "download", run_id=run_id)
    recorded = lineage.from_json((folder / lineage.ARTIFACT).read_bytes())
    begun = replace(recorded, model="", model_files={}, artifacts={}, run="", version="")
    assert recorded.continues(begun)
    with pytest.raises(NotTrusted, match="did not start from the lineage that was given"):
        stages.register(trained, replace(begun, git_commit="0" * 40), run_id)


def test_a_lineage_whose_snapshots_have_no_hash_is_refused(
    crowned: Project, run_folder: Folder, verb: Verb
) -> None:
    path = run_folder(crowned, "1") / lineage.ARTIFACT
    found = lineage.from_json(path.read_bytes())
    with pytest.raises(NotTrusted, match="no hash of it"):
        replace(found, train_snapshots=("2099-01",)).train_data()


def test_code_that_gives_no_predictions_is_told(
    crowned: Project, edit: Edit, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(crowned, features="# edited, so that older code is run")
    monkeypatch.setattr("modelyard_platform.evaluation.scoring.__name__", "this")
    result, error = verb("predict")
    assert (result, error["error"]) == (5, "version 1 gave no predictions")


def test_a_lineage_with_a_file_in_a_file_is_refused(project: Project, tmp_path: Path) -> None:
    names = [f"src/{project.package}/a", f"src/{project.package}/a/b"]
    files = dict.fromkeys(names, hash_text("a"))
    model = tmp_path / "model"
    (model / "code" / project.package).mkdir(parents=True)
    (model / "code" / project.package / "a").write_text("a")
    stored = Stored("version 9", model, replace(lineage.capture(project, []), files=files))
    with pytest.raises(NotTrusted, match="version 9"):
        code.gather(project.owner, stored, project.package, tmp_path / "code")
