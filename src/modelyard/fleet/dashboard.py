"""The dashboard: one issue of the control repository that says how the rollout stands.

It is found again by who opened it and by its signed mark, never by its title, and written only
where it has changed. What is in it comes from the forge each time, so nobody has to repair it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from modelyard.errors import NotReady
from modelyard.fleet import dashboard_mark, dashboard_text, overview
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.dashboard_mark import DashboardMark
from modelyard.fleet.next_step import StepKind
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.fleet.report.data import ReportData
from modelyard.forges.issues import Issue


class Written(StrEnum):
    """What became of the dashboard; the value is for people."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed: nothing is left to do"
    UNCHANGED = "as it is"
    LEFT_CLOSED = "left closed: somebody has closed it, until the next version"
    NOTHING = "not opened: nothing is left to do"


@dataclass(frozen=True)
class Dashboard:
    """The dashboard after a run.

    Attributes:
        written: What became of it.
        url: Where it is; "" where there is none.
    """

    written: Written
    url: str = ""


def run(options: RolloutOptions, on_result: OnResult) -> Dashboard:
    """Look at the fleet, and write the dashboard."""
    with open_fleet(options.file, options.to) as context:
        _control(context)
        return put(context, overview.of(context, options, on_result).data)


def put(context: Context, data: ReportData) -> Dashboard:
    """Write the dashboard: open it, edit it, or leave it as it is.

    It is closed when nothing is left to do, and opened again for the next version. Where a person
    has closed it, it stays closed for that version.

    Raises:
        NotReady: fleet.toml names no control repository.
    """
    control = _control(context)
    issues = context.forge.issues(context.forge.repository(control))
    label = context.fleet.request.label
    found = _ours(context, control, issues.find(label))
    is_done = data.next_step.kind is StepKind.DONE and not data.attention
    issue, mark = found[0] if found else (None, None)
    if issue is None and is_done:
        return Dashboard(Written.NOTHING)
    if issue and mark and _closed_by_a_person(issue, mark, data.version):
        return Dashboard(Written.LEFT_CLOSED, issue.url)
    made = DashboardMark(_fleet(context), data.version, is_done)
    title = dashboard_text.title(data)
    line = dashboard_mark.line(made, control, context.forge.signing_keys().signer)
    body = dashboard_text.body(data, line)
    for extra, _ in found[1:]:
        # Two runs at once may each have opened one.
        if extra.is_open:
            issues.edit(extra, extra.title, extra.body, False)
    if issue is None:
        return Dashboard(Written.OPENED, issues.open(title, body, label).url)
    if (issue.title, _plain(issue.body), issue.is_open) == (title, _plain(body), not is_done):
        return Dashboard(Written.UNCHANGED, issue.url)
    url = issues.edit(issue, title, body, not is_done).url
    return Dashboard(Written.CLOSED if is_done else Written.UPDATED, url)


def _control(context: Context) -> str:
    if context.fleet.control is None:
        raise NotReady(
            "fleet.toml names no control repository, so there is nowhere to put a dashboard",
            'control = "OWNER/REPO"    # in fleet.toml, a repo that the bot may push to',
        )
    return context.fleet.control


def _ours(
    context: Context, control: str, issues: Sequence[Issue]
) -> list[tuple[Issue, DashboardMark]]:
    """Return the issues that the fleet itself has opened as its dashboard, the oldest first."""
    keys, fleet, accounts = (
        context.forge.signing_keys(),
        _fleet(context),
        context.fleet.bot.accounts,
    )
    found, older = [], []
    for one in issues:
        if not (one.own or one.author in accounts):
            continue
        mark = dashboard_mark.find(one.body, control, keys)
        if mark and mark.fleet == fleet:
            found.append((one, mark))
        # The key was changed. What its mark says is nobody's word: an open one is taken over all
        # the same, for our own account opened it, and there is to be one.
        mark = dashboard_mark.find(one.body, control, keys, of_another_key=True)
        if mark and mark.fleet == fleet and one.is_open:
            older.append((one, mark))
    return found + older


def _closed_by_a_person(issue: Issue, mark: DashboardMark, version: str) -> bool:
    return not issue.is_open and not mark.closed and mark.version == version


def _fleet(context: Context) -> str:
    """Return what tells this fleet from another one with the same control repository."""
    fleet = context.fleet
    return dashboard_mark.name_of(
        fleet.forge.owner, fleet.template.source, fleet.template.tag_prefix or ""
    )


def _plain(body: str) -> str:
    """Return a text without what forges change in it: line ends, and spaces at its end."""
    return body.replace("\r\n", "\n").rstrip()
