"""Orders the names of versions as PEP 440 does."""

import re

import packaging.version

_LONGEST = 100


def as_release(name: str) -> packaging.version.Version | None:
    """Return what a version's name says by PEP 440; commits after a tag count as post-releases."""
    described = re.fullmatch(r"(.+)-(\d+)-g[0-9a-f]+", name)
    if not described:
        return _version(name)
    after = _version(f"{described[1]}.post{described[2]}")
    # Behind a `.dev` or a `.post` PEP 440 has no post-release: a local version is after it too.
    return after or _version(f"{described[1]}+{described[2]}")


def ends_in_version(name: str) -> bool:
    """Tell whether a name ends in a version; what stands before it is a template's prefix."""
    starts = (at for at in range(len(name)) if at == 0 or not name[at - 1].isalnum())
    return len(name) <= _LONGEST and any(as_release(name[at:]) for at in starts)


def _version(text: str) -> packaging.version.Version | None:
    try:
        return packaging.version.Version(text)
    except ValueError:
        # Not only `InvalidVersion`: Python reads no number of some thousand digits.
        return None
