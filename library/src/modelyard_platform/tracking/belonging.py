"""Whose a registered model is: it names the repo that it belongs to, and no other repo uses it."""

import os
import subprocess
from typing import TYPE_CHECKING

from .. import belonging as of_store
from .. import identity
from ..errors import SetupError
from ..redaction import redact
from ..settings import Project

if TYPE_CHECKING:
    from mlflow import MlflowClient

TAG = "modelyard.repo"


def check(project: Project, client: "MlflowClient") -> None:
    """Raise SetupError where the registered model of this name is another repo's.

    Where it names none, as before 0.4.0, one of its versions must be from a commit of this clone.
    """
    said = _said(project, client)
    if said is None:
        return
    where = f"the registered model {project.name} at {redact(project.tracking_uri)}"
    name = "give this repo a name of its own ([project] in pyproject.toml)"
    claim = f"or, where it is this repo's and its history was rewritten: {of_store.CLAIM}"
    if not said:
        if identity.of(project.root) and not _has_a_commit(project, _commits(project, client)):
            what = f"{where} has versions, and this clone has the commit of none of them"
            raise SetupError(f"{what}: are they another repo's?", f"git fetch; {name}; {claim}")
        return
    mine = identity.known(project.root, where)
    theirs = identity.parse(said)
    if mine is None:
        return
    if theirs is None or not mine.is_same(theirs):
        whose = theirs.title if theirs else "which one cannot be read"
        raise SetupError(f"{where} belongs to another repo ({whose})", f"{name}; {claim}")


def mark(project: Project, client: "MlflowClient", anew: bool = False) -> None:
    """Name this repo as the one that the registered model and the store belong to.

    One that is named already stays, unless `anew`.
    """
    mine, said = identity.of(project.root), _said(project, client)
    if mine and said is not None and (anew or not said):
        client.set_registered_model_tag(project.name, TAG, str(mine))
    if project.tracks_here:
        of_store.adopt(project)


def _said(project: Project, client: "MlflowClient") -> str | None:
    """Return what a registered model says of its repo; None where there is no such model."""
    from mlflow.exceptions import MlflowException

    try:
        return str(client.get_registered_model(project.name).tags.get(TAG, ""))
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _commits(project: Project, client: "MlflowClient") -> list[str]:
    name = project.name.replace("'", "")
    found = client.search_model_versions(f"name = '{name}'")
    said = (str(version.tags.get("lineage.git_commit", "")) for version in found)
    return [commit for commit in said if commit.isalnum()]


def _has_a_commit(project: Project, commits: list[str]) -> bool:
    """Return whether this clone has one of these commits; also where there is none to look for."""
    asked = "".join(f"{commit}^{{commit}}\n" for commit in commits)
    command = ["git", "-C", str(project.root), "cat-file", "--batch-check"]
    env = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
    done = subprocess.run(
        command, input=asked, capture_output=True, env=env, text=True, check=False
    )
    return not commits or any(" commit " in line for line in done.stdout.splitlines())
