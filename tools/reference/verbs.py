"""The verbs of a generated repo: arguments, results, exit codes, Makefile targets."""

import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from typer.models import ArgumentInfo

from .renders import GENERATED, SUITE, answers, code, table

_VERDICT = "`verdict` `candidate` `champion` `checks` `comparison` `reason` `detail` `earlier`"
_CHAIN = "`version` `aliases` `lineage` `metrics` `verdict` `changed_since` `intact`"
# What `--json` prints; a test compares it with what the verbs print.
RESULTS = {
    "ingest": "the MD5 of each snapshot that has landed now, by name",
    "train": f"`version` `metrics` {_VERDICT}",
    "tune": f"`search` `version` `metrics` {_VERDICT}",
    "promote": _VERDICT,
    "rollback": "`champion`",
    "predict": "`path` `rows` `model_version` `snapshot` `predicted_at`",
    "lineage": f"{_CHAIN} `signature` `retired`",
    "lineage --all": "a list of `version` `aliases` `gate` `trained on` `commit` `dirty`",
    "reproduce": "`version` `recorded` `again` `prediction_gap` `exact`",
    "doctor": "a list of `about` `state` `message` `hint`",
}
INTRODUCTION = """
# Verbs

Each verb is a subcommand of the console script, which is named after the project, and a target of
the Makefile: `make ingest ARGS="--until 2013-06"` runs `.venv/bin/{name} ingest --until 2013-06`,
and installs the environment first where it is missing. `--help` says what stands here.

Results go to stdout, progress to stderr. With `--json`, stdout is one JSON document, on failure
too: `error`, `hint`, `exit_code`, and `details` where a table says what is wrong.
"""
LOCK_AND_CLEAN = """
`make lock` compiles `requirements.lock` anew from `pyproject.toml`: the tested versions where they
fit, which the library carries; `ARGS=--upgrade` takes the newest. A verb does the same where lock
and `pyproject.toml` no longer fit, and says so. `make clean` removes the environment and caches,
not the store.

A repo may be a folder of a larger git repository. `make check`, lineage and patches of uncommitted
work are of the folder alone. Git runs the hooks of its top, so `make setup` installs none there:
call `make -C path/to/repo check` from the larger repository's own.
"""


def page(repo: Path) -> str:
    """Return the page for a render."""
    verbs = [command.callback for command in load("cli.main").app.registered_commands]
    parts = [GENERATED + INTRODUCTION.format(name=answers(repo)["project_slug"])]
    return "\n".join([*parts, *map(_section, verbs), _exit_codes(), _targets(repo)])


def load(module: str) -> ModuleType:
    """Return a module of the library, as it stands in the work tree."""
    source = str(SUITE / "library" / "src")
    if source not in sys.path:
        sys.path.insert(0, source)
    return importlib.import_module(f"modelyard_platform.{module}")


def _section(verb: Callable[..., None]) -> str:
    lines = [f"## `{verb.__name__}`\n", f"{inspect.getdoc(verb)}\n"]
    parameters = list(_parameters(verb))
    if parameters:
        lines.append(table(["argument", "default", ""], parameters))
    for words in (verb.__name__, f"{verb.__name__} --all"):
        if words in RESULTS:
            lines.append(f"`{words} --json` prints {RESULTS[words]}.\n")
    return "\n".join(lines)


def _parameters(verb: Callable[..., None]) -> Iterator[list[str]]:
    hints = get_type_hints(verb, include_extras=True)
    for name, parameter in inspect.signature(verb).parameters.items():
        [info] = hints[name].__metadata__
        none = (None, False, inspect.Parameter.empty)
        default = "" if parameter.default in none else code(parameter.default)
        if isinstance(info, ArgumentInfo):
            yield [code(info.metavar or name.upper()), default, str(info.help)]
        elif name != "json":
            # Within Annotated, typer finds a declaration where a default would stand.
            declared = [text for text in (info.default, *(info.param_decls or ())) if text]
            option = next((t for t in declared if isinstance(t, str)), f"--{name}")
            value = info.metavar or ("" if parameter.default is False else name.upper())
            yield [code(f"{option} {value}".strip()), default, str(info.help)]


def _exit_codes() -> str:
    said = re.findall(r"(\d+) ([^,.]+)", load("cli.entry").EXIT_CODES)
    kinds: list[Any] = load("errors").ProjectError.__subclasses__()
    explained = {str(k.exit_code): k.__doc__.splitlines()[0] for k in kinds if k.__doc__}
    rows = [[number, meaning, explained.get(number, "")] for number, meaning in said]
    return "## Exit codes\n\n" + table(["code", "means", ""], rows)


def _targets(repo: Path) -> str:
    command = ["make", "--no-print-directory", "--directory", str(repo), "help"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return f"## Makefile\n\n`make help` prints:\n\n```text\n{shown}```\n{LOCK_AND_CLEAN}"
