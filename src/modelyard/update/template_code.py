"""Decides whether an update needs code of the template, by what its two renders would run."""

from collections.abc import Sequence

from modelyard.errors import Refused
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
    if migrations := that_work(theirs.migrations):
        raise _refused(step, "migrations", migrations)
    before, after = that_work(base.tasks), that_work(theirs.tasks)
    if after:
        if after != before or _files(base) != _files(theirs):
            raise _refused(step, "tasks", after)
        return [*notices, Notice(path, NoticeReason.TASKS_NOT_RUN, "; ".join(after))]
    gone = [Notice(path, NoticeReason.TASKS_GONE, command) for command in before]
    return [*notices, *gone]


def _refused(step: Step, what: str, commands: Sequence[str]) -> Refused:
    more = len(commands) - 1
    rest = f" and {more} more" if more else ""
    return refusals.refused_code(step.after, f"{what}: {commands[0]}{rest}")


def _files(rendered: Rendered) -> dict[str, tuple[str, bytes]]:
    """Return what a render gives beside the record of itself."""
    return {path: f for path, f in rendered.files.items() if path != rendered.answers_path}
