"""What the library shows is obeyed by no terminal and no CI job, whoever wrote parts of it."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import modelyard_platform
import pytest
from modelyard_platform import console, foreign_text
from modelyard_platform.errors import SetupError
from modelyard_platform.redaction import redact
from modelyard_platform.settings import Project
from modelyard_platform.tracking import client

Command = Callable[..., tuple[int, str, str]]
LIBRARY = Path(modelyard_platform.__file__).parent
EVIL = (
    "[/b][link=https://evil.example]x[/link] \x1b]0;owned\x07 :bomb: \u202e \u2028 \r\n::error::x"
)
COMMANDS = ("\x1b", "\x07", "\u202e", "\u2028", "\r", "::error::", "##[", "##vso[")


@pytest.mark.parametrize(
    "text", [EVIL, "##[error]x", "##vso[task.setvariable]x", "::stop-commands::x"]
)
def test_a_foreign_text_is_shown_and_not_obeyed(
    text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with console.stage(text):
        pass
    console.say(text)
    console.tell(text)
    console.show(["name"], [[text]])
    console.tell_rows(["name"], [[text]])
    shown = "".join(capfd.readouterr())
    assert not [command for command in COMMANDS if command in shown]
    if text == EVIL:
        assert "[/b][link=https://evil.example]x[/link]" in shown
        assert ":bomb:" in shown


def test_a_name_of_one_line_stays_one() -> None:
    assert foreign_text.one_line("a\nb\x85c") == r"a\x0ab\x85c"
    assert foreign_text.several_lines("a\r\n\tb") == "a\n        b"


def test_json_says_the_same_without_commands() -> None:
    value = {"##[error]": ["##vso[x]", "a ## b", "\\##", "::error::"]}
    text = foreign_text.in_json(json.dumps(value, indent=2))
    assert json.loads(text) == value
    assert "##" not in text
    assert not [line for line in text.splitlines() if line.strip().startswith("::")]


def test_tags_of_the_registry_are_shown_and_not_obeyed(crowned: Project, command: Command) -> None:
    connected = client.connect(crowned)
    before = connected.get_model_version(crowned.name, "1").tags["lineage.gate"]
    connected.set_model_version_tag(crowned.name, "1", "lineage.gate", EVIL)
    try:
        code, printed, told = command("lineage", "--all")
    finally:
        connected.set_model_version_tag(crowned.name, "1", "lineage.gate", before)
    assert code == 0
    assert not [word for word in COMMANDS if word in printed + told]


def test_a_bug_is_told_with_its_place_and_nothing_steers_the_terminal(tmp_path: Path) -> None:
    script = (
        "import typer\nfrom modelyard_platform.cli.entry import run\napp = typer.Typer()\n"
        "@app.command()\ndef verb():\n"
        "    raise RuntimeError('\\x1b[2J\\n::error::https://user:secret@evil.example')\nrun(app)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "RuntimeError" in done.stderr
    assert "Traceback" in done.stderr
    assert not [word for word in (*COMMANDS, "secret") if word in done.stderr]


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@host/x",
        "https://user:se@secret@host/x?y=1",
        "https://secret@host",
        "http://user:secret@127.0.0.1:1/ and https://user:secret@host/",
    ],
)
def test_a_password_in_an_address_is_not_told(url: str) -> None:
    assert "secret" not in redact(url)
    assert "user" not in str(SetupError(url, url))


# What has no foreign text: the lock's and the hooks' own commands, JSON, and a process's error.
MAY_PRINT = {
    "console.py",
    "lock.py",
    "hooks.py",
    "subrepo.py",
    "cli/entry.py",
    "evaluation/scoring.py",
}


def test_everything_is_shown_by_one_module() -> None:
    found = set()
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            rich = isinstance(node, ast.ImportFrom) and str(node.module).startswith("rich")
            printed = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
            if rich or printed:
                found.add(path.relative_to(LIBRARY).as_posix())
    assert found <= MAY_PRINT
