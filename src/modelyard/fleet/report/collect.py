"""Computes a report from what was found in each repo; asks no forge and no clock."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from modelyard.check.kept import KeptEntry
from modelyard.fleet import attention, gates, next_step, survey
from modelyard.fleet.attention import Commands
from modelyard.fleet.config import Fleet
from modelyard.fleet.model import Observation
from modelyard.fleet.report import history
from modelyard.fleet.report.data import (
    DoubtedRequest,
    Exempted,
    FileConflicts,
    FleetFacts,
    KeptInRepos,
    OpenRequest,
    RepoLine,
    ReportData,
    WaveCounts,
)
from modelyard.fleet.states import RepoState, Trait
from modelyard.forges.forge import PullRequestState, Review
from modelyard.forges.merging import Merging


def collect(
    observations: Sequence[Observation],
    fleet: Fleet,
    version: str,
    now: datetime,
    facts: FleetFacts | None = None,
) -> ReportData:
    """Compute a report.

    Args:
        observations: What was found in each repo, in any order.
        fleet: The settings.
        version: The wanted version.
        now: The present, with a time zone.
        facts: What the control repository and the template tell beside that.
    """
    facts = facts or FleetFacts()
    seen = sorted(observations, key=lambda one: one.name)
    lines = tuple(_line(one, now) for one in seen)
    members = [one for one in seen if Trait.OUTSIDE not in one.state.traits]
    known = [one for one in members if one.version]
    counts = Counter(one.version for one in known)
    found = survey.of_observations(fleet, seen)
    measured = gates.measure(fleet, found, now)
    commands = Commands(version, facts.file, facts.to)
    names = [wave.name for wave in fleet.waves]
    return ReportData(
        template=fleet.template.source,
        owner=fleet.forge.owner,
        version=version,
        now=now,
        repos=lines,
        versions={name: counts[name] for name in history.newest_first(counts, facts.tag_prefix)},
        adoption=history.adoption(known, now),
        waves=_waves(lines, fleet),
        gates=measured,
        open_requests=_open_requests(seen, now),
        doubted=tuple(DoubtedRequest(one.name, each) for one in seen for each in one.doubted),
        conflicts=_conflicts(members),
        kept=_kept(members),
        merge_times=history.merge_times(members, facts.tag_prefix),
        exempt=_exempt(seen, fleet, now),
        expired=tuple(
            Exempted(one.repo, one.reason, one.until)
            for one in fleet.exempt
            if one.until < history.day(now)
        ),
        tag_prefix=facts.tag_prefix,
        paused=facts.paused,
        next_step=next_step.find(seen, names, found.open, measured, facts.paused, commands),
        attention=attention.needs(seen, commands, now, facts.withdrawn),
    )


def _line(seen: Observation, now: datetime) -> RepoLine:
    return RepoLine(
        seen.name,
        seen.wave,
        seen.state,
        seen.version,
        seen.detail,
        seen.request.url if seen.request else "",
        _age(seen.open_request.opened, now) if seen.open_request else None,
        seen.conflicts if seen.update else (),
        seen.behind,
        tuple(seen.edited),
        seen.checks,
        seen.kept,
        seen.owner,
        seen.open_request.review if seen.open_request else Review.UNKNOWN,
        seen.open_request.merging if seen.open_request else Merging.NO,
    )


def _age(opened: datetime, now: datetime) -> int:
    # Clocks of two machines differ: a request from the future is new.
    return max((now - opened).days, 0)


def _waves(lines: Sequence[RepoLine], fleet: Fleet) -> tuple[WaveCounts, ...]:
    found: dict[str, Counter[RepoState]] = {wave.name: Counter() for wave in fleet.waves}
    for line in lines:
        if Trait.OUTSIDE not in line.state.traits:
            found.setdefault(line.wave, Counter())[line.state] += 1
    return tuple(WaveCounts(name, c.total(), dict(c)) for name, c in found.items())


def _open_requests(observations: Sequence[Observation], now: datetime) -> tuple[OpenRequest, ...]:
    found = []
    for seen in observations:
        for one in seen.requests:
            if one.state is PullRequestState.OPEN:
                known = one.metadata
                line = OpenRequest(
                    seen.name,
                    seen.wave,
                    one.version,
                    one.url,
                    _age(one.opened, now),
                    one.draft,
                    known.conflicts if known else (),
                    seen.checks if one == seen.request else "",
                    bool(known and one.draft and known.waits_for_ci),
                    one.review,
                    one.merging,
                )
                found.append((one.opened, seen.name, one.number, line))
    return tuple(line for *_, line in sorted(found, key=lambda one: one[:3]))


def _conflicts(members: Sequence[Observation]) -> tuple[FileConflicts, ...]:
    """Count by file: by today's merge, or, where there is none, by what the open request says."""
    repos: dict[str, list[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    for seen in members:
        known = {one.path: one.text for one in seen.update.conflicts} if seen.update else {}
        for path in seen.conflicts:
            repos.setdefault(path, []).append(seen.name)
            reasons.setdefault(path, Counter())[known.get(path, "")] += 1
    found = sorted(repos.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(FileConflicts(path, tuple(names), _most(reasons[path])) for path, names in found)


def _kept(members: Sequence[Observation]) -> tuple[KeptInRepos, ...]:
    repos: dict[str, list[tuple[str, KeptEntry]]] = {}
    for seen in members:
        for one in seen.kept:
            repos.setdefault(one.name, []).append((seen.name, one))
    found = sorted(repos.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(KeptInRepos(name, tuple(entries)) for name, entries in found)


def _most(reasons: Counter[str]) -> str:
    return min(reasons.items(), key=lambda one: (not one[0], -one[1], one[0]))[0]


def _exempt(
    observations: Sequence[Observation], fleet: Fleet, now: datetime
) -> tuple[Exempted, ...]:
    found = []
    for seen in observations:
        if seen.state is RepoState.EXEMPT:
            rule = fleet.exemption(seen.name, history.day(now))
            reason, until = (rule.reason, rule.until) if rule else (seen.detail, None)
            found.append(Exempted(seen.name, reason, until))
    return tuple(found)
