"""What each hook of a generated repo has to refuse, as a change of the repo."""

import json
from collections.abc import Callable
from pathlib import Path

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "a",
            "metadata": {},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["41 names\n"]}],
            "source": ["1 + 1"],
        }
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def add(path: str, text: str) -> Callable[[Path], None]:
    """Return a change that adds a file."""
    return lambda root: write(root / path, text)


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a change of one text in a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text("utf-8")
        assert old in text
        write(root / path, text.replace(old, new, 1))

    return change


def write(path: Path, text: str) -> None:
    """Write a file, in a new folder if need be."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


# By the id of the hook. Markers and secrets are in parts: this file passes such hooks itself.
CASES = {
    "end-of-file": add("docs/faq.md", "# Questions"),
    "merge-conflict": add("docs/faq.md", f"{'<' * 7} ours\na\n{'=' * 7}\nb\n{'>' * 7} theirs\n"),
    "large-files": add("docs/table.csv", "0123456789\n" * 100_000),
    "secrets": add("docs/aws.md", "key: AKIA" + "Q3XW7TRPLM5KJHGF\n"),
    "notebooks": add("notebooks/look.ipynb", json.dumps(NOTEBOOK, indent=1) + "\n"),
    "format": add("tests/test_more.py", "x = {  'a':1 }\n"),
    "lint": add("tests/test_more.py", "print(undefined)\n"),
    "types": add("tests/test_more.py", 'x: int = "one"\n'),
    "lock": replace("pyproject.toml", "dependencies = [", 'dependencies = ["not-locked>=1",'),
    "workflows": replace(
        ".github/workflows/ci.yml", 'make "$VERB"', "make ${{ github.event.pull_request.title }}"
    ),
}
