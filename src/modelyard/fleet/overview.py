"""Looks at the whole fleet: what is found in each repo, and what that comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from modelyard.fleet import config, pause, rollout, withdrawals
from modelyard.fleet.context import Context, open_fleet
from modelyard.fleet.model import Result
from modelyard.fleet.options import RolloutOptions
from modelyard.fleet.parallel import OnResult
from modelyard.fleet.report import ReportData, collect
from modelyard.fleet.report.data import FleetFacts


@dataclass(frozen=True)
class Overview:
    """A fleet as somebody has looked at it.

    Attributes:
        results: What was found in each repo, and what is to do there.
        data: What that comes to.
    """

    results: Sequence[Result]
    data: ReportData


def look(options: RolloutOptions, on_result: OnResult) -> Overview:
    """Look at every repo that is asked for; nothing is written."""
    with open_fleet(options.file, options.to, options.data) as context:
        return of(context, options, on_result)


def of(context: Context, options: RolloutOptions, on_result: OnResult) -> Overview:
    """Look at every repo of a fleet that is open."""
    results = rollout.visit_chosen(context, options, on_result)
    seen = [one.seen for one in results if one.seen]
    facts = FleetFacts(
        paused=pause.read(context),
        withdrawn=withdrawals.reasons(context.fleet, context.forge, context.cache),
        tag_prefix=context.template.tags.prefix,
        file="" if str(options.file) == config.NAME else str(options.file),
        to=options.to or "",
    )
    now = datetime.now(UTC)
    return Overview(results, collect(seen, context.fleet, context.version, now, facts))
