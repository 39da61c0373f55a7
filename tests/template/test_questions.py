"""Law 5: each question changes the render, each answer works, and a bad one is told the fix."""

from pathlib import Path
from typing import Any

import pytest

from tests.template.questions import (
    ANSWERS,
    OTHER,
    REMOTES,
    SUITE,
    asked,
    choices,
    config,
    contents,
    other_answer,
    recorded,
    rendered,
)

CHOICES = [(question, answer) for question in asked() for answer in choices(question)]


@pytest.fixture(scope="module")
def default(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A render in which nothing was answered."""
    return rendered(suite, tmp_path_factory.mktemp("default") / "repo")


@pytest.mark.parametrize("question", asked())
def test_a_question_changes_the_render(
    question: str, suite: Path, default: Path, tmp_path: Path
) -> None:
    answers = recorded(default)
    answers[question] = other_answer(question, answers[question])
    before, after = contents(default), contents(rendered(suite, tmp_path / "repo", **answers))
    # What is written down in any case proves nothing.
    del before[ANSWERS], after[ANSWERS]
    assert before != after


@pytest.mark.parametrize(("question", "answer"), CHOICES)
def test_each_choice_renders_and_is_recorded(
    question: str, answer: Any, suite: Path, tmp_path: Path
) -> None:
    assert recorded(rendered(suite, tmp_path / "repo", **{question: answer}))[question] == answer


def test_what_has_one_answer_is_not_asked() -> None:
    single = [question for question in asked() if len(choices(question)) == 1]
    assert not single


def test_each_question_is_a_sentence_to_a_person() -> None:
    for question, spec in asked().items():
        assert "?" in spec["help"], question
        assert spec["help"].replace("{{ ", "")[0].isupper(), question
        assert choices(question) or "validator" in spec, question


def test_the_alternatives_are_of_questions_that_exist() -> None:
    assert set(OTHER) == {question for question in asked() if not choices(question)}


@pytest.mark.parametrize("kind", REMOTES)
def test_each_address_is_of_its_kind_of_storage(kind: str, suite: Path, tmp_path: Path) -> None:
    extra = "" if kind == "folder" else f",{kind}"
    target = rendered(suite, tmp_path / "repo", dvc_remote=REMOTES[kind])
    assert f'"modelyard-platform[zenml{extra}]==' in (target / "pyproject.toml").read_text("utf-8")
    assert f"url = {REMOTES[kind]}\n" in (target / ".dvc" / "config").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Flight delays", "flight-delays"),
        ("  2nd try:  Späte Flüge!  ", "nd-try-sp-te-fl-ge"),
        ("航班延误", "my-model"),
        ("ZenML", "zenml-model"),
        ("scikit learn", "scikit-learn-model"),
        ("Class", "class-model"),
        ("x" * 39 + " and more", "x" * 39),
    ],
)
def test_any_name_gives_a_slug_and_a_package_that_are_free(
    name: str, slug: str, suite: Path, tmp_path: Path
) -> None:
    answers = recorded(rendered(suite, tmp_path / "repo", project_name=name))
    assert answers["project_slug"] == slug
    assert answers["package"] == slug.replace("-", "_")


def test_the_settings_never_need_trust() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions", "_external_data"} & set(config())
    assert (SUITE / "copier.yml").read_text("utf-8").count("\n") <= 160
