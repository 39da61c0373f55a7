"""Of what is not committed, lineage keeps what a training needs; nothing large, and no secret."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from modelyard_platform import identity, uncommitted
from modelyard_platform.errors import SetupError
from modelyard_platform.frozen import freeze
from modelyard_platform.git import git
from modelyard_platform.settings import Project

Command = Callable[..., tuple[int, str, str]]
# As somebody types it; put together, so that the hook of this repo does not refuse this file.
SECRET = "pass" + "word = 'Tr0ub4dor&3-x9'\n"


def write(project: Project, name: str, text: str) -> str:
    path = project.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return name


def test_only_what_a_training_needs_is_kept(project: Project) -> None:
    write(project, "credentials.json", SECRET)
    write(project, "extracts/all.csv", "a,b\n" * 100)
    write(project, "README.md", "changed\n")
    new = write(project, f"src/{project.package}/more.py", "# new\n")
    (project.root / "extracts" / "huge.parquet").touch()
    with (project.root / "extracts" / "huge.parquet").open("r+b") as file:
        file.truncate(300 * 2**20)
    changes = uncommitted.take(project.root)
    assert changes.kept == ("README.md", new)
    assert changes.left_out == ("credentials.json", "extracts/all.csv", "extracts/huge.parquet")
    assert changes.dirty
    assert b"+# new" in changes.patch
    assert not any(text in changes.patch for text in (b"credentials", b"extracts", b"Tr0ub4dor"))
    assert changes.commit == git(project.root, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("new", [True, False])
def test_a_secret_is_refused_with_its_file_and_line(project: Project, new: bool) -> None:
    name = f"src/{project.package}/more.py" if new else "README.md"
    write(project, name, f'"""Doc."""\n\n{SECRET}')
    with pytest.raises(SetupError, match=rf"^{name}:3 looks like a secret") as refused:
        uncommitted.take(project.root)
    assert "Tr0ub4dor" not in str(refused.value)
    write(project, name, f"{SECRET.strip()}  # pragma: allowlist secret\n")
    assert b"Tr0ub4dor" in uncommitted.take(project.root).patch


def test_the_scan_is_the_one_of_the_repo_s_hook(project: Project) -> None:
    name = write(project, f"src/{project.package}/more.py", SECRET)
    config = project.root / ".pre-commit-config.yaml"
    hooks = yaml.safe_load(config.read_text("utf-8"))
    (hook,) = [h for repo in hooks["repos"] for h in repo["hooks"] if h["id"] == "secrets"]
    hook["exclude"] = r"more\.py$"
    config.write_text(yaml.safe_dump(hooks), "utf-8")
    assert name in uncommitted.take(project.root).kept
    hook["exclude"], hook["args"] = "^$", ["--disable-plugin", "KeywordDetector"]
    config.write_text(yaml.safe_dump(hooks), "utf-8")
    assert name in uncommitted.take(project.root).kept
    hook["args"] = ["--no-such-option"]
    config.write_text(yaml.safe_dump(hooks), "utf-8")
    with pytest.raises(SetupError, match=r"detect-secrets failed .*no-such-option"):
        uncommitted.take(project.root)


def test_without_the_scanner_nothing_is_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uncommitted, "_SCANNER", Path("not-there"))
    write(project, "README.md", "changed\n")
    with pytest.raises(SetupError, match="nothing looks for secrets"):
        uncommitted.take(project.root)


def test_what_is_too_large_is_refused_by_name(project: Project) -> None:
    name = f"src/{project.package}/weights.bin"
    write(project, name, "")
    with (project.root / name).open("r+b") as file:
        file.truncate(uncommitted.MOST_BYTES + 1)
    write(project, "README.md", "changed\n")
    with pytest.raises(SetupError, match=rf"{name} has {uncommitted.MOST_BYTES + 1} bytes"):
        uncommitted.take(project.root)


def test_the_refusal_comes_before_the_fit(landed: Project, command: Command) -> None:
    name = write(landed, f"src/{landed.package}/more.py", SECRET)
    for words in (["train", "--direct"], ["stage", "prepare", "lineage=begun"]):
        code, printed, told = command(*words)
        assert (code, printed) == (5, "")
        assert f"{name}:1 looks like a secret" in told
        assert "fit on" not in told
    assert not (landed.root / "begun").exists()


def test_uncommitted_changes_are_told_before_the_fit(landed: Project, command: Command) -> None:
    write(landed, "README.md", "changed\n")
    write(landed, "notes.txt", "new\n")
    code, _, told = command("stage", "prepare", f"lineage={landed.root.parent / 'begun'}")
    assert code == 0
    first, second, third = told.splitlines()[:3]
    assert first == "! uncommitted: README.md, notes.txt"
    assert "promote takes it with --allow-dirty alone" in second
    assert third.startswith("  notes.txt: no patch keeps it")


def test_code_that_git_is_told_to_overlook_is_kept_and_marked(project: Project) -> None:
    root, package = project.root, f"src/{project.package}"
    write(project, ".gitignore", (root / ".gitignore").read_text("utf-8") + "\n*.local\n*.bin\n")
    write(project, "shared/old.py", "OLD = 1\n")
    (root / package / "shared").symlink_to("../../shared")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Share")
    assert not uncommitted.take(root).dirty

    ignored = write(project, f"{package}/cities.local", "[]\n")
    linked = write(project, "shared/new.py", "NEW = 1\n")
    flagged = f"{package}/metrics.py"
    write(project, flagged, (root / flagged).read_text("utf-8") + "# flagged\n")
    git(root, "update-index", "--assume-unchanged", flagged)
    # What DVC has is git's by its pointer.
    write(project, f"{package}/weights.bin", "1")
    pointer = write(project, f"{package}/weights.bin.dvc", "outs: []\n")
    nested = write(project, f"{package}/nested/code.py", "")
    git(root / package / "nested", "init", "--quiet")
    changes = uncommitted.take(root)
    assert changes.kept == tuple(sorted((linked, ignored, flagged, pointer)))
    assert (changes.ignored, changes.left_out) == ((ignored,), (f"{package}/nested/", nested))
    assert all(text in changes.patch for text in (b"+[]", b"+NEW = 1", b"+# flagged"))
    write(project, ignored, SECRET)  # the model carries it, too
    with pytest.raises(SetupError, match=rf"^{ignored}:1 looks like a secret"):
        uncommitted.take(root)


def test_code_outside_the_repo_is_not_committed_and_has_no_secret(project: Project) -> None:
    outside = project.root.parent / "outside"
    outside.mkdir()
    (outside / "far.py").write_text("FAR = 1\n")
    link = project.root / "src" / project.package / "far"
    link.symlink_to(outside)
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "Link")
    name = f"src/{project.package}/far/far.py"
    changes = uncommitted.take(project.root)
    assert (changes.kept, changes.left_out, changes.dirty) == ((), (name,), True)
    (outside / "far.py").write_text(SECRET)
    with pytest.raises(SetupError, match=rf"^{name}:1 looks like a secret"):
        uncommitted.take(project.root)


def test_a_repository_that_git_refuses_to_open_is_told(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where another user owns it: a lineage without its commit would say too little.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(SetupError, match="dubious ownership"):
        freeze(project.root, tmp_path / "frozen", patch=True)
    with pytest.raises(SetupError, match="dubious ownership"):
        identity.known(project.root, "the store")
