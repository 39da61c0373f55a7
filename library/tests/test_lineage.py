"""Every version says where it came from, and can be trained again from that alone."""

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import modelyard_platform
import numpy as np
import pandas as pd
import pytest
import yaml
from modelyard_platform import installed, uncommitted
from modelyard_platform.data import snapshots
from modelyard_platform.errors import NotReproduced, NotTrusted, SetupError, Unreachable
from modelyard_platform.git import git
from modelyard_platform.hashing import file_md5, hash_file, hash_tree, tree_files
from modelyard_platform.lineage import record as lineage
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.provenance import reproduce
from modelyard_platform.settings import Project, load_project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.training import graph, stages

Folder = Callable[[Project, str], Path]


def record_again(path: Path) -> None:
    """Put the hash of an artifact as it now is into the lineage beside it."""
    recorded = path.with_name(lineage.ARTIFACT)
    found = lineage.from_json(recorded.read_text("utf-8"))
    known = {**found.artifacts, path.name: hash_file(path)}
    recorded.write_text(replace(found, artifacts=known).to_json(), "utf-8")


def test_a_version_names_everything_that_went_into_it(trained: Project) -> None:
    found = registry.Registry(trained).get("1")
    chain = provenance.chain(trained, "1")
    recorded = chain.lineage
    assert recorded.git_commit == git(trained.root, "rev-parse", "HEAD").strip()
    assert recorded.data == {
        str(s.path.relative_to(trained.root)): file_md5(s.path) for s in snapshots.landed(trained)
    }
    assert recorded.params == hash_file(trained.root / "params.yaml")
    assert recorded.lock == hash_file(trained.root / "requirements.lock")
    with verified.model(trained, found) as stored:
        assert recorded.model == hash_tree(stored.folder)
        assert recorded.model_files == tree_files(stored.folder)
    assert set(recorded.artifacts) == {"evaluation.json", "gate.json", "holdout_predictions.npy"}
    whose = (recorded.project, recorded.run, recorded.version)
    assert whose == (trained.name, found.run_id, "1")
    assert set(recorded.files) >= {"params.yaml", "requirements.lock", "vendor/platform.lock"}
    assert recorded.library_hash == hash_tree(Path(modelyard_platform.__file__).parent)
    code = f"src/{trained.package}/features.py"
    assert recorded.files[code] == hash_file(trained.root / code)
    assert (recorded.pipeline_run, recorded.gate, recorded.dirty) == ("direct", "passed", False)
    empty = {field.name for field in fields(recorded) if not getattr(recorded, field.name)}
    assert empty <= {"dirty", "unlabelled_snapshots", "holdout_by", "holdout_share", "settings"}
    assert found.tags.items() >= recorded.tags().items()
    tagged = {key.removeprefix("lineage.") for key in found.tags}
    # What is long, and what says whose it is, is in the artifact alone.
    untagged = {"files", "model_files", "artifacts", "project", "run", "version"}
    assert untagged <= {field.name for field in fields(recorded)} - tagged <= untagged | empty
    assert (chain.changed_since, chain.intact) == ([], True)


def test_what_has_changed_since_is_named(trained: Project, model_folder: Folder) -> None:
    files = model_folder(trained, "1")
    code = f"src/{trained.package}/features.py"
    with Path(code).open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    stray = files / "stray"
    stray.write_text("not there when it was registered")
    chain = provenance.chain(trained, "1")
    stray.unlink()
    assert (chain.changed_since, chain.intact) == ([code], False)


def test_an_edit_in_the_installed_library_is_named(
    trained: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    other = shutil.copytree(installed.LIBRARY, tmp_path / "edited", ignore=ignore)
    monkeypatch.setattr(installed, "LIBRARY", other)
    assert provenance.chain(trained, "1").changed_since == []
    with (other / "evaluation" / "metrics.py").open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert provenance.chain(trained, "1").changed_since == [installed.NAME]
    with pytest.raises(NotReproduced, match=r"with: modelyard-platform \(as installed\)"):
        reproduce.reproduce(trained, "1")
    begun = provenance.chain(trained, "1").lineage
    with pytest.raises(SetupError, match=r"started with: modelyard-platform \(as installed\)"):
        stages.fit(trained, begun, pd.DataFrame(), pd.DataFrame())


def test_the_wheel_that_is_locked_is_an_input(trained: Project) -> None:
    lock = trained.root / "vendor" / "platform.lock"
    lock.write_text(lock.read_text("utf-8").replace("sha256:", "sha256:0", 1), "utf-8")
    assert provenance.chain(trained, "1").changed_since == ["vendor/platform.lock"]


def test_the_library_that_0_2_0_had_in_the_repo_is_one_change(trained: Project) -> None:
    package = f"src/{trained.package}"
    former = {f"{package}/platform/{name}.py": "0" * 64 for name in ("gate", "git")}
    recorded = provenance.chain(trained, "1").lineage
    # 0.2.0 had no wheel.
    files = {n: found for n, found in recorded.files.items() if not n.startswith("vendor/")}
    before = replace(recorded, library="", files=files | former)
    assert provenance.changed_since(trained, before) == [f"{package}/platform/"]


def test_the_neighbours_of_a_folder_in_a_larger_repo_are_not_recorded(
    landed: Project, tmp_path: Path
) -> None:
    top = tmp_path / "larger"
    shutil.copytree(landed.root, top / "ours", ignore=shutil.ignore_patterns(".git"))
    git(top, "init", "--quiet")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "Start")
    (top / "neighbour.txt").write_text("not ours to publish\n", "utf-8")
    here = load_project(top / "ours")
    assert not lineage.capture(here, snapshots.landed(here)).dirty
    (here.root / "src" / "more.txt").write_text("ours\n", "utf-8")
    assert lineage.capture(here, snapshots.landed(here)).dirty
    changes = uncommitted.take(here.root)
    assert (changes.kept, changes.left_out) == (("src/more.txt",), ())
    assert b"+ours" in changes.patch and b"not ours to publish" not in changes.patch


