"""Law 4: a choice owns one folder, its answers look alike, and the template only includes them."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template.questions import REMOTES, SUITE, TEMPLATE, asked, choices, config, walk

CHOICES = SUITE / "choices"
# The folders of choices by question, each with the answers that it must have. What is in `core`
# belongs to all answers, and so does the pin of the library.
COMMON = {"core", "library"}
ANSWERS = {
    **{question: choices(question) for question in asked() if (CHOICES / question).is_dir()},
    "storage": list(REMOTES),
    "install_from": ["vendor", "index"],
    "sample": ["flights", "hours"],
}
# What an answer may have and another not: optional in the API of yours, constants of a sample.
OPTIONAL = {"baseline", "WEATHER", "CATEGORIES", "PAST", "DAY", "WEEK"}
INCLUDE = re.compile(r"\{%-? include (?P<what>[^%]+?) -?%\}")


def template_files() -> list[Path]:
    return [path for path in walk(TEMPLATE) if path.suffix == ".jinja"]


def shape(path: Path) -> Any:
    """Return what others may know of a file: the names that it exports, or its keys."""
    if path.suffix == ".py":
        return public_names(path.read_text("utf-8"))
    if path.suffix == ".yaml":
        return set(yaml.safe_load(path.read_text("utf-8")))
    return None


def public_names(source: str) -> dict[str, str]:
    """Return the public names of a module: functions with their signature, and all else."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            returns = ast.unparse(node.returns) if node.returns else ""
            found[node.name] = f"({ast.unparse(node.args)}) -> {returns}"
        elif isinstance(node, ast.ClassDef):
            found[node.name] = "class"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target): "value" for target in targets}
    return {n: k for n, k in found.items() if not n.startswith("_") and n not in OPTIONAL}


def test_the_folders_are_those_of_questions_and_their_answers() -> None:
    folders = {path.name for path in CHOICES.iterdir() if path.is_dir()} - COMMON
    assert folders == set(ANSWERS)
    assert folders <= {name for name in config() if not name.startswith("_")}
    for question, answers in ANSWERS.items():
        assert {path.name for path in (CHOICES / question).iterdir()} == set(answers), question


@pytest.mark.parametrize("question", ANSWERS)
def test_all_answers_of_a_question_look_alike(question: str) -> None:
    folders = [CHOICES / question / answer for answer in ANSWERS[question]]
    shapes = [{p.relative_to(f).as_posix(): shape(p) for p in walk(f)} for f in folders]
    assert shapes[0]
    for folder, found in zip(folders, shapes, strict=True):
        assert found == shapes[0], folder


def test_another_signature_or_name_would_be_seen() -> None:
    source = "X = 1\ndef f(a: int) -> int: ...\n"
    assert public_names(source) != public_names(source.replace("a: int", "a: str"))
    assert public_names(source) != public_names(source.replace("X", "Y"))
    assert public_names(source) == public_names(source + "_z = 3\n")


def test_every_file_of_a_choice_is_included_by_one_line() -> None:
    included = set()
    for path in template_files():
        for line in path.read_text("utf-8").splitlines():
            found = INCLUDE.search(line)
            if found and "choices/library/" not in line:  # a value, not a choice
                assert found[0] == line.strip(), f"{path}: {line}"
                included |= {(q, found["what"].split('"')[-2]) for q in ANSWERS if q in line}
    files = {(q, p.name) for q in ANSWERS for a in ANSWERS[q] for p in walk(CHOICES / q / a)}
    assert included == files


def test_no_template_file_asks_which_answer_was_chosen() -> None:
    for path in template_files():
        # A storage is an extra of one requirement, and of a folder one line of DVC's settings.
        if path.name not in ("pyproject.toml.jinja", "config.jinja"):
            for found in re.findall(r"\{[%{].*?[%}]\}", path.read_text("utf-8")):
                words = set(re.findall(r"\w+", found))
                assert not words & {"if", "elif"} or not words & set(ANSWERS), f"{path}: {found}"


def test_included_files_leave_the_braces_of_ci_alone() -> None:
    for path in walk(CHOICES):
        assert "${{" not in path.read_text("utf-8"), path


def test_files_that_are_no_template_hold_no_jinja() -> None:
    for path in walk(TEMPLATE):
        if path.suffix not in (".jinja", ".zip", ".whl"):
            assert not re.search(r"(?<!\$)\{\{ |\{%", path.read_text("utf-8")), path


def test_no_name_of_a_file_has_a_condition() -> None:
    for path in walk(TEMPLATE):
        assert "{%" not in str(path.relative_to(TEMPLATE)), path


def test_there_is_at_most_one_branch_in_a_hundred_lines() -> None:
    branches, lines = 0, 0
    for path in walk(TEMPLATE):
        if path.suffix in (".zip", ".whl"):
            continue
        text = path.read_text("utf-8")
        lines += text.count("\n")
        if path.suffix == ".jinja":
            branches += len(re.findall(r"\{%-?\s*(?:if|elif|for)\b", text))
            branches += len(re.findall(r"\{\{[^}]*\bif\b[^}]*\}\}", text))
    assert branches
    assert branches <= lines / 100, f"{branches} branches in {lines} lines"
