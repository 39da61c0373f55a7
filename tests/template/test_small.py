"""Law 13: a generated repo is small, whatever was answered."""

import re
import statistics
from itertools import product
from pathlib import Path

import pytest

from tests.template.questions import REMOTES, choices, contents, rendered

MOST_FILES = 40
MOST_LINES = 1200
MOST_IN_THE_MIDDLE = 40
# Law 13 leaves these aside: data, what machines write, what CI reads, and what people read.
ASIDE = re.compile(
    r"data/.*|.*\.lock|.*\.whl|\.github/.*|\.gitlab-ci\.yml|\.circleci/.*|docs/.*|\.copier-answers\.yml"
)
# The answers that bring files or lines of their own; the longest texts are as long as any.
COMBINATIONS = [
    {"task": task, "license": licence, "dvc_remote": remote, "library_index": index}
    for task, licence, remote, index in product(
        choices("task"),
        choices("license"),
        ("", REMOTES["s3"]),
        ("", "https://packages.example.com/simple"),
    )
]


def lines(made: Path) -> dict[str, int]:
    """Return the number of lines of each text that counts, by path."""
    counted = {name: data for name, data in contents(made).items() if not ASIDE.fullmatch(name)}
    return {name: data.decode("utf-8").count("\n") for name, data in counted.items()}


def files(made: Path) -> list[str]:
    """Return the paths that count."""
    return [name for name in contents(made) if not name.startswith("data/")]


def figures(made: Path) -> str:
    """Return what law 13 measures, and the longest files, for whoever has to make it smaller."""
    by_length = sorted(lines(made).items(), key=lambda pair: -pair[1])
    longest = "\n".join(f"{count:6} {name}" for name, count in by_length)
    median = statistics.median(lines(made).values())
    total = sum(lines(made).values())
    return f"{len(files(made))} files, {total} lines, median {median}\n{longest}"


@pytest.fixture(scope="module")
def renders(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A render for each combination of answers that brings files or lines."""
    folder = tmp_path_factory.mktemp("small")
    return [
        rendered(suite, folder / str(number), **answers)
        for number, answers in enumerate(COMBINATIONS)
    ]


def test_a_repo_has_few_files(renders: list[Path]) -> None:
    largest = max(renders, key=lambda made: len(files(made)))
    assert len(files(largest)) <= MOST_FILES, figures(largest)


def test_a_repo_has_few_lines(renders: list[Path]) -> None:
    largest = max(renders, key=lambda made: sum(lines(made).values()))
    assert sum(lines(largest).values()) <= MOST_LINES, figures(largest)


def test_its_files_are_short(renders: list[Path]) -> None:
    for made in renders:
        assert statistics.median(lines(made).values()) < MOST_IN_THE_MIDDLE, figures(made)


def test_what_a_person_edits_is_counted(renders: list[Path]) -> None:
    """Nothing is small because it was left out."""
    counted = lines(renders[0])
    assert {"Makefile", "pyproject.toml", "params.yaml", "README.md", "LICENSE"} <= counted.keys()
    assert {name for name in files(renders[0]) if name.startswith(("src/", "tests/"))} <= set(
        counted
    )
    assert sum(counted.values()) > 400
