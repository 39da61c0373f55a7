"""What is answered without a model: `baseline` in model.py, the first champion of each repo.

A seasonal naive forecast, yesterday's value, a rule that people go by: a model that is worse is not
promoted, also where no version has been champion yet.
"""

from typing import Any

import numpy as np
import pandas as pd

from ..settings import Project
from .metrics import Evaluation, evaluate
from .scoring import checked
from .unseen import Seen

NAME = "baseline"


def predictions(project: Project, frame: pd.DataFrame) -> "np.ndarray[Any, Any] | None":
    """Return what `baseline` gives for raw rows, of the shape of predictions; None without it."""
    own = project.owner.optional("model", NAME, 2)
    if own is None:
        return None
    return checked(project.owner, own(frame, project.params.model), frame, NAME)


def evaluation(project: Project, holdout: pd.DataFrame) -> Evaluation | None:
    """Return the evaluation of the baseline on a holdout; None where there is none."""
    given = predictions(project, holdout)
    if given is None:
        return None
    return evaluate(project, NAME, Seen(), holdout, given)
