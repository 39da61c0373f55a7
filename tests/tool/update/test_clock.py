"""A template that prints the time or a random word: nothing of that is a change or a conflict."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.check.check import check
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template.source import Version
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import CONFIG, World, commit, lines, write

YEAR = '{{ "%Y" | strftime }}'
SECOND = '{{ "%Y-%m-%d %H:%M:%S" | strftime }}'


@pytest.fixture
def bare(tmp_path: Path) -> World:
    """A world without releases."""
    return World(tmp_path)


def made_at(world: World, year: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repo of v1 that was rendered and committed in another year."""
    moment = time.mktime((year, 3, 4, 5, 6, 7, 0, 0, -1))
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, f"@{moment:.0f} +0000")
    real = time.localtime
    with monkeypatch.context() as patch:
        patch.setattr(time, "localtime", lambda at=None: real(moment - 3 if at is None else at))
        repo = world.repo("v1")
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.delenv(name)
    return repo


def test_a_year_beside_a_changed_line_is_no_conflict(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"LICENSE.jinja": f"Copyright {YEAR} us\nfirst\n"})
    repo = made_at(bare, 2021, monkeypatch)
    bare.release("v2", {"LICENSE.jinja": f"Copyright {YEAR} us\nsecond\n"})
    assert update(repo, to="v2").status == "clean"
    assert (repo / "LICENSE").read_text() == "Copyright 2021 us\nsecond\n"


def test_a_line_with_a_year_that_the_template_changes_is_taken(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"LICENSE.jinja": f"Copyright {YEAR} us\n"})
    repo = made_at(bare, 2021, monkeypatch)
    bare.release("v2", {"LICENSE.jinja": f"Copyright {YEAR} us and you\n"})
    assert update(repo, to="v2").status == "clean"
    assert (repo / "LICENSE").read_text() == "Copyright 2021 us and you\n"


def test_a_file_with_a_year_that_a_release_deletes_is_gone(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"LICENSE.jinja": f"Copyright {YEAR} us\n", "a.txt": "a\n"})
    repo = made_at(bare, 2021, monkeypatch)
    bare.release("v2", {"LICENSE.jinja": None})
    assert update(repo, to="v2").status == "clean"
    assert not (repo / "LICENSE").exists()


@pytest.mark.parametrize(
    "word",
    [
        SECOND,
        "{{ now().timestamp() | int }}",
        "{{ make_secret() }}",
        "{{ range(99999) | random }}",
        "{{ 1000000000 | ans_random }}",
        "{{ '52:54' | random_mac }}",
        "{{ range(30) | list | shuffle | join('_') }}",
        "{{ lipsum(1, false, 9, 12) | replace(' ', '_') }}",
    ],
)
def test_what_is_another_at_each_render_is_no_change(
    bare: World, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    text = f"before\nkey = {word}\nafter\n"
    bare.release("v1", {"a.ini.jinja": text})
    repo = made_at(bare, 2021, monkeypatch)
    was = (repo / "a.ini").read_text()
    bare.release("v2", {"a.ini.jinja": f"{text}more\n"})
    outcome = update(repo, to="v2")
    assert outcome.status == "clean", outcome
    assert (repo / "a.ini").read_text() == f"{was}more\n"


def test_an_answer_computed_from_the_clock_is_no_change(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = f"{CONFIG}year: {{type: str, default: '{YEAR}', when: false}}\n"
    bare.release("v1", {"a.txt.jinja": "{{ year }}, all of it\nfirst\n"}, config)
    repo = made_at(bare, 2021, monkeypatch)
    bare.release("v2", {"a.txt.jinja": "{{ year }}, all of it\nsecond\n"}, config)
    assert update(repo, to="v2").status == "clean"
    assert (repo / "a.txt").read_text() == "2021, all of it\nsecond\n"


def test_a_line_that_the_owner_wrote_stays(bare: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.release("v1", {"a.txt.jinja": f"made at {SECOND}\n{lines(9)}"})
    repo = made_at(bare, 2021, monkeypatch)
    write(repo, {"a.txt": f"made by me, at {2020}\n{lines(9, l7='mine')}"})
    commit(repo)
    bare.release("v2", {"a.txt.jinja": f"made at {SECOND}\n{lines(9, l3='THREE')}"})
    assert update(repo, to="v2").status == "clean"
    text = (repo / "a.txt").read_text()
    assert text == f"made by me, at 2020\n{lines(9, l3='THREE', l7='mine')}"


def test_a_date_that_the_owner_wrote_and_the_template_changes_is_asked_about(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"a.txt.jinja": f"made at {SECOND}\n"})
    repo = made_at(bare, 2021, monkeypatch)
    write(repo, {"a.txt": "made at 1999-01-01 00:00:00\n"})
    commit(repo)
    bare.release("v2", {"a.txt.jinja": f"made by us at {SECOND}\n"})
    assert update(repo, to="v2").status == "conflict"


def test_check_finds_no_edit_in_what_the_clock_wrote(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"a.txt.jinja": f"made at {SECOND}\n{YEAR}, all of it\n"})
    repo = made_at(bare, 2021, monkeypatch)
    found = check(repo)
    assert found.ok(strict=True), found


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is rendered, by version."""
    from modelyard.render import given_secrets, sides

    made: list[str] = []
    real = sides.render

    def noted(version: Version, wanted: RenderRequest) -> Rendered:
        made.append(version.name)
        return real(version, wanted)

    for module in (sides, given_secrets):
        monkeypatch.setattr(module, "render", noted)
    yield made


def test_a_template_without_a_clock_is_rendered_twice_and_no_more(
    bare: World, renders: list[str]
) -> None:
    bare.release("v1", {"a.txt.jinja": "{{ name }}\n"})
    bare.release("v2", {"a.txt.jinja": "{{ name }} 2\n"})
    update(bare.repo("v1"))
    assert renders == ["v1", "v2"]


def test_a_release_that_begins_to_print_the_year_prints_todays(
    bare: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.release("v1", {"a.txt": "a\n"})
    repo = made_at(bare, 2021, monkeypatch)
    bare.release("v2", {"b.txt.jinja": f"{YEAR}\n"})
    assert update(repo, to="v2").status == "clean"
    assert (repo / "b.txt").read_text() == time.strftime("%Y\n")
    assert git(repo, "status", "--porcelain").split()[:1] == ["M"]
    assert os.path.lexists(repo / "a.txt")
