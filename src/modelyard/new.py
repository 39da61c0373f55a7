"""Makes a new repo from a template: render, git init, first commit."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.errors import BadTemplate, NotReady, Refused, Usage
from modelyard.gitrepo import git
from modelyard.gitrepo.around import repo_around, top_of
from modelyard.gitrepo.environment import signing
from modelyard.gitrepo.trees import EXECUTABLE, SYMLINK
from modelyard.lockfiles import path_sources
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.errors import translated
from modelyard.render.message import plain, trimmed
from modelyard.render.paths import not_refused
from modelyard.render.render import render, user_defaults
from modelyard.render.request import RenderRequest
from modelyard.render.surrounding_git import without_surrounding_git
from modelyard.render.tasks import only_says, that_work
from modelyard.template import answers, config, refusals
from modelyard.template.own import own_template
from modelyard.template.source import Templates, Version


@dataclass(frozen=True)
class NewResult:
    """A repo that was made.

    Attributes:
        path: Where it is.
        template: Where it came from.
        version: Which version of it.
        commit: The first commit; "" where the folder is in a repo that was there: it is staged.
        message: What the template says to who has just made a repo.
        notices: What stands in the way of updates later.
    """

    path: str
    template: str
    version: str
    commit: str
    message: str
    notices: tuple[Notice, ...] = ()


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
        raise _occupied(dest)
    around = repo_around(dest)
    with ExitStack() as stack:
        known = stack.enter_context(Templates()).open(source)
        chosen = known.version(version or known.newest)
        wants = config.read(chosen).code
        if not trust:
            _refuse_before_asking(chosen)
        refusals.refuse_unknown(chosen, (data or {}).keys(), Usage)
        with _nothing_left_behind(dest):
            make = _by_copier if wants and trust else _by_render
            said = make(chosen, dest, dict(data or {}), defaults, trust)
            record = config.read(chosen).answers_file
            notices = tuple(_without_record(dest, record))
            commit = _first_commit(dest, record) if around is None else _staged(dest, record)
    return NewResult(str(dest), source, chosen.name, commit, trimmed(said), notices)


def _refuse_before_asking(version: Version) -> None:
    """Refuse a version that would run code whatever is answered."""
    refusals.refuse_extensions(version, version)
    written = (task for task in config.read(version).tasks if isinstance(task, str))
    _refuse_tasks(version, [task for task in written if "{" not in task])


def _refuse_tasks(version: Version, commands: Sequence[str]) -> None:
    if tasks := that_work(commands):
        raise Refused(
            f"{version.title} wants to run code on this machine: tasks: {tasks[0]}",
            "read its copier.yml, and pass --trust if you trust it",
        )


def _without_record(dest: Path, path: str) -> Iterator[Notice]:
    """Tell where nothing says what a new repo was made from: no update will know."""
    try:
        answers.parse((dest / path).read_bytes(), path)
    except OSError:
        yield Notice(path, NoticeReason.NO_RECORD)
    except NotReady as error:
        yield Notice(path, NoticeReason.USELESS_RECORD, error.message)


def _by_render(
    version: Version, dest: Path, data: dict[str, Any], defaults: bool, trust: bool
) -> str:
    """Render into memory, and write what has no path or link that leads elsewhere."""
    wanted = RenderRequest(
        {},
        given=data,
        folder=dest.resolve().name,
        trusted=trust,
        destination=dest,
        defaults=defaults,
        usual=user_defaults(),
    )
    rendered = render(version, wanted)
    if not trust:
        _refuse_tasks(version, rendered.tasks)
    dest.mkdir(parents=True, exist_ok=True)
    for path, (mode, content) in rendered.files.items():
        _write(dest / path, mode, content)
    return "\n".join(filter(None, [rendered.message, *map(only_says, rendered.tasks)]))


def _write(place: Path, mode: str, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        if mode == SYMLINK:
            place.symlink_to(os.fsdecode(content))
            return
        with place.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise BadTemplate(f"two files of the template are one on this disk: {place}") from None
    if mode == EXECUTABLE:
        now = place.stat().st_mode
        place.chmod(now | (now & 0o444) >> 2)


def _by_copier(
    version: Version, dest: Path, data: dict[str, Any], defaults: bool, trust: bool
) -> str:
    """Let Copier render and run the template's code, which is trusted."""
    import warnings

    import copier

    with translated(version), without_surrounding_git(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worker = copier.run_copy(
            version.source,
            dest,
            data=data,
            vcs_ref=version.commit,
            defaults=defaults,
            quiet=True,
            unsafe=trust,
        )
        record = dest / config.read(version).answers_file
        if record.is_file():
            named = (version.name, version.identity)
            record.write_bytes(answers.with_identity(record.read_bytes(), *named))
        return plain(config.read(version).message, worker.answers.combined, dest)


@contextmanager
def _nothing_left_behind(dest: Path) -> Iterator[None]:
    """Take away what was made, if this block ends in an error; a folder that was there stays."""
    was_there = dest.exists()
    try:
        yield
    except BaseException:
        for path in list(dest.iterdir()) if dest.is_dir() else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        if not was_there and dest.is_dir():
            dest.rmdir()
        raise


def _wheels(dest: Path) -> list[str]:
    """Return the wheels that a new project names by path, and the locks beside them."""
    project = dest / "pyproject.toml"
    sources = path_sources.read(project.read_bytes()) if project.is_file() else {}
    named = not_refused(path for paths in sources.values() for path in paths)
    there = [dest / path for path in named if (dest / path).is_file()]
    locks = {lock for wheel in there for lock in wheel.parent.glob("*.lock")}
    return sorted(str(place.relative_to(dest)) for place in {*there, *locks})


def _occupied(dest: Path) -> NotReady:
    """Return the error of a folder with something in it; a template can be brought to a repo."""
    message = f"{dest} is there already, and not empty"
    if dest.is_dir() and top_of(dest):
        return NotReady(
            message,
            f"modelyard adopt {dest} --template URL_OR_PATH    # brings a template to what is "
            "there; or name a folder that is not there",
        )
    return NotReady(message, "name a folder that is not there")


def _staged(dest: Path, record: str) -> str:
    """Stage a project that is a folder of a repo; what else is staged there stays so.

    A repo in a repo would not be committed with it.
    """
    if (dest / ".git").exists():
        return _first_commit(dest, record)
    _add(dest, record)
    return ""


def _add(dest: Path, record: str) -> None:
    git.run(dest, "add", "--all", "--", ".")
    needed = [*_wheels(dest), *([record] if (dest / record).is_file() else ())]
    if needed:
        # A rule may hide them from --all: no clone would install, or no update would know.
        git.run(dest, "--literal-pathspecs", "add", "--force", "--", *needed)


def _first_commit(dest: Path, record: str) -> str:
    # Only code that is trusted can have made one: what was rendered has no such path.
    if not (dest / ".git").exists():
        # In no folder: what was rendered may look like a repository itself.
        init = ("init", "--quiet", "--initial-branch", "main", "--template=", "--")
        git.run(None, *init, str(dest.resolve()))
    _add(dest, record)
    who: list[str] = []
    if git.run(dest, "var", "GIT_COMMITTER_IDENT", codes=(0, 128))[0]:
        who = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
    words = ["commit", "--quiet", "--no-verify", "--message", "Start from the template"]
    git.run(dest, *who, *words, env=signing(os.environ))
    return git.text(dest, "rev-parse", "--short", "HEAD")
