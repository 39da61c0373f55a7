"""The repo that conformance tests look at: its modules, rows of its data, and what they make."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd
import pytest

from ..api import Contract
from ..data import source
from ..evaluation import taking
from ..settings import Project, load_project
from ..training import split
from ..validation import labels
from . import failures, rows
from .failures import call, fail
from .landing import Landed, land

T = TypeVar("T")
Side: TypeAlias = Callable[[Project, pd.DataFrame], pd.DataFrame]
Labels: TypeAlias = "pd.Series[Any] | pd.DataFrame"

# The rows of a test: of features, of a training, of the holdout.
BATCH, TRAINING, HOLDOUT = 400, 30_000, 20_000


def open_project(folder: Path) -> Project:
    """Return the project that `folder` lies in; what is wrong with it is one message."""
    return call(folder, load_project, folder)


@dataclass(frozen=True)
class Rows:
    """Raw rows, their features and their labels, with one index: only rows that have all three."""

    frame: pd.DataFrame
    features: pd.DataFrame
    labels: Labels


@dataclass(frozen=True)
class Conformance:
    """One repo under test.

    Attributes:
        project: Its settings and modules.
        folder: Where the snapshots go that have not landed.
        refused: The columns in which the contract refuses a kind of damage, by kind.
    """

    project: Project
    folder: Path
    refused: dict[str, set[str]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The root of the repo."""
        return self.project.root

    @property
    def seed(self) -> int:
        """The seed of params.yaml; what the tests shuffle and sample follows from it."""
        return self.project.params.seed

    def module(self, name: str) -> Any:
        """Return a module of the owner's; skip a test that says nothing without it."""
        with suppress(Exception):  # whatever the owner's file raises when it is imported
            return getattr(self.project.owner, name)
        pytest.skip(f"{name}.py cannot be used: see test_signatures")

    @property
    def contract(self) -> Contract:
        """The contract of the snapshots."""
        contract: Contract = self.module("contract")
        return contract

    @property
    def source(self) -> Any:
        """Where snapshots come from: data.py, or the provider that params.yaml names."""
        with suppress(Exception):  # as for the other modules
            return source.source(self.project)
        pytest.skip("the source cannot be used: see test_signatures")

    def place(self, function: Any) -> str:
        """Return the owner's file and line of a function."""
        return failures.place(self.root, function)

    def place_of(self, module: str, name: str) -> str:
        """Return the owner's file and line of a name that a module assigns, or of a column."""
        return failures.place_of_name(self.root / self.project.owner.path(module), self.root, name)

    def call(self, function: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call a function of the owner's; what it raises fails the test, with the owner's line."""
        return call(self.root, function, *arguments, **options)

    @cached_property
    def landed(self) -> list[Landed]:
        """The newest snapshots, oldest first: what has landed, or what the source gives."""
        return self.call(land, self.project, self.source, self.folder, TRAINING)

    def labelled(self, snapshot: Landed) -> bool:
        """Whether a snapshot has all its labels, and may be trained on."""
        return not labels.lacking(snapshot.frame, self.contract)

    @cached_property
    def newest(self) -> Landed:
        """The newest snapshot that has its labels; the newest of all, where none has."""
        return next(filter(self.labelled, reversed(self.landed)), self.landed[-1])

    @cached_property
    def batch(self) -> pd.DataFrame:
        """Some rows of the newest snapshot, in no order and with an index that is not a range."""
        newest = self.newest.frame
        found = newest.sample(min(BATCH, len(newest)), random_state=self.seed)
        return found.set_axis(found.index * 3 + 7)

    def build(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return what the owner's `build` makes of rows; it gets a copy of them."""
        build = self.module("features").build
        found = self.call(build, frame.copy(), self.project.params.features)
        if not isinstance(found, pd.DataFrame):
            fail(self.place(build), f"gives a {type(found).__name__}; wanted is a pd.DataFrame")
        return found

    def target(self, frame: pd.DataFrame) -> Labels:
        """Return what the owner's `target` makes of rows; it gets a copy of them."""
        target = self.module("model").target
        found = self.call(target, frame.copy(), self.project.params.model)
        if not isinstance(found, pd.Series | pd.DataFrame):
            wanted = "a pd.Series or a pd.DataFrame"
            fail(self.place(target), f"gives a {type(found).__name__}; wanted is {wanted}")
        return found

    @cached_property
    def training(self) -> Rows:
        """Rows of the snapshots before the holdout."""
        return self._rows(self._split()[0], TRAINING, split.training_rows)

    @cached_property
    def holdout(self) -> Rows:
        """Rows of the newest snapshots, which a training holds out for the gate."""
        return self._rows(self._split()[1], HOLDOUT, split.holdout_rows)

    def _split(self) -> tuple[list[Landed], list[Landed]]:
        newest = self.project.params.split.holdout_snapshots  # as in a training
        labelled = [snapshot for snapshot in self.landed if self.labelled(snapshot)]
        if labelled and self.contract.time is None:
            return labelled, labelled
        training, holdout = labelled[:-newest], labelled[-newest:]
        if not training:
            needed = self.project.params.split.holdout_snapshots + 1
            has = f"there are {len(labelled)} snapshots with labels, and a training needs {needed}"
            fail(self.place(self.source.snapshots), has)
        return training, holdout

    def _rows(self, snapshots: list[Landed], most: int, side: Side) -> Rows:
        frame = pd.concat([snapshot.frame for snapshot in snapshots], ignore_index=True)
        frame = side(self.project, frame)
        if len(frame) > most:
            frame = frame.sample(most, random_state=self.seed).sort_index()
            frame = frame.reset_index(drop=True)
        features, targets = rows.unique(self.build(frame)), rows.unique(self.target(frame))
        kept = frame.index.intersection(features.index, sort=False)
        kept = kept.intersection(targets.dropna().index, sort=False)
        if not len(kept):
            pytest.skip("features and target have no row in common: see their own tests")
        return Rows(frame.loc[kept], features.loc[kept], targets.loc[kept])

    def fit(self, labels: Labels, other: int = 0) -> Any:
        """Return a model that is fitted on the training rows with these labels.

        `other` seeds what a fit must not depend on, the generators that a process shares.
        """
        model, given = self.module("model"), self.training
        if isinstance(labels, pd.DataFrame) and labels.shape[1] == 1:
            labels = labels.iloc[:, 0]  # as a training does
        options: dict[str, Any] = {}
        weigh = self.optional("model", "weights", 2)
        if weigh:
            options["weights"] = self.call(weigh, given.frame.copy(), self.project.params.model)
        with rows.global_seed(other):
            return self.call(
                model.fit,
                given.features.copy(),
                labels.copy(),
                self.project.params.model,
                self.seed,
                **options,
            )

    @cached_property
    def fitted(self) -> Any:
        """A model of the training rows and their labels."""
        return self.fit(self.training.labels)

    def predict(self, model: Any, features: pd.DataFrame) -> "np.ndarray[Any, Any]":
        """Return the predictions of a model, in the shape in which a training takes them."""
        predict, owner = self.module("model").predict, self.project.owner
        given = self.call(predict, model, features.copy())
        try:
            return owner.shaped(taking.take(given, features, owner.outputs))
        except taking.Unfit as error:
            fail(self.place(predict), f"gives {error}")

    @cached_property
    def predictions(self) -> "np.ndarray[Any, Any]":
        """The predictions of the holdout."""
        return self.predict(self.fitted, self.holdout.features)

    def optional(self, module: str, function: str, arguments: int) -> Callable[..., Any] | None:
        """Return an optional function of the owner's, None where it is left out."""
        self.module(module)
        return self.call(self.project.owner.optional, module, function, arguments)

    def need_predictions(self) -> None:
        """Skip a test that says nothing where predictions have a wrong shape or are missing."""
        found = self.predictions
        numbers = np.issubdtype(found.dtype, np.number)
        if found.shape != self.project.owner.shape(len(self.holdout.features)) or (
            numbers and not np.isfinite(found).all()
        ):
            pytest.skip("predictions are not as declared: see test_predictions_...")
