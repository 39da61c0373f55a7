"""A listing in which one repository can be none: the others are there all the same."""

from typing import Any

import pytest

from modelyard.forges import github_shapes, gitlab_shapes
from modelyard.forges.listings import repositories

GOOD: dict[str, Any] = {"path_with_namespace": "team/r0", "default_branch": "main"}
ODD = ({"default_branch": 3}, {"topics": [None]}, {"topics": 7}, {"default_branch": ["x"]})


@pytest.mark.parametrize("fields", ODD)
def test_one_that_is_odd_is_named_and_no_problem_of_the_others(fields: dict[str, Any]) -> None:
    nodes = [GOOD, {**GOOD, "path_with_namespace": "team/r1", **fields}]
    good, odd = repositories(
        nodes, lambda one: gitlab_shapes.repository(one, may=True), "path_with_namespace"
    )
    assert (good.name, good.problem, good.unreadable) == ("team/r0", "", False)
    assert (odd.name, odd.unreadable) == ("team/r1", True) and "no repository is" in odd.problem


def test_one_that_lacks_a_field_is_named_and_one_without_a_name_is_no_answer() -> None:
    (odd,) = repositories([{"nameWithOwner": "a/b"}], github_shapes.repository, "nameWithOwner")
    assert odd.unreadable and "KeyError" in odd.problem
    for node in ({}, {"nameWithOwner": None}, None):
        with pytest.raises(TypeError):
            list(repositories([node], github_shapes.repository, "nameWithOwner"))  # type: ignore[list-item]
