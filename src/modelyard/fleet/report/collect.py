"""Computes a report from what was found in each repo; asks no forge and no clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from modelyard.fleet.config import Fleet
from modelyard.fleet.observe import Survey
from modelyard.fleet.report import history
from modelyard.fleet.report.data import (
    OUTSIDE,
    STANDINGS,
    Exempted,
    FileConflicts,
    Gate,
    RepoLine,
    ReportData,
    Stuck,
    WaveCounts,
)
from modelyard.gitrepo.urls import without_login


def collect(
    surveys: Sequence[Survey],
    fleet: Fleet,
    version: str,
    now: datetime,
) -> ReportData:
    """Compute a report.

    Args:
        surveys: What was found in each repo, in any order.
        fleet: The settings.
        version: The wanted version.
        now: The present, with a time zone.
    """
    surveys = sorted(surveys, key=lambda one: one.name)
    lines = tuple(_line(one, now) for one in surveys)
    standing = {line.name: line.standing for line in lines}
    members = [one for one in surveys if standing[one.name] not in OUTSIDE]
    known = [one for one in members if one.version]
    counts = Counter(one.version for one in known)
    return ReportData(
        template=without_login(fleet.template.source),
        owner=fleet.forge.owner,
        version=version,
        now=now,
        repos=lines,
        versions={name: counts[name] for name in history.newest_first(counts)},
        adoption=history.adoption(known, now),
        waves=_waves(lines, fleet),
        gates=_gates(members, fleet, version),
        stuck=_stuck(surveys, now),
        conflicts=_conflicts(members),
        merge_times=history.merge_times(members),
        exempt=_exempt(surveys, fleet, now),
        expired=tuple(
            Exempted(one.repo, one.reason, one.until)
            for one in fleet.exempt
            if one.until < history.day(now)
        ),
    )


def _standing(survey: Survey) -> str:
    if survey.state not in {"clean", "conflict"}:
        return survey.state if survey.state in STANDINGS else "problem"
    request = survey.request
    if request is None:
        return "waiting"
    if request.state == "open":
        return "draft" if request.draft else "open"
    return "undone" if request.state == "merged" else "declined"


def _line(survey: Survey, now: datetime) -> RepoLine:
    request = survey.request
    is_open = request is not None and request.state == "open"
    found = survey.outcome.conflicts if survey.outcome else ()
    return RepoLine(
        survey.name,
        survey.wave,
        _standing(survey),
        survey.version,
        without_login(survey.detail),
        request.url if request else "",
        _age(request.opened, now) if request and is_open else None,
        tuple(dict.fromkeys(one.path for one in found)),
        survey.behind,
        tuple(survey.edited),
        survey.checks,
    )


def _age(opened: datetime, now: datetime) -> int:
    # Clocks of two machines differ: a request from the future is new.
    return max((now - opened).days, 0)


def _waves(lines: Sequence[RepoLine], fleet: Fleet) -> tuple[WaveCounts, ...]:
    found: dict[str, Counter[str]] = {wave.name: Counter() for wave in fleet.waves}
    for line in lines:
        if line.standing not in OUTSIDE:
            found.setdefault(line.wave, Counter())[line.standing] += 1
    return tuple(WaveCounts(name, c.total(), dict(c)) for name, c in found.items())


def _gates(members: Sequence[Survey], fleet: Fleet, version: str) -> tuple[Gate, ...]:
    """Measure the gates as `gates.judge` does: a request that was declined does not count."""
    counted = []
    for survey in members:
        pairs = ((one, history.mark_of(one)) for one in survey.requests)
        mine = [(one, mark) for one, mark in pairs if mark and mark.version == version]
        if mine and survey.state != "exempt" and mine[0][0].state != "closed":
            counted.append((survey, *mine[0]))
    if not counted:
        return ()
    limits, total = fleet.gates, len(counted)
    merged = sum(one.state == "merged" for _, one, _ in counted)
    disputed = sum(bool(mark.conflicts) for _, _, mark in counted)
    said = [survey.checks for survey, one, _ in counted if one.state == "open"]
    red = sum(one in {"failure", "pending"} for one in said)
    green = _at_least("CI green", total - red, total, limits.green)
    return (
        _at_least("merged", merged, total, limits.merged),
        green if all(said) else replace(green, value="", holds=None),
        Gate(
            "in conflict",
            f"{disputed} of {total}",
            f"at most {limits.conflicts:.0%}",
            disputed / total <= limits.conflicts,
        ),
    )


def _at_least(name: str, value: int, count: int, limit: float) -> Gate:
    return Gate(name, f"{value} of {count}", f"at least {limit:.0%}", value / count >= limit)


def _stuck(surveys: Sequence[Survey], now: datetime) -> tuple[Stuck, ...]:
    found = []
    for survey in surveys:
        for one in survey.requests:
            if one.state == "open":
                mark = history.mark_of(one)
                newest = survey.request is not None and one.number == survey.request.number
                stuck = Stuck(
                    survey.name,
                    survey.wave,
                    mark.version if mark else "",
                    one.url,
                    _age(one.opened, now),
                    one.draft,
                    mark.conflicts if mark else (),
                    survey.checks if newest else "",
                )
                found.append((one.opened, survey.name, one.number, stuck))
    return tuple(stuck for *_, stuck in sorted(found, key=lambda one: one[:3]))


def _conflicts(members: Sequence[Survey]) -> tuple[FileConflicts, ...]:
    """Count by file: by today's merge, or, where there is none, by what the open request says."""
    repos: dict[str, list[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    for survey in members:
        if survey.outcome:
            pairs = {one.path: one.text for one in survey.outcome.conflicts}
        else:
            mine = survey.request if survey.request and survey.request.state == "open" else None
            mark = history.mark_of(mine) if mine else None
            pairs = dict.fromkeys(mark.conflicts if mark else (), "")
        for path, reason in pairs.items():
            repos.setdefault(path, []).append(survey.name)
            reasons.setdefault(path, Counter())[reason] += 1
    found = sorted(repos.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(FileConflicts(path, tuple(names), _most(reasons[path])) for path, names in found)


def _most(reasons: Counter[str]) -> str:
    return min(reasons.items(), key=lambda one: (not one[0], -one[1], one[0]))[0]


def _exempt(surveys: Sequence[Survey], fleet: Fleet, now: datetime) -> tuple[Exempted, ...]:
    found = []
    for survey in surveys:
        if survey.state == "exempt":
            rule = fleet.exemption(survey.name, history.day(now))
            reason, until = (rule.reason, rule.until) if rule else (survey.detail, None)
            found.append(Exempted(survey.name, reason, until))
    return tuple(found)
