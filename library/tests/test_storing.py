"""What cannot be stored is told before the fit, and what was fitted outlives the server."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from modelyard_platform.data import snapshots
from modelyard_platform.errors import Unreachable
from modelyard_platform.evaluation import scoring
from modelyard_platform.git import git
from modelyard_platform.provenance import chain as provenance
from modelyard_platform.settings import Project
from modelyard_platform.tracking import registry, verified
from modelyard_platform.training import graph, kept, reading, trial
from modelyard_platform.training.fitting import Given
from modelyard_platform.training.frozen import frozen, used

Edit = Callable[..., Project]
Command = Callable[..., tuple[int, str, str]]

OWN_CLASS = """
class Rate:
    def __init__(self, rate):
        self.rate = rate


def fit(features, labels, params, seed):
    if len(labels) > 1000:
        _break()
    return Rate(float(labels.mean()))


def predict(model, features):
    return np.full(len(features), model.rate)


def _break():
    pass
"""

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-model.md"
# As the page says that an object of any class is stored.
(ANY_CLASS,) = re.findall(r"^ +(FLAVOR, LOG_OPTIONS = .+)$", PAGE.read_text("utf-8"), re.M)

# What a server does that dies while the model is fitted, for a tracker that is a folder.
DIES = """


def _break():
    import os
    from pathlib import Path

    folder = Path(os.environ["STORE"], "mlflow")
    folder.rename(folder.with_name("away"))
    folder.touch()
"""


def test_a_model_that_cannot_be_stored_is_refused_before_the_fit(
    landed: Project, edit: Edit, command: Command
) -> None:
    edit(landed, model=OWN_CLASS)
    code, _, told = command("train", "--direct")
    assert code == 5
    assert f"src/{landed.package}/model.py: the model cannot be stored as sklearn" in told
    assert "FLAVOR = 'pyfunc'" in told
    assert "fit on" not in told
    assert not (landed.store / "fitted").exists()


def test_code_that_no_version_would_have_is_refused_before_the_fit(
    landed: Project, edit: Edit, command: Command
) -> None:
    beside = landed.root / "src" / f"beside_{landed.package}" / "rates.py"
    beside.parent.mkdir()
    beside.write_text("RATE = 0.5\n", "utf-8")
    tune = {"space": {"model.max_iter": [4, 5]}, "trials": 2}
    code = f"from beside_{landed.package}.rates import RATE"
    edit(landed, params={"tune": tune}, features=code)
    for words in (["train", "--direct"], ["tune"]):
        status, _, told = command(*words)
        assert status == 5
        assert f"{beside.relative_to(landed.root)} is imported, and no version has it" in told
        assert "fit on" not in told
        assert "trial 1" not in told


def test_a_model_outlives_the_server_that_died_during_its_fit(
    landed: Project, edit: Edit, command: Command
) -> None:
    here = edit(landed, model=f"{OWN_CLASS}\n\n{ANY_CLASS}\n{DIES}")
    git(here.root, "commit", "--quiet", "--all", "--message", "A class of our own")
    code, _, told = command("train", "--direct")
    assert code == 5
    assert "fit on" in told
    assert f"the fitted model is kept in {here.store / 'fitted'}" in told
    assert 'make train ARGS="--resume"' in told
    (here.store / "mlflow").unlink()
    (here.store / "away").rename(here.store / "mlflow")
    features = here.root / here.owner.path("features")
    features.write_text("raise RuntimeError('edited meanwhile')", "utf-8")
    code, _, told = command("train", "--resume")
    assert code == 0, told
    assert "fit on" not in told
    assert command("train", "--resume")[0] == 5
    git(here.root, "reset", "--quiet", "--hard")
    chain = provenance.chain(here, registry.CHALLENGER)
    assert (chain.lineage.dirty, chain.changed_since, chain.intact) == (False, [], True)
    # An object of one's own class, loaded as it was, by the code of its day.
    features.write_text(features.read_text("utf-8") + "# edited\n", "utf-8")
    found = registry.Registry(here).get(registry.CHALLENGER)
    rows = snapshots.landed(here)[-1].read()
    with verified.model(here, found) as stored:
        scored = scoring.score(here.owner, stored, rows)
    trained_on = reading.read(snapshots.landed(here)[:-1])
    rate = here.owner.model.target(trained_on, here.params.model).mean()
    np.testing.assert_allclose(scored, np.full(len(rows), rate))


# The tracker dies later, when the model is in it: once, and not before `evaluate` is called.
DIES_LATER = """
_evaluate = evaluate


