"""ZenML, set up for this project: its state in the store, nothing sent anywhere, no noise.

The wiring is the repo's own, in pipelines.py. A ZenML server is used where ZENML_STORE_URL names
one.
"""

import functools
import importlib
import importlib.metadata
import importlib.util
import os
from typing import Any

from .. import sqlite, store_record
from ..advice import typed
from ..console import stage
from ..errors import SetupError
from ..evaluation.gate import from_dict
from ..settings import Project
from ..store import make, opening
from ..tracking import client
from ..training.stages import Outcome


def train(project: Project) -> Outcome:
    """Run the pipeline `train` of pipelines.py, and return what came out."""
    client.ping(project.tracking_uri)
    with stage("start ZenML"):
        start(project)
        pipelines = _wiring(project)
    done = pipelines.train()
    found = {name: step.output.load() for name, step in done.steps.items() if name in _RESULTS}
    return Outcome(found["register"], found["assess"], from_dict(found["admit"]))


_RESULTS = ("assess", "register", "admit")


def start(project: Project) -> None:
    """Point ZenML at the store and open it. Must run before the pipelines are imported."""
    if importlib.util.find_spec("zenml") is None:
        hint = "add the extra zenml of modelyard-platform in pyproject.toml, and: make lock"
        raise SetupError("ZenML is not installed here", f"{hint}; or: {typed('train --direct')}")
    folder = make(project, _folder(project))
    quiet = {
        "ZENML_ANALYTICS_OPT_IN": "false",
        "ZENML_AUTO_OPEN_DASHBOARD": "false",
        "ZENML_ENABLE_RICH_TRACEBACK": "false",
        "ZENML_LOGGING_COLORS_DISABLED": "true",
        "ZENML_LOGGING_VERBOSITY": "CRITICAL",
        "ZENML_DISABLE_STEP_LOGS_STORAGE": "true",
        "ZENML_DISABLE_PIPELINE_LOGS_STORAGE": "true",
    }
    state = {
        "ZENML_CONFIG_PATH": str(folder / "config"),
        "ZENML_LOCAL_STORES_PATH": str(folder / "stores"),
        "ZENML_STORE_URL": sqlite.uri(folder / "zenml.db"),
    }
    for name, value in {**quiet, **state}.items():
        os.environ.setdefault(name, value)
    with opening(project, folder.name):
        from zenml.client import Client
        from zenml.utils import source_utils

        # Without it ZenML imports a second copy of the package, from where it guesses.
        source_utils.set_custom_source_root(str(project.root / "src"))
        _ = Client().active_stack_model


def _folder(project: Project) -> str:
    """Return where this ZenML has its state: it migrates what it opens, and has no way back."""
    version = importlib.metadata.version("zenml")
    database = project.store / "zenml" / "zenml.db"
    rows = store_record.query(database, "SELECT version_num FROM alembic_version")
    return "zenml" if not rows or rows[0][0] == version else f"zenml-{version}"


def _wiring(project: Project) -> Any:
    """Return the repo's pipelines.py."""
    # ZenML asks for it at each step of an installed package, and it reads all that is installed.
    importlib.metadata.packages_distributions = functools.cache(
        importlib.metadata.packages_distributions
    )
    path = project.owner.path("pipelines")
    if not (project.code / path).is_file():
        raise SetupError(
            f"{path} is missing: it wires the stages for ZenML",
            "modelyard update (brings it), or set orchestrator.provider to direct",
        )
    return project.owner.load("pipelines")
