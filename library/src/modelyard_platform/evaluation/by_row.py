"""What the owner's functions give for rows is of those rows: as many, in their order.

A label beside another row is no error to a model: it learns nonsense, and is judged by it.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import pandas as pd

from ..errors import SetupError
from ..owner import Owner

Frame = TypeVar("Frame", "pd.Series[Any]", pd.DataFrame)


def features(owner: Owner, frame: pd.DataFrame, params: Mapping[str, Any]) -> pd.DataFrame:
    """Return what `build` in features.py gives for raw rows; SetupError where it is not of them."""
    found = owner.features.build(frame, dict(params))
    if not isinstance(found, pd.DataFrame):
        raise unfit(owner, "features", "build", f"a {type(found).__name__}, and no pd.DataFrame")
    return check(owner, "features", "build", found, frame)


def check(owner: Owner, module: str, function: str, found: Frame, frame: pd.DataFrame) -> Frame:
    """Return what a function gave for the rows of `frame`; SetupError where it is not of them.

    Labels that count from 0 say nothing; others say which row is meant.
    """
    if len(found) != len(frame):
        raise unfit(owner, module, function, f"{len(found)} rows for {len(frame)}")
    index = found.index
    counted = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    if not counted and not index.equals(frame.index):
        raise unfit(owner, module, function, "rows in another order than it was given them")
    return found


def unfit(owner: Owner, module: str, function: str, found: str) -> SetupError:
    """Return the error of a function that gave something else than is wanted of it."""
    path = owner.path(module)
    return SetupError(f"{path}: {function} gave {found}", f"edit {path}")
