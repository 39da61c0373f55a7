"""Makes a new repo from a template: render, git init, first commit."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.errors import NotReady, Refused, Usage
from modelyard.gitrepo import git
from modelyard.lockfiles import path_sources
from modelyard.render.errors import translated
from modelyard.render.message import plain, printable
from modelyard.template import config
from modelyard.template.own import own_template
from modelyard.template.source import Templates, Version


@dataclass(frozen=True)
class NewResult:
    """A repo that was made.

    Attributes:
        path: Where it is.
        template: Where it came from.
        version: Which version of it.
        commit: The first commit.
        message: What the template says to who has just made a repo.
    """

    path: str
    template: str
    version: str
    commit: str
    message: str


def new(
    dest: Path,
    template: str | None = None,
    version: str | None = None,
    data: Mapping[str, Any] | None = None,
    defaults: bool = False,
    trust: bool = False,
) -> NewResult:
    """Make a repo from a template; asks the questions that `data` does not answer.

    Raises:
        ModelyardError: Nothing was left behind at `dest`.
    """
    git.require()
    source = template or own_template()
    if dest.exists() and (not dest.is_dir() or any(dest.iterdir())):
        raise NotReady(f"{dest} is there already, and not empty", "name a folder that is not there")
    with ExitStack() as stack:
        known = stack.enter_context(Templates()).open(source)
        chosen = known.version(version or known.newest)
        wants = config.read(chosen).code
        if wants and not trust:
            raise Refused(
                f"{chosen.title} wants to run code on this machine: {', '.join(wants)}",
                "read its copier.yml, and pass --trust if you trust it",
            )
        config.refuse_unknown(chosen, (data or {}).keys(), Usage)
        answers = _copy(chosen, dest, dict(data or {}), defaults, trust)
        commit = _first_commit(dest)
        message = printable(plain(config.read(chosen).message, answers, dest))
    return NewResult(str(dest), source, chosen.name, commit, message)


def _copy(
    version: Version, dest: Path, data: dict[str, Any], defaults: bool, trust: bool
) -> dict[str, Any]:
    import warnings

    import copier

    with translated(version), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worker = copier.run_copy(
            version.source,
            dest,
            data=data,
            vcs_ref=version.name if version.name in {"HEAD"} else version.commit,
            defaults=defaults,
            quiet=True,
            unsafe=trust,
        )
        return dict(worker.answers.combined)


def _wheels(dest: Path) -> list[str]:
    """Return the wheels that a new project names by path, and the locks beside them."""
    project = dest / "pyproject.toml"
    sources = path_sources.read(project.read_bytes()) if project.is_file() else {}
    there = [dest / path for paths in sources.values() for path in paths if (dest / path).is_file()]
    locks = {lock for wheel in there for lock in wheel.parent.glob("*.lock")}
    return sorted(str(place.relative_to(dest)) for place in {*there, *locks})


def _first_commit(dest: Path) -> str:
    if not (dest / ".git").exists():
        git.run(dest, "init", "--quiet", "--initial-branch", "main")
    git.run(dest, "add", "--all")
    if needed := _wheels(dest):
        # A rule of this machine's may hide them from --all, and no clone would install.
        git.run(dest, "--literal-pathspecs", "add", "--force", "--", *needed)
    who: list[str] = []
    if git.run(dest, "var", "GIT_COMMITTER_IDENT", codes=(0, 128))[0]:
        who = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
    words = ["commit", "--quiet", "--no-verify", "--message", "Start from the template"]
    git.run(dest, *who, *words)
    return git.text(dest, "rev-parse", "--short", "HEAD")
