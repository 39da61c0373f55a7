"""Where a template is, and that no address shows a login."""

import json
from pathlib import Path

import pytest

from modelyard.adopt.one_repo import adopt
from modelyard.errors import Usage
from modelyard.update import update
from tests.repos import git
from tests.tool.adopt.adopted import (
    CRUFT,
    HAND_MADE,
    AdoptNew,
    Make,
    Plan,
    answers,
    propose,
    switch,
)


def test_a_template_beside_where_one_stands_is_found_from_elsewhere(
    make: Make, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make(HAND_MADE)
    monkeypatch.chdir(standard.parent)
    adopt(repo, standard.name)
    switch(repo)
    monkeypatch.chdir("/")
    assert update(repo).status == "unchanged"


def test_a_templates_address_with_a_password_is_refused(make: Make) -> None:
    with pytest.raises(Usage) as refused:
        adopt(make(HAND_MADE), "https://bob:hunter2@example.com/t.git")
    assert "hunter2" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "https://bob:hunter2@github.com/team/churn.git",
        "https://bob:hunt@er2@github.com/team/churn.git",
        "https://bob:hunter2/x@github.com/team/churn.git",
        "https://github.com/team/churn.git?token=hunter2",
        "ssh://git:hunter2@github.com:22/team/churn.git",
        "bob:hunter2@github.com:team/churn",
    ],
)
def test_a_password_is_never_shown_or_recorded(adopt_new: AdoptNew, url: str) -> None:
    files = {
        **CRUFT,
        ".env": f"MLFLOW_TRACKING_URI={url}\n",
        ".dvc/config": f"['remote \"a\"']\n    url = {url}\n",
    }
    repo, done = adopt_new(files, remote=url)
    assert "hunter2" not in repr(done) and "er2@" not in repr(done)
    shown = git(repo, "diff", "main", "modelyard/adopt")
    assert "hunter2" not in shown and "er2@" not in shown


def test_a_password_in_prose_is_not_taken(plan: Plan) -> None:
    prose = "Reads s3://bob:hunter2@host/x and https://hunter2@host/y, see https://host/@bob."
    found = plan({".cookiecutter.json": json.dumps({"description": prose})})
    assert answers(found)["description"] == (
        "Reads s3://bob@host/x and https://host/y, see https://host/@bob."
    )


def test_without_a_template_it_is_our_own(
    make: Make, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELYARD_TEMPLATE", str(standard))
    assert propose(make(HAND_MADE)).template == str(standard)
