"""Each file of a past update that differs from what people committed has a reason, on a page."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import past_updates
from benchmarks.differences import File, Kind, Reason, problems, read
from benchmarks.public_repos import REPOS, PublicRepo

ONE, OTHER = (
    PublicRepo("us/one", "c" * 40, "us/t", seen=True),
    PublicRepo("us/other", "d" * 40, "t"),
)
A, B = "a" * 40, "b" * 40


def printed(*updates: tuple[str, list[str]]) -> dict[str, Any]:
    """What `modelyard replay --json` prints of a repo, as far as it counts here."""
    return {
        "compared": len(updates),
        "updates": [
            {"update": {"commit": commit}, "modelyard": {"equal": ["same.txt"], "differs": paths}}
            for commit, paths in updates
        ],
    }


def test_each_file_has_a_reason_and_each_reason_a_file() -> None:
    found = {ONE: printed((A, ["x.txt"]), (B, ["x.txt", "y.txt"]))}
    more = Reason(Kind.MORE)
    reasons = {File("us/one", A, "x.txt"): more, File("us/one", B, "y.txt"): more}
    assert problems(found, reasons) == [f"us/one, {B}, x.txt: differs, without a reason"]
    whole = {**reasons, File("us/one", B, "x.txt"): more}
    assert problems(found, whole) == []
    gone = {**whole, File("us/one", A, "y.txt"): more}
    assert problems(found, gone) == [f"us/one, {A}, y.txt: has a reason and does not differ"]


def test_reasons_of_a_repo_that_was_not_measured_are_not_left_over() -> None:
    reasons = {File("us/other", A, "x.txt"): Reason(Kind.MORE)}
    assert problems({ONE: printed((A, []))}, reasons) == []
    assert len(problems({OTHER: printed((A, []))}, reasons)) == 1


def test_the_page_counts_by_kind_and_lists_by_repo() -> None:
    found = {
        ONE: printed((A, ["x.txt", "a|b.txt"]), (B, ["y.txt"])),
        OTHER: printed((B, ["z.txt"])),
    }
    reasons = {
        File("us/one", A, "x.txt"): Reason(Kind.MORE, "a step"),
        File("us/one", A, "a|b.txt"): Reason(Kind.MORE, "a step"),
        File("us/one", B, "y.txt"): Reason(Kind.EDIT_LOST),
        File("us/other", B, "z.txt"): Reason(Kind.MORE),
    }
    page = past_updates.page(found, reasons)
    flat = " ".join(page.split())
    assert "of 7 files that were merged without a conflict, 3 are as people committed them" in flat
    assert "the other 4" in flat and "Faults of modelyard among the 4: 1;" in flat
    assert f"| {Kind.MORE.label} | {Kind.MORE.meaning} | 2 | 1 |" in page
    assert f"| {Kind.EDIT_LOST.label} | {Kind.EDIT_LOST.meaning} | 1 | 0 |" in page
    assert f"| {Kind.UNREADABLE.label} | {Kind.UNREADABLE.meaning} | 0 | 0 |" in page
    assert Kind.ORDER.label + " |" not in page
    assert page.index(Kind.EDIT_LOST.label) < page.index(Kind.MORE.label)
    link = f"[{A[:10]}](https://github.com/us/one/commit/{A})"
    assert f"| {link} | `x.txt`, `a\\|b.txt` | more was done: a step |" in page
    assert f"| `y.txt` | **{Kind.EDIT_LOST.label}** |" in page
    assert "## us/one, seen: 3" in page and "## us/other, unseen: 1" in page


def test_a_repo_in_which_nothing_differs_has_no_table() -> None:
    page = past_updates.page({ONE: printed((A, []))}, {})
    assert "## us/one" not in page and "of 1 files" in " ".join(page.split())


def test_a_kind_that_there_is_not_is_named(tmp_path: Path) -> None:
    place = tmp_path / "differences.toml"
    place.write_text(f'["us/one".{A}]\n"x.txt" = {{ kind = "whatever" }}\n', "utf-8")
    with pytest.raises(SystemExit, match=r"us/one, a+, x\.txt: no such kind"):
        read(place)


def test_the_page_in_the_docs_has_every_reason_on_record() -> None:
    page, reasons = past_updates.TARGET.read_text("utf-8"), read()
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    for file, reason in reasons.items():
        of_commit = [row for row in rows if f"{file.repo}/commit/{file.commit})" in row]
        (row,) = (row for row in of_commit if f"`{file.path}`" in row)
        assert reason.kind.label in row and reason.note in row
    assert sum(row.split(" | ")[1].count("`") for row in rows) == 2 * len(reasons)
    assert {file.repo for file in reasons} <= {repo.name for repo in REPOS}
    assert all(len(file.commit) == 40 for file in reasons)
