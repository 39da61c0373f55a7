"""The how-tos on three classes and on a forecast, run from top to bottom as they are written."""

import re
from pathlib import Path

import pytest

from tests.pages import blocks, type_in
from tests.repos import Repo, git, machine
from tests.template.long_runs import LONG
from tests.template.test_own_model import COPY, SOMEBODY, expected, first

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = {"three-classes": "trading-days", "forecast": "share-volume"}


@LONG
@pytest.mark.life
@pytest.mark.parametrize(("name", "slug"), PAGES.items(), ids=list(PAGES))
def test_a_page_works_from_top_to_bottom(
    name: str, slug: str, suite: Path, environment: Path, tmp_path: Path
) -> None:
    repo = Repo(tmp_path / slug, {**machine(tmp_path / "home"), **SOMEBODY})
    page = blocks(HOW_TO / f"{name}.md")
    shown = ""
    for block in page:
        if block.title:
            path = repo.root / block.title
            assert path.exists(), f"{block.title} is not one of the repo's files"
            path.write_text(block.text, "utf-8")
        elif COPY in block.text:
            first(block.text, suite, repo, environment)
        elif block.language == "sh":
            shown = type_in(block.text, repo)
        else:
            for line in block.text.splitlines():
                assert re.search(f"^ *{expected(line)}$", shown, flags=re.M), f"{line}\n{shown}"

    # No edit outside of yours and params.yaml.
    written = {block.title for block in page if block.title}
    start = git(repo.root, "rev-list", "--max-parents=0", "HEAD").strip()
    changed = git(repo.root, "diff", "--name-only", start, "HEAD", "--", ":!data").split()
    assert set(changed) == written
    assert written <= {"params.yaml"} | {
        path
        for path in written
        if re.fullmatch(r"tests/test_(data|features|model)\.py", path)
        or re.fullmatch(r"src/\w+/(data|contract|features|model|metrics)\.py", path)
    }
