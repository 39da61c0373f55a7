"""`modelyard fleet`: fleet.toml, commands, options, what `--json` prints, exit codes."""

import contextlib
import inspect
import io
import json
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from modelyard.cli import fleet_commands, fleet_console, fleet_status
from modelyard.fleet import config, decide, example, gates
from modelyard.fleet.attention import Attention, Cause
from modelyard.fleet.model import Observation, Result
from modelyard.fleet.next_wave import NextWave
from modelyard.fleet.overview import Overview
from modelyard.fleet.report import collect
from modelyard.fleet.report.data import WaveCounts
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.fleet.withdraw import Withdrawal
from modelyard.fleet.withdrawals import Note

from .modelyard import attributes, row
from .renders import GENERATED, SUITE, between, code, table

INTRODUCTION = """
# `modelyard fleet`

    uv tool install "modelyard[fleet] @ git+https://github.com/YOUR-TEAM/modelyard"

The extra `fleet` brings what speaks to GitHub and GitLab; a folder of repositories needs none.
[Your first rollout](../tutorials/first-rollout.md) · [run a fleet](../how-to/run-a-fleet.md) ·
[tokens](../how-to/fleet-tokens.md) · [why the forge is the state](../explanation/fleet.md)
"""
# What a setting is for. A setting that is not in here, or is no more, ends the page.
WORDS = {
    "control": "A repository of the forge that the bot may push to: where a pause is recorded.",
    "forge.kind": "Where the repos are; `local` is a folder of repositories.",
    "forge.owner": "Organisation, group or user; of `local` the folder.",
    "forge.url": "The address of your own GitHub Enterprise or GitLab.",
    "template.source": "The template that is rolled out: an address or a folder.",
    "template.also": "Other addresses of it that repos have on record; an update moves them on.",
    "template.tag_prefix": "What stands before the version in each tag that is a release, such as "
    "`models-`; where it is not set, the template's own `_tag_prefix`.",
    "template.answers": "Answers by question for repos that have none on record, or one that the "
    "release does not take any more; `--data` goes before it. No valid answer is changed.",
    "repos.topic": "Only repos with this topic.",
    "repos.pattern": "Only repos whose name is like this, such as `*-model`.",
    "repos.names": "These repos, besides; alone, only these. Patterns are allowed.",
    "repos.exclude": "Never these repos. Patterns are allowed.",
    "repos.forks": "Whether forks belong to the fleet.",
    "repos.branches": "Patterns of branches that get requests too, beside the default branch.",
    "repos.join_projects": "All projects on one branch of a repo have one request together.",
    "repos.answers_files": "By the name of a repo with several projects of the template: the "
    "answers file, from its top, of the one to work on.",
    "waves[].name": "What `--wave` calls it.",
    "waves[].repos": "The repos of the wave, by name; or …",
    "waves[].share": "… a share of all repos, those of earlier waves included.",
    "gates.merged": "At least this share of the repos of open waves that need the version is "
    "merged: declined, failed and refused ones are not.",
    "gates.green": "At least this share of the requests so far has green CI, or is merged.",
    "gates.default_branch": "At least this share of the merged ones has green CI on the branch "
    "that they were merged into.",
    "gates.no_ci": "Whether one that nothing checks passes these two; it is never counted as "
    "green.",
    "gates.soak_hours": "So many hours must pass after the merge by which `merged` was passed, and "
    "after the newest wave was opened.",
    "gates.conflicts": "At most this share of the requests so far has a conflict.",
    "limits.minutes": "So long may one repo take, `--verify` aside; more is that repo's failure.",
    "limits.memory_gb": "So much memory, in GiB, may this process have while it works on one repo.",
    "limits.file_gb": "So large, in GiB, may a file be that is written for one repo, a pack too.",
    "limits.writes_a_minute": "Writes to the forge, by all processes and shards of a run together; "
    "on github.com 80 by default.",
    "limits.writes_an_hour": "The same in an hour; on github.com 500 by default.",
    "windows[].days": "`mon` to `sun`: on these days requests may be opened and "
    "edited. Without windows that is always.",
    "windows[].from": "From when on.",
    "windows[].to": "Until when; what has begun is finished.",
    "windows[].zone": "In which time zone.",
    "exempt[].repo": "A repo that is left out.",
    "exempt[].reason": "Why; everybody reads it.",
    "exempt[].until": "The last day of it, such as `2027-01-31`.",
    "bot.name": "Who commits and signs off.",
    "bot.email": "By this address a run knows its own commits.",
    "bot.accounts": "Accounts whose requests are the fleet's too, beside that of the token: a bot "
    "that was replaced, such as `old-bot` or `old-app[bot]`.",
    "bot.sign": "How commits are signed: `no`, `git` by git's configuration on the machine, "
    "or `api` by GitHub.",
    "request.title": "The title, with placeholders: `{version}`, `{before}`, `{template}`, "
    "`{change}`, `{repo}`, `{within}`, the branch or project in a repo with several, and `{verb}`, "
    "which is `Update`, or `Back` to an older version.",
    "request.commit": "The message of the commit, with the same placeholders; the sign-off of the "
    "bot follows.",
    "request.body": "Markdown with the same placeholders, at the top of the text.",
    "request.label": "The label by which requests of the fleet are found.",
    "request.ready": "When a request without a conflict is ready for its reviewers: `green`, until "
    "when it is a draft, or `at-once`.",
    "request.no_ci_minutes": "After so many minutes without any check a draft is made ready.",
    "request.reviewers": "Who is asked for a review, once: accounts, teams, `codeowners`, "
    "`answer:owner`.",
    "request.assignees": "Whom a request is assigned to, once; named in the same ways.",
    "request.merge": "Who merges a request that is green and in which nothing is left to a person: "
    "`no` for a person, `auto` for the forge, `queue` for its merge queue alone.",
    "request.branch": "What the branch of a request begins with; the version follows.",
}
CONFLICTS = "Files that a person has to decide, each with `path` and `reason`."
FIELDS = {
    "needs_a_person": "How many repos are in conflict, refused or failed.",
    "gates[].passed": "Whether it lets the next wave open.",
    "gates[].held_by": "The repos that are short of it, each with `repo` and `why`.",
    "repos[].state": "What was found: one of the [states](#states).",
    "repos[].action": "What a rollout is to do: one of the [actions](#actions).",
    "repos[].outcome": "What was done: one of the [outcomes](#outcomes).",
    "unfinished": "Repos of waves that are open in which `retry` has something to do.",
    "exit_code": "The exit code.",
    "since": "Since when it is on record.",
    "why": "The reason that is on record.",
    "merged": "Repos in which a request for it was merged last.",
    "attention[].cause": "Why: one of the [causes](#causes).",
    "paused": "That the fleet is paused: `since` and `why`; or null.",
    "next_step": "What the rollout as a whole waits for: `kind` (paused, open, blocked, requests, "
    "done), `wave`, `blocked_by`, `waits_for`, `text`, `command`.",
    "gates": "The gates over the waves that have started, as `plan --next` prints them.",
    "waves[].counts": "How many of them are in which [state](#states), without zeros.",
    "wave": "The wave that is next; null where all are open, or none was asked for.",
    "repos[].changes": "Paths that the update adds (A), modifies (M), deletes (D), by path.",
    "repos[].request": "The newest request for the version: `url`, `state`, `draft`, `review` "
    "(approved, changes_requested, review_required, or empty), `merging` (auto_merge, queued, or "
    "empty); or null.",
}


