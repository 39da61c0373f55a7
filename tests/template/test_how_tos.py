"""The how-tos on models and data of one's own, run from top to bottom as they are written."""

import re
from pathlib import Path

import pytest

from tests.pages import type_in
from tests.repos import git
from tests.template.how_tos import live
from tests.template.long_runs import LONG

PAGES = {
    "three-classes": "trading-days",
    "forecast": "share-volume",
    "late-labels": "rough-weeks",
    "no-time-column": "lumps",
}
OWN = re.compile(
    r"params\.yaml|src/\w+/(data|contract|features|model|metrics)\.py"
    r"|tests/test_(data|features|model)\.py"
)


@LONG
@pytest.mark.life
def test_a_model_of_ones_own(suite: Path, environment: Path, tmp_path: Path) -> None:
    lived = live("own-model", "busy-days", suite, environment, tmp_path)
    repo = lived.repo
    assert lived.outputs == 2
    assert not [path for path in lived.written if "platform" in path]
    assert lived.changed == lived.written | {"pyproject.toml", "requirements.lock"}
    assert not git(repo.root, "status", "--porcelain")
    assert [row["version"] for row in repo.json("lineage", "--all")] == ["2", "1"]
    assert set(repo.json("lineage", "2")["metrics"]) == {"roc_auc", "log_loss"}


@LONG
@pytest.mark.life
@pytest.mark.parametrize(("page", "slug"), PAGES.items(), ids=list(PAGES))
def test_a_page_takes_no_edit_outside_yours(
    page: str, slug: str, suite: Path, environment: Path, tmp_path: Path
) -> None:
    lived = live(page, slug, suite, environment, tmp_path)
    assert lived.written <= lived.changed
    # Also what a page takes away is the owner's own.
    assert not [path for path in lived.changed if not OWN.fullmatch(path)]
    assert not git(lived.repo.root, "status", "--porcelain")
    # The library's tests of these modules, with this data and this gate.
    type_in("make test", lived.repo)
