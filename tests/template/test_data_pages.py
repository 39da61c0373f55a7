"""The how-tos of late labels and of a problem without time, run from top to bottom."""

import re
from pathlib import Path

import pytest

from tests.pages import blocks, type_in
from tests.repos import Repo, git, machine
from tests.template.long_runs import LONG
from tests.template.test_own_model import COPY, SOMEBODY, expected, first

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


@LONG
@pytest.mark.life
@pytest.mark.parametrize(
    ("page", "name"), [("late-labels", "rough-weeks"), ("no-time-column", "lumps")]
)
def test_a_page_works_from_top_to_bottom(
    suite: Path, environment: Path, tmp_path: Path, page: str, name: str
) -> None:
    repo = Repo(tmp_path / name, {**machine(tmp_path / "home"), **SOMEBODY})
    shown = ""
    for block in blocks(PAGES / f"{page}.md"):
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
    # Nothing but what is the owner's, and params.yaml.
    start = git(repo.root, "rev-list", "--max-parents=0", "HEAD").strip()
    changed = git(repo.root, "diff", "--name-only", start, "HEAD", "--", ":!data").split()
    own = re.compile(r"params\.yaml|src/\w+/(data|contract|features|model)\.py|tests/test_\w+\.py")
    assert changed and not [path for path in changed if not own.fullmatch(path)]
    assert not git(repo.root, "status", "--porcelain")
    # The library's tests of these modules, with this data and this gate.
    type_in("make test", repo)
