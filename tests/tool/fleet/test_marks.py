"""A mark counts as it was signed, and no field of it can be changed, on no other request either."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.marks import Doubt, Judge
from modelyard.fleet.pr_metadata import Ended, Metadata
from modelyard.forges.forge import PullRequest, PullRequestState, Repository
from modelyard.forges.signing import SigningKeys, derive

BRANCH = "modelyard/v1.1.0"
HOME = Repository("team/churn", "main")
JUDGE = Judge("modelyard/", SigningKeys((derive("k" * 64),)))
# Each field says something, so that each is written.
KNOWN = Metadata(
    version="v1.1.0",
    before="v1.0.0",
    base="b" * 40,
    head="a" * 40,
    wave="canary",
    conflicts=("a.txt",),
    waits_for_ci=True,
    target="main",
    projects=("x.yml",),
    held=True,
    no_drafts=True,
    ended=Ended.SUPERSEDED,
    title="Update",
    merge="c" * 40,
    reach="r1",
    joined=("x.yml",),
    reviewers=("ann",),
    assignees=("bob",),
)
BODY = JUDGE.line(HOME.name, BRANCH, KNOWN)


def doubt(body: str, home: Repository = HOME, branch: str = BRANCH) -> Doubt | None:
    opened = datetime(2026, 6, 1, tzinfo=UTC)
    place = (1, "url", branch, "a" * 40, PullRequestState.OPEN, False, "title", body, opened)
    (found,) = JUDGE.judge(home, [PullRequest(*place, own=True, target="main")])
    assert (found.metadata is None) is (found.doubt is not None)
    return found.doubt


def changed(**fields: object) -> str:
    text = BODY.removeprefix("<!-- modelyard ").removesuffix(" -->")
    known = {**json.loads(text), **fields}
    kept = {name: value for name, value in known.items() if value is not None}
    return f"<!-- modelyard {json.dumps(kept, sort_keys=True)} -->"


def test_as_it_was_signed_it_counts() -> None:
    assert doubt(BODY) is None and doubt(changed()) is None
    assert doubt(f"Above\n\n{BODY}\n\nbelow") is None


@pytest.mark.parametrize("name", asdict(KNOWN))
def test_each_field_is_signed(name: str) -> None:
    value = getattr(KNOWN, name)
    other: object = not value if isinstance(value, bool) else f"{value}x"
    if isinstance(value, tuple):
        other = ["other"]
    if name == "ended":
        other = Ended.WITHDRAWN
    assert doubt(changed(**{name: other})) is Doubt.WRONG_SIGNATURE


def test_what_is_unsigned_by_another_key_or_no_mark_is_told_apart() -> None:
    assert doubt(changed(signature="0" * 64)) is Doubt.WRONG_SIGNATURE
    assert doubt(changed(key="0" * 12)) is Doubt.OTHER_KEY
    assert doubt(changed(key=None, signature=None)) is Doubt.UNSIGNED
    assert doubt(changed(version=7)) is Doubt.NO_MARK and doubt("") is Doubt.NO_MARK
    assert doubt(pr_metadata.line(KNOWN, pr_metadata.Place("x", "y"), None)) is Doubt.UNSIGNED


def test_it_counts_in_no_other_repo_and_on_no_other_branch() -> None:
    assert doubt(BODY, home=replace(HOME, name="team/other")) is Doubt.WRONG_SIGNATURE
    assert doubt(BODY, branch="modelyard/v1.2.0") is Doubt.WRONG_SIGNATURE
