"""Templates that are not ours: an untouched repo becomes as new, and no line of an edit is lost.

`MODELYARD_TEMPLATES` names a folder of git repositories of Copier templates, each with its tags.
They are other people's and no part of this suite: their code runs here only in the renders that
the test itself asks for, so name those that you trust.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelyard.errors import BadAnswer, BadTemplate, ModelyardError, NotReady, Refused
from modelyard.gitrepo.trees import EXECUTABLE, SYMLINK
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.source import Template, Templates, Version
from modelyard.update import update
from tests.repos import git
from tests.tool.worlds import commit

FOLDER = os.environ.get("MODELYARD_TEMPLATES", "")
FOUND = sorted(
    path
    for path in (Path(FOLDER).iterdir() if FOLDER else ())
    if (path / "HEAD").exists() or (path / ".git").exists()
)
pytestmark = pytest.mark.skipif(not FOUND, reason="MODELYARD_TEMPLATES names no templates")

GUESSES = ("word", "word-word", "a@b.co", "1.0.0", "https://example.org", "3.12", "MIT")
MINE = "\n# a line of the owner's, at the end\n"
EXPLAINED = (Refused, BadAnswer, BadTemplate)


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with Templates() as opened:
        yield opened


def choices(version: Version, question: str) -> list[Any]:
    """Return what a question can be answered with, where that is written out."""
    asked = config.read(version).asked.get(question)
    written = asked.get("choices") if isinstance(asked, dict) else None
    found = list(written.values()) if isinstance(written, dict) else list(written or ())
    return [next(iter(one.values())) if isinstance(one, dict) else one for one in found]


def answered(version: Version) -> Rendered | None:
    """Render a version with some answer to each question that needs one; None where it cannot."""
    given: dict[str, Any] = {}
    tried: Counter[str] = Counter()
    while True:
        try:
            rendered = render(version, RenderRequest({}, given, folder="repo", trusted=True))
            return rendered if rendered.answers_path in rendered.files else None
        except BadAnswer as error:
            guesses = [*choices(version, error.question), *GUESSES]
            if not error.question or tried[error.question] == len(guesses):
                return None
            given[error.question] = guesses[tried[error.question]]
            tried[error.question] += 1
        except ModelyardError:
            return None


def repo_of(rendered: Rendered, root: Path) -> Path:
    """Return a committed repo of what was rendered."""
    for path, (mode, content) in rendered.files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if mode == SYMLINK:
            place.symlink_to(os.fsdecode(content))
            continue
        place.write_bytes(content)
        place.chmod(0o755 if mode == EXECUTABLE else 0o644)
    git(root, "init", "--quiet", "--initial-branch", "main")
    # Some templates ignore their own answers file until a question has another answer.
    git(root, "add", "--force", "--", *rendered.files)
    commit(root)
    return root


def tracked(root: Path) -> dict[str, str]:
    """Return mode and blob of each tracked file, as the work tree has it."""
    git(root, "add", "--all")
    listed = git(root, "ls-files", "--stage", "-z").split("\0")[:-1]
    return {path: about for about, _, path in (line.partition("\t") for line in listed)}


def is_as_new(repo: Path, template: Template, tag: str, start: Rendered, fresh: Path) -> bool:
    """Tell whether a repo has what a new one has, what is its owner's aside."""
    request = RenderRequest(
        start.answers, answers_path=start.answers_path, folder="repo", trusted=True
    )
    new = render(template.version(tag), request)
    have, want = tracked(repo), tracked(repo_of(new, fresh))
    return all(have.get(path) == want[path] or new.is_yours(path) for path in want)


@pytest.mark.parametrize("folder", FOUND, ids=lambda folder: folder.name)
def test_each_release_of_a_template_that_is_not_ours(
    templates: Templates, folder: Path, tmp_path: Path
) -> None:
    template = templates.open(str(folder))
    ends: Counter[str] = Counter()
    for number, (old, new) in enumerate(
        zip(template.releases, template.releases[1:], strict=False)
    ):
        start = answered(template.version(old))
        if start is None:
            ends["the old version does not render"] += 1
            continue
        for edited in (False, True):
            repo = repo_of(start, tmp_path / f"{number}-{edited}" / "repo")
            readme = next((p for p in sorted(tracked(repo)) if p.startswith("README.")), None)
            if edited and readme:
                with (repo / readme).open("a") as file:
                    file.write(MINE)
                commit(repo)
            try:
                outcome = update(repo, to=new, templates=templates)
            except EXPLAINED as error:
                assert new in error.message or old in error.message, error.message
                ends[f"exit {error.code}"] += 1
                continue
            except NotReady as error:
                # A template may render an answers file that its own rules ignore.
                ends[f"exit {error.code}"] += 1
                continue
            ends[outcome.status] += 1
            if edited and readme:
                assert MINE.strip() in (repo / readme).read_text(), (old, new)
            elif not edited:
                assert outcome.status != "conflict", (old, new, outcome)
                fresh = tmp_path / f"{number}-fresh" / "repo"
                assert is_as_new(repo, template, new, start, fresh), (old, new, outcome)
    print(folder.name, dict(ends))
