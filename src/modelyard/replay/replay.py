"""The replay of a repo: each past update found, done again with one tool or two, and compared."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.errors import (
    BadAnswer,
    BadTemplate,
    DiskFull,
    ModelyardError,
    NotReady,
    Refused,
    Unreachable,
)
from modelyard.gitrepo import unreadable
from modelyard.gitrepo.repo import Repo, open_repo, read_tree
from modelyard.render.render import prepare
from modelyard.replay import by_modelyard, history
from modelyard.replay.by_copier import Runner, version
from modelyard.replay.history import FoundUpdate
from modelyard.replay.options import ReplayOptions
from modelyard.replay.result import ReplayedUpdate, SkippedUpdate, SkipReason
from modelyard.replay.summary import ReplayResult
from modelyard.replay.task import Task
from modelyard.template import config
from modelyard.template.answers import Answers
from modelyard.template.source import Template, Templates
from modelyard.template.step import open_source, rendered
from modelyard.time_limit import TooLong, at_most

Replayed = ReplayedUpdate | SkippedUpdate
OnUpdate = Callable[[Replayed, int, int], None]
"""Is called with each update that was done, its number, and how many there are."""

_REASONS: tuple[tuple[type[ModelyardError], SkipReason], ...] = (
    (Refused, SkipReason.NEEDS_TRUST),
    (BadAnswer, SkipReason.BAD_ANSWER),
    (BadTemplate, SkipReason.BAD_TEMPLATE),
    (Unreachable, SkipReason.NO_VERSION),
    (NotReady, SkipReason.NOT_READY),
    (ModelyardError, SkipReason.FAILED),
)


class NoUpdates(NotReady):
    """There is no past update to do again."""


def replay(
    path: Path | str,
    options: ReplayOptions | None = None,
    *,
    on_update: OnUpdate = lambda *_: None,
    templates: Templates | None = None,
) -> ReplayResult:
    """Do the past updates of a repo again; nothing is written to it.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        options: What is done.
        on_update: Is told of each update as soon as it is done.
        templates: The templates that this process has open.

    Raises:
        NoUpdates: Its history has none.
        NotReady: It is no repo, or its history cannot be read.
    """
    options = options or ReplayOptions()
    repo = open_repo(Path(path))
    found = history.find(repo, options)
    shallow = history.is_shallow(repo)
    if not found:
        raise _no_updates(repo, options, shallow)
    prepare()
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="modelyard-replay-")))
        known = templates or stack.enter_context(Templates())
        copier = Runner(room, options.trust, options.seconds) if options.copier else None
        empty = by_modelyard.beside(repo, room)
        player = _Player(repo, empty, known, options, copier, _newest_source(found))
        done: list[Replayed] = []
        for number, one in enumerate(found, 1):
            done.append(player.played(one) if isinstance(one, FoundUpdate) else one)
            on_update(done[-1], number, len(found))
    return ReplayResult.of(done, copier_version=version() if copier else "", shallow=shallow)


def _newest_source(found: list[FoundUpdate | SkippedUpdate]) -> str:
    sources = [one.reached.source for one in found if isinstance(one, FoundUpdate)]
    return sources[-1] if sources else ""


def _no_updates(repo: Repo, options: ReplayOptions, shallow: bool) -> NoUpdates:
    where = f"the history of {repo.project}"
    if shallow:
        return NoUpdates(
            f"{where} has no update of a template as far as this clone reaches: it is shallow",
            f"git -C {repo.folder} fetch --unshallow",
        )
    if options.since or options.answers_file:
        return NoUpdates(f"{where} has no such update", "leave --since or --answers-file out")
    return NoUpdates(
        f"{where} has no update: no commit changes _commit in an answers file of Copier at its top",
        "name the folder of the project, where a repo has several",
    )


@dataclass(frozen=True)
class _Player:
    """Does updates of one repo again.

    Attributes:
        repo: The repo.
        empty: What its past is seen through.
        templates: Those that this process has open.
        options: What is done.
        copier: Runs Copier, where it is asked.
        newest: The address of the template on the newest record.
    """

    repo: Repo
    empty: Path
    templates: Templates
    options: ReplayOptions
    copier: Runner | None
    newest: str

    def played(self, one: FoundUpdate) -> Replayed:
        """Return what becomes of one update."""
        try:
            return self._played(one)
        except TooLong:
            about = f"{self.options.seconds:g}"
            return SkippedUpdate(one.update, SkipReason.TOO_LONG, about)
        except DiskFull:
            raise
        except ModelyardError as error:
            reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
            # In one line, as git may have said several.
            about = " ".join(error.message.split())
            return SkippedUpdate(one.update, reason, about, self._hint(error))
        # A bug that one update meets is a result of that one.
        except Exception as error:
            about = f"{type(error).__name__}: {error}"
            return SkippedUpdate(one.update, SkipReason.FAILED, about)

    def _hint(self, error: ModelyardError) -> str:
        """Return what helps here: other hints are of `modelyard update`, which has other options.

        What lacks objects is the repo, and not the empty one through which its past is seen.
        """
        if isinstance(error, unreadable.Lacking):
            return unreadable.lacks_history(self.repo.folder, "").hint
        return error.hint if isinstance(error, NotReady) else ""

    def _played(self, one: FoundUpdate) -> Replayed:
        with at_most(self.options.seconds):
            try:
                template = self._template(one)
            except Unreachable as error:
                return SkippedUpdate(one.update, SkipReason.NO_TEMPLATE, error.message, error.hint)
            for record in (one.recorded, one.reached):
                if _moves(template, record):
                    return SkippedUpdate(one.update, SkipReason.MOVING_NAME, record.version)
            if template.tags.is_older(one.reached.version, one.recorded.version):
                return SkippedUpdate(one.update, SkipReason.OLDER_VERSION)
            past = by_modelyard.at(self.repo, self.empty, one.parent)
            committed = read_tree(self.repo.folder, f"{one.update.commit}:{self.repo.prefix}")
            to = template.resolve(rendered(template, one.reached))
            task = Task(past, one, template, to, _given(template, one, to), committed)
            ours = by_modelyard.run(task, self.templates, self.options.trust)
        # Copier has a limit of its own.
        theirs = self.copier.run(task) if self.copier else None
        return ReplayedUpdate(one.update, ours, theirs)

    def _template(self, one: FoundUpdate) -> Template:
        source, named = one.reached.source, self.options.template
        if not history.is_same_template(source, self.newest, self.repo):
            named = None
        return open_source(self.repo, self.templates, source, named)


def _moves(template: Template, record: Answers) -> bool:
    """Tell whether a version is on record by the name of a branch, which was elsewhere then."""
    name = record.version
    return not (record.commit or name in template.tags.commits or template.is_lasting(name))


def _given(template: Template, one: FoundUpdate, to: str) -> Mapping[str, Any]:
    """Return what people answered in an update: what the commit changed of what is asked."""
    asked = config.read(template.version(to)).questions
    before = one.recorded.values
    return {
        name: value
        for name, value in one.reached.values.items()
        if name in asked and (name not in before or before[name] != value)
    }
