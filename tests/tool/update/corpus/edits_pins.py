"""Edits of pins that the template raises too: the higher one stands, where both can be compared."""

from tests.tool.update.corpus.kinds import ANY, Work, kind

HOOKS, RELEASE = ".pre-commit-config.yaml", ".github/workflows/release.yml"
RAISED = ("12", "13")
"""The steps in which the template raises a pin that it raises once."""
PIN, REVISION = r"scikit-learn>=(1\.\d)", r"rev: v0\.\d\.0$"
HASH = "5e09f3a4a1b2c3d4e5f60718293a4b5c6d7e8f90"


@kind("raises a pin that the template raises too, to a higher version")
def pin_of_both(work: Work) -> None:
    work.edit("pyproject.toml", PIN, "scikit-learn>=1.8")
    work.merges_beside("scikit-learn>=1.8", "pyproject.toml")


@kind("raises a pin that the template raises too, to a lower version")
def pin_of_both_lower(work: Work) -> None:
    work.edit("pyproject.toml", PIN, r"scikit-learn>=\1.1")
    number = "1.5.1" if work.step == "23" else "1.4.1"
    work.text_stays_or_is_named(f"scikit-learn>={number}", "pyproject.toml")


@kind("takes a pin back that the template raises", conflict=ANY)
def pin_taken_back(work: Work) -> None:
    work.edit("pyproject.toml", PIN, "scikit-learn>=1.2")
    work.text_stays("scikit-learn>=1.2", "pyproject.toml")


@kind("fixes a version of which the template raises the lower bound", conflict=ANY)
def pin_other_operator(work: Work) -> None:
    work.edit("pyproject.toml", PIN, "scikit-learn==1.9.0")
    work.text_stays("scikit-learn==1.9.0", "pyproject.toml")


@kind("raises the version of a tool that the template raises too")
def pin_of_tool(work: Work) -> None:
    work.edit("scripts/ruff.toml", r">=0\.\d\.0", ">=0.9.0")
    work.merges_beside('required-version = ">=0.9.0"', "scripts/ruff.toml")


@kind("raises a pin in a file of requirements, and adds one at its end")
def pin_of_requirements(work: Work) -> None:
    work.edit("docs/requirements.txt", r"material==9\.\d\.0", "material==9.9.0")
    work.append("docs/requirements.txt", "mine==1.0\n")
    work.merges_beside("mkdocs-material==9.9.0\n", "docs/requirements.txt")
    work.merges_beside("mine==1.0\n", "docs/requirements.txt")
    work.merges_beside("griffe==1.0\n", "docs/requirements.txt", ("23", "13"))


@kind("raises the revision of hooks that the template raises too")
def hook_revision(work: Work) -> None:
    work.edit(HOOKS, REVISION, "rev: v0.9.9")
    work.merges_beside("rev: v0.9.9", HOOKS)


@kind("pins hooks by hash, at a higher version than the template raises them to")
def hook_revision_by_hash(work: Work) -> None:
    work.edit(HOOKS, REVISION, f"rev: {HASH}  # v0.9.9")
    work.merges_beside(f"rev: {HASH}  # v0.9.9", HOOKS)


@kind("follows a branch of hooks, of which the template raises the revision", conflict=ANY)
def hook_branch(work: Work) -> None:
    work.edit(HOOKS, REVISION, "rev: main")
    work.text_stays("rev: main", HOOKS)


@kind("raises an action that the template raises too")
def action_of_both(work: Work) -> None:
    work.edit(RELEASE, r"checkout@v\d", "checkout@v6")
    work.merges_beside("actions/checkout@v6", RELEASE)


@kind("pins an action by hash, at the version that the template raises it to")
def action_by_hash(work: Work) -> None:
    work.edit(RELEASE, r"checkout@v\d", f"checkout@{HASH} # v5.1.0")
    work.merges_beside(f"actions/checkout@{HASH} # v5.1.0", RELEASE)


@kind("raises the image that the template raises too")
def container_image_of_both(work: Work) -> None:
    work.edit("Dockerfile", r"python:3\.\d+-slim", "python:3.13-slim")
    work.merges_beside("FROM python:3.13-slim", "Dockerfile")


@kind("takes another variant of the image that the template raises", conflict=RAISED)
def container_image_variant(work: Work) -> None:
    work.edit("Dockerfile", r"python:3\.\d+-slim", "python:3.13-alpine")
    work.text_stays("python:3.13-alpine", "Dockerfile")
