"""What the environment says of the CI job that runs this, if one does."""

import os

from .errors import SetupError

REGISTER = "MODELYARD_REGISTER"

# Where a job has checked out a commit and no branch: GitHub (a pull request's, else any), GitLab
# (likewise), CircleCI.
_BRANCH = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_REF_NAME",
    "CIRCLE_BRANCH",
)


def runs() -> bool:
    """Return whether this is a CI job: each service sets CI."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def branch() -> str:
    """Return the branch that a CI job is for; nothing where none says so."""
    return next((os.environ[name] for name in _BRANCH if os.environ.get(name)), "")


def registers() -> bool:
    """Return whether what is trained here is registered: in CI only where the workflow says so.

    A registry is a team's, and anybody who may open a pull request starts a job.
    """
    value = os.environ.get(REGISTER, "")
    if value not in ("", "0", "1"):
        raise SetupError(f"{REGISTER} is {value!r}; it can be 1, 0 or empty", f"correct {REGISTER}")
    return value == "1" if value else not runs()
