"""Orders the names of versions as PEP 440 does."""

import re

import packaging.version


def as_release(name: str) -> packaging.version.Version | None:
    """Return what a version's name says by PEP 440; commits after a tag count as post-releases."""
    described = re.fullmatch(r"(.+)-(\d+)-g[0-9a-f]+", name)
    try:
        return packaging.version.Version(
            f"{described[1]}.post{described[2]}" if described else name
        )
    except ValueError:
        # Not only `InvalidVersion`: Python reads no number of some thousand digits.
        return None
