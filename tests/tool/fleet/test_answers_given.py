"""Answers in a fleet: new questions told, dropped choices answered, tags that move."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from modelyard.errors import Usage
from modelyard.fleet.model import Observation
from modelyard.fleet.rollout import rollout
from tests.repos import git
from tests.tool.fleet.worlds import Yard, labels, make, observed, silent
from tests.tool.worlds import CONFIG, lines

CI = "ci: {type: str, choices: [CHOICES], default: github}\n"
RECORD = ".copier-answers.yml"


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A fleet of two."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make(tmp_path, count=2)


@pytest.fixture
def choosing(yard: Yard) -> Yard:
    """r0 answered circleci, r1 gitlab; v1.2.0 drops circleci."""
    world = yard.world
    world.release("v1.1.1", {}, CONFIG + CI.replace("CHOICES", "github, gitlab, circleci"))
    for name, ci in (("r0", "circleci"), ("r1", "gitlab")):
        answered(yard, name, "_commit: v1.1.1", f"ci: {ci}")
    world.release(
        "v1.2.0", {"ci.txt.jinja": "{{ ci }}\n"}, CONFIG + CI.replace("CHOICES", "github, gitlab")
    )
    return yard


def answered(yard: Yard, name: str, version: str, more: str) -> None:
    work = yard.work(name)
    text = (work / RECORD).read_text().replace("_commit: v1.0.0", version)
    (work / RECORD).write_text(f"{text}{more}\n")
    git(work, "commit", "--quiet", "--all", "--message", "Answer")
    git(work, "push", "--quiet", "origin", "main:main")


def by_name(found: list[Observation]) -> dict[str, Observation]:
    return {one.name: one for one in found}


def test_a_dropped_choice_says_what_to_type(choosing: Yard) -> None:
    found = by_name(observed(choosing.options()))
    assert (found["r0"].state, found["r1"].state) == ("refused", "clean")
    assert "github, gitlab" in found["r0"].detail and "--data ci=" in found["r0"].detail


@pytest.mark.parametrize("by_file", [False, True])
def test_a_dropped_choice_is_answered_for_the_fleet_and_changes_no_valid_answer(
    choosing: Yard, by_file: bool
) -> None:
    options = choosing.options(data={} if by_file else {"ci": "github"}, jobs=2)
    if by_file:
        text = choosing.file.read_text()
        choosing.file.write_text(
            text.replace("[repos]", '[template.answers]\nci = "github"\n[repos]')
        )
    assert set(labels(rollout(options, silent)).values()) == {"opened"}
    branch = "modelyard/v1.2.0"
    recorded = {n: yaml.safe_load(choosing.show(n, branch, RECORD))["ci"] for n in ("r0", "r1")}
    assert recorded == {"r0": "github", "r1": "gitlab"}
    body = choosing.pull_requests("r0")[0].body
    assert "`ci: github`" in body
    assert "`ci: github`" not in choosing.pull_requests("r1")[0].body


def test_an_answer_to_no_question_is_wrong_usage(choosing: Yard) -> None:
    with pytest.raises(Usage, match="asks no question cy"):
        rollout(choosing.options(data={"cy": "github"}), silent)


def test_a_new_question_is_told_in_the_request_and_brings_none_alone(yard: Yard) -> None:
    question = "team: {default: '@everybody closes #1'}\n"
    yard.world.release("v1.2.0", {"a.txt": lines(20, l4="FOUR")}, CONFIG + question)
    rollout(yard.options(), silent)
    body = yard.pull_requests("r0")[0].body
    assert "team" in body and "@everybody" in body
    git(yard.world.template, "tag", "--delete", "v1.2.0")
    git(yard.world.template, "tag", "--delete", "v1.1.0")
    git(yard.world.template, "reset", "--quiet", "--hard", "v1.0.0")
    yard.world.release("v1.3.0", {}, CONFIG + question)
    assert {one.state for one in observed(yard.options())} == {"current"}


def test_a_tag_that_was_moved_is_rolled_out_again(yard: Yard) -> None:
    options = replace(yard.options(), jobs=1)
    rollout(options, silent)
    for name in ("r0", "r1"):
        yard.merge(name, "modelyard/v1.1.0")
    assert {one.state for one in observed(options)} == {"current"}
    yard.world.release(None, {"a.txt": lines(20, l3="3")})
    git(yard.world.template, "tag", "--force", "v1.1.0")
    assert {one.state for one in observed(options)} != {"current"}


@pytest.mark.parametrize("tag", ["latest", "v1", "deploy-2024"])
def test_a_moving_tag_on_record_is_no_version_and_none_is_rolled_out(yard: Yard, tag: str) -> None:
    git(yard.world.template, "tag", "--annotate", "--message", "x", tag)
    answered(yard, "r0", f"_commit: {tag}", "")
    found = by_name(observed(yard.options(to=tag)))
    assert found["r0"].state == "broken" and "it moves" in found["r0"].detail
    assert (found["r1"].state, found["r1"].wanted) == ("clean", "v1.1.0")


def test_tags_of_another_kind_are_no_releases_with_a_prefix(yard: Yard) -> None:
    git(yard.world.template, "tag", "models-v1.1.0")
    git(yard.world.template, "tag", "v7.0.0", "v1.0.0")
    text = yard.file.read_text()
    yard.file.write_text(text.replace("[repos]", 'tag_prefix = "models-"\n[repos]', 1))
    assert {one.wanted for one in observed(yard.options())} == {"models-v1.1.0"}
