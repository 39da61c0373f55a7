"""Opens a forge by its kind; only here a kind leads to its client."""

from collections.abc import Mapping
from typing import assert_never

from modelyard.errors import NotReady, Usage
from modelyard.forges import token_store
from modelyard.forges.client_options import ClientOptions, from_env
from modelyard.forges.forge import Forge, ForgeKind


def open_forge(
    kind: ForgeKind,
    owner: str,
    *,
    url: str | None = None,
    env: Mapping[str, str] | None = None,
    options: ClientOptions | None = None,
) -> Forge:
    """Return the forge of an owner. No request is sent yet.

    Args:
        kind: Which forge it is.
        owner: A user, an organisation or a group; of a local one, the folder of the repositories.
        url: Where the forge is, if not in its public place: `https://git.example.com`.
        env: Where tokens are; by default the environment of this process, which does not have
            them from then on.
        options: How patient to be; by default what the environment asks for.

    Raises:
        Usage: There is no owner, or the address is not one.
        NotReady: The token or the extra is missing.
    """
    env = token_store.environment() if env is None else env
    options = options or from_env(env)
    if not owner:
        example = "a folder" if kind is ForgeKind.LOCAL else "team"
        raise Usage("a forge needs an owner", f"such as {example}")
    try:
        match kind:
            case ForgeKind.GITHUB:
                from modelyard.forges.github import open_github

                return open_github(owner, url, env, options)
            case ForgeKind.GITLAB:
                from modelyard.forges.gitlab import open_gitlab

                return open_gitlab(owner, url, env, options)
            case ForgeKind.LOCAL:
                from modelyard.forges.local import Local

                return Local(owner, env)
            case _:
                assert_never(kind)
    except ModuleNotFoundError as error:
        raise NotReady(
            f"{error.name} is not installed here, and {kind} needs it",
            'uv tool install "modelyard[fleet] @ git+URL-OF-THE-SUITE"',
        ) from None