def page(repo: Path) -> str:
    """Return the page; `repo`, a render, has no part in it."""
    group: Any = typer.main.get_command(fleet_commands.fleet)
    sections = [_section(name, command) for name, command in group.commands.items()]
    parts = [GENERATED + INTRODUCTION, _settings(), *sections, _vocabulary(), _exit_codes()]
    return "\n".join(parts)


def explanation(repo: Path) -> str:
    """Return the page on why the forge is the state, with the table that decides."""
    text = (SUITE / "docs" / "explanation" / "fleet.md").read_text("utf-8")
    first, then = (
        table(["it finds", "it does"], [[row.finds, row.does] for row in rows])
        for rows in (decide.BY_REQUEST, decide.BY_MERGE)
    )
    middle = "Where none of these fits, the repo is cloned and merged:"
    return between(text, "decisions", f"{first}\n{middle}\n\n{then}")


def _vocabulary() -> str:
    chapters: dict[str, Any] = {
        "States": RepoState,
        "Actions": Action,
        "Outcomes": Outcome,
        "Causes": Cause,
    }
    return "\n".join(
        f"## {name}\n\n{table(['', ''], [[code(one), one.text] for one in kind])}"
        for name, kind in chapters.items()
    )


def _settings() -> str:
    rows = list(_rows(config.Fleet))
    known = {line[0].strip("`") for line in rows}
    if known != WORDS.keys():
        raise KeyError(
            f"settings without a text, or texts without a setting: {known ^ WORDS.keys()}"
        )
    text = example.TEMPLATE.format(kind="github", owner="YOUR-TEAM", source="https://…/standard")
    return (
        "## fleet.toml\n\n"
        "An unknown setting is an error. The last wave has `share = 1.0`: each repo is in one."
        f"\n\n{table(['setting', 'type', 'default', ''], rows)}\n"
        f"`modelyard fleet init` writes it with these comments:\n\n```toml\n{text}```\n"
    )


def _rows(model: type[BaseModel], prefix: str = "") -> Iterator[list[str]]:
    # What has no section of its own stands first, as in TOML.
    fields = sorted(model.model_fields.items(), key=lambda pair: bool(_models(pair[1].annotation)))
    for name, field in fields:
        inner = _models(field.annotation)
        if inner:
            several = typing.get_origin(field.annotation) is tuple
            yield from _rows(inner[0], f"{prefix}{name}{'[]' if several else ''}.")
        else:
            key = f"{prefix}{field.alias or name}"
            yield [code(key), _kind(field), _default(field), WORDS.get(key, "")]


