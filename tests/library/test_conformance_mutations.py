"""Faults in the owner's modules: each turns the one test red that is of it, which says where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.library.conformed import PACKAGE, Runner, append, copy, line, replace, runner, small
from tests.template.long_runs import LONG


@dataclass(frozen=True)
class Fault:
    """A change to a file, the test that it turns red, and what that says of which line.

    `code` is added to the end of a module, or replaces what `pattern` finds. The failure names the
    last line of the file that starts with `at`.
    """

    name: str
    file: str
    code: str
    test: str
    at: str
    says: str
    pattern: str = ""

    def apply(self, root: Path) -> Path:
        """Make the change in a repo, and return the file."""
        path = root / self.file if self.file == PARAMS else root / PACKAGE / self.file
        if self.pattern:
            replace(path, self.pattern, self.code)
        else:
            append(root, path.stem, self.code)
        return path


def wrapped(function: str, parameters: str, code: str) -> str:
    """Return a function that replaces one of the owner's, which it may call as `before`."""
    return f"before = {function}\n\n\ndef {function}({parameters}):\n    {code}"


BUILD = "frame, params"
FIT = "features, labels, params, seed"
FEATURES, MODEL, METRICS = "features.py", "model.py", "metrics.py"
CONTRACT, DATA, PARAMS = "contract.py", "data.py", "params.yaml"


def features(name: str, code: str, test: str, says: str) -> Fault:
    """Return a fault in `build`; `code` changes `features`, which it returned."""
    body = f"features = before(frame, params)\n    {code}\n    return features"
    return Fault(name, FEATURES, wrapped("build", BUILD, body), test, "def build", says)


