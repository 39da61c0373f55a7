"""Any object as a model of MLflow's flavor `pyfunc`: what `fit` returned, of whatever class."""

import importlib
import warnings
from typing import Any

import mlflow.pyfunc

with warnings.catch_warnings():
    # MLflow asks for types of the rows, by which it would check and change them.
    warnings.simplefilter("ignore")

    class Anything(mlflow.pyfunc.PythonModel):  # type: ignore[misc]  # it has no types
        """Holds the object; where MLflow alone loads it, it predicts by the own model.py."""

        def __init__(self, package: str, fitted: Any) -> None:
            self.package, self.fitted = package, fitted

        def predict(self, context: Any, model_input, params: Any = None) -> Any:  # type: ignore[no-untyped-def]  # as above
            """Return what `predict` in model.py gives for rows of features."""
            module = importlib.import_module(f"{self.package}.model")
            return module.predict(self.fitted, model_input)
