"""A file of the user may be called as git calls what it moves aside."""

from pathlib import Path

import pytest

from tests.tool.update.threes import Book, Threes, link


@pytest.mark.parametrize("name", ["page.md~yours", "page.md~template", "page.md~yours_0"])
def test_a_file_that_is_called_like_a_side_is_in_nobodys_way(tmp_path: Path, name: str) -> None:
    ours: Book = {"page.md": link("elsewhere"), name: "mine\n"}
    outcome = Threes(tmp_path).update({"page.md": "a\nb\nc\n"}, ours, {"page.md": "a\nb\nc\nd\n"})
    assert outcome.status == "conflict", outcome.losses
    assert outcome.text(name) == "mine\n"
    contents = {content for _, content in outcome.files.values()}
    assert {b"elsewhere", b"a\nb\nc\nd\n"} <= contents