FAULTS = [
    Fault(
        "the order of rows is left to chance",
        DATA,
        wrapped(
            "fetch",
            "snapshot, destination, params",
            "import pandas as pd\n    before(snapshot, destination, params)\n    "
            "pd.read_parquet(destination).sample(frac=1).to_parquet(destination)",
        ),
        "test_fetch_gives_the_same_bytes",
        "def fetch",
        "gave 2013-12 twice with other bytes",
    ),
    Fault(
        "newest snapshot first",
        DATA,
        wrapped("snapshots", "params", "return before(params)[::-1]"),
        "test_snapshots_are_sorted",
        "def snapshots",
        "is not sorted, oldest first: 2013-11 comes after a newer one",
    ),
    Fault(
        "any number of rows until any day",
        CONTRACT,
        "",
        "test_contract_refuses_a_cut_snapshot",
        "CONTRACT",
        "the first 250 of the 2500 rows of 2013-12 are accepted",
        pattern=r"^    (fresh_within_days|min_rows)=.*\n",
    ),
    Fault(
        "a number without bounds",
        CONTRACT,
        r'"distance": Column("integer")',
        "test_contract_refuses_other_units",
        '"distance"',
        "values a thousand times as large are accepted in distance",
        pattern=r'"distance": Column\(.*\)',
    ),
    Fault(
        "a bound that is none",
        CONTRACT,
        r'"dep_delay": Column("number", minimum=float("-inf"),',
        "test_contract_refuses_damage",
        '"dep_delay"',
        "a snapshot in which it is below minimum is accepted",
        pattern=r'"dep_delay": Column\("number", minimum=-?\d+,',
    ),
    Fault(
        "a bound that the data breaks",
        CONTRACT,
        r'"distance": Column("integer", minimum=10, maximum=500)',
        "test_contract_accepts_the_snapshots",
        '"distance"',
        "must be at most 500, and in",
        pattern=r'"distance": Column\(.*\)',
    ),
    Fault(
        "nothing is marked as known after",
        CONTRACT,
        "",
        "test_target_is_known_after",
        '"arr_delay"',
        "the label is made from arr_delay, and the contract marks none of that",
        pattern=", known_after=True",
    ),
    Fault(
        "build takes one argument",
        FEATURES,
        "def build(frame):\n    return frame",
        "test_signatures",
        "def build",
        "build: found build(frame); wanted is build(frame, params)",
    ),
    features(
        "a leak",
        'features["at_departure"] = frame["dep_delay"] > 5',
        "test_features_do_not_know_what_comes_after",
        "at_departure follows from dep_delay, which is known only after",
    ),
    features(
        "a leak of two columns",
        'features["speed"] = frame["distance"] / (frame["air_time"] + frame["arr_delay"].abs())',
        "test_features_do_not_know_what_comes_after",
        "speed follows from arr_delay, air_time, which is known only after",
    ),
    features(
        "rows are lost",
        "features = features.dropna()",
        "test_features_keep_every_row",
        "of 400 rows are lost",
    ),
    features(
        "rows are ordered",
        'features = features.sort_values("distance")',
        "test_features_keep_the_order",
        "of 400 rows are at another place",
    ),
    features(
        "rows are shuffled without a seed",
        "features = features.sample(frac=1)",
        "test_features_keep_the_order",
        "of 400 rows are at another place",
    ),
    features(
        "the mean of the batch",
        'features["distance"] -= features["distance"].mean()',
        "test_features_are_made_row_by_row",
        "gives other values for distance when it sees 200 of 400 rows",
    ),
    features(
        "codes of the categories of the batch",
        'features["dest"] = features["dest"].astype("category")',
        "test_features_are_made_row_by_row",
        "gives other values for dest when it sees",
    ),
    features(
        "noise without a seed",
        'features["noise"] = __import__("numpy").random.default_rng().random(len(frame))',
        "test_features_are_the_same_each_time",
        "gives other values for noise each time",
    ),
    features(
        "the frame is written to",
        'frame["seats"] = 0.0',
        "test_features_leave_the_frame_alone",
        "changes seats of the frame that it is given",
    ),
    Fault(
        "a label is missing",
        MODEL,
        wrapped(
            "target",
            BUILD,
            'return before(frame, params).astype("float64").where(frame["distance"] < 2000)',
        ),
        "test_target_has_no_missing_label",
        "def target",
        "labels of 2013-10 are missing",
    ),
    Fault(
        "a label depends on the other rows",
        MODEL,
        wrapped("target", BUILD, 'late = frame["arr_delay"]\n    return (late > late.mean()) * 1'),
        "test_target_is_made_row_by_row",
        "def target",
        "gives other labels when it sees half of the rows",
    ),
    Fault(
        "a row has no label",
        MODEL,
        wrapped("target", BUILD, "return before(frame, params).iloc[1:]"),
        "test_target_labels_every_row",
        "def target",
        "found: 399 labels for 400 rows",
    ),
    Fault(
        "folds without a seed",
        MODEL,
        "random_state=None)",
        "test_fit_is_deterministic",
        "def fit",
        "two trainings on the same rows with the same seed predict different values",
        pattern=r"random_state=seed\)",
    ),
    Fault(
        "a split without a seed",
        MODEL,
        wrapped(
            "fit",
            FIT,
            "rows = features.sample(frac=0.8)\n    "
            "return before(rows, labels.loc[rows.index], params, seed)",
        ),
        "test_fit_is_deterministic",
        "def fit",
        "two trainings on the same rows with the same seed predict different values",
    ),
    Fault(
        "a prediction of each class",
        MODEL,
        wrapped("predict", "model, features", "return model.predict_proba(features)"),
        "test_predictions_have_the_declared_shape",
        "def predict",
        "gives the shape (2500, 2) for 2500 rows; wanted is (2500,)",
    ),
    Fault(
        "predictions are missing",
        MODEL,
        wrapped(
            "predict",
            "model, features",
            'return np.where(features["distance"] > 2000, np.nan, before(model, features))',
        ),
        "test_predictions_are_finite",
        "def predict",
        "of 2500 predictions are missing or infinite",
    ),
    Fault(
        "predictions are ranks in the batch",
        MODEL,
        wrapped(
            "predict",
            "model, features",
            "return pd.Series(before(model, features)).rank(pct=True).to_numpy()",
        ),
        "test_predictions_are_made_row_by_row",
        "def predict",
        "predicts 1.0 for a row alone",
    ),
    Fault(
        "weights below zero",
        MODEL,
        "def weights(frame, params):\n    return frame['distance'] - 1000.0\n\n\n"
        + wrapped("fit", f"{FIT}, weights", "return before(features, labels, params, seed)"),
        "test_weights_are_valid",
        "def weights",
        "of 400 weights are missing, infinite or negative",
    ),
    Fault(
        "the wrong direction",
        METRICS,
        '"brier": True',
        "test_metrics_prefer_perfect_predictions",
        "HIGHER_IS_BETTER",
        "says True for brier, in which perfect predictions reach 0",
        pattern='"brier": False',
    ),
    Fault(
        "a metric is missing",
        METRICS,
        wrapped(
            "evaluate",
            "labels, predictions",
            "found = before(labels, predictions)\n    del found['average_precision']\n    "
            "return found",
        ),
        "test_metrics_are_those_declared",
        "def evaluate",
        "does not give average_precision, which HIGHER_IS_BETTER names",
    ),
    Fault(
        "slices of some rows",
        METRICS,
        'SLICES = ("far",)\n\n\ndef slices(frame):\n'
        '    return {"far": frame.loc[frame["distance"] > 1000, "distance"]}',
        "test_slices_are_valid",
        "def slices",
        "far: wanted is a pd.Series with one value for each row",
    ),
    Fault(
        "plots that are none",
        METRICS,
        'def plots(labels, predictions):\n    return {"roc": predictions}',
        "test_plots_are_figures",
        "def plots",
        "wanted is a dict of matplotlib figures by name",
    ),
    Fault(
        "a floor of no metric",
        PARAMS,
        r"\1auc: 0.58",
        "test_gate_names_exist",
        "auc:",
        "there is no metric auc; there is average_precision, brier, roc_auc",
        pattern=r"^(    )roc_auc: .*",
    ),
    Fault(
        "floors that anything reaches",
        PARAMS,
        r"\1floors:\n    roc_auc: 0.3\n    brier: 0.4\n  slices: {}\n  tolerance: 0.02",
        "test_gate_refuses_shuffled_labels",
        "floors:",
        r"roc_auc at its floor: floor 0.3, shuffled labels reach 0.",
        pattern=r"^(  )floors:(\n.*)+?(?=\n  min_slice_rows)",
    ),
    Fault(
        "no floor",
        PARAMS,
        r"\1floors: {}\n  slices: {}\n  tolerance: 0.02",
        "test_gate_refuses_shuffled_labels",
        "floors:",
        "the gate has no floor, so the first model passes",
        pattern=r"^(  )floors:(\n.*)+?(?=\n  min_slice_rows)",
    ),
]


