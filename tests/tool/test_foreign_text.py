"""Texts of other people neither steer a terminal nor command a CI job."""

import ast
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import modelyard
from modelyard import foreign_text
from modelyard.cli import console, json_output

SOURCES = Path(modelyard.__file__).parent
COMMANDS = (
    "::error::x",
    "::stop-commands::x",
    "##[set-env name=X]y",
    "##vso[task.x]y",
    "##VSO[x]",
    "##teamcity[x]",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_a_ci_job_is_none_any_more(command: str) -> None:
    for text in (command, f"a\n{command}", f"a\r{command}", f"  {command}", f"a\u2028{command}"):
        for made in (foreign_text.one_line(text), foreign_text.several_lines(text)):
            assert not any(line.strip().startswith("::") for line in made.splitlines())
            assert not re.search(r"##\w*\[", made)


@pytest.mark.parametrize("sign", ["\x1b[31m", "\x9b31m", "\x07", "\x08", "\u202e", "\u2066", "\0"])
def test_what_steers_a_terminal_is_shown_as_an_escape(sign: str) -> None:
    assert sign[0] not in foreign_text.one_line(f"a{sign}b")
    assert "\\" in foreign_text.one_line(f"a{sign}b")


def test_other_texts_stay_as_they_are() -> None:
    for text in ("src/modèle.py", "a: b", "C:\\x", "https://host:80/x", "日本", "# x ## y"):
        assert foreign_text.one_line(text) == text
    assert foreign_text.several_lines("a\n  b\r\nc\n") == "a\n  b\nc\n"


@given(st.text())
def test_every_text_is_one_line_that_obeys_nothing(text: str) -> None:
    made = foreign_text.one_line(text)
    assert all(sign.isprintable() or unicodedata.category(sign) == "Zs" for sign in made)
    assert len(made.splitlines()) <= 1
    made.encode("utf-8")


# Of a backslash at the end Rich shows two.
@given(st.text().filter(lambda text: not text.endswith("\\")))
def test_markup_of_rich_is_shown_and_not_obeyed(text: str) -> None:
    screen = Console(file=io.StringIO(), emoji=False, highlight=False, soft_wrap=True)
    screen.print(f"<{console.foreign(text)}>")
    assert screen.file.getvalue() == f"<{foreign_text.one_line(text)}>\n"  # type: ignore[attr-defined]


def test_json_has_no_command_and_keeps_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [*COMMANDS, "\x1b[31m", "a\n::error::b", "#\\u0023"]
    json_output.write({"texts": texts})
    said = capsys.readouterr().out
    assert json.loads(said)["texts"] == texts
    assert "##" not in said and "\x1b" not in said
    assert not any(line.strip().startswith("::") for line in said.splitlines())


def test_consoles_have_one_way_to_show_a_foreign_text() -> None:
    for module in sorted(SOURCES.rglob("*.py")):
        imported = {
            node.module
            for node in ast.walk(ast.parse(module.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        assert "rich.markup" not in imported or module.name == "console.py", module
