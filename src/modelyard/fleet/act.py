"""The rollout to one repo: a branch, a commit and a request, each only where it is missing.

Every step looks at the forge first, so a run that was killed is continued by the next one, on this
machine or another: nothing is lost, and nothing is done twice.
"""

from dataclasses import dataclass, replace

from modelyard.errors import ModelyardError
from modelyard.fleet import clones, pause, pr_body, pr_metadata, verify
from modelyard.fleet.context import Context
from modelyard.fleet.observe import Opened, Survey, look, opened, waits_untouched
from modelyard.forges.forge import PullRequest, Repository
from modelyard.gitrepo.repo import Repo
from modelyard.merged import Merged
from modelyard.template import mirrors
from modelyard.update.apply import commit_tree


@dataclass(frozen=True)
class Result:
    """What a rollout did in one repo.

    Attributes:
        name: The repo.
        wave: Its wave.
        did: "opened", "updated", "waits", "left alone", "declined", "merged", "current", "exempt",
            "problem", "candidate", "foreign", "refused", "failed" or "halted".
        detail: Why, where there is something to say.
        url: The request.
        conflicts: Files that a person has to decide there.
    """

    name: str
    wave: str
    did: str
    detail: str = ""
    url: str = ""
    conflicts: tuple[str, ...] = ()


def roll(context: Context, repository: Repository, wave: str, verify_with: str | None) -> Result:
    """Bring the request for the wanted version to one repo; an error is a result, not a crash."""
    try:
        stopped = pause.find(context)
        if stopped:
            return Result(repository.name, wave, "halted", stopped)
        survey, remote = look(context, repository, wave)
        settled = _settled(context, survey)
        if settled:
            if settled.did == "waits":
                _supersede(context, repository, survey, survey.request)
            return settled
        with opened(context, repository, survey, remote) as found:
            return _roll(context, repository, found, verify_with)
    except ModelyardError as error:
        return Result(repository.name, wave, "failed", mirrors.without_login(error.message))


def _settled(context: Context, survey: Survey) -> Result | None:
    """Return the result where the request alone tells it; nothing has to be cloned then."""
    request = survey.request
    if request is None:
        return None
    done = Result(survey.name, survey.wave, "", url=request.url)
    if request.state == "closed":
        return replace(done, did="declined", detail="somebody closed the request")
    mark = pr_metadata.find(request.body)
    if mark is None or mark.version != context.version:
        return None
    done = replace(done, conflicts=mark.conflicts)
    if request.state == "open" and waits_untouched(context, survey):
        return replace(done, did="waits")
    return None


def _roll(
    context: Context, repository: Repository, found: Opened, verify_with: str | None
) -> Result:
    survey = found.survey
    request = survey.request
    done = Result(repository.name, survey.wave, survey.state, survey.detail)
    if survey.state not in {"clean", "conflict"}:
        if survey.state == "current":
            _supersede(context, repository, survey, None)
        return done
    conflicts = (
        tuple(dict.fromkeys(c.path for c in survey.outcome.conflicts)) if survey.outcome else ()
    )
    done = replace(done, conflicts=conflicts, url=request.url if request else "")
    if request and request.state == "merged":
        return replace(done, did="merged", detail="merged, and not on the default branch any more")
    tip = survey.tips.branches.get(context.branch, "")
    if tip and not _is_bots(context, found, request, tip):
        return replace(done, did="left alone", detail="somebody else committed to the branch")
    return _open(context, repository, found, done, tip, verify_with)


def _is_bots(context: Context, found: Opened, request: PullRequest | None, tip: str) -> bool:
    """Tell whether the tip of the branch is what the bot pushed.

    Where no request says so, a run may have been cut off between the push and the request: then
    the commit says who made it.
    """
    mark = pr_metadata.find(request.body) if request else None
    if mark and mark.head == tip:
        return True
    if found.repo is None:
        return False
    return clones.committer(found.remote, found.repo.folder, tip) == context.fleet.bot.email


def _open(
    context: Context,
    repository: Repository,
    found: Opened,
    done: Result,
    tip: str,
    verify_with: str | None,
) -> Result:
    survey, repo, scratch, plan = found.survey, found.repo, found.scratch, found.plan
    if repo is None or scratch is None or plan is None:
        raise ModelyardError(f"{repository.name} was not merged")
    message = pr_body.message(plan.step.title, context.fleet.bot)
    merged = _without_markers(repo, plan.merged)
    commit = commit_tree(repo, scratch, merged, message, context.fleet.bot.identity(repo))
    problem = verify.run(repo, commit, verify_with) if verify_with else ""
    if problem:
        return replace(done, did="failed", detail=f"--verify: {problem}")
    draft = plan.merged.conflicts != ()
    if survey.request and draft and not survey.request.draft:
        # Before the push: what a person has to decide must not be mergeable for a moment.
        context.forge.edit(
            repository,
            survey.request,
            title=survey.request.title,
            body=survey.request.body,
            draft=True,
        )
    if commit != tip and not clones.push(found.remote, repo.folder, commit, context.branch, tip):
        return replace(done, did="left alone", detail="somebody else pushed to the branch just now")
    mark = pr_metadata.Metadata(
        context.version, survey.version, repo.head, commit, survey.wave, done.conflicts
    )
    notes = pr_body.release_notes(context.template.folder, survey.version, context.version)
    title = pr_body.title(plan.outcome)
    body = pr_body.body(plan.outcome, notes, mark, context.branch)
    label = context.fleet.request.label
    request = survey.request
    if request:
        request = context.forge.edit(repository, request, title=title, body=body, draft=draft)
    else:
        request = context.forge.open(
            repository, context.branch, title, body, draft=draft, label=label
        )
    _supersede(context, repository, survey, request)
    return replace(done, did="updated" if survey.request else "opened", url=request.url)


def _without_markers(repo: Repo, merged: Merged) -> Merged:
    """Leave files in conflict as they were: a request that can be merged has no markers in it."""
    undecided = {stage.path for stage in merged.stages} | {c.path for c in merged.conflicts}
    tree = {path: file for path, file in merged.tree.items() if path not in undecided}
    tree |= {path: file for path, file in repo.tree.items() if path in undecided}
    return replace(merged, tree=tree, conflicts=(), stages=())


def _supersede(
    context: Context, repository: Repository, survey: Survey, by: PullRequest | None
) -> None:
    """Close open requests of the fleet for other versions."""
    for one in survey.requests:
        mark = pr_metadata.find(one.body)
        if one.state == "open" and mark and one.branch != context.branch:
            word = f"Superseded by {by.url}." if by else f"Not needed: on {survey.version}."
            context.forge.close(repository, one, word)
