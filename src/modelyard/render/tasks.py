"""Tells which commands of a template Copier would run, without running any.

A task has a condition, and its text is rendered: many are for the first copy alone, and give
nothing in an update. `git init` in a repository does nothing.
"""

import re
import shlex
from typing import Any, Literal

import jinja2

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
    except (jinja2.TemplateError, ValueError, TypeError):
        return raw
