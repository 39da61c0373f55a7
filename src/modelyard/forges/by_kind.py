"""Opens a forge by its kind; the only place that knows which kinds there are."""

import os
from collections.abc import Mapping

from modelyard.errors import NotReady, Usage
from modelyard.forges.client_options import ClientOptions, of
from modelyard.forges.forge import Forge

KINDS = ("github", "gitlab", "local")


def open_forge(
    kind: str,
    owner: str,
    *,
    url: str | None = None,
    env: Mapping[str, str] | None = None,
    options: ClientOptions | None = None,
) -> Forge:
    """Return the forge of an owner. No request is sent yet.

    Args:
        kind: One of `KINDS`.
        owner: A user, an organisation or a group; of "local", the folder of the repositories.
        url: Where the forge is, if not in its public place: `https://git.example.com`.
        env: Where tokens are; the environment of this process by default.
        options: How patient to be; by default what the environment asks for.

    Raises:
        Usage: There is no such kind, or the address is none.
        NotReady: The token or the extra is missing.
    """
    env = os.environ if env is None else env
    options = options or of(env)
    if not owner:
        raise Usage(
            "a forge needs an owner", f"such as {'a folder' if kind == 'local' else 'team'}"
        )
    try:
        if kind == "github":
            from modelyard.forges.github import open_github

            return open_github(owner, url, env, options)
        if kind == "gitlab":
            from modelyard.forges.gitlab import open_gitlab

            return open_gitlab(owner, url, env, options)
    except ModuleNotFoundError as error:
        raise NotReady(
            f"{error.name} is not installed here, and {kind} needs it",
            'uv tool install "modelyard[fleet] @ git+URL-OF-THE-SUITE"',
        ) from None
    if kind == "local":
        from modelyard.forges.local import Local

        return Local(owner)
    raise Usage(f"there is no forge of kind {kind!r}", f"one of {', '.join(KINDS)}")
