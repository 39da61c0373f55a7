"""One template has many addresses: they are compared by the host and the path that they lead to.

What differs between two people's clones counts for nothing: short forms, the scheme, a login, a
port that is usual, a `.git` or a slash at the end, capitals of a host, and of a path where the
forge reads none. ssh may listen on any port of a host, so its port says nothing either.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from modelyard.template import places

# As git has it: a colon before the first slash ends the name of a server.
_SCP = re.compile(r"(?:[^@/:\s]+@)?(?P<host>\[[^\]/]+\]|[^@/:\s]+):(?P<path>[^\s].*)", re.S)
_PORTS = {"http": 80, "https": 443, "git": 9418}
_SSH = {"ssh", "git+ssh", "ssh+git"}
# Other names by which a public forge answers; those for ssh are for networks that close its port.
_ALIASES = {
    "www.github.com": "github.com",
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
}
_FOLDED = {"github.com", "gitlab.com"}


@dataclass(frozen=True)
class Address:
    """Where a template is.

    Attributes:
        host: The server, with a port that is not usual; "" for a folder of this machine.
        path: What it is there, with no slash around it and no `.git`; of a folder the whole path.
    """

    host: str
    path: str


def parse(source: str, beside: Path, folded: Collection[str] = ()) -> Address:
    """Return where an address leads.

    Args:
        source: The address: a URL, `git@host:path`, `gh:owner/name`, or a path.
        beside: Where a relative path begins.
        folded: Hosts, beside the public ones, that read no capitals in the path.
    """
    address = places.expanded(source.strip())
    if address.startswith("file://"):
        return _folder(unquote(urlsplit(address).path), beside)
    if "://" in address:
        try:
            return _of_url(urlsplit(address), folded)
        except ValueError:
            # A port that is no number, a bracket too few: it leads nowhere else than it says.
            return Address("", address)
    found = _SCP.fullmatch(address)
    if found and not Path(beside, address).exists():
        return _on(found["host"], found["path"], folded)
    return _folder(address, beside)


def _of_url(parts: SplitResult, folded: Collection[str]) -> Address:
    host, scheme = parts.hostname or "", parts.scheme.lower()
    usual = scheme in _SSH or parts.port in {None, _PORTS.get(scheme)}
    return _on(host if usual else f"{host}:{parts.port}", unquote(parts.path), folded)


def _on(host: str, path: str, folded: Collection[str]) -> Address:
    host = host.strip("[]").rstrip(".").lower()
    host = _ALIASES.get(host, host)
    path = re.sub(r"/{2,}", "/", path).strip("/").removesuffix(".git").rstrip("/")
    return Address(host, path.lower() if host in _FOLDED or host in folded else path)


def _folder(path: str, beside: Path) -> Address:
    try:
        place = (beside / Path(path).expanduser()).resolve()
    except (RuntimeError, ValueError, OSError):
        # A home of nobody, a NUL, a link to itself: no folder, and no other address either.
        return Address("", path)
    if place.name == ".git":
        place = place.parent
    bare = place.with_suffix("") if place.suffix == ".git" else None
    return Address("", str(bare if bare and not place.exists() else place))
