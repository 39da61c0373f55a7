"""The control repository, where a fleet records what is of no repo: a pause, a withdrawal."""

from modelyard.errors import NotReady, Unreachable
from modelyard.fleet.config import Fleet
from modelyard.fleet.near_names import did_you_mean
from modelyard.forges.forge import Forge, Remote


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
