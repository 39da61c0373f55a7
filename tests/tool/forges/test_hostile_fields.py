"""What a forge answers is what it must be, or that one answer is an error of that one repo."""

from typing import Any

import pytest

from modelyard.errors import Unreachable
from modelyard.forges import github_errors, github_shapes, gitlab_errors, gitlab_shapes
from modelyard.forges.credentials import Token
from modelyard.forges.http_errors import HttpErrors

ERRORS = HttpErrors("https://git.example.com", Token("T", "s3cr3t-1"))
OF_GITLAB: dict[str, Any] = {
    "iid": 1,
    "web_url": "https://git.example.com/x/-/merge_requests/1",
    "source_branch": "modelyard/v1",
    "target_branch": "main",
    "sha": "0" * 40,
    "state": "opened",
    "draft": False,
    "title": "t",
    "description": "b",
    "created_at": "2026-01-01T00:00:00Z",
    "author": {"username": "bot", "id": 7},
    "source_project_id": 1,
    "target_project_id": 1,
}
OF_GITHUB: dict[str, Any] = {
    "number": 1,
    "url": "https://git.example.com/x/pull/1",
    "headRefName": "modelyard/v1",
    "baseRefName": "main",
    "headRefOid": "0" * 40,
    "state": "OPEN",
    "isDraft": False,
    "title": "t",
    "body": "b",
    "createdAt": "2026-01-01T00:00:00Z",
    "mergedAt": None,
    "closedAt": None,
    "author": {"login": "bot", "__typename": "User"},
    "viewerDidAuthor": True,
    "isCrossRepository": False,
    "labels": {"nodes": [{"name": "modelyard"}]},
    "reviewDecision": None,
    "isInMergeQueue": False,
    "autoMergeRequest": None,
    "latestOpinionatedReviews": {"nodes": []},
}
TIMES = [
    "2026-01-01T00:00:00",
    "2026-01-01",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "",
    3,
    None,
    "9" * 5000,
]
ODD: list[object] = [None, 3.5, [], {}, "one", True, ["x"]]


@pytest.mark.parametrize("time", TIMES)
def test_a_time_that_is_none_is_an_answer_of_no_forge(time: object) -> None:
    with pytest.raises(Unreachable), gitlab_errors.translated(ERRORS, "x"):
        gitlab_shapes.pull_request({**OF_GITLAB, "created_at": time}, 7)
    with pytest.raises(Unreachable), github_errors.translated(ERRORS, "x"):
        github_shapes.pull_request({**OF_GITHUB, "createdAt": time})


@pytest.mark.parametrize("odd", ODD)
def test_a_number_that_is_none_is_an_answer_of_no_forge(odd: object) -> None:
    with pytest.raises(Unreachable), gitlab_errors.translated(ERRORS, "x"):
        gitlab_shapes.pull_request({**OF_GITLAB, "iid": odd}, 7)
    with pytest.raises(Unreachable), github_errors.translated(ERRORS, "x"):
        github_shapes.pull_request({**OF_GITHUB, "number": odd})


@pytest.mark.parametrize("odd", [3, ["x"], {"x": 1}, True])
@pytest.mark.parametrize("field", ["web_url", "source_branch", "sha", "title", "description"])
def test_a_text_that_is_none_is_an_answer_of_no_gitlab(field: str, odd: object) -> None:
    with pytest.raises(Unreachable), gitlab_errors.translated(ERRORS, "x"):
        gitlab_shapes.pull_request({**OF_GITLAB, field: odd}, 7)


@pytest.mark.parametrize("odd", [3, ["x"], {"x": 1}, True])
@pytest.mark.parametrize("field", ["url", "headRefName", "headRefOid", "title", "body"])
def test_a_text_that_is_none_is_an_answer_of_no_github(field: str, odd: object) -> None:
    with pytest.raises(Unreachable), github_errors.translated(ERRORS, "x"):
        github_shapes.pull_request({**OF_GITHUB, field: odd})


def test_what_is_as_it_must_be_is_taken() -> None:
    assert gitlab_shapes.pull_request(OF_GITLAB, 7).own
    assert gitlab_shapes.pull_request({**OF_GITLAB, "description": None}, 7).body == ""
    assert github_shapes.pull_request(OF_GITHUB).own


def test_a_name_of_a_repo_that_is_none_is_an_answer_of_no_forge() -> None:
    with pytest.raises(Unreachable), gitlab_errors.translated(ERRORS, "x"):
        gitlab_shapes.repository({"path_with_namespace": 3, "default_branch": "main"}, True)
    with pytest.raises(Unreachable), gitlab_errors.translated(ERRORS, "x"):
        gitlab_shapes.repository({"path_with_namespace": "a/b", "default_branch": ["x"]}, True)
