"""The repos of the fleet, each with its wave, and those of them that somebody asks for."""

from collections.abc import Sequence
from dataclasses import replace

from modelyard.errors import Usage
from modelyard.fleet import names, waves
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member
from modelyard.fleet.options import RolloutOptions


def members(context: Context, read_only: bool = False) -> Sequence[Member]:
    """Return the repos of the fleet by name, each with its wave.

    With a token that can only read they are in the same waves as with one that can push.

    Raises:
        NotReady: The settings name a repo that is not there.
    """
    fleet = context.fleet
    listed = context.forge.repositories()
    names.refuse_unknown(context, listed)
    found = [one for one in listed if fleet.repos.select(one)]
    if read_only:
        found = [replace(one, problem="") if one.read_only else one for one in found]
    workable = [
        one.name
        for one in found
        if (one.unreadable or not one.problem) and not fleet.exemption(one.name, context.today)
    ]
    assigned = waves.assign(workable, fleet.waves)
    settled = [(one, assigned.waves.get(one.name, "")) for one in found]
    return [Member(one, wave, reach=assigned.reach.get(wave, "")) for one, wave in settled]


def chosen(context: Context, options: RolloutOptions) -> Sequence[Member]:
    """Return the repos that somebody asks for: of a wave, of a shard, at most so many."""
    known = [one.name for one in context.fleet.waves]
    if options.wave is not None and options.wave not in known:
        raise Usage(f"fleet.toml has no wave {options.wave!r}", f"one of: {', '.join(known)}")
    found = [one for one in members(context, options.read_only) if options.wave in (None, one.wave)]
    mine = set(waves.shard([one.name for one in found], *options.shard))
    return [one for one in found if one.name in mine][: options.limit]
