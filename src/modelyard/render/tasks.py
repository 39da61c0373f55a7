"""Tells which commands of a template Copier would run, without running any.

A task has a condition, and its text is rendered: many are for the first copy alone, and give
nothing in an update. `git init` in a repository does nothing.
"""

import re
import shlex
from collections.abc import Iterable
from typing import Any, Literal

from modelyard.template.migrations import migrations_between
from modelyard.template.source import Version
from modelyard.template.versions import as_release

# No sign in it means more to a shell than itself.
_ECHO = re.compile(r"echo(?: +(?P<words>[\w ,.:/@%+=^'\"-]*))?")
_GIT_INIT = re.compile(r"git init( -q| --quiet| \.| (-b|--initial-branch)[ =][\w./-]+)*")


def to_run(worker: Any, operation: Literal["copy", "update"]) -> tuple[str, ...]:
    """Return the commands that Copier would run after this render.

    Args:
        worker: Copier's Worker, which has rendered.
        operation: What Copier tells tasks is going on.
    """
    from copier._types import Phase

    if not worker.template.tasks:
        return ()
    with Phase.use(Phase.TASKS):
        worker.__dict__.pop("frozen", None)
        found = [_command(worker, task, operation) for task in worker.template.tasks]
    return tuple(command for command in found if command and not does_nothing(command))


def that_work(commands: Iterable[str]) -> list[str]:
    """Return the commands that do more than nothing, or than to print something."""
    return [one for one in commands if not does_nothing(one) and not only_says(one)]


def only_says(command: str) -> str:
    """Return what a command prints, where printing is all that it does; "" where it does more."""
    found = _ECHO.fullmatch(command.strip())
    if not found:
        return ""
    try:
        return " ".join(shlex.split(found["words"] or ""))
    except ValueError:
        return ""


def to_migrate(worker: Any, before: Version | None, after: Version) -> tuple[str, ...]:
    """Return the commands of migrations that Copier would run in an update.

    Before an update it knows no answers, after it all: where either makes a condition true, the
    command counts as one that would run.

    Args:
        worker: Copier's Worker, which has rendered the new version.
        before: The version that the project is on.
        after: The new version.
    """
    if before is None or not (written := migrations_between(before, after)):
        return ()
    from copier._types import Phase

    found: dict[str, None] = {}
    answers = worker.answers
    with Phase.use(Phase.MIGRATE):
        for known in (answers, type(answers)()):
            worker.__dict__.pop("frozen", None)
            worker.answers = known
            for migration in written:
                for stage in ("before", "after"):
                    for task in _of_migration(migration, stage, before, after, worker):
                        found[_command(worker, task, "update")] = None
    worker.answers = answers
    return tuple(command for command in found if command and not does_nothing(command))


def of_migrations_as_written(before: Version | None, after: Version) -> tuple[str, ...]:
    """Return migrations between two versions, where nothing tells which of them would run."""
    return tuple(map(str, migrations_between(before, after))) if before else ()


def _of_migration(
    migration: Any, stage: str, before: Version, after: Version, worker: Any
) -> list[Any]:
    """Return the tasks of a migration in a stage of the update."""
    from copier._template import Task

    about = migration if isinstance(migration, dict) else {"command": migration}
    more = {
        "stage": stage,
        "version_from": before.name,
        "version_to": after.name,
        "version_pep440_from": before.release,
        "version_pep440_to": after.release,
    }
    if "version" in about:
        more["version_current"] = about["version"]
        more["version_pep440_current"] = as_release(str(about["version"]))
    if "before" in about or "after" in about:
        return [Task(cmd=command, extra_vars=more) for command in about.get(stage) or ()]
    start = worker.template.envops.get("variable_start_string", "{{")
    end = worker.template.envops.get("variable_end_string", "}}")
    condition = about.get("when", f'{start} _stage == "after" {end}')
    return [Task(cmd=about.get("command", ""), extra_vars=more, condition=condition)]


def does_nothing(command: str) -> bool:
    """Tell whether a command changes nothing in a git repository."""
    words = command.strip()
    return not words or words in {":", "true"} or bool(_GIT_INIT.fullmatch(words))


def _command(worker: Any, task: Any, operation: str) -> str:
    """Return a command as it would run; as it is written, where only running it would tell."""
    from copier._tools import cast_to_bool

    more = {f"_{name}": value for name, value in task.extra_vars.items()}
    more["_copier_operation"] = operation
    raw = task.cmd if isinstance(task.cmd, str) else shlex.join(str(part) for part in task.cmd)
    try:
        if not cast_to_bool(worker._render_value(task.condition, more)):
            return ""
        if isinstance(task.cmd, str):
            return str(worker._render_string(task.cmd, more))
        return shlex.join(str(worker._render_string(str(part), more)) for part in task.cmd)
    except Exception:  # an expression of a template raises whatever Python raises
        return raw
