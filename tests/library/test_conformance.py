"""The conformance tests in a repo without a fault: switches, data, and where they run."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.library.conformed import PACKAGE, append, copy, replace, runner, small, surroundings
from tests.template.long_runs import LONG, one_of_each
from tools.library_tests import blocks

SUITE = Path(__file__).parents[2]
# They skip where the owner has left out what they are of.
OPTIONAL = {
    "test_baseline_is_valid",
    "test_weights_are_valid",
    "test_slices_are_valid",
    "test_plots_are_figures",
}

# Lands every snapshot as DVC does, with no DVC.
LAND = """
import hashlib, sys
from pathlib import Path

sys.path.insert(0, "src")
from flight_delays import data

params, folder = {"source": "data/sample/flights-2013.zip"}, Path("data/raw")
folder.mkdir(exist_ok=True)
for name in data.snapshots(params):
    path = folder / f"{name}.parquet"
    data.fetch(name, path, params)
    md5, size = hashlib.md5(path.read_bytes()).hexdigest(), path.stat().st_size
    pointer = f"outs:\\n- md5: {md5}\\n  size: {size}\\n  hash: md5\\n  path: {path.name}\\n"
    path.with_suffix(".parquet.dvc").write_text(pointer)
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def short(render: Render) -> Path:
    """A repo with two months of data."""
    root = render()
    small(root, 2)
    return root


@pytest.fixture
def pytest_in(environment: Path, tmp_path: Path) -> Run:
    """Run pytest as a user does: `pytest_in(root, "-k", "fit", cwd=..., path=[...])`."""

    def run(
        root: Path, *words: str, cwd: Path | None = None, path: tuple[Path, ...] = ()
    ) -> "subprocess.CompletedProcess[str]":
        command = [str(environment / "bin" / "python"), "-m", "pytest", "-p", "no:cacheprovider"]
        return subprocess.run(
            [*command, *words],
            cwd=cwd or root,
            env=surroundings(tmp_path / "home", *path),
            capture_output=True,
            text=True,
        )

    return run


def switch_off(root: Path, lines: str) -> None:
    """Switch tests of a repo off."""
    with (root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.modelyard.conformance.skip]\n{lines}\n")


