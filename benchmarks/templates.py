"""Templates with two versions, and repos that were made from the first and edited since."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import copier

from tests.template.next_version import release

from .repos import SUITE

OWNER, OUR_OWNER = "Team 0000", "ML platform team"


@dataclass(frozen=True)
class Subject:
    """A repo of which others are made, to be updated.

    Attributes:
        name: What it is, for the table.
        repo: The repo, committed, at the template's first version.
        to: The version that it is updated to.
        files: How many files it has.
        owner: An answer in words that its files show and that nothing else is called.
    """

    name: str
    repo: Path
    to: str
    files: int
    owner: str

    def another(self, target: Path, number: int) -> Path:
        """Return a repo at `target` as if it had been made with an answer of its own."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.repo, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        for path in target.rglob("*"):
            if path.is_file() and self.owner.encode() in path.read_bytes():
                data = path.read_bytes().replace(self.owner.encode(), b"Team %04d" % number)
                path.write_bytes(data)
        commit(target)
        return target


def git(root: Path, *words: str) -> None:
    """Run git as somebody."""
    somebody = ["-c", "user.name=Bench", "-c", "user.email=bench@localhost"]
    subprocess.run(["git", *somebody, *words], cwd=root, check=True, capture_output=True)


def commit(root: Path, tag: str = "") -> None:
    """Commit everything, and tag it."""
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Work")
    if tag:
        git(root, "tag", tag)


def own(scratch: Path) -> Subject:
    """Return a repo of this suite's template: the last commit, and a version that follows it."""
    template = scratch / "own-template"
    git(scratch, "clone", "--quiet", "--no-tags", str(SUITE), str(template))
    git(template, "tag", "--force", "v0.1.0")
    somebody = {"user.name": "Bench", "user.email": "bench@localhost"}
    for key, value in somebody.items():
        git(template, "config", key, value)
    release(template)
    repo = _repo(template, scratch / "own-repo", "v0.1.0", "README.md")
    return Subject("our template", repo, "v0.2.0", _count(repo), OUR_OWNER)


def synthetic(scratch: Path, files: int) -> Subject:
    """Return a repo of a template with so many files; the second version edits a tenth of them."""
    template = scratch / f"template-{files}"
    for version, number in (("v1.0.0", 1), ("v2.0.0", 2)):
        _write(template, files, number)
        commit(template, version)
    repo = _repo(template, scratch / f"repo-{files}", "v1.0.0", "part_1/module_1.py")
    return Subject("a template with plain modules", repo, "v2.0.0", _count(repo), OWNER)


def with_tasks(scratch: Path, files: int) -> Subject:
    """Return a repo of a template that runs a task after each render, and needs trust."""
    template = scratch / "template-with-tasks"
    for version, number in (("v1.0.0", 1), ("v2.0.0", 2)):
        _write(template, files, number)
        with (template / "copier.yml").open("a", encoding="utf-8") as file:
            file.write("_tasks: ['echo made > made.txt']\n")
        commit(template, version)
    repo = _repo(template, scratch / "repo-with-tasks", "v1.0.0", "part_1/module_1.py")
    return Subject("a template with tasks", repo, "v2.0.0", _count(repo), OWNER)


def _write(template: Path, files: int, version: int) -> None:
    body = template / "body"
    body.mkdir(parents=True, exist_ok=True)
    (template / "copier.yml").write_text(
        f"_subdirectory: body\nowner: {{type: str, default: {OWNER}}}\n", "utf-8"
    )
    answers = body / "{{ _copier_conf.answers_file }}.jinja"
    answers.write_text("{{ _copier_answers | to_nice_yaml }}", "utf-8")
    for number in range(1, files):
        # Every second file is rendered, every tenth changes, as in a template that people write.
        suffix, owner = (".jinja", "{{ owner }}") if number % 2 else ("", "nobody")
        path = body / f"part_{number % 20}" / f"module_{number}.py{suffix}"
        path.parent.mkdir(exist_ok=True)
        lines = [f"value_{number}_{line} = {line}\n" for line in range(40)]
        if version == 2 and number % 10 == 0:
            lines[20] = f"value_{number}_20 = 'changed'\n"
        path.write_text(f'"""Kept by {owner}."""\n' + "".join(lines), "utf-8")


def _repo(template: Path, repo: Path, version: str, mine: str) -> Path:
    """Render a version; somebody writes a line into the file `mine`."""
    source = str(template)
    copier.run_copy(source, repo, defaults=True, quiet=True, vcs_ref=version, unsafe=True)
    (repo / mine).write_text((repo / mine).read_text("utf-8") + "\n# A line of ours.\n", "utf-8")
    return repo


def _count(repo: Path) -> int:
    return sum(1 for path in repo.rglob("*") if path.is_file())
