"""The program of the tests of scripts does what the one does that is installed."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "script",
    [
        "modelyard --version",
        "modelyard fleet nonsense",
        "cd sub && modelyard fleet init --forge local --owner x --template y && cat fleet.toml",
        "cd sub && modelyard fleet plan --file ../none.toml | cat",
        "VAR= modelyard fleet init --help > help.txt; echo $?; cat help.txt",
        "modelyard new made --template nowhere; echo $?; ls -A sub",
        "TMPDIR=/proc modelyard new made --template sub; echo $?",
        "MODELYARD_TEMPLATE='a\nb' modelyard new sub --defaults; echo $?",
    ],
)
def test_it_prints_and_exits_as_the_real_one(
    script: str, tmp_path: Path, quick_modelyard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for number, programs in enumerate((quick_modelyard, Path(sys.executable).parent)):
        folder = tmp_path / f"{number}"
        (folder / "sub").mkdir(parents=True)
        with monkeypatch.context() as patch:
            patch.setenv("PATH", str(programs), prepend=":")
            done = subprocess.run(
                ["bash", "-c", script], cwd=folder, capture_output=True, text=True
            )
        said = [text.replace(str(folder), "HERE") for text in (done.stdout, done.stderr)]
        found.append((done.returncode, *said))
    assert found[0] == found[1]
    assert any(found[0])


def test_one_that_is_killed_is_no_success(tmp_path: Path, quick_modelyard: Path) -> None:
    limited = f"ulimit -v 200; {quick_modelyard / 'modelyard'} --version"
    assert subprocess.run(["bash", "-c", limited], capture_output=True).returncode
