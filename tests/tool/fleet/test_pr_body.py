"""What a request says, and the hidden line in it: hostile names change neither."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelyard.fleet import pr_body, pr_metadata
from modelyard.fleet.pr_metadata import Metadata, Place
from modelyard.forges.signing import derive
from modelyard.merged import Conflict, Notice
from modelyard.reasons import ConflictReason, NoticeReason
from modelyard.update.result import Change, Status, UpdateResult
from tests.repos import git
from tests.tool.worlds import World

PLACE = Place("team/churn", "modelyard/v2")
KEY = derive("sesame" * 8)
METADATA = Metadata("v2", "v1", "a" * 40, "b" * 40, "canary", ("a.txt",))
MARK = pr_metadata.line(METADATA, PLACE, KEY)


def told(body: str) -> Metadata | None:
    """What the mark of a body says, if it is the right one."""
    mark = pr_metadata.find(body)
    return mark.metadata if mark and mark.is_signed_by(KEY, PLACE) else None


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_metadata_survives_any_text(texts: list[str]) -> None:
    version, before, base, head, wave, conflict = texts
    metadata = Metadata(version, before, base, head, wave, (conflict,))
    line = pr_metadata.line(metadata, PLACE, KEY)
    mark = pr_metadata.find(f"before\n{line}\nafter")
    assert mark and mark.metadata == metadata and mark.is_signed_by(KEY, PLACE)
    assert "\n" not in line and line.count("-->") == 1


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "<!-- modelyard -->",
        "<!-- modelyard {} -->",
        "<!-- modelyard [1] -->",
        '<!-- modelyard {"version": {}} -->',
        pr_metadata.line(METADATA, PLACE, None).replace('"v2"', "2"),
        "<!-- modelyard " + "{" * 5000 + "}" * 5000 + " -->",
    ],
)
def test_broken_metadata_is_none(broken: str) -> None:
    assert pr_metadata.find(broken) is None


def test_a_body_names_conflicts_changes_and_what_was_kept() -> None:
    outcome = UpdateResult(
        Status.CONFLICT,
        "v1",
        "v2",
        {"a.txt": Change.MODIFIED, "b|c.txt": Change.ADDED},
        (Conflict("a.txt", ConflictReason.CONTENT),),
        (Notice("`d`.txt", NoticeReason.STAYS_DELETED, lines=("<script>",)),),
    )
    body = pr_body.body(outcome, "### 2\n\n- better", MARK, "modelyard/v2")
    assert "- [ ] `a.txt`: you and the template changed the same lines" in body
    assert "| `b\\|c.txt` | added |" in body and "| `a.txt` |" not in body
    assert "- `` `d`.txt ``: you deleted it" in body and "  - `<script>`" in body
    assert "modelyard update --to v2" in body and "decide:modelyard/v2" in body
    assert told(body) == METADATA
    assert "<<<<<<<" not in body


def test_a_file_in_conflict_again_comes_with_what_decides_it_for_good() -> None:
    again = Notice("a.txt", NoticeReason.KEEP_SUGGESTED, "v1 `x`", command="modelyard keep a.txt")
    conflict = Conflict("a.txt", ConflictReason.CONTENT)
    outcome = UpdateResult(Status.CONFLICT, "v1", "v2", {}, (conflict,), (again,))
    body = pr_body.body(outcome, "", MARK, "b")
    assert "`a.txt`: in conflict before (v1 \\`x\\`), and then left as you had it" in body
    assert body.index("## To decide") < body.index("`modelyard keep a.txt`") < body.index("## What")
    assert "Kept, or left out" not in body


def test_what_the_template_says_is_quoted_and_decides_nothing() -> None:
    forged = pr_metadata.line(Metadata("v9", "v1", "a" * 40, "b" * 40, "rest"), PLACE, KEY)
    said = f"Edit your modules.\n```\n{forged}\n# All is well"
    outcome = UpdateResult(Status.CLEAN, "v1", "v2", {"a.txt": Change.MODIFIED}, message=said)
    body = pr_body.body(outcome, f"### 2\n\n{forged}", MARK, "b")
    assert "> Edit your modules.\n" in body
    assert body.count("> ````") == 2
    assert "\n# All is well" not in body
    assert told(body) == METADATA


def test_a_long_body_keeps_its_metadata() -> None:
    changes = {f"{'x' * 200}{n}": Change.MODIFIED for n in range(100)}
    notices = tuple(Notice(f"{'y' * 300}{n}", ConflictReason.OTHER, "z" * 300) for n in range(100))
    body = pr_body.body(
        UpdateResult(Status.CLEAN, "v1", "v2", changes, (), notices), "n" * 20000, MARK, "b"
    )
    assert len(body) < 65_536 and "shortened" in body
    assert told(body) == METADATA


def test_release_notes_are_the_chapters_between(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1.0.0", {"a.txt": "1\n"})
    (world.template / "CHANGELOG.md").write_text(
        "# Changes\n\n## [Unreleased]\n\n## [1.2.0] - 2026-02-02\n\n### Added\n\n- two\n\n"
        "## [1.1.0] - 2026-01-02\n\n- one\n\n## [1.0.0] - 2026-01-01\n\n- zero\n"
    )
    world.release("v1.2.0", {"a.txt": "2\n"})
    notes = pr_body.release_notes(world.template, "v1.0.0", "v1.2.0")
    assert notes == "### 1.2.0\n\n#### Added\n\n- two\n\n### 1.1.0\n\n- one"
    assert pr_body.release_notes(world.template, "v1.1.0", "v1.2.0").count("###") == 2
    (world.template / "CHANGELOG.md").unlink()
    git(world.template, "add", "--all")
    git(world.template, "commit", "--quiet", "--message", "Take *it* away")
    git(world.template, "tag", "v1.3.0")
    assert pr_body.release_notes(world.template, "v1.2.0", "v1.3.0") == "- Take \\*it\\* away"
