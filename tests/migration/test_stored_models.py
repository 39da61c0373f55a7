"""A stored model carries the owner's code and the library: it predicts where neither is."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repos import Repo, machine
from tests.template.long_runs import LONG

DOWNLOAD = """
import sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
print(mlflow.artifacts.download_artifacts("models:/flight-delays/1", dst_path=sys.argv[2]))
"""
# What the repo itself says of the newest snapshot, its raw rows, and their features.
EXPECTED = """
import sys, numpy, pandas
from pathlib import Path
from flight_delays import features
from modelyard_platform.settings import load_params
folder = Path(sys.argv[1])
rows = pandas.read_parquet(sorted(Path("data/raw").glob("*.parquet"))[-1])
rows.to_parquet(folder / "rows.parquet")
built = features.build(rows, load_params(Path("params.yaml")).features)
built.to_parquet(folder / "features.parquet")
predicted = pandas.read_parquet(next(Path("predictions").glob("*.parquet")))
numpy.save(folder / "expected.npy", predicted["prediction"].to_numpy())
"""
SAME = """
import numpy, sys
expected, found = map(numpy.load, sys.argv[1:])
assert len(expected) > 999 and (expected == found).all()
"""
PYFUNC = """
import importlib.util, sys, mlflow, numpy, pandas
assert importlib.util.find_spec("modelyard_platform") is None
predict = mlflow.pyfunc.load_model("model").predict
numpy.save("found.npy", predict(pandas.read_parquet("features.parquet"))[:, 1])
"""
NOT_INSTALLED = """
import importlib.util
found = [importlib.util.find_spec(name) for name in ("modelyard_platform", "flight_delays")]
assert found == [None, None], found
"""


@dataclass(frozen=True)
class Elsewhere:
    """A folder with a model and rows on another machine, and an environment without the library."""

    folder: Path
    python: Path
    env: dict[str, str]
    wheel: Path

    def run(self, *words: str, **extra: str) -> None:
        command = [str(self.python), *words]
        env = {**self.env, **extra}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def uv(*words: str | Path, cwd: Path) -> None:
    subprocess.run(["uv", "pip", *map(str, words)], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def elsewhere(repo: Callable[..., Repo], environment: Path, tmp_path: Path) -> Elsewhere:
    """The model of a trained repo that is then gone, with its store."""
    made, folder = repo(), tmp_path / "elsewhere"
    folder.mkdir()
    made.verb("ingest", "--until", "2013-03")
    made.verb("train", "--direct")
    made.verb("promote")
    made.verb("predict")
    python = made.root / ".venv" / "bin" / "python"
    tracking = f"sqlite:///{made.store / 'mlflow' / 'mlflow.db'}"
    made.run(python, "-c", DOWNLOAD, tracking, folder / "download")
    shutil.move(next((folder / "download").rglob("MLmodel")).parent, folder / "model")
    made.run(python, "-c", EXPECTED, folder)
    for name in ("requirements.lock", "vendor"):
        shutil.move(made.root / name, folder / name)
    shutil.rmtree(made.store)
    shutil.rmtree(made.root)
    venv = tmp_path / "venv"
    shutil.copytree(environment, venv, symlinks=True, copy_function=os.link)
    uv("uninstall", "--python", venv, "modelyard-platform", cwd=folder)
    wheel = next((folder / "vendor").glob("*.whl"))
    return Elsewhere(folder, venv / "bin" / "python", machine(tmp_path / "other-home"), wheel)


@LONG
@pytest.mark.life
def test_a_model_predicts_without_repo_and_library(elsewhere: Elsewhere) -> None:
    entry = ["-m", "modelyard_platform.evaluation.scoring", "model", "rows.parquet", "found.npy"]
    elsewhere.run("-c", NOT_INSTALLED)
    elsewhere.run(*entry, PYTHONPATH=str(elsewhere.folder / "model" / "code"))
    elsewhere.run("-c", SAME, "expected.npy", "found.npy")
    (elsewhere.folder / "found.npy").unlink()
    elsewhere.run("-c", PYFUNC)
    elsewhere.run("-c", SAME, "expected.npy", "found.npy")
    (elsewhere.folder / "found.npy").unlink()
    # With the library, and no path: the owner's code still is the one that the model carries.
    venv = elsewhere.python.parents[1]
    uv("install", "--offline", "--no-deps", "--python", venv, elsewhere.wheel, cwd=venv)
    elsewhere.run(*entry)
    elsewhere.run("-c", SAME, "expected.npy", "found.npy")
