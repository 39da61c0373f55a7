"""The how-to "Your own model on your own data", run from top to bottom as it is written."""

import re
from pathlib import Path

import pytest

from tests.pages import blocks, type_in
from tests.repos import Repo, git, link_packages, machine
from tests.template.long_runs import LONG

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-model.md"
COPY = "uvx copier copy --defaults"
FROM = "https://github.com/YOUR-TEAM/modelyard"

SOMEBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))
}


def expected(line: str) -> str:
    """Return the pattern of an expected line, in which `…` stands for anything."""
    return ".*".join(re.escape(part) for part in line.strip().split("…"))


def first(commands: str, suite: Path, repo: Repo, environment: Path) -> None:
    """Type the first commands of the page; what `make setup` installs is mostly there already."""
    copy, folder, *more = commands.splitlines()
    assert COPY in copy and folder == f"cd {repo.root.name}"
    type_in(
        copy.replace(COPY, "copier copy --defaults").replace(FROM, str(suite)),
        repo,
        repo.root.parent,
    )
    link_packages(environment, repo)
    type_in("\n".join(more), repo)


@LONG
@pytest.mark.life
def test_the_page_works_from_top_to_bottom(suite: Path, environment: Path, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "busy-days", {**machine(tmp_path / "home"), **SOMEBODY})
    page = blocks(PAGE)
    assert [block.language for block in page].count("text") == 2
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

    written = {block.title for block in page if block.title}
    assert not [path for path in written if "platform" in path]
    start = git(repo.root, "rev-list", "--max-parents=0", "HEAD").strip()
    changed = git(repo.root, "diff", "--name-only", start, "HEAD", "--", ":!data").split()
    assert set(changed) == written | {"pyproject.toml", "requirements.lock"}
    assert not git(repo.root, "status", "--porcelain")
    assert [row["version"] for row in repo.json("lineage", "--all")] == ["2", "1"]
    assert set(repo.json("lineage", "2")["metrics"]) == {"roc_auc", "log_loss"}
