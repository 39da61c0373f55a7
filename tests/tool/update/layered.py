"""Repos that several templates were rendered into, for the tests of such repos."""

import warnings
from pathlib import Path

import copier

from modelyard.update.one_repo import update
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult
from tests.tool.worlds import World, commit

FIRST, SECOND = ".copier-answers.yml", ".copier-answers.ci.yml"


def further(
    repo: Path, world: World, record: str = SECOND, tag: str = "v1", folder: str = ""
) -> None:
    """Render another template into a repo, as Copier does, and commit it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copier.run_copy(
            str(world.template),
            repo / folder,
            answers_file=record,
            vcs_ref=tag,
            defaults=True,
            overwrite=True,
            quiet=True,
        )
    commit(repo, "A further template")


def update_one(repo: Path, record: str, **more: object) -> UpdateResult:
    """Update a repo along one of its templates."""
    return update(repo, options=UpdateOptions(answers_file=record, **more))  # type: ignore[arg-type] # the test's own options