def _models(annotation: Any) -> list[type[BaseModel]]:
    kinds = (annotation, *typing.get_args(annotation))
    return [kind for kind in kinds if inspect.isclass(kind) and issubclass(kind, BaseModel)]


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return " or ".join(code(json.dumps(kind)) for kind in annotation)
    if typing.get_origin(annotation) is tuple:
        return "list of strings"
    if typing.get_origin(annotation) is Mapping:
        return "table of strings"
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    names = {
        "str": "string",
        "int": "number",
        "float": "0 to 1",
        "bool": "true or false",
        "date": "day",
        "time": "hour",
        "dict": "table",
    }
    return names[annotation.__name__] if annotation else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    return "" if value is None else code(json.dumps(value, default=_hour))


def _hour(value: time) -> str:
    return "24:00" if value == time.max else f"{value:%H:%M}"


def _section(name: str, command: Any) -> str:
    lines = [f"## `modelyard fleet {name}`\n", f"{inspect.getdoc(command.callback)}\n"]
    rows = [row(parameter) for parameter in command.params if parameter.name != "help"]
    lines.append(table(["argument", ""], rows))
    for option, fields in _printed().get(name, {}).items():
        lines.append(f"`{option}` prints:\n")
        lines.append(table(["field", ""], fields))
    return "\n".join(lines)


def _printed() -> dict[str, dict[str, list[list[str]]]]:
    """Return the fields of each `--json`, out of what is really printed."""
    result = Result("repo", "wave", RepoState.CLEAN)
    verdict = gates.Verdict("wave", (gates.Gate("merged", "1 of 1", "at least 80%", True),))
    ahead = NextWave("v1", (), verdict, True, [result], ())
    shared = _fields_of(gates.Gate, "gates[].") | FIELDS
    repos = {**_fields_of(Observation, "repos[]."), **shared, "repos[].conflicts": CONFLICTS}
    looked = {
        "version": attributes(NextWave)["version"],
        **_fields_of(Attention, "attention[]."),
        **_fields_of(WaveCounts, "waves[]."),
    }
    status = _fields(lambda: fleet_status.status(_overview(), as_json=True), {**looked, **repos})
    plan = _fields(lambda: fleet_console.planned([result], True), repos)
    following = _fields(
        lambda: fleet_console.planned_next(ahead, True), {**attributes(NextWave), **repos}
    )
    rolled_out = _fields(
        lambda: fleet_console.rolled_out([result], verdict, True),
        {**_fields_of(Result, "repos[]."), **shared},
    )
    of_repos = [one for one in rolled_out if one[0].startswith("`repos[]")]
    back = Withdrawal("v1", Note("2026-01-01", "why"), [result], "v0")
    withdrawn = _fields(
        lambda: fleet_console.withdrawn(back, True),
        {**attributes(Withdrawal), **_fields_of(Result, "repos[]."), **shared},
    )
    return {
        "status": {"--json": status},
        "plan": {
            "--json": _without(plan, status, "status"),
            "--next --json": _without(following, status, "status"),
        },
        "rollout": {"--json": rolled_out},
        "retry": {"--json": _without(rolled_out, rolled_out, "rollout")},
        "refresh": {"--json": _without(rolled_out, rolled_out, "rollout")},
        "withdraw": {"--json": _without(withdrawn, of_repos, "rollout")},
    }


def _overview() -> Overview:
    """Return a fleet of one repo, in which nothing of what is printed is empty."""
    fleet = config.Fleet.model_validate(
        {"forge": {"kind": "local", "owner": "."}, "template": {"source": "."}}
    )
    seen = Observation("repo", "all", RepoState.FAILED, "v1")
    done = replace(Result.of(seen, Action.NOTHING), seen=seen)
    return Overview([done], collect([seen], fleet, "v1", datetime(2026, 1, 1, tzinfo=UTC)))


def _fields_of(kind: type, prefix: str) -> dict[str, str]:
    return {f"{prefix}{name}": text for name, text in attributes(kind).items()}


def _fields(printing: Callable[[], object], texts: dict[str, str]) -> list[list[str]]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        printing()
    return [[code(key), texts[key]] for key in _keys(json.loads(printed.getvalue()))]


def _without(fields: list[list[str]], known: list[list[str]], where: str) -> list[list[str]]:
    """Return fields, those that another command prints too as one line that says so."""
    same = [one for one in fields if one in known]
    names = "repos[]" if all(one[0].startswith("`repos[]") for one in same) else "all"
    first = [code(names) if names != "all" else "all", f"As `modelyard fleet {where}`."]
    kept: list[list[str]] = []
    for one in fields:
        line = first if one in same else one
        kept += [line] if line not in kept else []
    return kept


def _keys(value: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, inner in value.items():
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield from _keys(inner[0], f"{prefix}{key}[].")
        else:
            yield f"{prefix}{key}"


def _exit_codes() -> str:
    found = re.findall(r"(\d+) ([^·]+)", " ".join(fleet_commands.CODES.split()).partition(": ")[2])
    rows = [[number, words.strip()] for number, words in found]
    others = "The others are those of [`modelyard`](modelyard.md#exit-codes)."
    return f"## Exit codes\n\n{table(['code', ''], rows)}\n{others}\n"
