"""Who owns a path of a generated repo: as its README says, and as copier.yml acts on it."""

import re
from pathlib import Path

from pathspec import GitIgnoreSpec

from tests.template.questions import config, contents

OWNERS = ("standard", "shared", "yours")


def rules(render: Path) -> dict[str, list[str]]:
    """Return the paths and folders that the README of a render lists for each owner."""
    chapter = (render / "README.md").read_text("utf-8").split("## Who owns which file\n")[1]
    chapter = chapter.split("\n## ")[0]
    found = {}
    for bullet in re.split(r"^- ", chapter, flags=re.M)[1:]:
        owner = re.match(r"\*\*(\w+)\*\*", bullet)
        assert owner, bullet
        found[owner[1].lower()] = re.findall(r"`([^`]+)`", bullet)
    return found


def owners(render: Path) -> dict[str, list[str]]:
    """Return the owners of each path of a render: one, unless the README contradicts itself."""
    listed = rules(render)
    found = {}
    for path in contents(render):
        of = [owner for owner in ("standard", "shared") if _within(path, listed[owner])]
        found[path] = of or ["yours"]
    return found


def rendered_once(render: Path) -> set[str]:
    """Return the paths of a render that `_skip_if_exists` keeps an update away from."""
    skip = GitIgnoreSpec.from_lines(config()["_skip_if_exists"])
    return {path for path in contents(render) if skip.match_file(path)}


def yours(render: Path) -> set[str]:
    """Return the paths of a render that belong to the owner of the repo."""
    return {path for path, of in owners(render).items() if of == ["yours"]}


def taken_away(before: Path, after: Path) -> set[str]:
    """Return what a release may not do: paths of yours that the next one has no more, or claims."""
    return yours(before) - yours(after)


def _within(path: str, listed: list[str]) -> bool:
    return any(path == entry or path.startswith(f"{entry}/") for entry in listed)
