"""Decides whether an update needs code of the template, by what its two renders would run."""

from collections.abc import Sequence

from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.request import Rendered
from modelyard.render.tasks import only_says, that_work
from modelyard.template import refusals
from modelyard.template.step import Step


def is_needed(base: Rendered, theirs: Rendered) -> bool:
    """Tell whether Copier has to do an update that is trusted: only it runs tasks."""
    return bool(base.tasks or theirs.tasks or theirs.migrations)


def refuse_or_tell(step: Step, base: Rendered, theirs: Rendered) -> list[Notice]:
    """Refuse tasks that the difference of two renders may need, and tell of the others.

    What the recorded version's tasks made is in the repo, and is the repo's. Those of the new one
    are left out only where they were run before on the same files: on others they might make
    something else.

    Raises:
        Refused: The template is not trusted, and the new version has tasks or migrations to run.
    """
    if step.trusted:
        return []
    path = step.recorded.path
    said = [*map(only_says, (*theirs.migrations, *theirs.tasks))]
    notices = [Notice(path, NoticeReason.TASKS_SAY, words) for words in said if words]
    if what := to_run(base, theirs):
        raise refusals.refused_code(step.after, what)
    before, after = that_work(base.tasks), that_work(theirs.tasks)
    if after:
        return [*notices, Notice(path, NoticeReason.TASKS_NOT_RUN, "; ".join(after))]
    gone = [Notice(path, NoticeReason.TASKS_GONE, command) for command in before]
    return [*notices, *gone]


def left_out(step: Step, base: Rendered, theirs: Rendered) -> list[Notice]:
    """Name the tasks or migrations that an update would run, where none are to be run."""
    what = to_run(base, theirs)
    return [Notice(step.recorded.path, NoticeReason.CODE_LEFT_OUT, what)] if what else []


def to_run(base: Rendered, theirs: Rendered) -> str:
    """Name the tasks or migrations that an update from one render to the other may need, if any."""
    if migrations := that_work(theirs.migrations):
        return _named("migrations", migrations)
    tasks = that_work(theirs.tasks)
    if tasks and (tasks != that_work(base.tasks) or _files(base) != _files(theirs)):
        return _named("tasks", tasks)
    return ""


def _named(what: str, commands: Sequence[str]) -> str:
    more = len(commands) - 1
    rest = f" and {more} more" if more else ""
    return f"{what}: {commands[0]}{rest}"


def _files(rendered: Rendered) -> dict[str, tuple[str, bytes]]:
    """Return what a render gives beside the record of itself."""
    return {path: f for path, f in rendered.files.items() if path != rendered.answers_path}
