"""ZenML, set up for this project: its state in the store, nothing sent anywhere, no noise.

Import this before anything of ZenML. A ZenML server is used where ZENML_STORE_URL names one.
"""

import os
from pathlib import Path

from . import lineage, tracking
from .console import stage
from .gate import from_dict
from .settings import Project, load_project
from .store import opening
from .training import Outcome

PACKAGE_ROOT = Path(__file__).parents[1]


def train(project: Project) -> Outcome:
    """Run the training pipeline, and return what came out."""
    tracking.ping(project.tracking_uri)
    with stage("start ZenML"):
        start(project)
        from .pipelines import training
    done = training.train()
    found = {name: step.output.load() for name, step in done.steps.items() if name in _RESULTS}
    return Outcome(found["register"], found["evaluate"], from_dict(found["judge"]))


_RESULTS = ("evaluate", "register", "judge")


def start(project: Project) -> None:
    """Point ZenML at the store and open it. Must run before the pipelines are imported."""
    folder = project.store / "zenml"
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
        "ZENML_STORE_URL": f"sqlite:///{folder / 'zenml.db'}",
    }
    for name, value in {**quiet, **state}.items():
        os.environ.setdefault(name, value)
    with opening(folder):
        from zenml.client import Client
        from zenml.utils import source_utils

        # Without it ZenML imports a second copy of the package, from where it guesses.
        source_utils.set_custom_source_root(str(PACKAGE_ROOT.parent))
        _ = Client().active_stack_model


def code_state() -> str:
    """Return a hash of all code and settings: the key of a cached step, beside its inputs.

    ZenML's own key sees the source of the step alone, so an edit in features.py would be answered
    with yesterday's features.
    """
    hashes = lineage.file_hashes(load_project().root)
    return lineage.hash_text(repr(sorted(hashes.items())))
