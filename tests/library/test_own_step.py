"""The how-to "A step of your own in the pipeline", run from top to bottom."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages import blocks, type_in
from tests.repos import Repo
from tests.template.long_runs import LONG

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-step.md"
PARAMS = "late_after: 15"


@LONG
@pytest.mark.life
def test_the_page_works_from_top_to_bottom(make_repo: Callable[..., Repo], tmp_path: Path) -> None:
    repo = make_repo(tmp_path)
    repo.verb("ingest", "--until", "2013-02")
    written, typed = blocks(PAGE)
    (repo.root / written.title).write_text(written.text, "utf-8")
    repo.commit("Keep an eye on the balance")
    assert "version 1 passed the gate" in type_in(typed.text, repo)

    # The step is asked, and its error ends the verb as the library's own do.
    path = repo.root / "params.yaml"
    text = path.read_text("utf-8")
    assert PARAMS in text
    path.write_text(text.replace(PARAMS, "late_after: 900"), "utf-8")
    done = repo.verb("train", code=4)
    assert "of the flights are late" in done.stderr
    assert [row["version"] for row in repo.json("lineage", "--all")] == ["1"]
