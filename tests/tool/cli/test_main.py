"""What the machine does not allow, and an interrupt at any time, are words and a code."""

import errno
import os
import tempfile

import pytest

from modelyard.cli import main, output


def _ends(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> object:
    def run() -> None:
        raise error

    monkeypatch.setattr(main, "_run", run)
    monkeypatch.setattr(output, "make_safe", lambda: None)
    monkeypatch.setattr("sys.argv", ["modelyard", "keep"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    return ended.value.code


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, 28),
        (errno.EDQUOT, 28),
        (errno.EROFS, 5),
        (errno.EFBIG, 5),
        (errno.EMFILE, 5),
        (errno.EACCES, 5),
    ],
)
def test_what_a_machine_does_not_allow(
    monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    assert _ends(monkeypatch, OSError(number, os.strerror(number), "here")) == code


def test_no_folder_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as nowhere:
        nowhere.setattr(tempfile, "tempdir", None)
        nowhere.setattr(tempfile, "_candidate_tempdir_list", list)
        with pytest.raises(FileNotFoundError) as error:
            tempfile.gettempdir()
    assert _ends(monkeypatch, error.value) == 5
    assert "TMPDIR=FOLDER" in capsys.readouterr().err


def test_an_interrupt_while_it_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ends(monkeypatch, KeyboardInterrupt()) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_bug_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "x")

    monkeypatch.setattr(main, "_run", run)
    monkeypatch.setattr(output, "make_safe", lambda: None)
    with pytest.raises(FileNotFoundError):
        main.main()
