"""The command `modelyard`: commands, options, what `--json` prints, exit codes."""

import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any

import typer.main

from modelyard import errors
from modelyard.adopt.result import AdoptPlan, AdoptResult
from modelyard.check.kept import KeptEntry
from modelyard.check.result import CheckResult, Drift
from modelyard.check.several import ProjectCheck, SeveralChecks
from modelyard.cli import commands
from modelyard.keep.result import KeepResult
from modelyard.ledger.loss import LossFound
from modelyard.merged import Conflict, Notice
from modelyard.new import NewResult
from modelyard.replay.result import (
    DecidedFile,
    PastUpdate,
    ReplayedUpdate,
    SkippedUpdate,
    ToolReplay,
)
from modelyard.replay.summary import ReplayResult, ToolTotals
from modelyard.settings.repo_settings import Kept
from modelyard.update.result import UpdateResult
from modelyard.update.several_result import ProjectUpdate, SeveralResult

from .renders import GENERATED, code, table

INTRODUCTION = """
# The command `modelyard`

    uv tool install git+https://github.com/YOUR-TEAM/modelyard

Every command takes `--help` and `--json`. With `--json`, stdout is one JSON object, on failure
too: `error`, `hint`, `exit_code`, and the `losses` where there would have been some. [The schema
of each](schemas/) lists the names that a field may have; `text` says the same for people. Results
go to stdout, errors to stderr, each with the command that helps. `modelyard fleet` has
[a page of its own](fleet.md).

`modelyard new` without `--template` takes the suite that the command was installed from, or what
`MODELYARD_TEMPLATE` names. Templates are cloned once into `$XDG_CACHE_HOME/modelyard`, and fetched
when they are used again.
"""
# Of each command the type of its result, then the types of parts of it.
RESULTS: dict[str, list[type]] = {
    "new": [NewResult],
    "update": [UpdateResult, Conflict, Notice],
    "update --all": [SeveralResult, ProjectUpdate],
    "check": [CheckResult, Drift, KeptEntry],
    "check --all": [SeveralChecks, ProjectCheck],
    "keep": [KeepResult, Kept],
    "replay": [
        ReplayResult,
        ReplayedUpdate,
        PastUpdate,
        ToolReplay,
        DecidedFile,
        SkippedUpdate,
        ToolTotals,
    ],
    "adopt": [AdoptResult, AdoptPlan],
}
# Where the parts of a result stand in it.
_PARTS = {
    Conflict: "conflicts[].",
    Notice: "notices[].",
    Drift: "drifts[].",
    KeptEntry: "kept[].",
    Kept: "entries[].",
    AdoptPlan: "plan.",
    ProjectUpdate: "projects[].",
    ReplayedUpdate: "updates[].",
    PastUpdate: "….update.",
    ToolReplay: "updates[].modelyard|copier.",
    DecidedFile: "….conflicts[].",
    SkippedUpdate: "skipped[].",
    ToolTotals: "modelyard|copier.",
    ProjectCheck: "projects[].",
}
PYTHON = """
## From Python

`modelyard.update.update(path, to=None, data=None, …)` is the same in process, for many repos at
once:

```python
from modelyard.template.source import Templates
from modelyard.update import update

with Templates() as templates:
    for path in clones:
        outcome = update(path, branch="standard/v1.2.0", templates=templates)
        print(path, outcome.status, [conflict.path for conflict in outcome.conflicts])
```

Clones may be bare and of depth 1. A version is checked out once, and what its renders have in
common is kept in `templates`.
"""


def page(repo: Path) -> str:
    """Return the page; `repo`, a render, has no part in it."""
    group: Any = typer.main.get_command(commands.app)
    # `fleet` is a group with a page of its own.
    sections = [
        _section(name, command)
        for name, command in group.commands.items()
        if not hasattr(command, "commands")
    ]
    return "\n".join([GENERATED + INTRODUCTION, *sections, _exit_codes(), PYTHON.strip() + "\n"])


def _section(name: str, command: Any) -> str:
    lines = [f"## `modelyard {name}`\n", f"{inspect.getdoc(command.callback)}\n"]
    rows = [row(parameter) for parameter in command.params if parameter.name != "help"]
    lines.append(table(["argument", ""], rows))
    for command_line in (name, f"{name} --all"):
        if kinds := RESULTS.get(command_line):
            lines.append(f"`{command_line.removeprefix(name)} --json` prints:\n".replace("` ", "`"))
            lines.append(table(["field", ""], [row for kind in kinds for row in _fields(kind)]))
    return "\n".join(lines)


def row(parameter: Any) -> list[str]:
    """Return an argument or option and its help as cells of a table."""
    if parameter.param_type_name == "argument":
        return [code(parameter.metavar or parameter.name.upper()), parameter.help or ""]
    flags = "/".join([*parameter.opts, *parameter.secondary_opts])
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return [code(f"{flags}{value}"), parameter.help or ""]


def _fields(kind: type) -> list[list[str]]:
    """Return the fields of a result, with the words of its docstring."""
    told = attributes(kind)
    owner = _PARTS.get(kind, "")
    return [
        [code(owner + field.name), told.get(field.name, "")] for field in dataclasses.fields(kind)
    ]


def attributes(kind: type) -> dict[str, str]:
    """Return what a class and its parents say of their attributes."""
    text = "\n".join(inspect.getdoc(parent) or "" for parent in reversed(kind.__mro__[:-1]))
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, re.M)
    return {name: " ".join(words.split()) for name, words in found}


def _exit_codes() -> str:
    found = {0: "Done.", 3: "A conflict is to be decided.", 130: "Interrupted by Ctrl-C."}
    found[4] = "`check`: the repo is behind, or an update was missed; with `--strict`, edited."
    found[28] = "The disk is full; the repo is as it was."
    for kind in (*vars(errors).values(), LossFound):
        if inspect.isclass(kind) and issubclass(kind, errors.ModelyardError):
            first = (inspect.getdoc(kind) or "").split("\n")[0]
            found[kind.code] = "A bug, or git failed." if kind.code == 1 else first
    rows = [[str(number), words] for number, words in sorted(found.items())]
    return f"## Exit codes\n\n{table(['code', ''], rows)}"