def contents(folder: Path) -> dict[str, str]:
    """Return a hash of every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.mark.parametrize("task", one_of_each(["classification", "regression"]))
def test_a_fresh_repo_is_green_and_nothing_is_written(
    task: str, render: Render, environment: Path, tmp_path: Path
) -> None:
    root = render(tmp_path / "repo", task=task)
    before = contents(root)
    with runner(environment / "bin" / "python", tmp_path / "home") as run:
        found = run(root)
    assert not found.names("failed"), found.failures()
    assert found.names("skipped") == OPTIONAL
    cases = [name for name in found.found if name.startswith("test_contract_refuses_damage[")]
    assert len(cases) > 80
    assert "test_contract_refuses_damage[dep_delay-above_maximum]" in cases
    assert contents(root) == before
    home = tmp_path / "repo-home"
    assert {path.name for path in home.iterdir()} == {"log", "outcomes.json", "work"}


def test_optional_functions_are_tested_where_they_are(
    pytest_in: Run, short: Path, tmp_path: Path
) -> None:
    root = copy(short, tmp_path / "repo")
    append(
        root,
        "metrics",
        'SLICES = ("far",)\n\n\ndef slices(frame):\n'
        '    return {"far": frame["distance"] > 1000}\n\n\n'
        "def plots(labels, predictions):\n    from matplotlib.figure import Figure\n\n"
        '    return {"nothing": Figure()}',
    )
    append(
        root,
        "model",
        "def weights(frame, params):\n    return frame['distance'] / 100.0\n\n\nbefore = fit\n\n\n"
        "def fit(features, labels, params, seed, weights):\n"
        "    assert weights.index.equals(features.index)\n"
        "    return before(features, labels, params, seed)",
    )
    done = pytest_in(root, "-q", "-k", "not damage", "tests/test_conformance.py")
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout  # model.py has no baseline


def test_a_test_that_is_switched_off_is_skipped_with_its_reason(
    pytest_in: Run, short: Path, tmp_path: Path
) -> None:
    root = copy(short, tmp_path / "repo")
    append(root, "contract", 'raise RuntimeError("not today")')
    switch_off(root, 'test_signatures = "the contract is being written"')
    done = pytest_in(root, "-k", "signatures", "tests/test_conformance.py")
    assert done.returncode == 0, done.stdout
    assert "5 skipped" in done.stdout
    assert "switched off in pyproject.toml" in done.stdout
    assert "test_signatures: the contract is being written" in done.stdout


@pytest.mark.parametrize(
    ("lines", "says"),
    one_of_each(
        [
            ('test_signatur = "why"', "names test_signatur, which is no conformance test; did you"),
            ('test_signatures = " "', "gives no reason for test_signatures"),
            ("test_signatures = true", "gives no reason for test_signatures"),
        ]
    ),
)
def test_a_wrong_switch_is_an_error(
    lines: str, says: str, pytest_in: Run, short: Path, tmp_path: Path
) -> None:
    root = copy(short, tmp_path / "repo")
    switch_off(root, lines)
    done = pytest_in(root, "-q", "-k", "signatures")
    assert done.returncode == 4, done.stdout
    assert says in done.stderr
    if "which is no" in says:
        assert "\n  test_features_keep_the_order\n" in done.stderr


@LONG
def test_it_runs_from_anywhere_and_in_parallel(pytest_in: Run, short: Path, tmp_path: Path) -> None:
    root = copy(short, tmp_path / "repo")
    lock = tmp_path / "xdist.lock"
    names = ("execnet==", "pytest-xdist==")
    lock.write_text("".join(b for b in blocks(SUITE / "requirements.lock") if b.startswith(names)))
    install = ["uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command = [*install, "--target", str(tmp_path / "xdist"), "--requirement", str(lock)]
    subprocess.run(command, check=True)
    words = ("-q", "-n", "2", "-k", "conformance and not damage", str(root))
    done = pytest_in(root, *words, cwd=tmp_path, path=(tmp_path / "xdist",))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout
    assert "passed" in done.stdout


def test_what_has_landed_is_not_fetched(pytest_in: Run, short: Path, tmp_path: Path) -> None:
    root = copy(short, tmp_path / "repo")
    script = root / "land.py"
    script.write_text(LAND, "utf-8")
    subprocess.run([sys.executable, str(script)], cwd=root, check=True)
    (root / "data" / "sample" / "flights-2013.zip").unlink()
    done = pytest_in(root, "-q", "-k", "not damage", "tests/test_conformance.py")
    failed = {text.split()[1] for text in done.stdout.splitlines() if text.startswith("FAILED")}
    of_source = ("test_snapshots_are_sorted", "test_fetch_gives_the_same_bytes")
    assert failed == {f"tests/test_conformance.py::{name}" for name in of_source}, done.stdout
    assert "raises FileNotFoundError" in done.stdout


@LONG
def test_a_source_of_another_package_is_tested(pytest_in: Run, short: Path, tmp_path: Path) -> None:
    root = copy(short, tmp_path / "repo")
    site, made = tmp_path / "site", tmp_path / "site" / "acme-1.0.dist-info"
    made.mkdir(parents=True)
    (root / PACKAGE / "data.py").rename(site / "acme_source.py")
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[modelyard_platform.sources]\nacme = acme_source\n")
    with (root / "params.yaml").open("a", encoding="utf-8") as file:
        file.write("\nsource:\n  provider: acme\n")
    words = ("-q", "-k", "not damage", "tests/test_conformance.py")
    done = pytest_in(root, *words, path=(site,))
    assert done.returncode == 0, done.stdout
    replace(site / "acme_source.py", r"def snapshots\(", "def snapshots(region, ")
    done = pytest_in(root, "-q", "-k", "signatures", *words[3:], path=(site,))
    assert "site/acme_source.py:" in done.stdout
    assert "snapshots: wanted is snapshots(params)" in done.stdout
    assert "1 failed, 4 passed" in done.stdout


def test_the_plugin_does_nothing_elsewhere(pytest_in: Run, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "test_plain.py").write_text(
        "import sys\n\n\ndef test_plain():\n"
        "    assert 'modelyard_platform.conformance.plugin' in sys.modules\n"
        "    assert not {'pandas', 'numpy', 'pydantic'} & set(sys.modules)\n"
    )
    done = pytest_in(folder, "-q")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
