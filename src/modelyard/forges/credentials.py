"""Keeps a token out of everything that a person or a log may see."""

import base64
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from modelyard.errors import NotReady, Usage
from modelyard.redaction import remember

_LOOPBACK = re.compile(r"localhost|127(\.\d+){3}|::1")


@dataclass(frozen=True)
class Token:
    """A secret out of the environment; prints as the variable it came from."""

    variable: str
    value: str = field(repr=False)

    def __str__(self) -> str:
        return f"${self.variable}"

    def basic(self, user: str) -> str:
        """Return the value of an Authorization header for HTTP's basic scheme."""
        encoded = base64.b64encode(f"{user}:{self.value}".encode()).decode()
        remember(encoded)
        return f"Basic {encoded}"


def token(env: Mapping[str, str], *variables: str, scopes: str) -> Token:
    """Return the token of the first variable that is set.

    Raises:
        NotReady: None is, or what is set can be no token.
    """
    for variable in variables:
        value = env.get(variable, "").strip()
        if value:
            # A line break would end the header that carries it, and begin another.
            if not value.isascii() or not value.isprintable() or " " in value:
                raise NotReady(
                    f"{variable} is not a valid token: it has blanks or control characters",
                    f"set {variable} to the token alone",
                )
            remember(value)
            return Token(variable, value)
    raise NotReady(
        f"no token: {' and '.join(variables)} {'is' if len(variables) == 1 else 'are'} not set",
        f"export {variables[0]}=… with a token that may {scopes}",
    )


def host(url: str) -> str:
    """Return scheme, host, port and path of a forge, checked to be fit for a token.

    Raises:
        Usage: It is not an address, carries a login, or would send the token unencrypted.
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        _ = parts.port
    except ValueError as error:
        raise Usage(
            f"{url} is not an address: {error}", "such as https://git.example.com"
        ) from None
    if "@" in parts.netloc:
        raise Usage(
            "the address of the forge carries a login",
            "take it out; tokens are environment variables",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise Usage(f"{url} is not an address of a forge", "such as https://git.example.com")
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(parts.hostname):
        raise Usage(f"{url} would send the token unencrypted", "use https://")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


class SecretFile:
    """A file without a name, in memory: it is read by who inherits it, and gone with its owner."""

    def __init__(self, text: str) -> None:
        self.descriptor = os.memfd_create("modelyard", os.MFD_CLOEXEC)
        os.write(self.descriptor, text.encode())

    def __del__(self) -> None:
        """Let it go."""
        os.close(self.descriptor)

    @property
    def path(self) -> str:
        """Where who inherits it reads it; every time from its beginning."""
        return f"/dev/fd/{self.descriptor}"


def git_login(
    base: str, header: str, patience: float, env: Mapping[str, str]
) -> tuple[dict[str, str], SecretFile | None]:
    """Return how git logs in at a host: what its environment needs, and a file with the secret.

    It is in no argv and in no file of a disk. Where the system has no files in memory, there is no
    file, and the secret is in the environment of git alone.

    Args:
        base: Scheme, host and port; git sends the header nowhere else.
        header: The value of the Authorization header.
        patience: After how many seconds of silence a transfer is given up.
        env: The environment that git has; what it configures in this way is kept.
    """
    said = env.get("GIT_CONFIG_COUNT", "")
    first = int(said) if said.isdecimal() else 0
    secret = _login_file(base, header)
    entries = [
        ("include.path", secret.path)
        if secret
        else (f"http.{base}/.extraHeader", f"Authorization: {header}"),
        # A refused token must not open somebody's keyring.
        ("credential.helper", ""),
        # Where a server sends git on to, git sends this header too.
        ("http.followRedirects", "false"),
        ("http.lowSpeedLimit", "1"),
        ("http.lowSpeedTime", str(max(1, round(patience)))),
    ]
    made = {"GIT_CONFIG_COUNT": str(first + len(entries))}
    for number, (key, value) in enumerate(entries, first):
        made |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return made, secret


def _login_file(base: str, header: str) -> SecretFile | None:
    """Return a file of git's configuration that sends a header to a host, where there can be one.

    Only Linux opens an inherited file anew by /dev/fd; elsewhere its second reader finds its end.
    """
    if not sys.platform.startswith("linux"):
        return None
    host, value = (text.replace("\\", "\\\\").replace('"', '\\"') for text in (f"{base}/", header))
    return SecretFile(f'[http "{host}"]\n\textraHeader = "Authorization: {value}"\n')
