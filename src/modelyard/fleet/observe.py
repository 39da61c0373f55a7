"""Where one repo of the fleet stands, read from its default branch and its requests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from modelyard.check import check
from modelyard.errors import ModelyardError, NotReady
from modelyard.fleet import clones, pr_metadata
from modelyard.fleet.context import Context
from modelyard.forges.forge import PullRequest, Remote, Repository
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.render.sides import renders
from modelyard.template.step import find_answers
from modelyard.template.versions import as_release
from modelyard.update.one_repo import Plan, plan
from modelyard.update.options import UpdateOptions
from modelyard.update.result import UpdateResult


@dataclass(frozen=True)
class Survey:
    """Where a repo stands.

    Attributes:
        name: The repo.
        wave: The wave that it is in; "" where it is in none.
        state: "current", "clean", "conflict", "refused", "exempt", "problem", "candidate" for
            `adopt`, or "foreign": of another template.
        version: The version on its default branch.
        detail: Why it is exempt, a problem or refused.
        outcome: What the update would do, where it was merged.
        request: The newest request of the fleet there that is about the wanted version.
        requests: All requests of the fleet there, newest first.
        tips: What its branches point to.
        behind: Releases between the version on record and the wanted one.
        edited: Standard files that differ from the render of the recorded version.
        checks: What CI says of the open request.
    """

    name: str
    wave: str
    state: str
    version: str = ""
    detail: str = ""
    outcome: UpdateResult | None = None
    request: PullRequest | None = None
    requests: Sequence[PullRequest] = ()
    tips: clones.Tips = field(default_factory=lambda: clones.Tips("", {}))
    behind: int = 0
    edited: Sequence[str] = ()
    checks: str = ""


@dataclass(frozen=True)
class Opened:
    """A repo of the fleet, cloned and merged, while a rollout works on it."""

    survey: Survey
    remote: Remote
    repo: Repo | None = None
    scratch: Scratch | None = None
    plan: Plan | None = None


def look(context: Context, repository: Repository, wave: str) -> tuple[Survey, Remote]:
    """Ask the forge and git's server about a repo; nothing is cloned.

    The state is "exempt", "problem" or not known yet ("").
    """
    exempt = context.fleet.exemption(repository.name, context.today)
    if repository.problem or exempt:
        state = "problem" if repository.problem else "exempt"
        detail = repository.problem or (f"{exempt.reason}, until {exempt.until}" if exempt else "")
        return Survey(repository.name, wave, state, detail=detail), Remote("")
    remote = context.forge.remote(repository)
    tips = clones.tips(remote, context.fleet.request.branch)
    requests = tuple(context.forge.pull_requests(repository, context.fleet.request.label))
    about = next((one for one in requests if one.branch == context.branch), None)
    return Survey(repository.name, wave, "", request=about, requests=requests, tips=tips), remote


@contextmanager
def opened(
    context: Context, repository: Repository, survey: Survey, remote: Remote, detailed: bool = False
) -> Iterator[Opened]:
    """Clone a repo and merge it with the wanted version; nothing is written to it.

    Args:
        context: The fleet.
        repository: The repo.
        survey: What `look` found.
        remote: How git reaches it.
        detailed: Find also what was edited and what CI says, which a rollout need not know.
    """
    if survey.state:
        yield Opened(survey, remote)
        return
    repo = open_repo(clones.clone(remote, survey.tips.head, context.cache))
    with Scratch(repo) as scratch:
        found = _merged(context, survey, remote, repo, scratch)
        if detailed and found.plan and found.repo:
            found = replace(
                found, survey=_detailed(context, repository, found.survey, found, scratch)
            )
        yield found


def _merged(
    context: Context, survey: Survey, remote: Remote, repo: Repo, scratch: Scratch
) -> Opened:
    try:
        recorded = find_answers(repo, scratch, None)
    except NotReady:
        words = "has no answers file: modelyard adopt"
        return Opened(replace(survey, state="candidate", detail=words), remote)
    survey = replace(survey, version=recorded.version)
    if not context.is_ours(recorded.source):
        return Opened(replace(survey, state="foreign", detail=recorded.source), remote)
    wish = UpdateOptions(to=context.version, template=context.moved_to(recorded.source))
    try:
        made = plan(repo, scratch, context.templates, wish)
    except ModelyardError as error:
        return Opened(replace(survey, state="refused", detail=error.message), remote)
    state = {"unchanged": "current"}.get(made.outcome.status, made.outcome.status)
    if set(made.outcome.changes) <= {recorded.path}:
        state = "current"
    done = replace(survey, state=state, outcome=made.outcome)
    return Opened(done, remote, repo, scratch, made)


def _detailed(
    context: Context, repository: Repository, survey: Survey, found: Opened, scratch: Scratch
) -> Survey:
    if found.plan is None or found.repo is None:
        return survey
    step = found.plan.step
    base, _, _ = renders(found.repo, scratch, step)
    request = survey.request
    is_open = request is not None and request.state == "open"
    return replace(
        survey,
        behind=_behind(context, survey),
        edited=tuple(check.differing(found.repo, scratch, base, step)),
        checks=context.forge.checks(repository, request.head) if request and is_open else "",
    )


def _behind(context: Context, survey: Survey) -> int:
    """Count releases; a repo whose render would not change is not behind."""
    on, wanted = (as_release(name) for name in (survey.version, context.version))
    if survey.state == "current" or on is None or wanted is None:
        return 0
    known = [as_release(tag) for tag in context.template.releases]
    return sum(1 for release in known if release and on < release <= wanted)


def waits_untouched(context: Context, survey: Survey) -> bool:
    """Tell whether the open request is ours to the last commit and made from today's branch."""
    request = survey.request
    mark = pr_metadata.find(request.body) if request else None
    tip = survey.tips.branches.get(context.branch)
    return bool(mark and tip == mark.head and mark.base == survey.tips.head)
