"""The doctor sets up what is this repo's alone, and tells what it finds, whatever it finds."""

import shutil
from pathlib import Path

import pytest
from modelyard_platform import doctor
from modelyard_platform.git import git
from modelyard_platform.settings import Project, load_project


def hook(top: Path) -> Path:
    return top / ".git" / "hooks" / "pre-commit"


def broken(project: Project) -> dict[str, str]:
    found = doctor.examine(project)
    return {finding.about: finding.message for finding in found if finding.state == "broken"}


def test_a_repo_of_its_own_gets_the_hook(project: Project) -> None:
    doctor.fix(project)
    assert hook(project.root).is_file()


def test_a_folder_of_a_larger_repo_gets_no_hook(project: Project, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    here = outer / "models" / "ours"
    shutil.copytree(project.root, here, ignore=shutil.ignore_patterns(".git"))
    git(outer, "init", "--quiet")
    git(outer, "add", "--all")
    git(outer, "commit", "--quiet", "--message", "Start")
    inner = load_project(here)
    doctor.fix(inner)
    assert not hook(outer).exists()
    assert "hooks" not in broken(inner)


@pytest.mark.parametrize(
    ("name", "content", "about", "told"),
    [
        (".python-version", None, "python", ".python-version"),
        ("requirements.lock", None, "lock", "requirements.lock"),
        ("requirements.lock", b"\xff\xfe", "environment", "UnicodeDecodeError"),
        ("vendor/platform.lock", b"\xff\xfe", "library", "UnicodeDecodeError"),
    ],
)
def test_a_file_that_is_missing_or_no_text_is_a_finding(
    project: Project, name: str, content: bytes | None, about: str, told: str
) -> None:
    path = project.root / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert told in broken(project)[about]
    others = {finding.about for finding in doctor.examine(project)} - {about}
    assert {"git", "store", "data remote", "registry", "snapshots"} <= others
