"""The mark of a dashboard: a hidden, signed line at the end of the issue's text."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass

from modelyard.forges.signing import SigningKey, SigningKeys

_LINE = re.compile(r"^<!-- modelyard-dashboard (\{.{1,2000}\}) -->$", re.M)


@dataclass(frozen=True)
class DashboardMark:
    """What the mark says.

    Attributes:
        fleet: Which fleet it is about.
        version: The version that was rolled out.
        closed: The bot closed it: nothing was left to do.
    """

    fleet: str
    version: str
    closed: bool


def name_of(*texts: str) -> str:
    """Return a short name for what tells a fleet from others; it tells nothing of the texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def line(mark: DashboardMark, repository: str, key: SigningKey | None) -> str:
    """Return the line for a text."""
    fields = asdict(mark)
    if key:
        fields |= {"key": key.name, "signature": key.sign(_signed(mark, repository))}
    text = json.dumps(fields, sort_keys=True).replace("-->", "--\\u003e")
    return f"<!-- modelyard-dashboard {text} -->"


def find(
    body: str, repository: str, keys: SigningKeys, *, of_another_key: bool = False
) -> DashboardMark | None:
    """Read the last mark of a text; None where there is none that counts.

    With `of_another_key` one counts that claims to be signed with a key that is not there any more.
    """
    found = _LINE.findall(body.replace("\r\n", "\n"))
    try:
        loaded = json.loads(found[-1])
        key, signature = loaded.pop("key", ""), loaded.pop("signature", "")
        mark = DashboardMark(**loaded)
    except (IndexError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    texts = (mark.fleet, mark.version, key, signature)
    if not all(isinstance(one, str) for one in texts) or not isinstance(mark.closed, bool):
        return None
    if not keys.keys:
        return mark
    signer = keys.named(key)
    if of_another_key:
        return mark if key and signer is None else None
    return mark if signer and signer.verify(_signed(mark, repository), signature) else None


def _signed(mark: DashboardMark, repository: str) -> bytes:
    return json.dumps(["dashboard", repository, asdict(mark)], sort_keys=True).encode("ascii")
