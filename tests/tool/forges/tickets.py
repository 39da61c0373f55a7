"""Issues on the test forge, by the APIs of GitHub and GitLab."""

from typing import Any

from tests.tool.forges.hosted import Hosted, Ticket
from tests.tool.forges.serving import Answer, Asked

_LOST = Answer(404, {"message": "Not Found"})


def opened(repo: Hosted, account: str, title: str, body: str, labels: list[str]) -> Ticket:
    """Open an issue, as an account."""
    with repo.lock:
        ticket = Ticket(len(repo.tickets) + 1, title, body, account, labels)
        repo.tickets.append(ticket)
        return ticket


def of_graphql(url: str, account: str, repo: Hosted, ticket: Ticket) -> dict[str, Any]:
    """Return an issue as GraphQL tells it."""
    is_app = ticket.author.endswith("[bot]")
    return {
        "number": ticket.number,
        "url": f"{url}/{repo.name}/issues/{ticket.number}",
        "title": ticket.title,
        "body": ticket.body,
        "state": ticket.state.upper(),
        "viewerDidAuthor": ticket.author == account and not is_app,
        "author": {
            "__typename": "Bot" if is_app else "User",
            "login": ticket.author.removesuffix("[bot]"),
        },
    }


class GithubTickets:
    """The calls of REST."""

    def __init__(self, forge: Any) -> None:
        self.forge = forge

    def create(self, asked: Asked, repo: Hosted) -> Answer:
        """Open one."""
        data = asked.data
        labels = data.get("labels", [])
        made = opened(repo, self.forge.account, data["title"], data["body"], labels)
        return Answer(201, self._shown(repo, made))

    def get(self, asked: Asked, repo: Hosted, ticket: str) -> Answer:
        """Tell of one."""
        found = _find(repo, ticket)
        return Answer(data=self._shown(repo, found)) if found else _LOST

    def edit(self, asked: Asked, repo: Hosted, ticket: str) -> Answer:
        """Change one."""
        found = _find(repo, ticket)
        if not found:
            return _LOST
        found.title, found.body = asked.data["title"], asked.data["body"]
        found.state = asked.data["state"]
        return Answer(data=self._shown(repo, found))

    def _shown(self, repo: Hosted, ticket: Ticket) -> dict[str, Any]:
        return {
            "url": f"{self.forge.url}/api/v3/repos/{repo.name}/issues/{ticket.number}",
            "html_url": f"{self.forge.url}/{repo.name}/issues/{ticket.number}",
            "number": ticket.number,
            "title": ticket.title,
            "body": ticket.body,
            "state": ticket.state,
            "labels": [{"name": name} for name in ticket.labels],
            "user": {"login": ticket.author},
        }


class GitlabTickets:
    """The calls of GitLab."""

    def __init__(self, api: Any) -> None:
        self.api = api

    def found(self, asked: Asked, repo: Hosted) -> Answer:
        """List those with a label."""
        wanted = asked.query["labels"]
        entries = [self._shown(repo, one) for one in repo.tickets if wanted in one.labels]
        return self.api.listed(asked, entries[::-1])

    def create(self, asked: Asked, repo: Hosted) -> Answer:
        """Open one."""
        data, account = asked.data, self.api.forge.account
        labels = data["labels"].split(",")
        made = opened(repo, account, data["title"], data["description"], labels)
        return Answer(201, self._shown(repo, made))

    def edit(self, asked: Asked, repo: Hosted, ticket: str) -> Answer:
        """Change one."""
        found = _find(repo, ticket)
        if not found:
            return _LOST
        found.title, found.body = asked.data["title"], asked.data["description"]
        event = asked.data.get("state_event")
        found.state = {"close": "closed", "reopen": "open"}.get(event, found.state)
        return Answer(data=self._shown(repo, found))

    def _shown(self, repo: Hosted, ticket: Ticket) -> dict[str, Any]:
        return {
            "iid": ticket.number,
            "web_url": f"{self.api.forge.url}/{repo.name}/-/issues/{ticket.number}",
            "title": ticket.title,
            "description": ticket.body,
            "state": "opened" if ticket.state == "open" else "closed",
            "labels": ticket.labels,
            "author": self.api.user(ticket.author),
        }


def _find(repo: Hosted, number: str) -> Ticket | None:
    return next((one for one in repo.tickets if one.number == int(number)), None)
