"""Withdraws a version: records that, closes its requests, and deletes their branches.

First it is recorded, so that no rollout goes on with it. Run again, it does what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from modelyard.errors import ModelyardError, NotReady
from modelyard.fleet import asked, control, limits, merging, others, pr_body, withdrawals
from modelyard.fleet.context import Context, open_fleet, usual_name
from modelyard.fleet.left_open import Left
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.members import members
from modelyard.fleet.model import Member, Result
from modelyard.fleet.parallel import OnResult
from modelyard.fleet.pr_metadata import Ended
from modelyard.fleet.states import Action, Outcome, RepoState
from modelyard.fleet.withdrawals import Note
from modelyard.forges.forge import PullRequestState
from modelyard.redaction import redact


@dataclass(frozen=True)
class Withdrawal:
    """What became of it.

    Attributes:
        version: The version.
        note: Since when, and why, as it is on record.
        results: Of the repos that have a request for it.
        way_on: The newest version that was not withdrawn; "" where there is none.
    """

    version: str
    note: Note
    results: Sequence[Result]
    way_on: str

    @property
    def merged(self) -> Sequence[Result]:
        """Repos in which a request for it was merged last."""
        return [one for one in self.results if one.state is RepoState.WITHDRAWN]


def withdraw(file: Path, version: str, why: str, on_result: OnResult) -> Withdrawal:
    """Withdraw a version.

    Args:
        file: The fleet.toml.
        version: The version.
        why: What everybody will read.
        on_result: Is called with each repo's result, as soon as there is one.

    Raises:
        NotReady: There is no control repository, or nothing is known of the version.
        Usage: The name is not that of a version.
    """
    usual_name(version)
    with open_fleet(file) as context:
        context.forge.signing_keys()
        remote = control.remote_of(context.fleet, context.forge)
        if remote is None:
            raise NotReady(
                "fleet.toml names no control repository, so there is nowhere to record that a "
                "version was withdrawn; nothing was done",
                'control = "OWNER/REPO"    # in fleet.toml, a repo that the bot may push to',
            )
        found = [one for one in members(context) if one.wave or not one.repository.problem]
        repos = [one for one in found if not one.repository.unreadable]
        lost = [_failed(one, one.repository.problem) for one in found if one not in repos]
        if version not in (*context.template.tags.commits, *context.withdrawn):
            _refuse_unknown(context, repos, version)
        bot, cache = context.fleet.bot, context.cache
        note = withdrawals.record(remote, version, why, bot, cache)
        results = []
        for done in chain(lost, (_in_one_repo(context, one, version, note) for one in repos)):
            if done:
                results.append(done)
                on_result(done)
        way_on = withdrawals.newest(context.template, {**context.withdrawn, version: ""})
        left = "" if way_on in (version, *context.withdrawn) else way_on
        return Withdrawal(version, note, results, left)


def _refuse_unknown(context: Context, repos: Sequence[Member], version: str) -> None:
    """Refuse a name that is neither a tag of the template nor of any request."""
    for repo in repos:
        label = context.fleet.request.label
        found = context.forge.pull_requests(repo.repository, label)
        if any(one.version == version for one in context.judge.judge(repo.repository, found)):
            return
    known = ", ".join(context.template.releases[-5:])
    raise NotReady(
        f"the template has no version {version!r}, and no request is about it; its newest are: "
        f"{known}; nothing was done",
        "modelyard fleet withdraw VERSION --why TEXT",
    )


def _in_one_repo(context: Context, repo: Member, version: str, note: Note) -> Result | None:
    """Close what is open in a repo; None where there never was a request for the version."""
    try:
        with limits.of_one_repo(context.fleet.limits):
            return _closed(context, repo, version, note)
    except (Exception, limits.TooLong) as error:
        detail = str(error) if isinstance(error, ModelyardError) else redact(repr(error))
        return _failed(repo, detail)


def _failed(repo: Member, detail: str) -> Result:
    name, state = repo.name, RepoState.FAILED
    return Result(name, repo.wave, state, outcome=Outcome.FAILED, detail=detail)


def _merged_last(every: Sequence[FleetRequest]) -> Iterator[FleetRequest]:
    """Return what was merged last of each branch and project; a joint request is of all there."""
    merged = [one for one in every if one.state is PullRequestState.MERGED]
    for suffix in dict.fromkeys(one.suffix for one in merged):
        joint = suffix.partition("=")[0]
        yield max(
            (
                one
                for one in merged
                if one.suffix == suffix
                or (one.suffix == joint and one.metadata and one.metadata.joined is not None)
            ),
            key=lambda one: (one.ended is not None and one.ended, one.number),
        )


def _closed(context: Context, repo: Member, version: str, note: Note) -> Result | None:
    known = asked.ask(context, repo.repository)
    every = [one for one in known.told.judged if one.is_fleets]
    found = [one for one in every if one.version == version]
    if not found:
        return None
    said = pr_body.withdrawn(version, note.why)
    left: list[FleetRequest] = []
    reasons: list[str] = []
    closed: list[FleetRequest] = []
    merged: list[FleetRequest] = []
    for one in found:
        if one.state is not PullRequestState.OPEN:
            continue
        if reason := others.why_left(context, repo, known.tips.head, one):
            merging.stop(context, repo, one)
            more = f" {pr_body.LEFT_OPEN}" if reason is Left.WORKED_ON else ""
            context.forge.comment(repo.repository, one, said + more)
            left.append(one)
            reasons.append(reason.value)
        elif others.end(context, repo.repository, one, Ended.WITHDRAWN, said):
            closed.append(one)
        else:
            merged.append(one)
    remaining = [one for one in known.told.judged if one not in (*closed, *merged)]
    again = replace(known, told=replace(known.told, judged=remaining))
    over = [one for one in found if one.branch not in again.in_use]
    others.delete_unused(context, repo.repository, others.deletable(over, known.tips.branches))
    # Those were merged just now, while this looked at them.
    is_on = bool(merged) or any(one.version == version for one in _merged_last(every))
    state = RepoState.WITHDRAWN if is_on else RepoState.UNKNOWN
    if left:
        outcome, detail = Outcome.LEFT_ALONE, reasons[0]
    else:
        outcome, detail = Outcome.CLOSED if closed else Outcome.NOTHING, ""
    url = next((one.url for one in (*left, *merged, *closed, *found)), "")
    return Result(repo.name, repo.wave, state, Action.NOTHING, outcome, detail, url)
