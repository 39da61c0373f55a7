"""How the branch of a request is named: after the version, then after what it is of the repo.

`modelyard/v1.2.0` goes into the default branch, for the project at the top. Another branch follows
an `@`, another project a `=`: neither can be in the name of a version. Each part stands for one
text: `/` is `,` there, since git has no branch below another one, and all that git or a forge would
read otherwise is escaped. So a branch says exactly which version, branch and project it is of.
"""

import hashlib
import os
import re
from typing import NamedTuple

_PLAIN = re.compile(rb"[A-Za-z0-9_.-]")
_BRANCH = re.compile(r"(?P<version>[^@=]+)(?P<target>@[^=]+)?(?P<project>=.+)?", re.S)
# git keeps a branch in a file, whose name has at most 255 bytes.
_LONGEST, _SHOWN = 60, 36


class Named(NamedTuple):
    """What the branch of a request says.

    Attributes:
        version: The version that it brings.
        target: The part of the branch that it goes into, as `encoded`; "" for the default branch.
        project: The part of the project, as `encoded`; "" for the one at the top.
    """

    version: str
    target: str
    project: str

    @property
    def suffix(self) -> str:
        """All behind the version."""
        return self.target + self.project


def suffix(target: str, project: str) -> str:
    """Return what follows the version: "" for the default branch and the top."""
    return into(target) + (f"={encoded(project)}" if project else "")


def into(target: str) -> str:
    """Return the part of a branch that a request goes into; "" for the default branch, ""."""
    return f"@{encoded(target)}" if target else ""


def parse(prefix: str, branch: str) -> Named | None:
    """Tell what a branch is of; None where it is not the fleet's."""
    found = _BRANCH.fullmatch(branch.removeprefix(prefix)) if branch.startswith(prefix) else None
    return Named(*(found[name] or "" for name in Named._fields)) if found else None


def encoded(text: str) -> str:
    """Return a text as a part of a branch: no other text has the same."""
    made = "".join(map(_character, os.fsencode(text)))
    made = re.sub(r"\.(?=\.|$|lock$)", "%2E", made)
    if len(made) <= _LONGEST:
        return made
    return f"{made[:_SHOWN]}!{hashlib.sha256(os.fsencode(text)).hexdigest()[:20]}"


def _character(byte: int) -> str:
    one = bytes([byte])
    if one == b"/":
        return ","
    return one.decode() if _PLAIN.fullmatch(one) else f"%{byte:02X}"