def test_the_patch_of_a_dirty_tree_restores_it(landed: Project, tmp_path: Path) -> None:
    assert not lineage.capture(landed, []).dirty
    Path("params.yaml").write_text("edited: é\n", "utf-8")
    Path("src", "new folder").mkdir()
    Path("src", "new folder", "naïve.bin").write_bytes(bytes(range(256)))
    Path("README.md").unlink()
    Path("staged.txt").write_text("staged")
    git(landed.root, "add", "staged.txt")
    status = git(landed.root, "status", "--porcelain")
    assert lineage.capture(landed, []).dirty
    patch = tmp_path / "patch"
    patch.write_bytes(uncommitted.take(landed.root).patch)
    assert git(landed.root, "status", "--porcelain") == status
    git(tmp_path, "clone", "--quiet", str(landed.root), "clone")
    git(tmp_path / "clone", "apply", str(patch))
    names = git(landed.root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, names.split("\0")):
        mine, other = landed.root / name, tmp_path / "clone" / name
        assert mine.exists() == other.exists()
        assert not mine.exists() or mine.read_bytes() == other.read_bytes()


def test_a_dirty_version_is_reproduced_to_the_last_bit(
    trained: Project, run_folder: Folder
) -> None:
    code = Path("src", trained.package, "features.py")
    code.write_text(code.read_text("utf-8") + "# one thing\n", "utf-8")
    code.with_name("new_module.py").write_text('"""New."""\n', "utf-8")
    settings = yaml.safe_load(Path("params.yaml").read_text("utf-8"))
    settings["seed"] += 1
    Path("params.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    outcome = graph.run(load_project())
    result = reproduce.reproduce(trained, outcome.version, allow_patch=True)
    assert result.exact
    np.testing.assert_equal(result.again, outcome.metrics)
    patch = run_folder(trained, outcome.version) / lineage.DIFF_ARTIFACT
    patch.write_bytes(patch.read_bytes().replace(b"# one thing", b"# another"))
    with pytest.raises(NotTrusted, match=r"uncommitted\.patch is not the one that was recorded$"):
        reproduce.reproduce(trained, outcome.version, allow_patch=True)
    record_again(patch)
    with pytest.raises(NotReproduced, match=rf"with: {code}$"):
        reproduce.reproduce(trained, outcome.version, allow_patch=True)


def test_changed_data_is_named(
    trained: Project, run_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = snapshots.landed(trained)[0]
    recorded = run_folder(trained, "1") / lineage.ARTIFACT
    text = recorded.read_text("utf-8")
    recorded.write_text(text.replace(first.md5, "0" * 32), "utf-8")
    with pytest.raises(NotReproduced, match=rf"with: data/raw/{first.path.name}$"):
        reproduce.reproduce(trained, "1")
    recorded.write_text(text, "utf-8")
    monkeypatch.setenv("STORE", str(tmp_path))
    data = trained.owner.data
    monkeypatch.setattr(data, "fetch", lambda month, path, params: path.write_bytes(b"other"))
    with pytest.raises(Unreachable, match=first.path.name):
        reproduce.reproduce(trained, "1")


def test_another_prediction_is_no_reproduction(trained: Project, run_folder: Folder) -> None:
    path = run_folder(trained, "1") / reproduce.PREDICTIONS
    recorded = np.load(path)
    other = recorded.copy()
    other[0] += 0.5
    np.save(path, other)
    try:
        with pytest.raises(NotTrusted, match=r"is not the one that was recorded$"):
            reproduce.reproduce(trained, "1")
        record_again(path)
        with pytest.raises(NotReproduced, match=r"predictions differ by up to 0\.5$"):
            reproduce.reproduce(trained, "1")
    finally:
        np.save(path, recorded)
        record_again(path)


def test_a_reproduction_is_exact_or_it_is_none() -> None:
    def exact(again: dict[str, float], gap: float = 0.0) -> bool:
        return reproduce.Reproduction("1", {"a": nan, "b": 0.1}, again, gap).exact

    nan = float("nan")
    assert exact({"a": nan, "b": 0.1})
    assert not exact({"a": nan, "b": 0.1 + 1e-16 * 4})
    assert not exact({"a": 0.0, "b": 0.1})
    assert not exact({"a": nan, "b": 0.1}, gap=1e-17)
