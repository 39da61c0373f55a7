"""What a training says is what it did, whatever is edited while it runs."""

import importlib
import sys
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from modelyard_platform import orchestrators
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused, SetupError
from modelyard_platform.git import git
from modelyard_platform.hashing import hash_bytes
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.provenance import reproduce
from modelyard_platform.settings import Project
from modelyard_platform.tracking import documents, logging, records, registry, verified
from modelyard_platform.training import frozen, graph, preparing, reading, stages

Edit = Callable[..., Project]
Command = Callable[..., tuple[int, str, str]]

# The editor of a person who goes on working: it saves while the model is fitted.
EDITED_MEANWHILE = """
def _saved_meanwhile():
    from pathlib import Path

    for path in (Path("src/flight_delays/features.py"), Path(__file__).with_name("metrics.py")):
        path.write_text(path.read_text("utf-8") + EDIT, "utf-8")
    Path("params.yaml").write_text(Path("params.yaml").read_text("utf-8") + "# edited\\n", "utf-8")
    Path("requirements.lock").write_text("# edited\\n", "utf-8")
    Path("src/flight_delays/later.py").write_text("# new\\n", "utf-8")


EDIT = '''

_build, _evaluate = globals().get("build"), globals().get("evaluate")


def build(frame, params):
    rows = _build(frame, params)
    return rows[::-1].set_axis(rows.index)


def evaluate(labels, predictions):
    return {name: 0.5 for name in HIGHER_IS_BETTER}
'''

_fit = fit


def fit(features, labels, params, seed):
    fitted = _fit(features, labels, params, seed)
    _saved_meanwhile()
    return fitted
"""
EDITED = ["params.yaml", "requirements.lock"]
EDITED += [f"src/flight_delays/{name}.py" for name in ("features", "later", "metrics")]


@pytest.fixture
def meanwhile(landed: Project, edit: Edit) -> Project:
    """A copy, committed, in which a fit ends with files that were edited meanwhile."""
    here = edit(landed, model=EDITED_MEANWHILE)
    git(here.root, "commit", "--quiet", "--all", "--message", "Edit meanwhile")
    return here


def check_run(here: Project, run_id: str) -> None:
    """Hold what a run stored against the commit that it started from, byte by byte."""
    found = records.of_run(here, run_id).lineage
    paths = ("src", "params.yaml", "requirements.lock", "vendor/platform.lock")
    names = git(here.root, "ls-tree", "-r", "--name-only", found.git_commit, *paths).split()
    # By git: not by what computes it for the lineage.
    committed = {
        name: hash_bytes(git(here.root, "show", f"{found.git_commit}:{name}").encode())
        for name in names
    }
    assert (found.files, found.dirty) == (committed, False)
    assert (found.params, found.lock) == (committed["params.yaml"], committed["requirements.lock"])
    assert provenance.changed_since(here, found) == EDITED
    with verified.artifacts(here, run_id) as folder:
        assert hash_bytes((folder / "params.yaml").read_bytes()) == committed["params.yaml"]
        assert not (folder / "uncommitted.patch").exists()
    with verified.model_of_run(here, run_id, logging.model_uri(here, run_id)) as stored:
        assert "numpy==" in (stored.folder / "requirements.txt").read_text("utf-8")
        code = stored.folder / "code"
        files = [path for path in (code / here.package).rglob("*") if path.is_file()]
        stored_code = {f"src/{p.relative_to(code)}": hash_bytes(p.read_bytes()) for p in files}
    assert stored_code == {name: sha for name, sha in committed.items() if "src/" in name}


def check_version(here: Project, version: str, expected: tuple[Any, Any]) -> str:
    """Hold predictions and metrics of a version against those of a training without edits."""
    record = records.of_version(here, registry.Registry(here).get(version))
    np.testing.assert_array_equal(documents.predictions(here, record), expected[0])
    np.testing.assert_equal(documents.metrics(here, record), expected[1])
    return record.run_id


@pytest.fixture
def expected(trained: Project) -> tuple[Any, Any]:
    """The predictions and metrics of the same code, where nobody edits anything."""
    record = records.of_version(trained, registry.Registry(trained).get("1"))
    return documents.predictions(trained, record), documents.metrics(trained, record)


@pytest.mark.parametrize("direct", [True, False], ids=["direct", "zenml"])
def test_an_edit_during_a_training_changes_nothing_of_it(
    expected: tuple[Any, Any], meanwhile: Project, direct: bool
) -> None:
    outcome = orchestrators.train(meanwhile, direct)
    run_id = check_version(meanwhile, outcome.version, expected)
    assert outcome.metrics == expected[1]
    check_run(meanwhile, run_id)
    if direct:  # the lineage is the same, and reproduce starts from that alone
        git(meanwhile.root, "reset", "--quiet", "--hard")
        assert reproduce.reproduce(meanwhile, outcome.version).exact


