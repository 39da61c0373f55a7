"""Names in fleet.toml that are no repo's: a wave, an exemption or a pause that is for nobody."""

import re
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase

from modelyard.errors import NotReady
from modelyard.fleet.context import Context
from modelyard.fleet.model import Member
from modelyard.fleet.near_names import did_you_mean, short
from modelyard.forges.forge import Repository

_WILD = frozenset("*?[")
# What follows a repo's name where a branch or a project of it is meant.
_WITHIN = re.compile("[@:]")


def refuse_unknown(context: Context, listed: Sequence[Repository]) -> None:
    """Refuse settings that name a repo which is not there, before anything is done.

    A wave whose one name is misspelt would be empty, and the one behind it would be the first.

    Args:
        context: The fleet.
        listed: All repos of the owner, those that are in no fleet too.

    Raises:
        NotReady: There is one; the message has the setting, and the name that is nearest.
    """
    fleet = context.fleet
    all_names = [one.name for one in listed]
    chosen = [one.name for one in listed if fleet.repos.select(one)]
    wrong = [*_repos(context, all_names), *_topics(fleet.repos.topic, listed)]
    for number, wave in enumerate(fleet.waves):
        for name in wave.repos:
            if not _is_there(name, chosen):
                where = f"waves[{number}].repos, wave {wave.name!r}"
                is_left_out = _is_there(name, all_names)
                why = "is left out by [repos]" if is_left_out else _unknown(name, all_names)
                wrong.append(f"{where}: {name!r} {why}")
    if wrong:
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise NotReady(f"fleet.toml: {'; '.join(wrong[:5])}{more}", "edit fleet.toml")


def refuse_empty(context: Context, listed: Sequence[Member], opened: Collection[str]) -> None:
    """Refuse to go on with a wave behind one whose repos nobody can work on any more.

    Args:
        context: The fleet.
        listed: Its repos, each in its wave.
        opened: The waves that are open: behind one of them a person has decided.

    Raises:
        NotReady: There is one before which no wave is left out; the message has its repos.
    """
    waves, filled = context.fleet.waves, {one.wave for one in listed}
    last = max((at for at, wave in enumerate(waves) if wave.name in opened), default=-1)
    for number, wave in list(enumerate(waves))[last + 1 :]:
        if wave.name in filled:
            return
        named = [one for one in listed if _is_named(one.name, wave.repos)]
        lost = [one for one in named if not context.fleet.exemption(one.name, context.today)]
        if lost:
            about = ", ".join(f"{one.name!r} is {one.repository.problem}" for one in lost[:5])
            raise NotReady(
                f"fleet.toml: waves[{number}].repos, wave {wave.name!r}: {about}; so nobody would "
                "try the version first",
                "choose another repo for the wave, or leave it out with [[exempt]]",
            )


def _is_named(name: str, asked: Collection[str]) -> bool:
    return name in asked or short(name) in asked


def _repos(context: Context, names: Sequence[str]) -> Iterator[str]:
    fleet = context.fleet
    settings = {
        "repos.names": fleet.repos.names,
        "repos.exclude": fleet.repos.exclude,
        "repos.pattern": [fleet.repos.pattern] if fleet.repos.pattern else [],
    }
    for setting, patterns in settings.items():
        for one in patterns:
            if not any(fnmatchcase(n, one) for name in names for n in (name, short(name))):
                yield f"{setting}: {one!r} {_unknown(one, names)}"
    for name in fleet.repos.answers_files:
        if not _is_there(name, names):
            yield f"repos.answers_files: {name!r} {_unknown(name, names)}"
    for number, exempt in enumerate(fleet.exempt):
        # One that is over keeps nobody out, whatever it names.
        repo = exempt.repo if _is_there(exempt.repo, names) else _WITHIN.split(exempt.repo)[0]
        if exempt.until >= context.today and not _is_there(repo, names):
            yield f"exempt[{number}].repo: {exempt.repo!r} {_unknown(exempt.repo, names)}"


def _topics(topic: str | None, listed: Sequence[Repository]) -> Iterator[str]:
    known = {one for repository in listed for one in repository.topics}
    if topic is not None and topic not in known:
        meant = did_you_mean(topic, known)
        yield f"repos.topic: no repo has the topic {topic!r}{meant}"


def _unknown(name: str, names: Collection[str]) -> str:
    if meant := did_you_mean(name, names):
        return f"is no repo{meant}"
    what = "is like no repo" if _WILD & set(name) else "is no repo"
    return f"{what} of the owner that the token may see"


def _is_there(name: str, names: Collection[str]) -> bool:
    return any(name in (one, short(one)) for one in names)
