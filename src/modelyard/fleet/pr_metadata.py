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
        waits_for_ci: It is a draft until CI is green; a draft that does not wait is a person's.
    """

    version: str
    before: str
    base: str
    head: str
    wave: str
    conflicts: tuple[str, ...] = ()
    waits_for_ci: bool = False


def line(metadata: Metadata) -> str:
    """Return the line for a body; nothing in it can end the comment early."""
    text = json.dumps(asdict(metadata), sort_keys=True).replace("-->", "--\\u003e")
    return f"<!-- modelyard {text} -->"


def replaced(body: str, metadata: Metadata) -> str:
    """Return a body whose last line of this kind, the one that counts, says something else."""
    text = body.replace("\r\n", "\n")
    last = list(_LINE.finditer(text))[-1]
    return f"{text[: last.start()]}{line(metadata)}{text[last.end() :]}"


def find(body: str) -> Metadata | None:
    """Read the line out of a body; None where there is none, or somebody has broken it.

    It is the last one: what stands above it is written by templates and other people.
    """
    found = _LINE.findall(body.replace("\r\n", "\n"))
    if not found:
        return None
    try:
        loaded = json.loads(found[-1])
        conflicts = loaded.pop("conflicts", [])
        metadata = Metadata(**loaded, conflicts=tuple(conflicts))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts = (
        metadata.version,
        metadata.before,
        metadata.base,
        metadata.head,
        metadata.wave,
        *metadata.conflicts,
    )
    typed = all(isinstance(text, str) for text in texts) and isinstance(metadata.waits_for_ci, bool)
    return metadata if typed else None
