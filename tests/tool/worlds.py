"""Small templates with released versions, and repos that were rendered from them."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import copier

from tests.repos import git
from tests.tool import rendered
from tests.tool.rendered import CONFIG as CONFIG

ANSWERS = "{{ _copier_answers | to_nice_yaml -}}\n"

Files = Mapping[str, str | bytes | None]
"""Files by path; None takes one away."""


def lines(count: int, word: str = "line", **changed: str) -> str:
    """Return numbered lines; `l3="x"` puts another in place of the third."""
    return "".join(f"{changed.get(f'l{i}', f'{word} {i}')}\n" for i in range(1, count + 1))


def write(root: Path, files: Files) -> None:
    """Write files below a folder, or take them away."""
    for path, content in files.items():
        place = root / path
        if content is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())


def without_commit(record: bytes) -> bytes:
    """Return an answers file without the line that Copier's own renders do not have."""
    return re.sub(rb"(?m)^_commit_id: .*\r?\n", b"", record)


def init(root: Path) -> None:
    """Make a git repository, without the examples of hooks that git copies into each."""
    git(root, "init", "--quiet", "--template=", "--initial-branch", "main")
    for name in ("hooks", "info"):
        (root / ".git" / name).mkdir(exist_ok=True)


def record(root: Path, message: str) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


def commit(root: Path, message: str = "Change") -> str:
    """Commit everything, and return the commit."""
    record(root, message)
    return git(root, "rev-parse", "HEAD").strip()


@dataclass(frozen=True)
class World:
    """A template in a folder, in which repos of it can be made."""

    folder: Path

    @property
    def template(self) -> Path:
        """The git repository of the template."""
        return self.folder / "template"

    def release(self, tag: str | None, files: Files, config: str = CONFIG) -> None:
        """Write the template's files, commit, and tag."""
        if not self.template.exists():
            init(self.template)
            write(self.template, {"template/{{ _copier_conf.answers_file }}.jinja": ANSWERS})
        write(self.template, {"copier.yml": config})
        write(self.template, {f"template/{path}": content for path, content in files.items()})
        record(self.template, f"Release {tag}")
        if tag:
            git(self.template, "tag", tag)

    def repo(
        self, tag: str = "v1", name: str = "repo", source: str | None = None, **answers: object
    ) -> Path:
        """Render a repo and commit it."""
        root = self.folder / name
        if source or not rendered.again(self.template, tag, answers, root):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                copier.run_copy(
                    source or str(self.template),
                    root,
                    data=answers,
                    vcs_ref=tag,
                    defaults=True,
                    quiet=True,
                )
            if not source:
                rendered.keep(self.template, tag, answers, root)
        init(root)
        record(root, "Start")
        return root


def state(root: Path) -> tuple[str, str, str, dict[str, bytes]]:
    """Return all that an update may touch: HEAD, the index, branches, and every file's bytes."""
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }
    index = git(root, "ls-files", "--stage", "-v")
    return git(root, "rev-parse", "HEAD"), index, git(root, "branch", "--list", "-v"), files
