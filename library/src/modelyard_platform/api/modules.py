"""The modules of a repo's package, each a Protocol.

Arguments are passed by position, so their names are free. What is called optional may be left out.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .contract import Contract

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class ContractModule(Protocol):
    """contract.py: what a snapshot must look like."""

    @property
    def CONTRACT(self) -> Contract:  # noqa: N802
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

    Three more names are optional. `weights(frame, params)` returns a weight of each row of `frame`,
    a `pd.Series`; where it is there, `fit` is also given `weights=`. `OUTPUTS`, a tuple of names,
    says that a prediction has several values: probabilities of classes, targets, steps ahead.
    `baseline(frame, params)` returns predictions that need no model, such as last week's values:
    the gate refuses a model that is worse.
    """

    @property
    def FLAVOR(self) -> str:  # noqa: N802
        """The name of the MLflow flavor that stores the model, for example `sklearn`."""
        ...

    @property
    def LOG_OPTIONS(self) -> Mapping[str, Any]:  # noqa: N802
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
        labels: "pd.Series[Any] | pd.DataFrame",
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
    `slices(frame)` returns for each of them a value of each row, a `dict[str, pd.Series]`; then
    `gate.slices` may name them. `plots(labels, predictions)` returns figures by name, a
    `dict[str, matplotlib.figure.Figure]`, instead of the plots that fit the labels.
    """

    @property
    def HIGHER_IS_BETTER(self) -> Mapping[str, bool]:  # noqa: N802
        """The metrics, and whether more of each is better."""
        ...

    @property
    def PRIMARY(self) -> str:  # noqa: N802
        """The metric by which a challenger is compared with the champion."""
        ...

    def evaluate(
        self, labels: "np.ndarray[Any, Any]", predictions: "np.ndarray[Any, Any]"
    ) -> dict[str, float]:
        """Return each metric of `HIGHER_IS_BETTER`; one that the rows cannot show is `nan`."""
        ...
