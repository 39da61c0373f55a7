"""Issues on GitHub: read by GraphQL, written by REST."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import github
from github.Issue import Issue as GithubIssue

from modelyard.forges.forge import Repository
from modelyard.forges.github_errors import translated
from modelyard.forges.github_queries import ISSUES
from modelyard.forges.github_shapes import account
from modelyard.forges.http_errors import HttpErrors
from modelyard.forges.issues import Issue


@dataclass(frozen=True)
class GithubIssues:
    """The `Issues` of a repository.

    Attributes:
        repository: The repository.
        nodes: Asks for all nodes of the query, given its variables.
        client: Returns this thread's client.
        login: Returns the account of the token.
        errors: Says what went wrong.
    """

    repository: Repository
    nodes: Callable[[str, str, dict[str, Any], str], Iterable[dict[str, Any]]]
    client: Callable[[], github.Github]
    login: Callable[[], str]
    errors: HttpErrors

    def find(self, label: str) -> list[Issue]:
        """Return the issues with a label, open and closed, the oldest first."""
        name = self.repository.name
        owner, _, own = name.partition("/")
        asked = {"owner": owner, "name": own, "label": label}
        with translated(self.errors, name):
            found = [self._issue(one) for one in self.nodes(ISSUES, "repository", asked, name)]
        return sorted(found, key=lambda one: one.number)

    def open(self, title: str, body: str, label: str) -> Issue:
        """Open an issue with a label."""
        with translated(self.errors, self.repository.name):
            repo = self.client().get_repo(self.repository.name)
            made = repo.create_issue(title, body, labels=[label])
            # Where the token may not label it, GitHub says nothing: it would not be found again.
            if label not in {one.name for one in made.labels}:
                made.add_to_labels(label)
            return _of_rest(made, own=True)

    def edit(self, issue: Issue, title: str, body: str, is_open: bool) -> Issue:
        """Change the title and text of an issue, and whether it is open."""
        with translated(self.errors, self.repository.name):
            made = self.client().get_repo(self.repository.name).get_issue(issue.number)
            made.edit(title=title, body=body, state="open" if is_open else "closed")
            return _of_rest(made, own=issue.own)

    def _issue(self, node: dict[str, Any]) -> Issue:
        author = account(node["author"])
        own = node["viewerDidAuthor"] or (author.endswith("[bot]") and author == self.login())
        return Issue(
            number=node["number"],
            url=node["url"],
            title=node["title"],
            body=node["body"],
            is_open=node["state"] == "OPEN",
            author=author,
            own=own,
        )


def _of_rest(made: GithubIssue, own: bool) -> Issue:
    return Issue(
        number=made.number,
        url=made.html_url,
        title=made.title,
        body=made.body or "",
        is_open=made.state == "open",
        author=made.user.login if made.user else "",
        own=own,
    )
