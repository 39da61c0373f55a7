"""What a message tells people to type is typed here, and then the verb that failed works."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from modelyard_platform import doctor
from modelyard_platform.data import snapshots
from modelyard_platform.errors import DataRefused
from modelyard_platform.git import git
from modelyard_platform.settings import Project, load_project

Command = Callable[..., tuple[int, str, str]]
Break = Callable[[Project, str], None]
# The lines of a hint: each ends where a bracket, an alternative or a condition begins.
LINE = re.compile(
    r"(?:^|\(|: |or )((?:git|rm|mv|chmod|mkdir|make|\.venv/bin/[a-z-]+) .+?)"
    r"(?=$|\)| \(|, or |; or|, unless |, and )"
)
DVC = Path(sys.executable).with_name("dvc")


@pytest.fixture
def do(command: Command) -> Callable[[Project, str], None]:
    """Type a line as a person does in a repo that `make setup` has set up."""

    def typed(project: Project, line: str) -> None:
        venv = project.root / ".venv"
        if not venv.is_symlink():
            venv.symlink_to(sys.prefix)
        words = shlex.split(line)
        if words[0] == "make":
            given = dict([word.split("=", 1) for word in words[2:]]).get("ARGS", "")
            code, _, told = command(words[1], *shlex.split(given))
            assert code == 0, told
            return
        done = subprocess.run(["sh", "-c", line], cwd=project.root, capture_output=True, text=True)
        assert not done.returncode, (line, done.stderr)

    return typed


def raw(project: Project, month: str) -> Path:
    project.raw.mkdir(parents=True, exist_ok=True)
    return project.raw / f"{month}.parquet"


def not_ours(project: Project, month: str) -> None:
    raw(project, month).write_bytes(b"labels by hand")


def a_folder_of_dvc(project: Project, month: str) -> None:
    raw(project, month).with_name("mine.csv").write_text("a\n", "utf-8")
    subprocess.run([DVC, "add", "--quiet", "data/raw"], cwd=project.root, check=True)
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "A folder that DVC tracks")


def no_commit(project: Project, month: str) -> None:
    shutil.rmtree(project.root / ".git")
    git(project.root, "init", "--quiet")


def no_git(project: Project, month: str) -> None:
    shutil.rmtree(project.root / ".git")


def a_lock_of_git(project: Project, month: str) -> None:
    (project.root / ".git" / "index.lock").touch()


def no_remote(project: Project, month: str) -> None:
    config = "[core]\n    remote = team\n['remote \"team\"']\n    url = ../our team\n"
    (project.root / ".dvc" / "config").write_text(config, "utf-8")


FAILING: dict[str, tuple[Break, int]] = {
    "mv": (not_ours, 0),
    "dvc remove": (a_folder_of_dvc, 0),
    "git add, of a repo": (no_commit, 0),
    "git init": (no_git, 0),
    "rm of a lock": (a_lock_of_git, 0),
    "mkdir": (no_remote, 0),
}


@pytest.mark.parametrize("kind", FAILING)
def test_what_ingest_advises_lets_it_land(
    kind: str, project: Project, months: list[str], command: Command, do: Callable[..., None]
) -> None:
    destroy, which = FAILING[kind]
    destroy(project, months[0])
    before = {p.name: p.read_bytes() for p in project.raw.glob("*") if p.is_file()}
    code, _, told = command("ingest", "--until", months[0])
    assert code not in (0, 1), told
    left = {p.name: p.read_bytes() for p in project.raw.glob("*") if p.is_file()}
    assert kind == "rm of a lock" or left == before
    line = LINE.findall(told.partition("hint: ")[2].strip())[which]
    do(project, line)
    code, _, told = command("ingest", "--until", months[0])
    assert code == 0, (line, told)
    assert [s.name for s in snapshots.landed(project)] == [months[0]]
    assert all((project.raw / name).exists() for name in before if name == "mine.csv")


def test_a_folder_that_dvc_tracks_is_not_added_to(
    project: Project, months: list[str], command: Command
) -> None:
    a_folder_of_dvc(project, months[0])
    before = (project.root / "data" / "raw.dvc").read_bytes()
    code, _, told = command("ingest", "--until", months[0])
    assert (code, "data/raw.dvc tracks data/raw" in told) == (5, True), told
    assert (project.root / "data" / "raw.dvc").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (".dvcignore", "data/raw/*.parquet\n", "DVC is told to ignore data/raw/"),
        ("dvc.yaml", "stages: {a: {cmd: b, outs: [data/raw/MONTH.parquet]}}\n", "dvc.yaml tracks"),
        ("data/raw/MONTH.parquet.dvc/file", "", "cannot be read as a DVC pointer"),
    ],
)
def test_what_dvc_cannot_track_is_told_before_it_is_fetched(
    project: Project, months: list[str], command: Command, name: str, text: str, told: str
) -> None:
    path = project.root / name.replace("MONTH", months[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("MONTH", months[0]), "utf-8")
    code, _, said = command("ingest", "--until", months[0])
    assert (code, told in said, "fetch" in said) == (5, True, False), said


def test_what_a_verb_advises_brings_landed_bytes_back(
    landed: Project, command: Command, do: Callable[..., None]
) -> None:
    first = snapshots.landed(landed)[0]
    first.path.chmod(0o644)
    first.path.write_bytes(b"edited")
    with pytest.raises(DataRefused) as refused:
        snapshots.verify(landed, [first])
    do(landed, LINE.findall(refused.value.hint)[0])
    code, _, told = command("ingest", "--until", first.name)
    assert code == 0, told
    snapshots.verify(landed, [first])
    pointer = first.path.with_name(f"{first.path.name}.dvc")
    pointer.write_text("<<<<<<< ours\n", "utf-8")
    code, _, told = command("ingest", "--until", first.name)
    assert code == 5, told
    do(landed, LINE.findall(told.partition("hint: ")[2].replace("\n", ""))[0])
    assert snapshots.landed(landed)[0] == first


def test_what_a_moved_store_advises_sets_it_right(
    trained: Project,
    tmp_path: Path,
    command: Command,
    do: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved = tmp_path / "a store, moved"
    shutil.copytree(trained.store, moved)
    monkeypatch.setenv("STORE", str(moved))
    code, _, told = command("lineage", "challenger")
    assert code == 5, told
    do(trained, LINE.findall(told.partition("hint: ")[2].replace("\n", ""))[0])
    assert command("lineage", "challenger")[0] == 0


def test_what_the_doctor_advises_heals(landed: Project, do: Callable[..., None]) -> None:
    doctor.fix(landed)
    for path, mode in ((landed.store, 0o755), (landed.root / ".env", 0o644)):
        path.touch()
        path.chmod(mode)
    snapshots.landed(landed)[0].path.unlink()
    (landed.root / ".git" / "hooks" / "pre-commit").unlink()
    found = {finding.about: finding for finding in doctor.examine(landed)}
    # The last one would name a bucket: what is pulled comes before.
    kinds = ("store", "secrets", "snapshots", "hooks", "data remote")
    for about in kinds:
        do(landed, LINE.findall(found[about].hint)[0])
    healed = {f.about: f for f in doctor.examine(load_project(landed.root))}
    assert all(about not in healed or healed[about].state == "ok" for about in kinds)
    assert healed["data remote"].message == "s3://bucket/path"


def test_a_hook_of_ones_own_is_no_hook_of_the_repo_and_stays(
    project: Project, do: Callable[..., None]
) -> None:
    hook = project.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch my-own-hook-ran\n", "utf-8")
    hook.chmod(0o755)
    doctor.fix(project)
    assert "my-own-hook-ran" in hook.read_text("utf-8")
    (found,) = [f for f in doctor.examine(project) if f.about == "hooks"]
    assert (found.state, "another hook" in found.message) == ("note", True)
    do(project, LINE.findall(found.hint)[0])
    (found,) = [f for f in doctor.examine(project) if f.about == "hooks"]
    assert found.state == "ok"
    assert "my-own-hook-ran" in hook.with_name("pre-commit.legacy").read_text("utf-8")
