"""Rolls a version out to the repos of the fleet: by wave, in parallel, each repo on its own."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.errors import BadAnswer, ModelyardError, NotReady
from modelyard.fleet import act, config, gates, pause, waves
from modelyard.fleet.act import Result
from modelyard.fleet.context import Context
from modelyard.fleet.observe import Survey, look, opened
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import Repository
from modelyard.gitrepo.cache import cache_folder
from modelyard.template.source import Templates

_NOTHING_TO_DO = {"current", "exempt", "problem", "candidate", "foreign"}


@dataclass(frozen=True)
class RolloutOptions:
    """What somebody wants of a fleet.

    Attributes:
        file: The fleet.toml.
        to: The version; the newest release where it is None.
        wave: A wave by name; all where it is None.
        shard: Which part of how many, counted from 1.
        limit: At most so many repos.
        verify: A shell command that must succeed in a repo before its request is opened.
        jobs: Processes.
        detailed: Whether a survey also finds what was edited and what CI says.
    """

    file: Path
    to: str | None = None
    wave: str | None = None
    shard: tuple[int, int] = (1, 1)
    limit: int | None = None
    verify: str | None = None
    jobs: int = 1
    detailed: bool = False


@dataclass(frozen=True)
class Member:
    """A repo of the fleet and its wave."""

    repository: Repository
    wave: str


@contextmanager
def at_work(ask: RolloutOptions) -> Iterator[Context]:
    """Open the forge and the template of a fleet."""
    fleet = config.read(ask.file)
    with ExitStack() as stack:
        templates = stack.enter_context(Templates())
        template = templates.open(fleet.template.source, ask.file.resolve().parent)
        version = template.version(ask.to or template.newest).name
        forge = open_forge(fleet.forge.kind, fleet.forge.owner, url=fleet.forge.url)
        today = datetime.now(UTC).date()
        yield Context(fleet, forge, templates, version, today, cache_folder("fleet"))


def members(context: Context) -> Sequence[Member]:
    """Return the repos of the fleet by name, each with its wave."""
    repositories = [
        repository
        for repository in context.forge.repositories()
        if context.fleet.repos.select(repository)
    ]
    workable = [
        repository.name
        for repository in repositories
        if not repository.problem and not context.fleet.exemption(repository.name, context.today)
    ]
    assigned = waves.assign(workable, context.fleet.waves)
    return [Member(repository, assigned.get(repository.name, "")) for repository in repositories]


def chosen(context: Context, ask: RolloutOptions) -> Sequence[Member]:
    """Return the repos that somebody asks for: of a wave, of a shard, at most so many."""
    known = [wave.name for wave in context.fleet.waves]
    if ask.wave is not None and ask.wave not in known:
        raise BadAnswer(f"fleet.toml has no wave {ask.wave!r}", f"one of: {', '.join(known)}")
    found = [one for one in members(context) if ask.wave in (None, one.wave)]
    mine = set(waves.shard([one.repository.name for one in found], *ask.shard))
    return [one for one in found if one.repository.name in mine][: ask.limit]


def surveys(ask: RolloutOptions, told: Callable[[Survey], None]) -> list[Survey]:
    """Look at every repo that is asked for, and merge it; write nothing."""
    with at_work(ask) as context:
        return _each(context, ask, chosen(context, ask), _survey, told)


def rollout(ask: RolloutOptions, told: Callable[[Result], None]) -> list[Result]:
    """Bring the version to every repo that is asked for.

    Args:
        ask: What is wanted.
        told: Is called with each repo's result, as soon as there is one.
    """
    with at_work(ask) as context:
        return _each(context, ask, chosen(context, ask), _roll, told)


def next_wave(
    ask: RolloutOptions, told: Callable[[Result], None]
) -> tuple[gates.Verdict, list[Result]]:
    """Open the next wave, if the gates of those before it hold.

    A wave in which no repo needs the version opens nothing, so the one behind it is next.
    """
    with at_work(ask) as context:
        everybody = members(context)
        done: list[Result] = []
        passed: list[str] = []
        while True:
            verdict = gates.judge(context, everybody, pause.find(context), passed)
            if not verdict.holds or verdict.wave is None:
                return verdict, done
            # A part of a wave would open it for others, who would see the one behind it as next.
            wanted = replace(ask, wave=verdict.wave, shard=(1, 1), limit=None)
            done += _each(context, wanted, chosen(context, wanted), _roll, told)
            if any(one.did not in _NOTHING_TO_DO for one in done):
                return verdict, done
            passed.append(verdict.wave)


def retry(ask: RolloutOptions, told: Callable[[Result], None]) -> list[Result]:
    """Roll out again where it failed: no request in a wave that has been opened."""
    with at_work(ask) as context:
        everybody = chosen(context, ask)
        begun = gates.begun(context, everybody)
        missing = [one for one in everybody if one.wave in begun.waves]
        missing = [one for one in missing if one.repository.name not in begun.served]
        return _each(context, ask, missing, _roll, told)


def _survey(context: Context, ask: RolloutOptions, member: Member) -> Survey:
    try:
        survey, remote = look(context, member.repository, member.wave)
        with opened(context, member.repository, survey, remote, ask.detailed) as found:
            return found.survey
    except ModelyardError as error:
        return Survey(member.repository.name, member.wave, "failed", detail=error.message)


def _roll(context: Context, ask: RolloutOptions, member: Member) -> Result:
    return act.roll(context, member.repository, member.wave, ask.verify)


Work = Callable[[Context, RolloutOptions, Member], Any]


def _each(
    context: Context,
    ask: RolloutOptions,
    todo: Sequence[Member],
    work: Work,
    told: Callable[[Any], None],
) -> list[Any]:
    """Do a piece of work for each repo, in this process or in several; in the order of names."""
    results: dict[str, Any] = {}
    if ask.jobs == 1 or len(todo) < 2:
        for member in todo:
            results[member.repository.name] = work(context, ask, member)
            told(results[member.repository.name])
    else:
        with ProcessPoolExecutor(
            ask.jobs, initializer=_enter, initargs=(ask, context.version)
        ) as pool:
            futures = {pool.submit(_in_process, work, member): member for member in todo}
            for future in as_completed(futures):
                name = futures[future].repository.name
                results[name] = future.result()
                told(results[name])
    return [results[member.repository.name] for member in todo]


_process: dict[str, Any] = {}


def _enter(ask: RolloutOptions, version: str) -> None:
    """Open forge and templates once in each process; they live as long as it does."""
    wanted = replace(ask, to=version)
    context = at_work(wanted)
    _process.update(ask=wanted, keep=context, context=context.__enter__())


def _in_process(work: Work, member: Member) -> Any:
    return work(_process["context"], _process["ask"], member)


def summary(done: Sequence[Result]) -> Mapping[str, int]:
    """Count the results by what was done."""
    return dict(Counter(one.did for one in done))


def parse_shard(text: str) -> tuple[int, int]:
    """Read `I/N`.

    Raises:
        NotReady: It is none.
    """
    index, _, count = text.partition("/")
    if index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count):
        return int(index), int(count)
    raise NotReady(f"--shard {text!r} is no I/N with I from 1 to N", "--shard 1/4")
