"""What the owner of a repo writes: a contract, and four modules whose functions are called here.

Each Protocol below is one module of the repo's package. Arguments are passed by position, so their
names are free. A function marked "optional" may be left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

Kind = Literal["string", "integer", "number", "datetime", "boolean"]
Period = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Column:
    """What one column may hold.

    Attributes:
        kind: The type of its values.
        minimum: The least value, inclusive.
        maximum: The largest value, inclusive.
        allowed: All values there may be; None for any.
        nullable: Whether a value may be missing.
        known_after: Whether it is known only after what is predicted has happened, as a label is.
            Conformance tests that no feature depends on such a column.
    """

    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str | float, ...] | None = None
    nullable: bool = False
    known_after: bool = False


@dataclass(frozen=True)
class Contract:
    """What one snapshot must look like.

    Attributes:
        key: The column that tells rows apart.
        columns: Every column of a snapshot, by name.
        time: The datetime column that places a row in its snapshot; None where there is no time.
        group: The column whose rows belong together (a customer, a machine); None where none does.
        period: What one snapshot covers, which its name says: `2026-01-31` a day, `2026-W05` an
            ISO week, `2026-01` a month. None: any sorted names, and no check of the window.
        fresh_within_days: The newest row lies at most so long before the end of the period; None
            for no check.
        label_after_days: So long after a row's time its label is known.
        min_rows: The least number of rows of a snapshot.
    """

    key: str
    columns: Mapping[str, Column]
    time: str | None = None
    group: str | None = None
    period: Period | None = "month"
    fresh_within_days: float | None = None
    label_after_days: float = 0
    min_rows: int = 1

    @property
    def known_after(self) -> tuple[str, ...]:
        """The columns that are known only after what is predicted has happened."""
        return tuple(name for name, column in self.columns.items() if column.known_after)


class ContractModule(Protocol):
    """contract.py: what a snapshot must look like."""

    @property
    def CONTRACT(self) -> Contract:
        """The contract of this repo's snapshots."""
        ...


class Source(Protocol):
    """data.py, or a source that a package registers: where snapshots come from."""

    def snapshots(self, params: dict[str, Any]) -> list[str]:
        """Return the names of the snapshots on offer, sorted, oldest first.

        `params` is the `data` section of params.yaml. A name is a file name without its suffix.
        """
        ...

    def fetch(self, snapshot: str, destination: Path, params: dict[str, Any]) -> None:
        """Write the rows of one snapshot to `destination`, as one parquet file.

        The same snapshot gives the same bytes whenever it is asked for.
        """
        ...


class Features(Protocol):
    """features.py: from raw rows to what the model sees."""

    def build(self, frame: "pd.DataFrame", params: dict[str, Any]) -> "pd.DataFrame":
        """Return one row of features for each row of `frame`, in its order, with its index.

        Row by row: batches of any size, down to one row, give the same features. `params` is the
        `features` section of params.yaml.
        """
        ...


class Model(Protocol):
    """model.py: what is predicted, and by which model.

    Two more names are optional. `weights(frame, params)` returns a weight of each row of `frame`,
    a `pd.Series`; where it is there, `fit` is also given `weights=`. `OUTPUTS`, a tuple of names,
    says that a prediction has several values: probabilities of classes, targets, steps ahead.
    """

    @property
    def FLAVOR(self) -> str:
        """The name of the MLflow flavor that stores the model, for example `sklearn`."""
        ...

    @property
    def LOG_OPTIONS(self) -> Mapping[str, Any]:
        """What `log_model` of that flavor takes besides the model."""
        ...

    def target(
        self, frame: "pd.DataFrame", params: dict[str, Any]
    ) -> "pd.Series[Any] | pd.DataFrame":
        """Return what is to be predicted for each row: a Series, or a DataFrame of several targets.

        `params` is the `model` section of params.yaml.
        """
        ...

    def fit(
        self,
        features: "pd.DataFrame",
        labels: "pd.Series[Any]",
        params: dict[str, Any],
        seed: int,
    ) -> Any:
        """Return a model trained on the rows of `features` and their labels, the same each time."""
        ...

    def predict(self, model: Any, features: "pd.DataFrame") -> "np.ndarray[Any, Any]":
        """Return predictions of shape `(n_rows,)`, or `(n_rows, len(OUTPUTS))`."""
        ...


class Metrics(Protocol):
    """metrics.py: how good predictions are.

    Three more names are optional. `SLICES` names slices that are no columns of the contract, and
    `slices(frame)` returns for each of them a value of each row, a `dict[str, pd.Series]`: `gate.slices`
    may name them. `plots(labels, predictions)` returns figures by name, a
    `dict[str, matplotlib.figure.Figure]`, instead of the plots that fit the labels.
    """

    @property
    def HIGHER_IS_BETTER(self) -> Mapping[str, bool]:
        """The metrics, and whether more of each is better."""
        ...

    @property
    def PRIMARY(self) -> str:
        """The metric by which a challenger is compared with the champion."""
        ...

    def evaluate(
        self, labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
    ) -> dict[str, float]:
        """Return each metric of `HIGHER_IS_BETTER`; one that the rows cannot show is `nan`."""
        ...


class Plots(Protocol):
    """The optional `plots` of metrics.py."""

    def __call__(
        self, labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
    ) -> "dict[str, Figure]":
        """Return figures by name."""
        ...


@dataclass(frozen=True)
class Violation:
    """One way in which a snapshot breaks the contract, and the first row where it does."""

    column: str
    problem: str
    rows: int
    example: str


class Validator(Protocol):
    """Holds rows against the columns of a contract; `validation.provider` names it."""

    def check(self, frame: "pd.DataFrame", contract: Contract) -> list[Violation]:
        """Return what is wrong with the rows of a snapshot; nothing wrong is `[]`."""
        ...


@dataclass(frozen=True)
class Run:
    """A training that has been judged, as a tracker gets it.

    Attributes:
        project: The name of the project.
        version: The number of the registered version.
        run_id: The id of its MLflow run.
        params: params.yaml, flat: `model.learning_rate` and so on.
        metrics: The metrics on the holdout.
        tags: The lineage of the version, as its tags have it.
        verdict: `passed` or `refused`.
        artifacts: A folder with what the run kept: plots, lineage, evaluation.
    """

    project: str
    version: str
    run_id: str
    params: dict[str, Any]
    metrics: dict[str, float]
    tags: dict[str, str]
    verdict: str
    artifacts: Path


class Tracker(Protocol):
    """Gets a copy of each judged training; `tracking.also` names the trackers. MLflow has all."""

    def record(self, run: Run) -> None:
        """Keep a run. What it raises is told, and does not undo the training."""
        ...


Event = Literal["refused", "promoted", "rolled back"]


@dataclass(frozen=True)
class Message:
    """Something that people want to hear of: what happened to which version, in one sentence."""

    project: str
    event: Event
    version: str
    text: str


class Alert(Protocol):
    """Tells people; `alerts` in params.yaml names the ones to use."""

    def send(self, message: Message) -> None:
        """Deliver a message. What it raises is told, and does not undo what happened."""
        ...
