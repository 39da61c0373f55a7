"""The issues of a repository in a folder: a Markdown file each in its git folder."""

from dataclasses import dataclass
from pathlib import Path

from modelyard import whole_file
from modelyard.errors import Unreachable
from modelyard.forges.issues import Issue

FOLDER = "modelyard-issues"
_LARGEST = 1 << 20
_OPEN, _CLOSED = "open", "closed"


@dataclass(frozen=True)
class LocalIssues:
    """The `Issues` of a repository.

    The first line of a file is the title, the second one the state and the label; then the text.

    Attributes:
        git_folder: The git folder of the repository.
    """

    git_folder: Path

    def find(self, label: str) -> list[Issue]:
        """Return the issues with a label, the oldest first."""
        folder = self._folder
        numbers = sorted(int(one.stem) for one in folder.glob("*.md") if one.stem.isdecimal())
        found = (self._read(number) for number in numbers)
        return [one for one, has in found if label in has]

    def open(self, title: str, body: str, label: str) -> Issue:
        """Open an issue with a label."""
        taken = (int(one.stem) for one in self._folder.glob("*.md") if one.stem.isdecimal())
        return self._write(1 + max(taken, default=0), title, body, True, label)

    def edit(self, issue: Issue, title: str, body: str, is_open: bool) -> Issue:
        """Change the title and text of an issue, and whether it is open."""
        _, labels = self._read(issue.number)
        return self._write(issue.number, title, body, is_open, " ".join(labels))

    @property
    def _folder(self) -> Path:
        folder = self.git_folder / FOLDER
        if folder.is_symlink():
            raise Unreachable(f"{folder} is a link", "delete it")
        return folder

    def _read(self, number: int) -> tuple[Issue, list[str]]:
        place = self._folder / f"{number}.md"
        try:
            # A pipe would be waited for, and a link may lead anywhere.
            if place.is_symlink() or not place.is_file() or place.stat().st_size > _LARGEST:
                raise ValueError("no file, or a large one")
            title, about, _, body = place.read_text("utf-8").split("\n", 3)
            state, *labels = about.split()
            if state not in {_OPEN, _CLOSED} or not title.startswith("# "):
                raise ValueError("no issue")
        except (OSError, ValueError):
            raise Unreachable(f"{place} is damaged", "repair or delete it") from None
        return self._issue(number, title[2:], body, state == _OPEN), labels

    def _write(self, number: int, title: str, body: str, is_open: bool, labels: str) -> Issue:
        place = self._folder / f"{number}.md"
        state = _OPEN if is_open else _CLOSED
        try:
            place.parent.mkdir(exist_ok=True)
            whole_file.put(place, f"# {title}\n{state} {labels}\n\n{body}".encode())
        except OSError as error:
            raise Unreachable(
                f"{place}: {error.strerror}", "give yourself the right to write there"
            ) from None
        return self._issue(number, title, body, is_open)

    def _issue(self, number: int, title: str, body: str, is_open: bool) -> Issue:
        url = (self._folder / f"{number}.md").as_uri()
        return Issue(number, url, title, body, is_open, own=True)
