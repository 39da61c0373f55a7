"""Addresses of repositories and of storage, without what must not be recorded."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit


class Remote(NamedTuple):
    """Where a repo is pushed to; `url` is what a browser opens, with no login."""

    url: str
    host: str
    owner: str
    name: str


def as_remote(address: str) -> Remote | None:
    """Return what an address of git says; None for a path on this machine."""
    url = re.sub(r"^(?:[^@/\s]+@)?([\w.-]+):(?!/)", r"ssh://\1/", address)
    try:
        parts = urlsplit(recordable(url))
        host = parts.hostname or ""
    except ValueError:
        return None
    path = parts.path.strip("/").removesuffix(".git")
    owner, _, name = path.rpartition("/")
    known = parts.scheme in {"http", "https", "ssh", "git"}
    if not (known and host and owner and name) or "@" in path:
        return None
    return Remote(f"https://{host}/{path}", host, owner, name)


def recordable(address: str) -> str:
    """Return what of an address may be put on record; "" where a secret may be left in it.

    That is the address with no user, password, query or fragment.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return "" if re.match(r"[^/]*:[^/]*@", address) else address
    host, slash, path = re.split(r"[?#]", rest)[0].partition("/")
    login, _, place = host.rpartition("@")
    if "@" in path:
        return ""
    # Who logs in is part of an ssh address; with what is not.
    user = login.partition(":")[0] if scheme.lower() in {"ssh", "sftp"} else ""
    return f"{scheme}://{user}{'@' if user else ''}{place}{slash}{path}"


def without_logins(prose: str) -> str:
    """Return a text without the passwords of the addresses in it."""
    prose = re.sub(r"(https?://)[^\s/]*@", r"\1", prose)
    return re.sub(r"\b([a-z][a-z0-9+.-]{0,20}://[^\s@:/]*):[^\s/]*@", r"\1@", prose)
