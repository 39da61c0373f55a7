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
    with pytest.raises(DiskFull, match="could not be written"):
        pages.write(Path("/dev/full"), "x" * 9999, "page.html")


def test_a_file_that_is_no_page_is_not_written_over(tmp_path: Path) -> None:
    place = tmp_path / "config"
    place.write_text("[core]\n")
    with pytest.raises(Usage, match="which is no page"):
        pages.refuse_place(place, "page.html")
    for content in ("", "<!DOCTYPE html>\nold"):
        place.write_text(content)
        pages.refuse_place(place, "page.html")


def test_a_page_is_written_whole_or_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, link = tmp_path / "page.html", tmp_path / "link.html"
    link.symlink_to(place)
    pages.write(link, "old", "page.html")
    assert place.read_text() == "old" and link.is_symlink()
    place.chmod(0o640)

    def full(*_: object) -> None:
        raise OSError(27, "File too large")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(Usage, match="File too large"):
            pages.write(place, "new", "page.html")
    assert place.read_text() == "old" and len(list(tmp_path.iterdir())) == 2
    pages.write(place, "new", "page.html")
    assert place.read_text() == "new" and place.stat().st_mode & 0o777 == 0o640
