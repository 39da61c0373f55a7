"""What the forge and git's server tell of one repo, asked once for all of its members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from modelyard.fleet import clones
from modelyard.fleet.clones import Tips
from modelyard.fleet.context import Context
from modelyard.fleet.counted import ended_by_bot
from modelyard.fleet.marks import FleetRequest
from modelyard.fleet.model import Member, Told
from modelyard.fleet.pr_metadata import Ended
from modelyard.forges.forge import PullRequestState, Remote, Repository
from modelyard.gitrepo.repo import Repo, open_repo


@dataclass(frozen=True)
class Asked:
    """What is known of a repo before anything is cloned.

    Attributes:
        remote: How git reaches it.
        tips: Its branches: the default one, the maintained ones, those of the fleet.
        told: What the forge says of its requests.
        clones: Its branches that were cloned, by name; "" is the default one.
    """

    remote: Remote
    tips: Tips
    told: Told
    clones: dict[str, Repo] = field(default_factory=dict, repr=False)

    @property
    def in_use(self) -> frozenset[str]:
        """Branches of open requests, anybody's: a forge closes a request with its branch."""
        is_open = PullRequestState.OPEN
        return frozenset(o.branch for o in self.told.judged if o.state is is_open and not o.fork)

    def tip(self, target: str) -> str:
        """Return the commit of a branch that requests go into; "" is the default branch."""
        return self.tips.branches.get(target, "") if target else self.tips.head


def ask(context: Context, repository: Repository, told: Told | None = None) -> Asked:
    """Ask the forge and git's server; nothing is cloned.

    Args:
        context: The fleet.
        repository: The repo.
        told: What the forge said a moment ago, where that is enough; it is not asked again.

    Raises:
        ModelyardError: One of them does not answer.
    """
    remote = context.forge.remote(repository)
    wanted = (context.fleet.request.branch, *context.fleet.repos.branches)
    tips = clones.tips(remote, *wanted)
    return Asked(remote, tips, told or requests(context, repository))


def requests(context: Context, repository: Repository) -> Told:
    """Ask the forge for the requests of a repo, and judge them.

    Raises:
        ModelyardError: It does not answer.
    """
    found = context.forge.pull_requests(repository, context.fleet.request.label, context.branch)
    judged = context.judge.judge(repository, found)
    return Told([_with_a_persons_no(context, repository, one, judged) for one in judged])


def _with_a_persons_no(
    context: Context,
    repository: Repository,
    one: FleetRequest,
    judged: Sequence[FleetRequest],
) -> FleetRequest:
    """Return a request that the bot has closed; with that where a person closed it since.

    Who opens it again and closes it before any run has seen that has said no, and its mark still
    says that it was the bot. The forge is asked only where it decides: for the wanted version, and
    where no other request for it is open.
    """
    known, wanted = one.metadata, (context.version, one.suffix)
    if known is None or one.version != context.version or not ended_by_bot(one):
        return one
    is_open = PullRequestState.OPEN
    if any(o.state is is_open and (o.version, o.suffix) == wanted for o in judged if o.is_fleets):
        return one
    by = context.forge.closed_by(repository, one)
    if by is None or by.own or by.name in context.fleet.bot.accounts:
        return one
    return replace(one, metadata=replace(known, ended=Ended.OPENED_AGAIN))


def cloned(context: Context, known: Asked, target: str) -> Repo:
    """Return a clone of a branch that requests go into, made once for all that look into it.

    Raises:
        ModelyardError: It cannot be cloned.
    """
    if target not in known.clones:
        folder = clones.clone(known.remote, known.tip(target), context.cache, target)
        known.clones[target] = open_repo(folder)
    return known.clones[target]


def targets(context: Context, repository: Repository, tips: Mapping[str, str]) -> Sequence[str]:
    """Return the branches that requests go into: the default one, as "", and the maintained ones.

    A branch of the fleet's own is never one.
    """
    patterns, own = context.fleet.repos.branches, context.fleet.request.branch
    further = (
        name
        for name in tips
        if name != repository.branch
        and not name.startswith(own)
        and any(fnmatchcase(name, one) for one in patterns)
    )
    return ["", *sorted(further)]


def left_out(context: Context, member: Member) -> bool:
    """Tell whether settings or the forge leave a whole repo out, so that nothing is asked."""
    return bool(member.repository.problem) or exempt(context, member.repository)


def exempt(context: Context, repository: Repository) -> bool:
    """Tell whether settings leave a whole repo out today."""
    return context.fleet.exemption(repository.name, context.today) is not None