def evaluate(labels, predictions):
    import os
    from pathlib import Path

    folder = Path(os.environ["STORE"], "mlflow")
    if not folder.with_name("died").exists():
        folder.with_name("died").touch()
        folder.rename(folder.with_name("away"))
        folder.touch()
    return _evaluate(labels, predictions)
"""


def test_a_training_goes_on_where_it_stopped_after_its_model_was_stored(
    landed: Project, edit: Edit, command: Command
) -> None:
    here = edit(landed, model=f"{OWN_CLASS}\n\n{ANY_CLASS}", metrics=DIES_LATER)
    git(here.root, "commit", "--quiet", "--all", "--message", "A class of our own")
    code, _, told = command("train", "--direct")
    assert code != 0
    assert "✓ store the model" in told
    assert f"the fitted model is kept in {here.store / 'fitted'}" in told
    (here.root / here.owner.path("features")).write_text("raise RuntimeError", "utf-8")
    assert command("train", "--resume")[0] == 5  # it is not there yet
    (here.store / "mlflow").unlink()
    (here.store / "away").rename(here.store / "mlflow")
    code, _, told = command("train", "--resume")
    assert code == 0, told
    assert "fit on" not in told
    assert "store the model" not in told
    assert not list((here.store / "fitted").iterdir())
    git(here.root, "reset", "--quiet", "--hard")
    chain = provenance.chain(here, registry.CHALLENGER)
    assert (chain.version, chain.changed_since, chain.intact) == ("1", [], True)


def test_what_the_owner_s_code_raises_is_not_kept(landed: Project) -> None:
    with pytest.raises(ZeroDivisionError), kept.going_on(landed, "a" * 32):
        raise ZeroDivisionError
    assert not (landed.store / kept.FOLDER).exists()


def test_a_training_that_fails_again_is_kept_once(
    landed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(project: Project, found: kept.Kept) -> None:
        with used(found.project(project)) as here, kept.going_on(here, "b" * 32):
            raise Unreachable("no server answers")

    with frozen(landed) as here, pytest.raises(Unreachable), kept.going_on(here, "a" * 32):
        raise Unreachable("no server answers")
    (first,) = (landed.store / kept.FOLDER).iterdir()
    first.rename(first.with_name("20200101T000000-1"))
    monkeypatch.setattr(graph, "_resume", dies)
    with pytest.raises(Unreachable):
        graph.resume(landed)
    (second,) = (landed.store / kept.FOLDER).iterdir()
    assert kept.Kept(second).run_id == "b" * 32


def test_a_handful_has_each_class() -> None:
    labels = pd.DataFrame({"y": ["a"] * 9000 + ["b"] * 3})
    found = labels.iloc[trial.handful(labels)]["y"].value_counts()
    assert found["b"] == 3
    assert 100 < found["a"] < 300
    assert len(trial.handful(pd.Series(np.arange(10_000.0)))) == trial.ROWS
    assert list(trial.handful(pd.Series([1.0]))) == [0]


def test_a_handful_that_cannot_be_fitted_stops_nothing(
    landed: Project, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    few = 'def fit(features, labels, params, seed):\n    raise ValueError("too few rows")'
    here = edit(landed, model=few)
    rows = pd.DataFrame({"x": range(1000)})
    trial.check(here, Given(rows, pd.Series(range(1000)), {}))
    assert "on 200 rows, fit raised ValueError: too few rows" in capsys.readouterr().err
