"""How a stored model is loaded is what model.py says, even where the hashes fit what is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
import yaml
from modelyard_platform.errors import NotTrusted, ProjectError
from modelyard_platform.evaluation import formats
from sklearn.linear_model import LinearRegression

SKOPS: dict[str, Any] = {"serialization_format": "skops", "skops_trusted_types": []}


class Canary:
    """A pickle that leaves a file behind wherever it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A stored scikit-learn model."""
    import mlflow.sklearn

    folder = tmp_path / "model"
    fitted = LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])
    mlflow.sklearn.save_model(fitted, str(folder), pip_requirements=[], **SKOPS)
    return folder


def rewrite(model: Path, change: Callable[[dict[str, Any]], object]) -> None:
    described = yaml.safe_load((model / "MLmodel").read_text("utf-8"))
    change(described["flavors"])
    (model / "MLmodel").write_text(yaml.safe_dump(described), "utf-8")


def test_a_model_is_loaded_as_it_was_stored(model: Path) -> None:
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    for options in (SKOPS, {}):  # skops is what MLflow takes where nothing is said
        loaded = formats.load(model, "ours", "sklearn", options)
        assert loaded.predict([[3.0]]).tolist() == pytest.approx([6.0])
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("options", [SKOPS, {}])
def test_a_pickle_that_the_store_asks_for_is_not_loaded(
    model: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    canary = tmp_path / "canary"
    (model / "model.pkl").write_bytes(cloudpickle.dumps(Canary(canary)))
    for format_ in ("cloudpickle", "pickle"):
        new = {"pickled_model": "model.pkl", "serialization_format": format_}
        rewrite(model, lambda flavors, new=new: flavors["sklearn"].update(new))
        with pytest.raises(NotTrusted, match=f"serialization_format '{format_}'.*'skops'"):
            formats.load(model, "ours", "sklearn", options)
    assert not canary.exists()


def test_a_format_that_is_left_out_is_none(model: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (model / "model.pkl").write_bytes(cloudpickle.dumps(Canary(canary)))
    # MLflow takes a model without a format for a pickle.
    rewrite(model, lambda f: f["sklearn"].pop("serialization_format"))
    rewrite(model, lambda f: f["sklearn"].update(pickled_model="model.pkl"))
    with pytest.raises(Exception, match="zip"):
        formats.load(model, "ours", "sklearn", SKOPS)
    assert not canary.exists()


def test_types_are_trusted_by_the_repo_and_not_by_the_model(tmp_path: Path) -> None:
    import mlflow.sklearn
    from sklearn.ensemble import HistGradientBoostingRegressor

    trusted = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "numpy.dtype"]
    fitted = HistGradientBoostingRegressor(max_iter=1).fit([[0.0], [1.0]] * 30, [0.0, 2.0] * 30)
    options = SKOPS | {"skops_trusted_types": trusted}
    mlflow.sklearn.save_model(fitted, str(tmp_path / "m"), pip_requirements=[], **options)
    assert formats.load(tmp_path / "m", "ours", "sklearn", options)
    with pytest.raises(Exception, match="Untrusted types"):
        formats.load(tmp_path / "m", "ours", "sklearn", SKOPS)


def test_a_pickle_that_the_owner_asks_for_is_loaded(model: Path) -> None:
    (model / "model.pkl").write_bytes(cloudpickle.dumps({"the owner's": "choice"}))
    new = {"pickled_model": "model.pkl", "serialization_format": "cloudpickle"}
    rewrite(model, lambda flavors: flavors["sklearn"].update(new))
    options = {"serialization_format": "cloudpickle"}
    assert formats.load(model, "ours", "sklearn", options) == {"the owner's": "choice"}


@pytest.mark.parametrize("name", ["/etc/hostname", "../outside.skops", "s3://bucket/model"])
def test_a_model_reads_no_file_outside_of_it(model: Path, name: str) -> None:
    rewrite(model, lambda flavors: flavors["sklearn"].update(pickled_model=name))
    with pytest.raises(NotTrusted, match="a file that is not its own"):
        formats.load(model, "ours", "sklearn", SKOPS)


def test_code_beside_a_model_is_not_put_before_what_is_installed(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    (model / "code").mkdir()
    (model / "code" / "planted.py").touch()
    rewrite(model, lambda flavors: flavors["sklearn"].update(code="code"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = [*sys.path]
    formats.load(model, "ours", "sklearn", SKOPS)
    assert sys.path == before


def test_a_flavor_that_model_py_does_not_name_is_refused(model: Path) -> None:
    rewrite(model, lambda flavors: flavors.pop("sklearn"))
    with pytest.raises(NotTrusted, match="no flavor sklearn"):
        formats.load(model, "ours", "sklearn", SKOPS)


def test_a_loader_is_the_one_that_the_repo_names(model: Path) -> None:
    with pytest.raises(ProjectError) as refused:
        formats.load(model, "ours", "pyfunc", {})
    assert isinstance(refused.value, NotTrusted)
    assert "loader_module 'mlflow.sklearn'; by model.py it is 'mlflow.pyfunc" in str(refused.value)


def test_a_class_of_another_package_is_not_made() -> None:
    module = type("flavor", (), {"log_model": staticmethod(lambda model: None)})
    found = {"model_class": "subprocess.Popen", "data": "model.ubj"}
    with pytest.raises(NotTrusted, match=r"subprocess\.Popen"):
        formats._restricted(found, module, "ours", "xgboost", {})
    for fits in ("xgboost.sklearn.XGBClassifier", "ours.model.Mine"):
        assert formats._restricted(found | {"model_class": fits}, module, "ours", "xgboost", {})
