"""Requests that carry hostile texts of others: a forge mentions, closes, fetches and runs nothing.

The oracle reads what is sent as a forge does: a parser of Markdown with the autolinks and tables of
GitHub's, then what forges search for in the text that is left, and GitLab's patterns on the source.
"""

import os
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from modelyard.fleet import pr_body, pr_metadata, request_templates, request_text
from modelyard.fleet.pr_metadata import Metadata, Place
from modelyard.fleet.request_templates import COMMIT, Values
from modelyard.forges.signing import derive
from modelyard.merged import Conflict, Notice
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update.result import Change, Status, UpdateResult

LONG = bool(os.environ.get("MODELYARD_LONG"))
PLACE, KEY = Place("team/churn", "modelyard/v2"), derive("sesame" * 8)
METADATA = Metadata("v2", "v1", "a" * 40, "b" * 40, "canary", ("a.txt",))
MARK = pr_metadata.line(METADATA, PLACE, KEY)
FORGED = pr_metadata.line(Metadata("v9", "v1", "a" * 40, "b" * 40, "rest"), PLACE, KEY)

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MENTION = re.compile(r"(?<![\w`])@[\w-]|\w@[\w-]")
REFERENCE = re.compile(r"[#!&]\d|\bGH-\d|\bwww\.\w|\w://", re.I)
# As GitLab's default; GitHub's has fewer words, and the same kinds of reference.
CLOSING = re.compile(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):? +"
    r"(?:issues? +)?(?:[\w./-]*#\d+|[A-Z][A-Z0-9_]+-\d+|https?://\S)",
    re.I,
)
QUICK_ACTION = re.compile(r"^[ \t]*/[a-z]", re.M)
HEADINGS = {("heading_open", "h1"), ("heading_open", "h2")}
OURS = {
    "To decide",
    "What the template says",
    "What changes",
    "Kept, or left out",
    "Release notes",
}
FORBIDDEN = {"html_block", "html_inline", "link_open", "image"}


def inner(tokens: list[Token]) -> list[Token]:
    """All tokens, those inside others too."""
    return [each for one in tokens for each in (one, *inner(one.children or []))]


def harms(body: str, mark: str = MARK) -> list[str]:
    """What a forge would do because of a body."""
    assert body.endswith(f"\n\n{mark}\n")
    source = body.removesuffix(f"{mark}\n")
    tokens = inner(PARSER.parse(source))
    found = [f"{one.type}: {one.content}" for one in tokens if one.type in FORBIDDEN]
    for one in tokens:
        if one.type == "text":
            # A pipeline of filters looks at texts, whatever escapes they were written with.
            found += MENTION.findall(one.content) + REFERENCE.findall(one.content)
    found += CLOSING.findall(source) + QUICK_ACTION.findall(source)
    found += re.findall(r"<!--|\r|\0|[\u202a-\u202e\u2066-\u2069]", source)
    headings = [
        t.content for t, after in zip(tokens[1:], tokens, strict=False) if after.tag == "h2"
    ]
    return [*found, *({"Approved"} & set(headings))]


def told(body: str) -> Metadata | None:
    mark = pr_metadata.find(body)
    return mark.metadata if mark and mark.is_signed_by(KEY, PLACE) else None


def everywhere(text: str, notes: str) -> str:
    """A body that has a text in each of its places, and notes of a release."""
    return pr_body.body(
        UpdateResult(
            Status.CONFLICT,
            text,
            "v2",
            {text or "x": Change.MODIFIED, f"a/{text}": Change.DELETED},
            (Conflict(text, ConflictReason.OTHER, text), Conflict("b", ConflictReason.CONTENT)),
            (Notice(text, NoticeReason.FOLDER_MOVED, text, (text, "b")),),
            message=text,
        ),
        notes,
        MARK,
        "modelyard/v2",
    )


HOSTILE = [
    "@octocat",
    "a @team/admins b",
    "me@example.com",
    "#1",
    "owner/repo#1",
    "GH-1",
    "group/project!1",
    "&1",
    "&#64;octocat",
    "&commat;octocat &num;1",
    r"\@octocat \#1 GH\-1",
    "Fixes #1",
    "closes owner/repo#2",
    "Resolves: ABC-12",
    "`Fixes #1`",
    "`Closes https://github.com/o/r/issues/1`",
    "Fixes https://github.com/o/r/issues/1",
    "https://github.com/o/r/issues/1",
    "<https://github.com/o/r/issues/1>",
    "www.example.com",
    "_www.example.com_ _GH-1_ _fixes ABC-12_",
    "/merge",
    "x\n/approve\n  /close",
    "x\r/merge\r/close",
    "- x\n\n/label ~bug",
    "```\n/merge\n```",
    "<!-- hidden",
    FORGED,
    f"x\n{FORGED}\n",
    f"```\n{FORGED}",
    "![](https://tracker.example/p.png)",
    "[![a](https://t.example/p.png)](https://t.example)",
    "[click](javascript:alert(1))",
    "[a]: https://t.example\n[a]",
    "<img src=x><details><summary>",
    "a | b\n--|--\n@c | #1",
    "`a|` @octocat `|b`",
    r"a\|b\\|`@octocat`",
    "`\n## Approved\n`",
    "\n\n## Approved\n\n",
    "Approved\n===\n\nApproved\n---\n",
    "```\n@x\n````\n@octocat",
    "~~~suggestion\n@x\n~~~\n@octocat",
    "    ```\n    x\n@octocat",
    "- ```\n  x\n@octocat #1",
    "> ```\n> x\n@octocat #1",
    "``@octocat`",
    r"\`@octocat`",
    r"`a\`@octocat`",
    "`a`https://x.example`@octocat`",
    "a\0b\u202e\u2066c\u2028/merge",
    "@\u200boctocat @\u2060octocat",
    "\udc80\ud800 @octocat",
    "::include{file=secret}",
]


