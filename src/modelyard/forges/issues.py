"""Issues of a repository on a forge, as far as the fleet keeps one up to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Issue:
    """An issue.

    Attributes:
        number: What the forge numbers it by within the repo.
        url: Where a person looks at it.
        title: Its title.
        body: Its text.
        is_open: It is not closed.
        author: The account that opened it, where the forge has accounts.
        own: It was opened by the account of our token.
    """

    number: int
    url: str
    title: str
    body: str
    is_open: bool
    author: str = ""
    own: bool = False

    def __post_init__(self) -> None:
        """Refuse what a forge must not answer.

        Raises:
            TypeError: A number or a text is none.
        """
        texts = (self.url, self.title, self.body, self.author)
        if type(self.number) is not int or not all(type(one) is str for one in texts):
            raise TypeError("something else where a number or a text belongs")


class Issues(Protocol):
    """The issues of one repository. Each method may raise `modelyard.errors.ModelyardError`."""

    def find(self, label: str) -> Sequence[Issue]:
        """Return the issues with a label, open and closed, the oldest first."""

    def open(self, title: str, body: str, label: str) -> Issue:
        """Open an issue with a label."""

    def edit(self, issue: Issue, title: str, body: str, is_open: bool) -> Issue:
        """Change the title and text of an issue, and whether it is open."""
