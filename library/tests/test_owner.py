"""A module of the owner that does not fit is one message: file, function, found, wanted."""

import shutil
import sys
from pathlib import Path

import pytest
from modelyard_platform.errors import SetupError
from modelyard_platform.owner import Owner, find_package

PACKAGE = "owned_by_a_test"


@pytest.fixture
def owner(rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """The owner's modules of a copy that is imported by this test alone."""
    shutil.copytree(rendered / "src" / "flight_delays", tmp_path / "src" / PACKAGE)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        monkeypatch.delitem(sys.modules, name)
    return Owner(tmp_path, PACKAGE)


def replace(owner: Owner, module: str, old: str, new: str) -> None:
    path = owner.root / owner.path(module)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refusal(owner: Owner, module: str) -> SetupError:
    with pytest.raises(SetupError) as refused:
        getattr(owner, module)
    return refused.value


def test_the_sample_fits(owner: Owner) -> None:
    for module in ("contract", "data", "features", "model", "metrics"):
        assert getattr(owner, module) is not None
    assert owner.outputs == ("prediction",)


@pytest.mark.parametrize(
    ("module", "old", "new", "found", "wanted"),
    [
        ("features", "def build(", "def make(", "no such function", "build(frame, params)"),
        ("data", ", params: dict[str, Any]) -> None", ") -> None", "fetch(snapshot: str, ", None),
        ("data", "def snapshots(", "def months(", "no such function", "snapshots(params)"),
        ("model", "def predict(", "predict = 3\n\n\ndef other(", "3", "predict(model, features)"),
        ("model", ", seed: int)", ")", "fit(features", "fit(features, labels, params, seed)"),
        ("model", 'FLAVOR = "', 'KIND = "', "no such name", "FLAVOR: The name of the MLflow"),
        ("metrics", "HIGHER_IS_BETTER =", "BETTER =", "no such name", "HIGHER_IS_BETTER: "),
        ("metrics", 'PRIMARY = "roc_auc"', 'PRIMARY = "auc"', "'auc'", "PRIMARY: one of roc_auc, "),
        ("contract", "CONTRACT = Contract(", "CONTRACT = dict(", "a dict", "CONTRACT: a modelyard"),
        ("contract", "CONTRACT =", "RULES =", "no such name", "CONTRACT: a modelyard_platform"),
    ],
)
def test_what_does_not_fit_is_named_with_what_is_wanted(
    owner: Owner, module: str, old: str, new: str, found: str, wanted: str | None
) -> None:
    replace(owner, module, old, new)
    told = str(refusal(owner, module))
    assert told.startswith(f"src/{PACKAGE}/{module}.py: found {found}")
    assert f"; wanted is {wanted or 'fetch(snapshot, destination, params)'}" in told
    assert len(told.splitlines()) == 1


def test_an_argument_that_a_contract_does_not_take_is_named_with_its_line(owner: Owner) -> None:
    replace(owner, "contract", "CONTRACT = Contract(", 'CONTRACT = Contract(\n    perod="month",')
    told = str(refusal(owner, "contract"))
    assert told.startswith(f"src/{PACKAGE}/contract.py:")
    assert "'perod'" in told


def test_a_type_error_of_code_that_the_contract_calls_stays_theirs(owner: Owner) -> None:
    (owner.root / "src" / PACKAGE / "other.py").write_text('SUM = 1 + "1"\n', "utf-8")
    replace(owner, "contract", "CONTRACT = ", f"from {PACKAGE} import other\n\nCONTRACT = ")
    with pytest.raises(TypeError, match="unsupported operand"):
        owner.contract  # noqa: B018  # loading it is what raises


def test_a_missing_file_is_named(owner: Owner) -> None:
    (owner.root / owner.path("metrics")).unlink()
    assert str(refusal(owner, "metrics")) == f"src/{PACKAGE}/metrics.py is missing"


def test_an_optional_function_is_held_against_its_call(owner: Owner) -> None:
    assert owner.optional("metrics", "slices", 1) is None
    path = owner.root / owner.path("metrics")
    text = path.read_text("utf-8")
    path.write_text(text + "\n\ndef slices(frame, params):\n    return {}\n")
    again = Owner(owner.root, PACKAGE)
    del sys.modules[f"{PACKAGE}.metrics"]
    with pytest.raises(SetupError) as refused:
        again.optional("metrics", "slices", 1)
    told = (
        f"src/{PACKAGE}/metrics.py: found slices(frame, params); wanted is slices, called with 1 "
    )
    assert str(refused.value).startswith(told)


def test_fit_must_take_the_weights_that_there_are(owner: Owner) -> None:
    path = owner.root / owner.path("model")
    path.write_text(path.read_text("utf-8") + "\n\ndef weights(frame, params):\n    return 1\n")
    told = str(refusal(owner, "model"))
    assert told.endswith("; wanted is fit(features, labels, params, seed, weights=)")


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("contract", "from .platform.validation import Column, Contract"),
        ("__init__", "from . import platform"),
        ("features", "import owned_by_a_test.platform.settings"),
    ],
)
@pytest.mark.parametrize("left_over", [False, True])
def test_an_import_of_the_former_platform_says_what_to_edit(
    owner: Owner, module: str, code: str, left_over: bool
) -> None:
    path = owner.root / owner.path(module)
    path.write_text(f"{code}\n{path.read_text('utf-8')}", "utf-8")
    if left_over:  # what git leaves of a folder that it takes away
        (path.parent / "platform" / "__pycache__").mkdir(parents=True)
    refused = refusal(owner, "contract" if module == "__init__" else module)
    assert f"src/{PACKAGE} still imports {PACKAGE}.platform" in str(refused)
    assert "docs/upgrading.md" in refused.hint


@pytest.mark.parametrize("name", ["platform.py", "platform/__init__.py"])
def test_a_module_of_ones_own_may_be_called_platform(owner: Owner, name: str) -> None:
    path = (owner.root / owner.path("features")).with_name("features.py")
    path.write_text(f"from .platform import CARRIERS\n{path.read_text('utf-8')}", "utf-8")
    mine = path.parent / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("CARRIERS = ('UA', 'AA')\n", "utf-8")
    assert vars(owner.features)["CARRIERS"] == ("UA", "AA")


def test_an_error_in_the_owners_code_stays_theirs(owner: Owner) -> None:
    replace(owner, "features", "import pandas as pd", "import pandas as pd\nimport not_installed")
    with pytest.raises(ModuleNotFoundError, match="not_installed"):
        _ = owner.features


def test_the_modules_are_those_of_this_clone(owner: Owner, tmp_path: Path) -> None:
    other = tmp_path / "installed"
    shutil.copytree(owner.root / "src", other)
    sys.path.insert(0, str(other))
    assert Path(str(owner.load("features").__file__)).is_relative_to(owner.root / "src")


@pytest.mark.parametrize(
    ("text", "found"),
    [('[tool.modelyard]\npackage = "named"\n', "named"), ("[project]\n", "former")],
)
def test_the_package_is_named_or_is_the_one_of_a_former_release(
    tmp_path: Path, text: str, found: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "src" / "former" / "platform").mkdir(parents=True)
    (tmp_path / "src" / "former" / "platform" / "__init__.py").touch()
    assert find_package(tmp_path) == found


@pytest.mark.parametrize("text", ["[project]\n", "[tool.modelyard]\npackage = 'not one'\n", "[["])
def test_no_package_is_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(SetupError, match=r"pyproject\.toml"):
        find_package(tmp_path)
