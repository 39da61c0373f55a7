"""Which projects of a repo a fleet works on, where it has several projects or templates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelyard.errors import NotReady
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member
from modelyard.gitrepo.repo import Repo, part_of
from modelyard.gitrepo.scratch import Scratch
from modelyard.template import projects
from modelyard.template.answers import Answers, BrokenAnswers
from modelyard.template.projects import Project
from modelyard.template.records import find_answers, read_answers
from modelyard.update.result import UpdateResult

_SOURCE = re.compile(rb"^[\"']?_src_path[\"']?[ \t]*:[ \t]*(.*)$", re.M)
_SETTING = "[repos.answers_files] in fleet.toml"


@dataclass(frozen=True)
class Chosen:
    """The project of a repo that is worked on.

    Attributes:
        repo: The repo, or the part of it that the project is.
        recorded: What is on record there.
        others: What is said of projects of the template that are not worked on; "" without.
        is_setting: fleet.toml names it.
    """

    repo: Repo
    recorded: Answers
    others: str = ""
    is_setting: bool = False


def paths(context: Context, repo: Repo) -> tuple[str, ...]:
    """Return the answers files of the fleet's template in a repo, each of which is a member.

    None of them where there is at most the one at the top: that is a repo like any other.
    """
    found = projects.candidates(repo)
    if len(found) < 2 and all(not one.folder for one in found):
        return ()
    with Scratch(repo) as scratch:
        every = (one for one in found if projects.is_record(repo, scratch, one.path))
        ours = [one for one in every if _may_be_ours(context, repo, scratch, one)]
    is_plain = len(ours) < 2 and all(not one.folder for one in ours)
    return () if is_plain else tuple(one.path for one in ours)


def folder_of(path: str) -> str:
    """Return the folder of a project by its answers file, without a slash; "" at the top."""
    return projects.of(path).folder.rstrip("/")


def choose(context: Context, member: Member, repo: Repo, scratch: Scratch) -> Chosen:
    """Choose the project of a member: its own, else the one of the fleet's template at the top.

    Raises:
        NoAnswers: There is none at the top.
        BrokenAnswers: It cannot be read.
        NotReady: What is named is not there.
    """
    named = member.answers_file
    is_setting = bool(context.fleet.repos.answers_file(member.repository.name))
    every = projects.find(repo, scratch)
    if named:
        one = next((one for one in every if one.path == named), None)
        if one is None:
            why = f", which {_SETTING} names" if is_setting else ""
            raise NotReady(f"has no answers file {named}{why}")
    else:
        one = _at_top(context, repo, scratch, [one for one in every if not one.folder])
    rest = []
    if is_setting:
        rest = [other for other in every if other != one]
        rest = [other for other in rest if _may_be_ours(context, repo, scratch, other)]
    others = f"not looked at: {_listed(rest)}; {_SETTING} names one" if rest else ""
    part = part_of(repo, one.folder, repo.tree) if one.folder else repo
    # What is wrong with it is told by its path from the top; all else is relative to the project.
    recorded = replace(read_answers(repo, scratch, one.path), path=one.answers_file)
    return Chosen(part, recorded, others, is_setting)


def from_top(update: UpdateResult, prefix: str) -> UpdateResult:
    """Return a result whose paths begin at the top of the repo, as a request shows them."""
    if not prefix:
        return update
    return replace(
        update,
        changes={prefix + path: change for path, change in update.changes.items()},
        conflicts=tuple(replace(one, path=prefix + one.path) for one in update.conflicts),
        notices=tuple(replace(one, path=prefix + one.path) for one in update.notices),
    )


def _at_top(context: Context, repo: Repo, scratch: Scratch, found: Sequence[Project]) -> Project:
    if len(found) < 2:
        return Project("", find_answers(repo, scratch, None).path)
    return next((one for one in found if _may_be_ours(context, repo, scratch, one)), found[0])


def _may_be_ours(context: Context, repo: Repo, scratch: Scratch, one: Project) -> bool:
    """Tell whether an answers file is of the fleet's template, or too broken to tell."""
    try:
        return context.is_ours(read_answers(repo, scratch, one.path).source)
    except BrokenAnswers:
        lines = _SOURCE.findall(scratch.read(repo.tree[one.path].oid))
        named = [line.decode(errors="replace").strip("\"' \t\r") for line in lines]
        return not named or any(map(context.is_ours, named))


def _listed(found: Sequence[Project]) -> str:
    paths = [one.path for one in found]
    return ", ".join(paths[:5]) + (f", and {len(paths) - 5} more" if paths[5:] else "")
