"""A control repository that is not there is told by its setting, with the name that was meant."""

import pytest

from modelyard.errors import NotReady, Unreachable
from modelyard.fleet import control
from modelyard.fleet.config import Fleet
from modelyard.forges.forge import Remote, Repository


class OneForge:
    """A forge whose owner has one repo, and that knows one of somebody else's."""

    def repositories(self) -> list[Repository]:
        return [Repository("team/churn", "main")]

    def repository(self, name: str) -> Repository:
        if name.casefold() in {"other/fleet", "team/churn"}:
            return Repository(name.casefold(), "main")
        raise Unreachable(f"{name}: not there, or the token may not see it")

    def remote(self, repository: Repository) -> Remote:
        return Remote(f"https://git.example.com/{repository.name}")


def remote_of(name: str | None) -> Remote | None:
    required = {"forge": {"kind": "github", "owner": "team"}, "template": {"source": "t"}}
    fleet = Fleet.model_validate({**required, "control": name})
    return control.remote_of(fleet, OneForge())  # type: ignore[arg-type]  # no more is asked of it


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("team/fleet", "control: team/fleet: not there"),
        ("team/chrun", "; did you mean 'team/churn'?"),
        ("Team/Churn", "control: 'Team/Churn' is called 'team/churn'"),
    ],
)
def test_a_name_that_is_no_repos_is_refused(name: str, says: str) -> None:
    with pytest.raises(NotReady) as caught:
        remote_of(name)
    assert says in caught.value.message


@pytest.mark.parametrize("name", [None, "team/churn", "other/fleet"])
def test_one_that_is_there_is_taken(name: str | None) -> None:
    found = remote_of(name)
    assert (found and found.url) == (name and f"https://git.example.com/{name}")
