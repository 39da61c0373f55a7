"""The rollout to one repo: a branch, a commit and a request, each only where it is missing.

Every step looks at the forge first, so a run that was killed is continued by the next one, on this
machine or another: nothing is lost, and nothing is done twice.
"""

from dataclasses import dataclass, replace

from modelyard import mirrors
from modelyard.errors import ModelyardError
from modelyard.fleet import clones, halt, marks, verify, words
from modelyard.fleet.context import Context
from modelyard.fleet.survey import Opened, Survey, look, opened, waits_untouched
from modelyard.forges import Place, Request
from modelyard.outcome import Merged
from modelyard.repo import Repo
from modelyard.writing import commit_tree


@dataclass(frozen=True)
class Done:
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


def roll(context: Context, place: Place, wave: str, verify_with: str | None) -> Done:
    """Bring the request for the wanted version to one repo; an error is a result, not a crash."""
    try:
        stopped = halt.find(context)
        if stopped:
            return Done(place.name, wave, "halted", stopped)
        survey, remote = look(context, place, wave)
        settled = _settled(context, survey)
        if settled:
            if settled.did == "waits":
                _supersede(context, place, survey, survey.request)
            return settled
        with opened(context, place, survey, remote) as found:
            return _roll(context, place, found, verify_with)
    except ModelyardError as error:
        return Done(place.name, wave, "failed", mirrors.without_login(error.message))


def _settled(context: Context, survey: Survey) -> Done | None:
    """Return the result where the request alone tells it; nothing has to be cloned then."""
    request = survey.request
    if request is None:
        return None
    done = Done(survey.name, survey.wave, "", url=request.url)
    if request.state == "closed":
        return replace(done, did="declined", detail="somebody closed the request")
    mark = marks.find(request.body)
    if mark is None or mark.version != context.version:
        return None
    done = replace(done, conflicts=mark.conflicts)
    if request.state == "open" and waits_untouched(context, survey):
        return replace(done, did="waits")
    return None


def _roll(context: Context, place: Place, found: Opened, verify_with: str | None) -> Done:
    survey = found.survey
    request = survey.request
    done = Done(place.name, survey.wave, survey.state, survey.detail)
    if survey.state not in {"clean", "conflict"}:
        if survey.state == "current":
            _supersede(context, place, survey, None)
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
    return _open(context, place, found, done, tip, verify_with)


def _is_bots(context: Context, found: Opened, request: Request | None, tip: str) -> bool:
    """Tell whether the tip of the branch is what the bot pushed.

    Where no request says so, a run may have been cut off between the push and the request: then
    the commit says who made it.
    """
    mark = marks.find(request.body) if request else None
    if mark and mark.head == tip:
        return True
    if found.repo is None:
        return False
    return clones.committer(found.remote, found.repo.folder, tip) == context.fleet.bot.email


def _open(
    context: Context,
    place: Place,
    found: Opened,
    done: Done,
    tip: str,
    verify_with: str | None,
) -> Done:
    survey, repo, scratch, plan = found.survey, found.repo, found.scratch, found.plan
    if repo is None or scratch is None or plan is None:
        raise ModelyardError(f"{place.name} was not merged")
    message = words.message(plan.step.title, context.fleet.bot)
    merged = _without_markers(repo, plan.merged)
    commit = commit_tree(repo, scratch, merged, message, context.fleet.bot.identity(repo))
    problem = verify.run(repo, commit, verify_with) if verify_with else ""
    if problem:
        return replace(done, did="failed", detail=f"--verify: {problem}")
    draft = plan.merged.conflicts != ()
    if survey.request and draft and not survey.request.draft:
        # Before the push: what a person has to decide must not be mergeable for a moment.
        context.forge.edit(
            place,
            survey.request,
            title=survey.request.title,
            body=survey.request.body,
            draft=True,
        )
    if commit != tip and not clones.push(found.remote, repo.folder, commit, context.branch, tip):
        return replace(done, did="left alone", detail="somebody else pushed to the branch just now")
    mark = marks.Mark(
        context.version, survey.version, repo.head, commit, survey.wave, done.conflicts
    )
    notes = words.release_notes(context.template.folder, survey.version, context.version)
    title = words.title(plan.outcome)
    body = words.body(plan.outcome, notes, mark, context.branch)
    label = context.fleet.request.label
    request = survey.request
    if request:
        request = context.forge.edit(place, request, title=title, body=body, draft=draft)
    else:
        request = context.forge.open(place, context.branch, title, body, draft=draft, label=label)
    _supersede(context, place, survey, request)
    return replace(done, did="updated" if survey.request else "opened", url=request.url)


def _without_markers(repo: Repo, merged: Merged) -> Merged:
    """Leave files in conflict as they were: a request that can be merged has no markers in it."""
    undecided = {stage.path for stage in merged.stages} | {c.path for c in merged.conflicts}
    tree = {path: file for path, file in merged.tree.items() if path not in undecided}
    tree |= {path: file for path, file in repo.tree.items() if path in undecided}
    return replace(merged, tree=tree, conflicts=(), stages=())


def _supersede(context: Context, place: Place, survey: Survey, by: Request | None) -> None:
    """Close open requests of the fleet for other versions."""
    for one in survey.requests:
        mark = marks.find(one.body)
        if one.state == "open" and mark and one.branch != context.branch:
            word = f"Superseded by {by.url}." if by else f"Not needed: on {survey.version}."
            context.forge.close(place, one, word)