def test_an_edit_between_stages_stops_the_next_one(
    expected: tuple[Any, Any], meanwhile: Project, command: Command
) -> None:
    folder = meanwhile.root.parent / "between"
    folder.mkdir()

    def stage(name: str) -> tuple[int, str]:
        chosen = graph.STAGES[name]
        files = [f"{key}={folder / key}" for key in (*chosen.takes, *chosen.gives)]
        code, _, told = command("stage", name, *files)
        return code, told

    for name in ("prepare", "build", "fit"):
        code, told = stage(name)
        assert code == 0, told
    run_id = (folder / "run_id").read_text("utf-8")
    check_run(meanwhile, run_id)
    for name in ("build", "fit", "assess"):
        code, told = stage(name)
        assert code == 5
        assert f"not what the training started with: {', '.join(EDITED)}" in told
    git(meanwhile.root, "reset", "--quiet", "--hard")
    git(meanwhile.root, "clean", "--quiet", "--force", "src")
    for name in ("assess", "register", "admit"):
        assert stage(name)[0] == 0
    check_version(meanwhile, (folder / "version").read_text("utf-8"), expected)


def test_a_traceback_of_the_owner_s_code_shows_the_file_that_people_edit(
    landed: Project, edit: Edit
) -> None:
    here = edit(
        landed,
        features="""
from pathlib import Path


def build(frame, params):
    path = Path(__file__)
    path.write_text("# shorter")
    raise ValueError("the line of it")""",
    )
    code = here.root / here.owner.path("features")
    with frozen.frozen(here) as now, pytest.raises(ValueError) as failed:
        now.owner.features.build(None, {})
    text = "".join(traceback.format_exception(failed.value))
    assert f'File "{code}", line ' in text
    assert 'raise ValueError("the line of it")' in text
    assert "modelyard-" not in text


def test_a_table_that_was_edited_while_it_may_have_been_read_stops_the_training(
    landed: Project,
) -> None:
    table = landed.root / "src" / landed.package / "table.csv"
    table.write_text("1")
    with frozen.frozen(landed, patch=False) as here:
        begun = preparing.begin(here, "direct")
        stages.build(here, begun.train_data())
        table.write_text("2")
        with pytest.raises(SetupError, match=r"table\.csv was edited during the training"):
            stages.build(here, begun.train_data())


def test_what_is_imported_is_what_was_frozen(landed: Project) -> None:
    before = landed.owner.features
    with frozen.frozen(landed) as here:
        assert here.owner.features is before
    code = landed.root / landed.owner.path("features")
    code.write_text(code.read_text("utf-8") + "SEEN = True\n", "utf-8")
    with frozen.frozen(landed) as here:
        code.write_text("raise ImportError", "utf-8")
        assert here.owner.features.SEEN
        assert here.owner.features.__file__ == str(code)
        assert not frozen.current().code.samefile(landed.root)


def test_a_first_training_has_the_commit_that_its_snapshots_landed_with(
    project: Project, months: list[str], monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    offered = "_offered = snapshots\n\n\ndef snapshots(params):\n    return _offered(params)[:3]\n"
    path = project.root / project.owner.path("data")
    path.write_text(f"{path.read_text('utf-8')}\n\n{offered}", "utf-8")
    git(project.root, "commit", "--quiet", "--all", "--message", "Three months are enough")
    monkeypatch.delitem(sys.modules, f"{project.package}.data", raising=False)
    code, _, told = command("stage", "prepare", f"lineage={project.store.parent / 'lineage'}")
    assert code == 0, told
    begun = graph.LINEAGE.read(project.store.parent / "lineage")
    pointers = git(project.root, "ls-tree", "--name-only", begun.git_commit, "data/raw/").split()
    assert {f"{name}.dvc" for name in begun.data} <= set(pointers)
    assert not begun.dirty


def test_rows_that_were_changed_while_they_were_read_stop_the_training(
    landed: Project, months: list[str]
) -> None:
    def change(month: str) -> None:
        (landed.raw / f"{month}.parquet").write_bytes((landed.raw / f"{kept}.parquet").read_bytes())

    kept, changed, held_out = months
    with frozen.frozen(landed, patch=False) as here:
        begun = preparing.begin(here, "direct")
        change(changed)
        with pytest.raises(DataRefused, match=rf"data/raw/{changed}\.parquet was changed while"):
            stages.build(here, begun.train_data())
        change(held_out)
        with pytest.raises(DataRefused, match=rf"data/raw/{held_out}\.parquet was changed while"):
            reading.read(snapshots.landed(here)[-1:])


def test_code_in_a_folder_that_is_a_link_is_frozen_and_recorded(landed: Project) -> None:
    root = landed.root
    (root / "shared").mkdir()
    (root / "shared" / "scale.py").write_text("SCALE = 1\n")
    (root / "src" / landed.package / "shared").symlink_to("../../shared")
    with frozen.frozen(landed, patch=False) as here:
        begun = preparing.begin(here, "direct")
        (root / "shared" / "scale.py").write_text("SCALE = 2\n")
        _ = here.owner.features
        assert importlib.import_module(f"{here.package}.shared.scale").SCALE == 1
        name = f"src/{landed.package}/shared/scale.py"
        assert provenance.changed_since(here, begun) == [name]


def test_an_editor_that_is_closed_stops_no_training(landed: Project) -> None:
    swap = landed.root / "src" / landed.package / ".features.py.swp"
    swap.touch()
    with frozen.frozen(landed, patch=False) as here:
        swap.unlink()
        frozen.check_read(here)
