"""A commit that somebody pushed is in this clone's git; that alone does not let its code run."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform.errors import NotTrusted
from modelyard_platform.evaluation import code
from modelyard_platform.git import git, is_known
from modelyard_platform.hashing import hash_text
from modelyard_platform.lineage import record as lineage
from modelyard_platform.lineage.stored import Stored
from modelyard_platform.provenance import day
from modelyard_platform.provenance import reproduce as reproducing
from modelyard_platform.settings import Project

Verb = Callable[..., tuple[int, Any]]
Folder = Callable[[Project, str], Path]


def pushed(root: Path, name: str = "", content: str = "") -> str:
    """Put a commit into a clone as a fetch does; no branch of the clone has it."""
    blob = git(root, "hash-object", "-w", "--stdin", given=content).strip()
    tree = git(root, "ls-tree", "-r", "HEAD")
    lines = [line for line in tree.splitlines() if not line.endswith(f"\t{name}")]
    index = root / ".git" / "index-of-another"
    env = {"GIT_INDEX_FILE": str(index)}
    given = "\n".join([*lines, *([f"100644 blob {blob}\t{name}"] if name else [])]) + "\n"
    git(root, "update-index", "--index-info", given=given, env=env)
    made = git(root, "write-tree", env=env).strip()
    index.unlink()
    commit = git(root, "commit-tree", made, "-p", "HEAD", "-m", "Somebody's").strip()
    git(root, "update-ref", "refs/remotes/origin/theirs", commit)
    git(root, "update-ref", "refs/tags/theirs", commit)
    return commit


def test_the_owner_has_what_leads_to_head_what_is_on_a_branch_and_what_was_checked_out(
    project: Project,
) -> None:
    root = project.root
    start = git(root, "rev-parse", "HEAD").strip()
    assert is_known(root, start) is True
    assert is_known(root, "0" * 40) is None
    theirs = pushed(root, "evil.py", "evil")
    assert is_known(root, theirs) is False
    git(root, "branch", "read", theirs)
    assert is_known(root, theirs) is True
    git(root, "branch", "-D", "read")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    mine = git(root, "rev-parse", "HEAD").strip()
    git(root, "reset", "--quiet", "--hard", start)
    assert is_known(root, mine) is True
    assert is_known(root, theirs) is False


def test_a_commit_that_was_only_fetched_is_not_trained_again(
    crowned: Project, run_folder: Folder, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = pushed(crowned.root, f"src/{crowned.package}/features.py", "raise SystemExit\n")
    path = run_folder(crowned, "1") / lineage.ARTIFACT
    found = lineage.from_json(path.read_bytes())
    path.write_text(replace(found, git_commit=theirs).to_json())
    cloned: list[Any] = []
    monkeypatch.setattr(reproducing, "_clone", lambda *given: cloned.append(given))
    result, error = verb("reproduce", "1", "--allow-patch")
    assert (result, cloned) == (NotTrusted.exit_code, [])
    assert "on no branch of this clone" in error["error"]
    assert error["hint"].endswith(f"git branch NAME {theirs}")


def test_code_of_a_commit_that_was_only_fetched_gets_no_secret(
    project: Project, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name, content = f"src/{project.package}/evil.py", "evil = True\n"
    theirs = pushed(project.root, name, content)
    begun = lineage.capture(project, [])
    model = tmp_path / "model"
    (model / "code" / project.package).mkdir(parents=True)
    (model / "code" / project.package / "evil.py").write_text(content)
    recorded = replace(begun, git_commit=theirs, files={name: hash_text(content)})
    stored = Stored("version 9", model, recorded)
    os.environ["PLANTED"] = "secret"
    try:
        gathered = code.gather(project.owner, stored, project.package, tmp_path / "code")
        assert "PLANTED" not in gathered.environment()
    finally:
        del os.environ["PLANTED"]
    assert gathered.only_stored == (name,)
    assert "as the registry has it" in capfd.readouterr().err


def test_how_this_machine_reaches_its_data_is_written_through_no_link_of_a_commit(
    project: Project, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    local = project.root / ".dvc" / "config.local"
    local.unlink(missing_ok=True)
    local.symlink_to(victim)
    git(project.root, "add", "--force", str(local))
    git(project.root, "commit", "--quiet", "--message", "A link")
    commit = git(project.root, "rev-parse", "HEAD").strip()
    local.unlink()
    local.write_text("[core]\n")
    recorded = replace(lineage.capture(project, []), git_commit=commit)
    made = reproducing._clone(project, recorded.git_commit, tmp_path / "clone")
    assert victim.read_text() == "mine"
    assert (made / ".dvc" / "config.local").read_text() == "[core]\n"


HASH = "    --hash=sha256:" + "0" * 64
EVIL = "evil @ https://packages.example.com/evil-1.0.tar.gz --hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "lock",
    [
        f"numpy==1.0 --hash=sha256:{'0' * 64}\n {EVIL}\n",
        f"numpy==1.0 \\\n{HASH}\n    {EVIL}\n",
        f"# a comment\n  {EVIL}\n",
        f"\n  {EVIL}\n",
        f"numpy==1.0 \\\n{HASH}\n\n\t{EVIL}\n",
        f"numpy==1.0 \\\n{HASH} --index-url=https://evil.example\n",
        f"numpy==1.0 \\\n{HASH}\r{EVIL}\n",
        f"numpy==1.0 \\\n{HASH}\x0c\n  -r /etc/passwd\n",
        "numpy==1.0 \\\n    -r /etc/passwd --hash\n",
    ],
)
def test_a_lock_of_that_day_hides_no_requirement(rendered: Path, tmp_path: Path, lock: str) -> None:
    (tmp_path / "requirements.lock").write_text(lock, newline="")
    with pytest.raises(NotTrusted, match="more than hashed pins"):
        list(day._unbuilt(rendered, tmp_path, ["requirements.lock"]))


def test_the_library_is_the_only_wheel_of_that_day(rendered: Path, tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    ours = (rendered / "vendor" / "platform.lock").read_text("utf-8")
    theirs = ours.replace("modelyard.1", "modelyard.0")
    (tmp_path / "vendor" / "platform.lock").write_text(theirs)
    assert list(day._unbuilt(rendered, tmp_path, ["vendor/platform.lock"])) == []
    (tmp_path / "vendor" / "platform.lock").write_text(f"{theirs}    {EVIL}\n")
    with pytest.raises(NotTrusted, match="more than hashed pins"):
        list(day._unbuilt(rendered, tmp_path, ["vendor/platform.lock"]))


def test_a_lock_with_notes_installs(rendered: Path, tmp_path: Path) -> None:
    pin = "numpy==1.0 ; python_version < '3.13'"
    lock = f"# made by hand\n{pin} \\\n{HASH} \\\n{HASH}\n    # via pandas\n"
    (tmp_path / "requirements.lock").write_text(lock)
    assert list(day._unbuilt(rendered, tmp_path, ["requirements.lock"])) == ["--only-binary=numpy"]
