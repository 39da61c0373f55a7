"""`modelyard replay` as people type it: text, JSON, a page, exit codes, and its how-to."""

import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import SUITE
from tests.markdown import blocks
from tests.repos import git
from tests.tool.cli.test_cli import modelyard
from tests.tool.replay.pasts import Past, everything, past
from tests.tool.schemas import valid
from tests.tool.worlds import CONFIG, World, commit, lines, write

PAGE = SUITE / "docs" / "how-to" / "replay.md"


@pytest.fixture
def made(tmp_path: Path) -> Past:
    return past(World(tmp_path))


class _Page(HTMLParser):
    """What a browser would show of a page, and what it would fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.wrong += [f"{tag} {name}" for name, _ in attrs if name in {"src", "href", "onclick"}]
        if tag == "th" and "scope" not in dict(attrs):
            self.wrong.append("a heading of a table of which nobody says what it heads")

    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.wrong.append(f"{tag} closes another")


def test_what_is_typed_and_what_is_shown(made: Past) -> None:
    shown = modelyard("replay", made.repo, "--copier").stdout
    assert re.search(r"v1 → v2.*\n  modelyard .* ✓ nothing to decide; 1 merged, 1 of them", shown)
    assert re.search(r"v2 → v3.*\n  modelyard .* ✗ 3 files to decide; 1 merged, 1 of them", shown)
    rows = dict(re.findall(r"^ {4}(\w\.txt) +✗ to decide +✗ to decide +(.+?) *$", shown, re.M))
    assert rows == {
        "c.txt": "yours, whole",
        "d.txt": "the template's, whole",
        "e.txt": "a mixture",
    }
    assert re.search(r"2 of 2 updates, with both tools \(Copier 9", shown)
    assert re.search(r"^modelyard +1 +3 ", shown, re.M) and re.search(
        r"^copier +1 +3 ", shown, re.M
    )


def test_json_is_as_its_schema_says(made: Past) -> None:
    git(made.world.template, "tag", "--delete", "v1")
    found = valid("replay", modelyard("replay", made.repo, "--copier", "--json").stdout)
    assert [one["reason"] for one in found["skipped"]] == ["no_version"]
    (one,) = found["updates"]
    assert one["modelyard"]["conflicts"][0]["reason"] == "content"
    assert one["copier"]["conflicts"][0]["reason"] is None
    assert (found["compared"], found["copier"]["files"]) == (1, 3)


def test_the_page_needs_nothing_and_obeys_nobody(made: Past) -> None:
    name = "<script>alert(1)<\x1b[31m.txt"
    write(made.repo, {name: lines(9, l2="mine")})
    commit(made.repo)
    made.world.release("v4", {name: lines(9)})
    made.went_to("v4", {name: "<b>\n"}, was="v3")
    page = made.world.folder / "replay.html"
    shown = modelyard("replay", made.repo, "--html", page).stdout
    assert "\x1b" not in shown and "\\x1b[31m" in shown
    text = page.read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in text and "\x1b" not in text
    read = _Page(text)
    assert read.wrong == [] and read.open == [] and "script" not in read.tags
    assert "url(" not in text and "prefers-color-scheme: dark" in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--html", "nowhere/replay.html"], 2, "there can be no page"),
        (["--last", "0"], 2, "--last"),
        (["--seconds", "inf"], 2, "--seconds"),
        (["--since", "yesterday"], 2, "--since"),
        (["--since", "2999-01-01"], 5, "no such update"),
        (["--template", "nowhere"], 5, "cannot be reached"),
    ],
)
def test_exit_codes(made: Past, words: list[str], code: int, said: str) -> None:
    done = modelyard("replay", made.repo, *words, code=code)
    assert said in done.stdout + done.stderr


def test_what_was_found_is_told_where_no_page_can_be_written(made: Past) -> None:
    page = made.world.folder / "replay.html"
    page.symlink_to("/nowhere/replay.html")
    done = modelyard("replay", made.repo, "--last", "1", "--html", page, code=2)
    assert "3 files to decide" in done.stdout
    assert "there can be no page at" in done.stderr and "Traceback" not in done.stderr


def test_a_folder_that_is_no_repo(tmp_path: Path) -> None:
    assert "is not in a git repository" in modelyard("replay", tmp_path, code=5).stderr


def test_every_command_of_the_how_to_runs_and_writes_nothing_into_the_repo(
    made: Past, quick_modelyard: Path
) -> None:
    commands = [
        line for block in blocks(PAGE) if block.language == "sh" for line in block.text.splitlines()
    ]
    assert len(commands) == 5
    before = everything(made.repo)
    for command in commands:
        words = command.replace("modelyard", str(quick_modelyard / "modelyard"), 1)
        words = re.sub(r"--copier(?! --last)", "--copier --last 1", words)
        words = words.replace("replay.", "../replay.")
        done = subprocess.run(["sh", "-c", words], cwd=made.repo, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    assert (made.world.folder / "replay.html").exists()
    assert (made.world.folder / "replay.json").exists()
    assert everything(made.repo) == before


def _interruptible() -> None:
    # Who runs the tests in the background may have it ignored, and that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_an_end_from_outside_leaves_nothing_behind(
    made: Past, number: signal.Signals, code: int
) -> None:
    room, running = made.world.folder / "room", made.world.folder / "running"
    room.mkdir()
    migrations = f"_migrations: ['touch {running}; sleep 300']\n"
    made.world.release("v4", {"a.txt": "x\n"}, CONFIG + migrations)
    made.went_to("v4", {"a.txt": "x\n"}, was="v3")
    before = everything(made.repo)
    command = [sys.executable, "-m", "modelyard", "replay", "--last=1", "--copier", "--trust"]
    with subprocess.Popen(
        command,
        cwd=made.repo,
        env={**os.environ, "TMPDIR": str(room)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_interruptible,
    ) as process:
        while not running.exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == code and "Traceback" not in said
    assert ("interrupted" in said) == (code == 130)
    assert list(room.iterdir()) == [] and everything(made.repo) == before
