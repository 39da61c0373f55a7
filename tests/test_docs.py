"""What the docs name is there: links, targets, verbs, options, tests; and the reference is true."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from modelyard.cli.commands import app
from tests.conftest import SUITE, Render
from tests.markdown import anchors, code, links

PAGES = sorted([*SUITE.glob("*.md"), *SUITE.glob("docs/**/*.md")])
# It names files of other repos.
FOREIGN = SUITE / "docs" / "reference" / "past-updates.md"
VERBS = SUITE / "docs" / "reference" / "verbs.md"
# A command as docs write it: through make, through the console script, or a verb with an option.
_MAKE = re.compile(r"\bmake ([a-z]+)\b(?: ARGS=(?:\"([^\"]*)\"|(\S+)))?")
_SCRIPT = re.compile(r"(?:\.venv/bin/)?flight-delays ([a-z]+)\b(.*)|^([a-z]+)( --?[a-z].*)$")


def name(page: Path) -> str:
    return str(page.relative_to(SUITE))


def targets(makefile: Path) -> set[str]:
    found = re.search(r"^\.PHONY: (.*)$", makefile.read_text("utf-8"), flags=re.M)
    assert found
    return set(found[1].split())


def options() -> dict[str, set[str]]:
    """The options of each verb, out of the reference, which is made from the verbs."""
    sections = re.split(r"^## ", VERBS.read_text("utf-8"), flags=re.M)
    verbs = {s.split("`")[1]: s for s in sections if s.startswith("`")}
    shared = {"--help", "-h", "--json"}
    return {verb: {*re.findall(r"`(--[a-z-]+)", text), *shared} for verb, text in verbs.items()}


def wrong(said: str, makes: set[str]) -> list[str]:
    """What a piece of code names that is not there."""
    verbs = options()
    found = []
    for target, quoted, bare in _MAKE.findall(said):
        if target not in makes:
            found.append(f"make {target}")
        asked = set(re.findall(r"--[a-z-]+", quoted or bare))
        if target in verbs:
            found += [f"{target} {option}" for option in sorted(asked - verbs[target])]
    for script, rest, verb, tail in _SCRIPT.findall(said):
        asked = set(re.findall(r"--[a-z-]+", rest or tail))
        if script and script not in verbs:
            found.append(f"flight-delays {script}")
        if (script or verb) in verbs:
            found += [f"{script or verb} {o}" for o in sorted(asked - verbs[script or verb])]
    return found


def test_the_reference_is_what_its_sources_say(whole_suite: Path) -> None:
    check = [sys.executable, "-m", "tools.reference", "--check"]
    done = subprocess.run(check, cwd=whole_suite, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_with_json_has_a_schema() -> None:
    top: Any = typer.main.get_command(app)
    groups = {"": top.commands, "fleet-": top.commands["fleet"].commands}
    named = {
        f"{prefix}{name}"
        for prefix, commands in groups.items()
        for name, command in commands.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }
    known = {path.stem for path in (SUITE / "docs" / "reference" / "schemas").glob("*.json")}
    more = {"error", "fleet-plan-next", "update-all", "check-all"}
    assert known - named == more and named <= known


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_can_be_found_from_the_readme() -> None:
    reached, new = set[Path](), {SUITE / "README.md"}
    while new:
        reached |= new
        found = {(p.parent / link.partition("#")[0]).resolve() for p in new for link in links(p)}
        new = {page for page in found if page.suffix == ".md" and page.exists()} - reached
    assert {page for page in PAGES if "docs" in page.parts} <= reached


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_target_verb_and_option_exists(page: Path, default: Path) -> None:
    makes = targets(SUITE / "Makefile") | targets(default / "Makefile")
    assert [said for piece in code(page) for said in wrong(piece, makes)] == []


def test_every_target_verb_and_option_in_a_generated_repo_exists(default: Path) -> None:
    makes = targets(default / "Makefile")
    pages = [default / "README.md", *(default / "docs").glob("*.md")]
    assert len(pages) > 2
    assert [said for page in pages for piece in code(page) for said in wrong(piece, makes)] == []


def test_a_target_verb_or_option_that_is_not_there_is_noticed() -> None:
    pieces = ["make deploy", 'make train ARGS="--dry"', "flight-delays serve", "train --fast"]
    assert [wrong(piece, {"train"}) for piece in pieces] == [
        ["make deploy"],
        ["train --dry"],
        ["flight-delays serve"],
        ["train --fast"],
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if page != FOREIGN], ids=name)
def test_every_test_that_docs_name_exists(page: Path, default: Path) -> None:
    for piece in code(page):
        for path in re.findall(r"\btests/[\w/]+\.py\b", piece):
            assert (SUITE / path).exists() or (default / path).exists(), path


@pytest.fixture(scope="module")
def default(render: Render) -> Path:
    """A render of the default answers."""
    return render()
