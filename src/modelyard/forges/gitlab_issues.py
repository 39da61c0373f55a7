"""Issues on GitLab."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from modelyard.forges.forge import Repository
from modelyard.forges.gitlab_errors import translated
from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.issues import Issue


@dataclass(frozen=True)
class GitlabIssues:
    """The `Issues` of a project.

    Attributes:
        repository: The project.
        where: Its path in the API.
        pages: Asks for all of a list.
        write: Sends something.
        account: Returns the number of the account of the token.
        errors: Says what went wrong.
    """

    repository: Repository
    where: str
    pages: Callable[..., Iterable[dict[str, Any]]]
    write: Callable[[str, str, dict[str, Any]], dict[str, Any]]
    account: Callable[[], int]
    errors: HttpErrors

    def find(self, label: str) -> list[Issue]:
        """Return the issues with a label, open and closed, the oldest first."""
        with translated(self.errors, self.repository.name):
            found = self.pages(self.where, labels=label, state="all", scope="all")
            made = [self._issue(one) for one in found]
        return sorted(made, key=lambda one: one.number)

    def open(self, title: str, body: str, label: str) -> Issue:
        """Open an issue with a label."""
        words = {"title": title, "description": body, "labels": label}
        with translated(self.errors, self.repository.name):
            return self._issue(self.write("post", self.where, words))

    def edit(self, issue: Issue, title: str, body: str, is_open: bool) -> Issue:
        """Change the title and text of an issue, and whether it is open."""
        words = {"title": title, "description": body}
        if is_open != issue.is_open:
            words["state_event"] = "reopen" if is_open else "close"
        with translated(self.errors, self.repository.name):
            return self._issue(self.write("put", f"{self.where}/{issue.number}", words))

    def _issue(self, found: dict[str, Any]) -> Issue:
        author = found.get("author") or {}
        return Issue(
            number=found["iid"],
            url=found["web_url"],
            title=found["title"],
            body=found.get("description") or "",
            is_open=found["state"] == "opened",
            author=author.get("username", ""),
            own=author.get("id") == self.account(),
        )
