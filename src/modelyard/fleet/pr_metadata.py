"""The hidden line in a request's body: what the fleet has to know of it, kept on the forge."""

import json
import re
from dataclasses import asdict, dataclass

_LINE = re.compile(r"^<!-- modelyard (\{.*\}) -->$", re.M)


@dataclass(frozen=True)
class Metadata:
    """What a request is about.

    Attributes:
        version: The version that it brings.
        before: The version that the repo was on.
        base: The commit of the default branch that it was made from.
        head: The commit that the bot pushed; where the branch is elsewhere, somebody worked on it.
        wave: The wave that it was opened in.
        conflicts: Files that a person has to decide.
    """

    version: str
    before: str
    base: str
    head: str
    wave: str
    conflicts: tuple[str, ...] = ()


def line(mark: Metadata) -> str:
    """Return the line for a body; nothing in it can end the comment early."""
    text = json.dumps(asdict(mark), sort_keys=True).replace("-->", "--\\u003e")
    return f"<!-- modelyard {text} -->"


def find(body: str) -> Metadata | None:
    """Read the line out of a body; None where there is none, or somebody has broken it.

    It is the last one: what stands above it has words of templates and of other people.
    """
    found = _LINE.findall(body.replace("\r\n", "\n"))
    if not found:
        return None
    try:
        loaded = json.loads(found[-1])
        conflicts = loaded.pop("conflicts", [])
        mark = Metadata(**loaded, conflicts=tuple(conflicts))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    words = (mark.version, mark.before, mark.base, mark.head, mark.wave, *mark.conflicts)
    return mark if all(isinstance(word, str) for word in words) else None
