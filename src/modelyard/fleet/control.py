"""The control repository, where a fleet records what is of no repo: a pause, a withdrawal."""

from pathlib import Path

from modelyard.errors import NotReady, Unreachable
from modelyard.fleet import clones
from modelyard.fleet.clones import Tips
from modelyard.fleet.config import Bot, Fleet
from modelyard.fleet.near_names import did_you_mean
from modelyard.forges.forge import Forge, Remote
from modelyard.gitrepo import git


def remote_of(fleet: Fleet, forge: Forge) -> Remote | None:
    """Return how git reaches the control repository; None where fleet.toml names none.

    Raises:
        NotReady: It is not there, or is called otherwise: nobody could be heard who pauses.
    """
    asked = fleet.control
    if asked is None:
        return None
    try:
        found = forge.repository(asked)
    except Unreachable as error:
        meant = did_you_mean(asked, [one.name for one in forge.repositories()])
        raise NotReady(f"fleet.toml: control: {error.message}{meant}", "edit fleet.toml") from None
    if found.name != asked:
        raise NotReady(
            f"fleet.toml: control: {asked!r} is called {found.name!r}", f'control = "{found.name}"'
        )
    return forge.remote(found)


def note(remote: Remote, tips: Tips, branch: str, text: str, bot: Bot, cache: Path) -> bool:
    """Record a text in the control repository, as the message of a branch's only new commit.

    Returns:
        Whether it is there now; not where somebody else made the branch just now.

    Raises:
        NotReady: The repository has no commit yet, or does not take it.
    """
    if not tips.head:
        raise NotReady(
            "the control repository is empty, so nothing can be recorded in it",
            "commit a file to its default branch, a README say",
        )
    folder = clones.clone(remote, tips.head, cache)
    command = ("commit-tree", f"{tips.head}^{{tree}}", "-m", text)
    commit = git.run(folder, *command, env=bot.identity())[1].decode().strip()
    return clones.push(remote, folder, commit, branch, "")
