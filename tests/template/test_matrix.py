"""Every pair of answers, rendered and looked at without running anything."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from allpairspy import AllPairs

from tests.template.long_runs import one_of_each
from tests.template.questions import (
    REMOTES,
    TEMPLATE,
    asked,
    choices,
    contents,
    parse,
    recorded,
    rendered,
)

# What a question without choices may be answered with, where the answer could make a difference.
FREE: dict[str, list[Any]] = {
    "project_name": ["Flight delays", "Lâte 'flights' & \"delays\" 🛫"],
    "project_slug": ["flight-delays", "x", "a-name-that-is-as-long-as-any-may-be-40"],
    "package": ["flights", "x", "a_package_whose_name_is_as_long_as_is_ok"],
    "description": ["Predicts.", "Tells: \"how\" 'late' \\ and <why> # 100 %"],
    "owner": ["Ops", "Équipe d'été <ete@example.com>"],
    "tracking_uri": ["", "https://mlflow.example.com:5000/base"],
    "dvc_remote": ["", *REMOTES.values()],
    "library_index": ["", "https://packages.example.com:8080/team/simple/"],
}
VALUES = {question: choices(question) or FREE[question] for question in asked()}
ROWS = [dict(zip(VALUES, row, strict=True)) for row in AllPairs(list(VALUES.values()))]

# Jinja that has not been rendered; `${{` belongs to GitHub.
LEFTOVER = re.compile(r"(?<!\$)\{\{ |\{%|\{#-?\s")
# Not ours, or not text: they are whole as they are.
BULK = re.compile(r"requirements\.lock|LICENSE|data/.*|vendor/.*\.whl")


@pytest.fixture(scope="module", params=ROWS, ids=range(len(ROWS)))
def made(
    request: pytest.FixtureRequest, suite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A render for each row of the matrix."""
    return rendered(suite, tmp_path_factory.mktemp("matrix") / "repo", **request.param)


def texts(made: Path) -> dict[str, str]:
    """Return the text files of a render that are ours, by path."""
    ours = {name: data for name, data in contents(made).items() if not BULK.fullmatch(name)}
    return {name: data.decode("utf-8") for name, data in ours.items()}


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_the_matrix_has_every_pair() -> None:
    assert len(ROWS) >= 18
    for question, values in VALUES.items():
        for row_question, others in VALUES.items():
            if question < row_question:
                pairs = {(row[question], row[row_question]) for row in ROWS}
                assert len(pairs) == len(values) * len(others)


def test_it_is_formatted_and_linted_by_its_own_settings(made: Path) -> None:
    run("ruff", "format", "--no-cache", "--check", "--diff", ".", cwd=made)
    run("ruff", "check", "--no-cache", ".", cwd=made)


@pytest.mark.parametrize("task", one_of_each(choices("task"), always=0))
def test_its_types_hold(task: str, suite: Path, environment: Path, tmp_path: Path) -> None:
    target = rendered(suite, tmp_path / "repo", task=task)
    run(environment / "bin" / "mypy", "--no-error-summary", cwd=target)


def test_its_files_parse(made: Path) -> None:
    for name in texts(made):
        assert parse(made / name), name


def test_its_text_is_clean(made: Path) -> None:
    for name, text in texts(made).items():
        assert text.endswith("\n") and not text.endswith("\n\n"), name
        assert not text.startswith("\n"), name
        assert not re.search(r"[ \t]+$", text, flags=re.M), name
        assert "\n\n\n\n" not in text, name
        assert not LEFTOVER.search(text), name


def test_its_code_does_not_name_the_suite(made: Path) -> None:
    for name, text in texts(made).items():
        if name.startswith(("src/", "tests/")):
            assert not re.search(r"modelyard(?!_platform)", text, flags=re.I), name


def test_what_is_no_template_is_copied_as_it_stands(made: Path) -> None:
    found = contents(made)
    package = next(p.parent.name for p in made.glob("src/*/__init__.py"))
    indexed = bool(recorded(made)["library_index"])
    assert indexed is not (made / "vendor").exists()
    for name, content in plain_files().items():
        if indexed and name.startswith("vendor/"):
            continue
        assert found[name.replace("{{ package }}", package)] == content, name


@cache
def plain_files() -> dict[str, bytes]:
    found = contents(TEMPLATE)
    return {name: content for name, content in found.items() if not name.endswith(".jinja")}
