"""Shows one update that `copier update` gets wrong and `modelyard update` gets right.

Everything happens in `demo/update/`: a copy of this suite with a release more, and two repos of the
release before with the same edits in them, one for each tool.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.demos import SUITE, copy_suite, edit, first_commit, git, release, say, title

DEMO = SUITE / "demo" / "update"
TEMPLATE = DEMO / "modelyard"
LOCAL = "local.mk"
RUNBOOK = "docs/runbook.md.jinja"
MINE = {
    "their lines in docs/runbook.md": "On call: the pricing team, until the end of March.",
    "their dependency": '    "httpx>=0.28",',
    "their git-ignored local.mk": "STORE := /mnt/scratch # in no commit\n",
}


def releases() -> None:
    """Copy the suite as it stands, tag it v0.1.0, and release a v0.2.0 on top."""
    copy_suite(TEMPLATE)
    model = TEMPLATE / "template" / "model"
    git(TEMPLATE, "mv", str(model / RUNBOOK), str(model / RUNBOOK.replace("runbook", "operations")))
    edit(model / "pyproject.toml.jinja", '    "pandas>', '    "httpcore>=1",\n    "pandas>')
    (model / LOCAL).write_text("# Settings of one machine.\n", "utf-8")
    release(TEMPLATE, "v0.2.0")


def lived_in(name: str) -> Path:
    """Make a repo of v0.1.0 in which somebody has worked."""
    repo = DEMO / name
    words = ["copier", "copy", "--quiet", "--defaults", "--vcs-ref", "v0.1.0"]
    subprocess.run([*words, str(TEMPLATE), str(repo)], check=True, capture_output=True)
    lines, dependency, _ = MINE.values()
    append(repo / "docs" / "runbook.md", f"\n{lines}\n")
    edit(repo / "pyproject.toml", '    "pandas>', f'{dependency}\n    "pandas>')
    append(repo / ".gitignore", f"/{LOCAL}\n")
    first_commit(repo)
    (repo / LOCAL).write_text(MINE["their git-ignored local.mk"], "utf-8")
    return repo


def append(path: Path, text: str) -> None:
    """Add a text to a file that is there."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def survivors(repo: Path) -> list[bool]:
    """Tell for each of the edits whether it is still there."""
    texts = [p.read_text("utf-8") for p in repo.glob("docs/*.md")]
    lines, dependency, machine = MINE.values()
    return [
        any(lines in text for text in texts),
        dependency.strip() in (repo / "pyproject.toml").read_text("utf-8"),
        (repo / LOCAL).is_file() and (repo / LOCAL).read_text("utf-8") == machine,
    ]


def run(repo: Path, *command: str) -> tuple[int, list[bool]]:
    """Show a command as a person would type it, run it, and look what is left of the work."""
    title(f"$ cd {repo.relative_to(SUITE)} && {' '.join(command)}")
    code = subprocess.run(command, cwd=repo).returncode
    return code, survivors(repo)


def main() -> None:
    """Run the demo."""
    os.environ.pop("VIRTUAL_ENV", None)
    shutil.rmtree(DEMO, ignore_errors=True)
    TEMPLATE.mkdir(parents=True)
    say("A repo of v0.1.0 in which somebody wrote into the standard's runbook, added a dependency,")
    say("and keeps a git-ignored local.mk. v0.2.0 renames that page, adds a dependency at the same")
    say("place, and ships a local.mk.")
    releases()
    theirs, ours = lived_in("with-copier"), lived_in("with-modelyard")
    words = ["copier", "update", "--defaults", "--quiet"]
    copier_code, copier_kept = run(theirs, *words)
    our_code, our_kept = run(ours, "modelyard", "update")
    conflict = "<<<<<<<" in (theirs / "pyproject.toml").read_text("utf-8")
    found = ["kept" if kept else "GONE" for kept in copier_kept]
    found[1] = "kept, in a conflict" if conflict and copier_kept[1] else found[1]
    title(f"{'':36}{'copier update':22}modelyard update")
    for what, copiers, kept in zip(MINE, found, our_kept, strict=True):
        say(f"{what:36}{copiers:22}{'kept' if kept else 'GONE'}")
    say(f"{'exit code':36}{copier_code:<22}{our_code}")
    say(f"\nLook: git -C {ours.relative_to(SUITE)} diff --cached")
    if our_code or not all(our_kept):
        sys.exit(1)


if __name__ == "__main__":
    main()
