"""How rows are compared, shuffled and seeded."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

T = TypeVar("T", bound="pd.Series[Any] | pd.DataFrame")


def unique(found: T) -> T:
    """Return the first row of each label of the index."""
    return cast(T, found[~found.index.duplicated()])


def changed(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Return the columns that differ in any row that both frames have, however it is ordered."""
    before, after = unique(before), unique(after)
    common = before.index.intersection(after.index)
    before, after = before.loc[common], after.loc[common]
    names = [*before.columns, *(name for name in after.columns if name not in before)]
    return [n for n in names if n not in before or n not in after or not same(before[n], after[n])]


def same(one: "pd.Series[Any]", other: "pd.Series[Any]") -> bool:
    """Whether two columns of the same rows have the same values, missing ones included."""
    if isinstance(one.dtype, pd.CategoricalDtype) or isinstance(other.dtype, pd.CategoricalDtype):
        # Models see the codes of a category, so the same value must have the same code.
        if one.dtype != other.dtype:
            return False
        one, other = one.astype("object"), other.astype("object")
    numbers = pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other)
    if numbers:
        left, right = (values.to_numpy("float64", na_value=np.nan) for values in (one, other))
        return bool(np.isclose(left, right, rtol=1e-9, atol=0, equal_nan=True).all())
    missing = one.isna() & other.isna()
    return bool((missing | (one == other).fillna(False)).all())


def shuffled(frame: pd.DataFrame, columns: list[str], seed: int) -> pd.DataFrame:
    """Return the rows with the values of some columns dealt out anew, each for itself."""
    generator, result = np.random.default_rng(seed), frame.copy()
    for name in columns:
        order = generator.permutation(len(frame))
        result[name] = frame[name].iloc[order].set_axis(frame.index)
    return result


@contextmanager
def global_seed(seed: int) -> Iterator[None]:
    """Seed the generators that a process shares, and put them back."""
    python, shared = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(shared)
