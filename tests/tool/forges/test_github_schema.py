"""What the product asks of GitHub is in its published schema; the tests' forge holds to that."""

import os
import shutil

import graphql
import pytest

from tools import github_schema


@pytest.mark.parametrize("name", github_schema.operations())
def test_each_operation_is_valid_in_the_part_that_the_tests_forge_has(name: str) -> None:
    """Where a query was changed, `python -m tools.github_schema --write` brings what it uses."""
    part = graphql.build_schema(github_schema.PART.read_text("utf-8"))
    text = github_schema.operations()[name]
    assert graphql.validate(part, graphql.parse(text)) == []


def test_the_part_has_what_is_used_and_no_more() -> None:
    """Cut again, it is the same: no field or argument is in it that nobody has looked up."""
    part = github_schema.PART.read_text("utf-8")
    assert github_schema.part_of(part) == part


@pytest.mark.skipif(
    not (os.environ.get("MODELYARD_LONG") and shutil.which("npm")), reason="asks npm"
)
def test_the_part_is_cut_out_of_the_published_schema() -> None:
    """And each operation is valid in the whole."""
    whole = github_schema.published()
    assert github_schema.problems(graphql.build_schema(whole, assume_valid=True)) == []
    assert github_schema.part_of(whole) == github_schema.PART.read_text("utf-8")
