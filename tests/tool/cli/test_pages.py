"""A page that cannot be written is a message, before the work where that can be known."""

import os
from pathlib import Path

import pytest

from modelyard.cli import pages
from modelyard.errors import DiskFull, Usage


def test_a_place_that_is_none_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path, tmp_path / "none" / "page.html"):
        with pytest.raises(Usage, match="there can be no page at") as error:
            pages.refuse_place(place, "page.html")
        assert error.value.hint == "--html page.html"
    pages.refuse_place(tmp_path / "page.html", "page.html")
    # Root may write anywhere.
    monkeypatch.setattr(os, "access", lambda place, mode: (place, mode) != (tmp_path, os.W_OK))
    with pytest.raises(Usage):
        pages.refuse_place(tmp_path / "page.html", "page.html")


def test_what_is_known_only_by_writing_is_a_message(tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    place.symlink_to("/nowhere/page.html")
    with pytest.raises(Usage, match="No such file or directory"):
        pages.write(place, "x", "page.html")
    with pytest.raises(DiskFull, match="is not whole"):
        pages.write(Path("/dev/full"), "x" * 9999, "page.html")
