"""A folder of artifacts is copied as MLflow copies it, and no more of it than MLflow would."""

from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository
from modelyard_platform.tracking.folders import Folder


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A model as it may lie in a store, with an upload that was killed."""
    folder = tmp_path / "a model %20"
    for name in ("MLmodel", "code/package/one.py", ".artifact.uploading.abc", "data/.artifact"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (folder / "empty").mkdir()
    return folder


def copied(kind: type[LocalArtifactRepository], stored: Path, target: Path) -> set[str]:
    target.mkdir()
    at = Path(kind(stored.as_uri()).download_artifacts("", str(target)))
    assert at == target
    return {path.relative_to(at).as_posix() for path in at.rglob("*")}


def test_all_that_mlflow_copies_is_copied(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    found = copied(Folder, stored, tmp_path / "ours" / "model")
    assert found == copied(LocalArtifactRepository, stored, tmp_path / "theirs")
    assert "empty" in found
    one = Folder(stored.as_uri()).download_artifacts("MLmodel", str(tmp_path / "ours"))
    assert Path(one).read_text() == "MLmodel"


def test_a_link_out_of_the_folder_is_refused(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("not of the model")
    (stored / "code" / "link.py").symlink_to(tmp_path / "private")
    with pytest.raises(MlflowException):
        copied(Folder, stored, tmp_path / "ours")


def test_a_folder_that_is_not_there_is_told_by_mlflow(tmp_path: Path) -> None:
    with pytest.raises(MlflowException):
        Folder((tmp_path / "none").as_uri()).download_artifacts("model", str(tmp_path))
