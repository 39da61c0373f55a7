"""What a repo has for the fleet: each of its maintained branches and projects is a member."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from modelyard.fleet import asked, branches
from modelyard.fleet import projects as fleet_projects
from modelyard.fleet.asked import Asked
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member
from modelyard.template import projects
from modelyard.template.answers import DEFAULT_NAME
from modelyard.template.projects import candidates


@dataclass(frozen=True)
class Part:
    """A member of a repo, or a branch of it that could not be looked into.

    Attributes:
        member: The member; of a branch that failed the one at its top.
        error: Why its projects are not known.
    """

    member: Member
    error: Exception | None = None


def expand(context: Context, repo: Member, known: Asked) -> list[Part]:
    """Return the members of a repo, those of the default branch first.

    The request for the wanted version says which projects there are, where it was made from what
    the branch holds today. Else the branch is cloned, as it will be for the merge.
    """
    found = []
    for target in asked.targets(context, repo.repository, known.tips.branches):
        one = replace(repo, target=target)
        try:
            found += [Part(member) for member in _of_branch(context, one, known)]
        except Exception as error:
            # Whatever it is, it is this branch's: the others are visited all the same.
            found.append(Part(one, error))
    suffixes = frozenset(one.member.suffix for one in found)
    if any(one.error for one in found):
        suffixes = frozenset()
    return [
        replace(one, member=replace(one.member, first=not number, suffixes=suffixes))
        for number, one in enumerate(found)
    ]


def _of_branch(context: Context, one: Member, known: Asked) -> Iterator[Member]:
    if named := context.fleet.repos.answers_file(one.repository.name):
        yield replace(one, answers_file=named)
        return
    if context.fleet.repos.join_projects:
        # Which projects there are is told by the merge.
        yield replace(one, joined=True)
        return
    paths = _on_record(context, one, known)
    if paths is None:
        paths = fleet_projects.paths(context, asked.cloned(context, known, one.target))
    if not paths:
        yield _as_it_was(context, one, known)
    for path, project in zip(paths, names(paths), strict=True):
        yield replace(one, project=project, answers_file=path)


def _on_record(context: Context, one: Member, known: Asked) -> Sequence[str] | None:
    """Return the answers files that a request made from today's branch has on record."""
    for request in known.told.judged:
        metadata = request.metadata
        if (
            metadata
            and request.version == context.version
            and metadata.target == (one.target or one.repository.branch)
            and metadata.base == known.tip(one.target)
        ):
            return metadata.projects
    return None


def _as_it_was(context: Context, one: Member, known: Asked) -> Member:
    """Return the member that a branch with one answers file at its top is.

    That is called after nothing. Where it was one of several there when its request was opened, it
    keeps its name, so that its request stays its own.
    """
    into = branches.into(one.target)
    its = {r.suffix for r in known.told.judged if r.is_fleets and r.version == context.version}
    # In its place in a branch a folder has a comma.
    named = {suffix for suffix in its if suffix.startswith(f"{into}=") and "," not in suffix}
    if named:
        for each in candidates(asked.cloned(context, known, one.target)):
            if not each.folder and branches.suffix(one.target, each.path) in named:
                return replace(one, project=each.path, answers_file=each.path)
    return one


def names(paths: Sequence[str]) -> list[str]:
    """Return what each project is called: its folder, or the path of its answers file.

    By its path alone, so that none is called otherwise when another one comes or goes: its folder
    is the name of the one whose answers file has the usual name.
    """
    found = [projects.of(path) for path in paths]
    return [
        one.folder.rstrip("/") if one.answers_file == DEFAULT_NAME else one.path for one in found
    ]
