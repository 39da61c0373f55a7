"""What a person wrote into a request's text or title survives each refresh, whatever it is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from modelyard.fleet import pr_section
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.pr_metadata import Metadata, find
from modelyard.fleet.pr_section import BEGIN, END, composed, kept, title
from modelyard.forges.forge import PullRequest, PullRequestState

MARK = '<!-- modelyard {"base": "b", "before": "v1", "head": "h", "version": "v2", "wave": "w"} -->'
FIRST = "Brings this repository from `v1` to `v2` of its template."
SECTION = f"{FIRST}\n\n- [ ] `a`: both\n\n{MARK}\n"
NEWER = SECTION.replace("`a`: both", "`a`: both\n- [ ] `b`: both")
MINE = composed(SECTION, pr_section.Kept())


def request(body: str, called: str = "Update to v2", wrote: str = "") -> FleetRequest:
    day = datetime(2026, 6, 1, tzinfo=UTC)
    place = (1, "url", "modelyard/v2", "h", PullRequestState.OPEN, False, called, body, day)
    known = Metadata("v2", "v1", "b", "h", "w", title=wrote)
    return FleetRequest.of(PullRequest(*place), version="v2", metadata=known)


def refreshed(body: str, section: str = NEWER) -> str:
    return composed(section, kept(request(body)))


def test_the_section_is_written_anew_and_nothing_else_is_there() -> None:
    assert refreshed(MINE) == composed(NEWER, pr_section.Kept())
    assert refreshed(refreshed(MINE)) == refreshed(MINE)
    mark = find(MINE)
    assert mark and mark.metadata.version == "v2"


def test_what_stands_around_it_and_what_is_ticked_stays() -> None:
    ticked = MINE.replace("- [ ] `a`", "- [x] `a`")
    text = refreshed(f"Ask Ann first.\n\n{ticked}\nSee #7.\n")
    assert text.startswith(f"Ask Ann first.\n\n{BEGIN}\n")
    assert text.endswith(f"{END}\n\nSee #7.\n")
    assert "- [x] `a`: both\n- [ ] `b`: both" in text
    assert refreshed(text) == text
    assert "[x]" not in refreshed(text, SECTION.replace("`a`", "`c`"))


def test_line_ends_of_a_browser_change_nothing() -> None:
    text = f"Ask Ann first.\n\n{MINE}\nSee #7.\n"
    assert refreshed(text.replace("\n", "\r\n")) == refreshed(text)


@pytest.mark.parametrize(
    "body",
    [
        MINE.replace(BEGIN, ""),
        MINE.replace(END, ""),
        f"{MINE}\n{MINE}",
        MINE.replace(BEGIN, END, 1).replace(f"{END}\n", f"{BEGIN}\n"),
        f"{END}\nmine\n{BEGIN}",
        "Mine alone",
    ],
    ids=["no begin", "no end", "pasted twice", "turned round", "crossed", "none of it"],
)
def test_what_cannot_be_told_apart_is_a_persons(body: str) -> None:
    text = refreshed(body)
    theirs = text.partition(BEGIN)[0]
    for line in body.splitlines():
        assert line in theirs or line in (BEGIN, END, MARK)
    assert (text.count(BEGIN), text.count(END), text.count(MARK)) == (1, 1, 1)
    assert refreshed(text) == text, "the section is there once, and can be told apart from now on"


def test_a_mark_that_somebody_pasted_is_not_the_last_one() -> None:
    forged = MARK.replace("v2", "v9")
    mark = find(refreshed(f"{MINE}\n{forged}\n"))
    assert mark and mark.metadata.version == "v2"


def test_a_quick_action_is_not_run_by_the_bot() -> None:
    assert "\n/approve" not in refreshed(f"{MINE}\n```\n/approve\n```\n")


def test_a_text_of_an_older_release_is_all_the_bots_down_to_its_mark() -> None:
    text = refreshed(f"Ask Ann first.\n\n{SECTION}\nSee #7.\n")
    assert text == f"Ask Ann first.\n\n{composed(NEWER, pr_section.Kept())}\nSee #7.\n"


@pytest.mark.parametrize(
    ("called", "wrote", "expected"),
    [
        ("chore: v2", "chore: v2", ("feat: v2", "feat: v2")),
        ("Ann's", "chore: v2", ("Ann's", "chore: v2")),
        ("Update to v2", "", ("feat: v2", "feat: v2")),
        ("Ann's", "", ("Ann's", "Update to v2")),
    ],
)
def test_a_title_is_changed_where_it_is_the_bots(
    called: str, wrote: str, expected: tuple[str, str]
) -> None:
    assert title(request("", called, wrote), "feat: v2", "Update to v2") == expected
    assert title(None, "feat: v2", "Update to v2") == ("feat: v2", "feat: v2")
    unread = replace(request("", called, wrote), metadata=None)
    assert title(unread, "feat: v2", "Update to v2")[0] in (called, "feat: v2")
