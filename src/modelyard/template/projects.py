"""Which projects a repo has: each answers file is one template, of the whole repo or of a folder.

Only names and bytes are looked at: which template it is, and whether the file can be read, is told
when it is read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN
from modelyard.template.answers import DEFAULT_NAME

_NAME = re.compile(r"[^/]*answers[^/]*\.ya?ml")
_USUAL = (".copier-answers", "copier-answers")
# Another file may be called answers as well: one of a template says where that is.
_SOURCE = re.compile(rb"^[\"']?_src_path[\"']?[ \t]*:", re.M)


@dataclass(frozen=True)
class Project:
    """One template of a repo, by its answers file.

    Attributes:
        folder: What was rendered into, below the folder that is looked at: "" or "services/a/".
        answers_file: The answers file, relative to that folder.
    """

    folder: str
    answers_file: str

    @property
    def path(self) -> str:
        """The answers file, relative to the folder that is looked at."""
        return self.folder + self.answers_file


def find(repo: Repo, scratch: Scratch) -> Sequence[Project]:
    """Return all projects of a repo, in the order in which they are worked on.

    The top comes first, then folders by name; in a folder the usual answers file comes first.
    """
    return [one for one in candidates(repo) if is_record(repo, scratch, one.path)]


def at_top(repo: Repo, scratch: Scratch) -> Sequence[Project]:
    """Return the templates of a repo that were rendered into its top."""
    found = (one for one in candidates(repo) if not one.folder)
    return [one for one in found if is_record(repo, scratch, one.path)]


def others(repo: Repo, scratch: Scratch, path: str) -> tuple[str, ...]:
    """Return the answers files of a repo beside one of them."""
    return tuple(one.path for one in find(repo, scratch) if one.path != path)


def is_name(path: str) -> bool:
    """Tell whether a path could be the answers file of what is at the top."""
    found = _project(path)
    parts = path.split("/")
    return found is not None and not found.folder and not {"", ".", ".."} & set(parts)


def of(path: str) -> Project:
    """Return the project of an answers file, by its path alone."""
    return _project(path) or Project("", path)


def candidates(repo: Repo) -> Sequence[Project]:
    """Return what could be projects by the name of a file, in order; no file is looked into."""
    found = [one for one in map(_project, repo.tree) if one]
    return sorted(
        found, key=lambda one: (one.folder, one.answers_file != DEFAULT_NAME, one.answers_file)
    )


def _project(path: str) -> Project | None:
    """Return whose answers a file could hold.

    In a hidden folder, such as .config, they are of the folder that it is in.
    """
    if "answers" not in path:
        return None
    parts = path.split("/")
    if not _NAME.fullmatch(parts[-1]):
        return None
    count = len(parts) - 1
    while count and parts[count - 1].startswith("."):
        count -= 1
    folder = "".join(f"{part}/" for part in parts[:count])
    # Below the top, data may be called so, in any number and size: it is not to be read.
    if folder and not parts[-1].startswith((".", *_USUAL)):
        return None
    return Project(folder, path.removeprefix(folder))


def is_record(repo: Repo, scratch: Scratch, path: str) -> bool:
    """Tell whether a file is an answers file, be it a broken one."""
    file = repo.tree[path]
    if path == DEFAULT_NAME:
        return True
    if file.mode not in {PLAIN, EXECUTABLE}:
        return False
    is_usual = PurePosixPath(path).name.startswith(_USUAL)
    return is_usual or _SOURCE.search(scratch.read(file.oid)) is not None
