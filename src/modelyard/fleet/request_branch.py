"""What the branches of requests begin with: git must take each name, and none may be a person's."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, Field

# By git's rules for a name of which more follows: the name of a version.
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[/-]|(^|/)\.|\.lock/")
# A version, a branch and a project follow; git keeps it all in the name of a file.
_LONGEST = 80


def _checked(text: str) -> str:
    if found := _NO_NAME.search(text):
        raise ValueError(f"git has no branch with {found[0]!r} in this place: {text!r}")
    return text


Prefix = Annotated[str, Field(min_length=1, max_length=_LONGEST), AfterValidator(_checked)]


def refuse_maintained(prefix: str, patterns: Sequence[str]) -> None:
    """Refuse to call requests as branches are called that get requests: none of them would get one.

    Raises:
        ValueError: A pattern is like them.
    """
    for pattern in patterns:
        # Whatever stands for the version: `release/1.x` of somebody, or the bot's of 1.x.
        if fnmatchcase(f"{prefix}v1.2.0", pattern) or pattern.startswith(prefix):
            raise ValueError(
                f"[request] branch = {prefix!r} is like {pattern!r} in [repos] branches: requests "
                "need branches of their own"
            )