@pytest.fixture(scope="module")
def run(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Run the conformance tests of a repo."""
    home = tmp_path_factory.mktemp("runner") / "home"
    with runner(environment / "bin" / "python", home) as found:
        yield found


@pytest.fixture(scope="module")
def short(render: Render) -> Path:
    """A repo with three months of data."""
    root = render()
    small(root, 3)
    return root


# One fault of each of these runs by default, all of them with MODELYARD_LONG=1.
ALWAYS = (
    "test_fetch_gives_the_same_bytes",
    "test_contract_refuses_damage",
    "test_features_do_not_know_what_comes_after",
    "test_features_keep_every_row",
    "test_features_are_made_row_by_row",
    "test_target_has_no_missing_label",
    "test_fit_is_deterministic",
    "test_predictions_have_the_declared_shape",
    "test_metrics_prefer_perfect_predictions",
    "test_gate_refuses_shuffled_labels",
)
FIRST = {fault.test: fault for fault in reversed(FAULTS)}
CASES = [
    pytest.param(
        fault,
        id=fault.name,
        marks=() if fault.test in ALWAYS and FIRST[fault.test] is fault else LONG,
    )
    for fault in FAULTS
]


@pytest.mark.parametrize("fault", CASES)
def test_a_fault_turns_its_test_red(fault: Fault, run: Runner, short: Path, tmp_path: Path) -> None:
    root = copy(short, tmp_path / "repo")
    path = fault.apply(root)
    found = run(root)
    assert found.names("failed") == {fault.test}, found.failures()
    said = found.failures()
    assert fault.says in said
    place = f"{path.relative_to(root)}:{line(path, fault.at)} "
    assert place in said, f"{place} is not in: {said}"
    assert len(said.splitlines()) <= 8, said
    assert not re.search(r"^E  ", said, flags=re.M), said


def test_what_the_owners_code_raises_is_told_with_its_line(
    run: Runner, short: Path, tmp_path: Path
) -> None:
    root = copy(short, tmp_path / "repo")
    append(root, "features", wrapped("build", BUILD, 'return frame[["no_such_column"]]'))
    found = run(root)
    path = root / PACKAGE / FEATURES
    number = line(path, "return frame[[")
    assert "test_features_keep_every_row" in found.names("failed")
    assert "test_contract_accepts_the_snapshots" in found.names("passed")
    for said in found.failures().splitlines():
        assert f"{path.relative_to(root)}:{number} build: raises KeyError" in said
