"""Uncommitted changes come from the server: they are shown, and nobody runs them unasked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from modelyard_platform.errors import NotTrusted
from modelyard_platform.git import git
from modelyard_platform.hashing import hash_file
from modelyard_platform.lineage import record as lineage
from modelyard_platform.provenance import day, patch
from modelyard_platform.settings import Project

Command = Callable[..., tuple[int, str, str]]
Folder = Callable[[Project, str], Path]

EVIL = """\
diff --git a/evil.py b/evil.py
new file mode 100644
--- /dev/null
+++ b/evil.py
@@ -0,0 +1 @@
+print("\x1b[2K::add-mask::owned")
"""


@pytest.fixture
def patched(crowned: Project, run_folder: Folder) -> Iterator[Path]:
    """The champion's lineage says that it was dirty, with a patch that somebody else wrote."""
    folder = run_folder(crowned, "1")
    (folder / lineage.DIFF_ARTIFACT).write_text(EVIL)
    recorded = lineage.from_json((folder / lineage.ARTIFACT).read_text("utf-8"))
    known = {**recorded.artifacts, lineage.DIFF_ARTIFACT: hash_file(folder / lineage.DIFF_ARTIFACT)}
    changed = replace(recorded, dirty=True, artifacts=known)
    (folder / lineage.ARTIFACT).write_text(changed.to_json())
    yield folder


def test_a_patch_is_shown_and_not_applied_where_nobody_can_be_asked(
    patched: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloned: list[Any] = []
    monkeypatch.setattr("modelyard_platform.provenance.reproduce._clone", cloned.append)
    code, printed, told = command("reproduce", "1")
    assert (code, printed, cloned) == (NotTrusted.exit_code, "", [])
    assert "+++ b/evil.py" in told
    assert r"+print(\"\x1b[2K\x3a:add-mask\x3a:owned\")".replace('\\"', '"') in told
    assert "\x1b[2K" not in told
    assert "--allow-patch" in told


def test_a_patch_that_is_not_the_recorded_one_is_not_even_asked_about(
    patched: Path, command: Command
) -> None:
    (patched / lineage.DIFF_ARTIFACT).write_text(EVIL.replace("owned", "other"))
    code, _, told = command("reproduce", "1", "--allow-patch")
    assert code == NotTrusted.exit_code
    assert "uncommitted.patch is not the one that was recorded" in told
    assert "evil.py" not in told


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with a file."""
    made = tmp_path / "clone"
    made.mkdir()
    git(made, "init", "--quiet")
    (made / "here.txt").write_text("here\n")
    git(made, "add", "--all")
    git(made, "commit", "--quiet", "--message", "Start")
    return made


def new_file(name: str, content: str, mode: str = "100644") -> bytes:
    return (
        f"diff --git a/{name} b/{name}\nnew file mode {mode}\n--- /dev/null\n+++ b/{name}\n"
        f"@@ -0,0 +1 @@\n+{content}\n\\ No newline at end of file\n"
    ).encode()


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("../outside.txt", "100644"),
        (".git/hooks/post-checkout", "100755"),
        ("link", "120000"),
        ("/tmp/outside.txt", "100644"),  # noqa: S108 (a name that git must refuse)
    ],
)
def test_a_patch_reaches_nothing_but_the_files_of_the_clone(
    clone: Path, name: str, mode: str
) -> None:
    before = {path for path in clone.parent.rglob("*") if ".git/objects" not in str(path)}
    with pytest.raises(NotTrusted):
        patch.apply(clone, new_file(name, "/etc/hostname", mode))
    after = {path for path in clone.parent.rglob("*") if ".git/objects" not in str(path)}
    assert after - before <= {clone / "link"}


def test_a_plain_patch_is_applied(clone: Path) -> None:
    patch.apply(clone, new_file("more.txt", "more"))
    assert (clone / "more.txt").read_text() == "more"


@pytest.mark.parametrize(
    "line",
    [
        "evil @ https://packages.example.com/evil-1.0.tar.gz --hash=sha256:00",
        "-r /etc/passwd",
        "--index-url=https://${TOKEN}@packages.example.com/simple",
        "./evil --hash=sha256:00",
    ],
)
def test_a_lock_of_that_day_installs_hashed_pins_alone(
    rendered: Path, tmp_path: Path, line: str
) -> None:
    (tmp_path / "requirements.lock").write_text(f"{line}\n")
    with pytest.raises(NotTrusted, match="more than hashed pins"):
        list(day._unbuilt(rendered, tmp_path, ["requirements.lock"]))


def test_what_is_locked_otherwise_today_is_not_built(rendered: Path, tmp_path: Path) -> None:
    ours = (rendered / "requirements.lock").read_text("utf-8")
    (tmp_path / "requirements.lock").write_text(f"{ours}evil==1.0 \\\n    --hash=sha256:00\n")
    found = list(day._unbuilt(rendered, tmp_path, ["requirements.lock"]))
    assert found == ["--only-binary=evil"]
