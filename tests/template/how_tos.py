"""A how-to that makes a repo of its own, run from top to bottom as it is written."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.pages import blocks, type_in
from tests.repos import Repo, git, link_packages, machine

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
COPY = "uvx copier copy --defaults"
FROM = "https://github.com/YOUR-TEAM/modelyard"

SOMEBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))
}


@dataclass(frozen=True)
class Lived:
    """A repo after all of a page: the files that it wrote, the blocks of output that it showed."""

    repo: Repo
    written: set[str]
    outputs: int

    @property
    def changed(self) -> set[str]:
        """The files that are not as they were rendered, data aside."""
        root = self.repo.root
        start = git(root, "rev-list", "--max-parents=0", "HEAD").strip()
        return set(git(root, "diff", "--name-only", start, "HEAD", "--", ":!data").split())


def live(page: str, slug: str, suite: Path, environment: Path, folder: Path) -> Lived:
    """Write, type and compare what a page says, in its order."""
    repo = Repo(folder / slug, {**machine(folder / "home"), **SOMEBODY})
    shown, written, outputs = "", set(), 0
    for block in blocks(HOW_TO / f"{page}.md"):
        if block.title:
            path = repo.root / block.title
            assert path.exists(), f"{block.title} is not one of the repo's files"
            path.write_text(block.text, "utf-8")
            written.add(block.title)
        elif COPY in block.text:
            _first(block.text, suite, repo, environment)
        elif block.language == "sh":
            shown = type_in(block.text, repo)
        else:
            outputs += 1
            for line in block.text.splitlines():
                assert re.search(f"^ *{_expected(line)}$", shown, flags=re.M), f"{line}\n{shown}"
    return Lived(repo, written, outputs)


def _expected(line: str) -> str:
    """Return the pattern of an expected line, in which `…` stands for anything."""
    return ".*".join(re.escape(part) for part in line.strip().split("…"))


def _first(commands: str, suite: Path, repo: Repo, environment: Path) -> None:
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
