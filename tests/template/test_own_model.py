"""The how-to "Your own model on your own data", run from top to bottom as it is written."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.repos import Repo, git, machine

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "own-model.md"
COPY = "uvx copier copy --defaults"
FROM = "https://github.com/YOUR-TEAM/modelyard"

SOMEBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))
}


@dataclass(frozen=True)
class Block:
    """A fenced block of the page: a file to write, commands to type, or output to expect."""

    language: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    fences = re.findall(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', page, flags=re.M | re.S)
    return [Block(*fence) for fence in fences]


def expected(line: str) -> str:
    """Return the pattern of an expected line, in which `…` stands for anything."""
    return ".*".join(re.escape(part) for part in line.strip().split("…"))


def type_in(commands: str, repo: Repo) -> str:
    """Type the lines of a block into a shell, and return all that it shows."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands],
        cwd=repo.root if repo.root.exists() else repo.root.parent,
        env=repo.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}"
    return done.stdout


@pytest.mark.life
def test_the_page_works_from_top_to_bottom(suite: Path, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "busy-days", {**machine(tmp_path / "home"), **SOMEBODY})
    page = blocks(PAGE.read_text("utf-8"))
    assert [block.language for block in page].count("text") == 2
    shown = ""
    for block in page:
        if block.title:
            path = repo.root / block.title
            assert path.exists(), f"{block.title} is not one of the repo's files"
            path.write_text(block.text, "utf-8")
        elif block.language == "sh":
            shown = type_in(
                block.text.replace(COPY, "copier copy --defaults").replace(FROM, str(suite)), repo
            )
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