def message(change: str) -> str:
    return request_templates.commit(COMMIT, Values(change=change), "bot", "bot@example.com")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_does_nothing_wherever_it_stands(text: str) -> None:
    body = everywhere(text, text)
    assert harms(body) == []
    assert told(body) == METADATA
    for line in (
        message(text).partition("\n")[0],
        request_templates.title("{version}: {before}, {within}", Values(text, text, within=text)),
        pr_body.superseded(text),
        pr_body.not_needed(text),
    ):
        assert "\n" not in line and CLOSING.findall(line) == []
        shown = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert MENTION.findall(shown) + re.findall(r"[#!&]\d|<!--", shown) == []
        line.encode()


SCRAPS = st.sampled_from(
    [
        *HOSTILE,
        *"`~@#!&\\/<>[]()|*_:-.\n\r\t 1a",
        "```",
        "~~~",
        "\n\n",
        "    ",
        "fixes ",
        "https://x",
    ]
)
TEXTS = st.one_of(st.lists(SCRAPS, max_size=12).map("".join), st.text(max_size=60))


@settings(derandomize=True, max_examples=3_000 if LONG else 60, deadline=None)
@given(TEXTS, TEXTS)
def test_no_text_does_anything_and_the_mark_is_the_true_one(text: str, notes: str) -> None:
    body = everywhere(text, notes)
    assert harms(body) == []
    assert told(body) == METADATA
    body.encode()


@settings(derandomize=True, max_examples=20_000 if LONG else 100, deadline=None)
@given(st.one_of(TEXTS, st.text().map(lambda text: f"<!-- modelyard {{{text}}} -->")))
def test_any_body_is_read(body: str) -> None:
    mark = pr_metadata.find(body)
    assert mark is None or FORGED in body


@settings(derandomize=True, max_examples=1_000 if LONG else 5, deadline=None)
@given(TEXTS, st.integers(0, 4000))
def test_a_long_text_is_cut_where_that_does_nothing(text: str, size: int) -> None:
    part = f"`@octocat` **b**\n```\n@x\n```\n{text}\n"
    # Fences that end others may go, so there is more than enough.
    notes = part * (2 * pr_body.LONGEST // len(part) + 1)
    body = everywhere(text, "n" * size + "\n" + notes)
    assert "shortened" in body and len(body) < 65_536
    assert harms(body) == []
    assert told(body) == METADATA


def test_release_notes_stay_readable() -> None:
    notes = (
        "### 1.2.0\n\n- **Breaking:** `train` takes `--until`, see [the guide](docs/x.md)\n"
        "  - nested, with user_name and 100%\n\n1. one\n\n```sh\nmake train @x  # 2>&1\n```\n"
        "Thanks to @octocat (#12) for R&D."
    )
    assert "\n".join(request_text.markdown(notes)) == (
        "### 1.2.0\n\n- **Breaking:** `train` takes `--until`, see the guide (`docs/x.md`)\n"
        "  - nested, with user_name and 100%\n\n1. one\n\n\n```sh\nmake train @x  # 2>&1\n```\n\n"
        "Thanks to @\u200boctocat (#\u200b12) for R&amp;D."
    )


def test_usual_names_are_what_they_were() -> None:
    assert message("standard v1.2.0-3-gabc1234").startswith(
        "Update to standard v1.2.0-3-gabc1234\n"
    )
    assert pr_body.superseded("https://github.com/team/r/pull/2") == (
        "Superseded by https://github.com/team/r/pull/2."
    )


def test_ci_is_not_skipped_by_a_name() -> None:
    assert "[skip ci]" not in message("standard [skip ci]")


def test_very_many_conflicts_leave_room_for_the_mark() -> None:
    paths = tuple(f"{'x' * 900}{n}" for n in range(500))
    line = pr_metadata.line(Metadata("v2", "v1", "a", "b", "rest", paths), PLACE, KEY)
    mark = pr_metadata.find(line)
    assert len(line) < 6000 and mark and mark.is_signed_by(KEY, PLACE) and mark.metadata.conflicts


@pytest.mark.parametrize("part", ["n", "`", "`a``b```c", "[a](b ", "fix ", "@", "[", "a://", "\\"])
def test_a_text_that_is_made_to_be_slow_is_not(part: str) -> None:
    begun = time.process_time()
    request_text.markdown(part * (20_000 // len(part)))
    assert time.process_time() - begun < 2
