"""Which cases of a test always run, and which only with MODELYARD_LONG=1."""

import os
from collections.abc import Iterable
from typing import Any

import pytest

ASKED = bool(os.environ.get("MODELYARD_LONG"))
LONG = pytest.mark.skipif(not ASKED, reason="one of each kind runs; MODELYARD_LONG=1 for all")


def one_of_each(cases: Iterable[Any], always: int = 1) -> list[Any]:
    """Return the cases of a test: the first ones always run, the others in long runs.

    Each case starts processes of a whole environment; the library's own tests have all of them, in
    one process.
    """
    found = []
    for number, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        found.append(pytest.param(*values, marks=LONG if number >= always else ()))
    return found
