"""A name in fleet.toml that is no repo's is refused, with the name that was meant."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from modelyard.errors import NotReady
from modelyard.fleet import names
from modelyard.fleet.config import Fleet
from modelyard.forges.forge import Repository

LISTED = [
    Repository("team/r1", "main", topics=("ml-model",)),
    Repository("team/churn", "main"),
    Repository("team/sub/Pricing", "main"),
    Repository("team/old", "main", problem="archived"),
]


def refuse(**settings: Any) -> None:
    required = {"forge": {"kind": "github", "owner": "team"}, "template": {"source": "t"}}
    fleet = Fleet.model_validate({**required, **settings})
    context = SimpleNamespace(fleet=fleet, today=date(2026, 6, 1))
    names.refuse_unknown(context, LISTED)  # type: ignore[arg-type]  # no more is asked of it


def waves(*repos: str) -> dict[str, Any]:
    return {"waves": [{"name": "canary", "repos": list(repos)}, {"name": "rest", "share": 1.0}]}


def exempt(repo: str, until: str = "2999-01-01") -> dict[str, Any]:
    return {"exempt": [{"repo": repo, "reason": "audit", "until": until}]}


WRONG: list[tuple[dict[str, Any], str]] = [
    (waves("r1", "r1-typo"), "waves[0].repos, wave 'canary': 'r1-typo' is no repo"),
    (waves("R1"), "'R1' is no repo; did you mean 'team/r1'?"),
    (waves("Team/R1"), "did you mean 'team/r1'?"),
    (waves("pricing"), "did you mean 'team/sub/Pricing'?"),
    (waves("chrun"), "did you mean 'team/churn'?"),
    (waves("nothing-like-it"), "is no repo of the owner that the token may see"),
    ({**waves("r1"), "repos": {"exclude": ["r1"]}}, "'r1' is left out by [repos]"),
    (exempt("chrun"), "exempt[0].repo: 'chrun' is no repo; did you mean 'team/churn'?"),
    (exempt("chrun@release/1.x"), "exempt[0].repo: 'chrun@release/1.x'"),
    ({"repos": {"exclude": ["sandbox-*"]}}, "repos.exclude: 'sandbox-*' is like no repo"),
    ({"repos": {"names": ["Churn"]}}, "repos.names: 'Churn' is no repo; did you mean"),
    ({"repos": {"pattern": "*-model"}}, "repos.pattern: '*-model'"),
    ({"repos": {"topic": "ml-modle"}}, "the topic 'ml-modle'; did you mean 'ml-model'?"),
    ({"repos": {"answers_files": {"chrun": "a.yml"}}}, "repos.answers_files: 'chrun'"),
]


@pytest.mark.parametrize(("settings", "says"), WRONG)
def test_a_name_that_is_no_repos_is_refused(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(NotReady) as caught:
        refuse(**settings)
    assert says in caught.value.message


RIGHT: list[dict[str, Any]] = [
    {},
    waves("r1", "team/churn", "Pricing", "old"),
    exempt("chrun", until="2020-01-01"),
    exempt("churn@release/1.x"),
    exempt("team/churn:models/a"),
    {"repos": {"exclude": ["chu*"], "pattern": "r?", "topic": "ml-model"}},
    {"repos": {"answers_files": {"churn": "a.yml"}}},
]


@pytest.mark.parametrize("settings", RIGHT)
def test_what_is_there_is_no_matter(settings: dict[str, Any]) -> None:
    refuse(**settings)


def test_no_list_is_longer_than_a_message_may_be() -> None:
    with pytest.raises(NotReady, match="; and 5 more"):
        refuse(**waves(*(f"x{number}" for number in range(10))))
