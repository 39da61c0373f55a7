"""What a pin states, and which of two is higher or says more."""

import re
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from modelyard.ledger.loss import Owner

_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_TAG = re.compile(r"(?P<scheme>(?:[A-Za-z][A-Za-z_]*[/-])*)[vV]?(?P<version>[0-9].*)")
_CLAUSE = re.compile(r"\s*(?P<operator>===?|~=|!=|>=|<=|[=><^~])\s*(?P<version>[0-9][\w.*+!-]*)\s*")
_VERSION = re.compile(
    r"[0-9]+(?:\.[0-9]+)*(?:[-._]?(?:a|b|c|rc|alpha|beta|pre|preview|post|dev)[-._]?[0-9]*)*"
)
_CAPS = ("<", "<=", "!=")
_COMPATIBLE = ("~=", "^", "~")
_OPEN_END = re.compile(r"\.[x*]$")
_TARGET = re.compile(r"py(?P<major>[0-9])(?P<minor>[0-9]{1,2})")
# A number of six digits or more is a date or a build.
_LARGEST = 99_999
# The version of a branch or tag that moves along has two parts at most: v4, 3.12.
_MOVING_PARTS = 2


@dataclass(frozen=True)
class Clause:
    """One version with its operator, "" where there is none.

    Attributes:
        operator: As written.
        version: None where it cannot be compared.
        moving: Whether a short version contains each longer one that begins with it.
        scheme: What stands before the number in a tag, other than a v.
    """

    operator: str
    version: Version | None
    moving: bool = False
    scheme: str = ""

    @property
    def parts(self) -> int:
        """Of how many numbers the version consists."""
        return len(self.version.release) if self.version else 0


@dataclass(frozen=True)
class Stated:
    """What a pin states.

    Attributes:
        text: How people call it.
        clauses: All of which hold.
        digest: The hash that it names; "" where it names none.
    """

    text: str
    clauses: tuple[Clause, ...]
    digest: str = ""

    @property
    def detail(self) -> tuple[bool, int]:
        """The larger, the more it says: a hash beats a tag, 1.2.0 beats 1.2."""
        return bool(self.digest), sum(clause.parts for clause in self.clauses)

    @property
    def prerelease(self) -> bool:
        """Whether it names a pre-release."""
        return any(clause.version and clause.version.is_prerelease for clause in self.clauses)


def reference(text: str, digest: str = "", comment: str = "") -> Stated:
    """Read a tag or a hash: what a hash stands for is known from the version in its comment."""
    if _HASH.fullmatch(text):
        digest, text = text, comment
    found = _TAG.fullmatch(text)
    scheme = found["scheme"] if found else text
    version, open_end = _version(found["version"]) if found else (None, False)
    parts = len(version.release) if version else 0
    moving = open_end or parts <= _MOVING_PARTS
    # release/v1 is the branch to which the tags v1.2.0 belong.
    scheme = scheme.removeprefix("release/")
    clause = Clause("", version, moving, scheme)
    return Stated(f"{text or digest[:12]} by hash" if digest else text, (clause,), digest)


def specifier(text: str) -> Stated | None:
    """Read a range such as `>=1.2,<2`; None where it is none, or has upper bounds alone.

    Whoever wrote an upper bound knows of something beyond it that fails.
    """
    clauses = []
    for part in text.split(","):
        found = _CLAUSE.fullmatch(part)
        if not found:
            return None
        version, open_end = _version(found["version"])
        operator = found["operator"]
        clauses.append(Clause(operator, version, open_end))
        if operator in _COMPATIBLE:
            clauses.append(Clause(f"{operator} <", version and _cap(operator, version)))
    if all(clause.operator in _CAPS for clause in clauses):
        return None
    return Stated(text.strip(), tuple(sorted(clauses, key=lambda clause: clause.operator)))


def _cap(operator: str, version: Version) -> Version:
    """Return the bound above that an operator implies: `~=1.2.3` is below 1.3, `~=1.2` below 2."""
    release = version.release
    if operator == "^":
        at = next((at for at, part in enumerate(release) if part), len(release) - 1)
    else:
        at = max(0, min(1, len(release) - 1) if operator == "~" else len(release) - 2)
    return Version(".".join(map(str, (*release[:at], release[at] + 1))))


def value(text: str) -> Stated:
    """Read the value of a setting: a version, a range, or a target such as py310."""
    if target := _TARGET.fullmatch(text):
        version = Version(f"{target['major']}.{target['minor']}")
        return Stated(text, (Clause("", version),))
    return specifier(text) or reference(text)


def compare(one: Stated, other: Stated) -> int | None:
    """Return 1 where the first is higher, -1 where it is lower, 0 where both are equal.

    None where they cannot be compared: another operator, a word, a date, or one bound that is
    higher and one that is lower.
    """
    if len(one.clauses) != len(other.clauses):
        return None
    orders = set()
    for left, right in zip(one.clauses, other.clauses, strict=True):
        order = _order(left, right)
        if order is None:
            return None
        orders.add(order)
    orders.discard(0)
    return orders.pop() if len(orders) == 1 else None if orders else 0


def stands(base: Stated, ours: Stated, theirs: Stated) -> Owner | None:
    """Return whose pin stands where both sides changed it; None where a person has to say so."""
    if not (forward(base, ours) and forward(base, theirs)):
        return None
    order = compare(ours, theirs)
    if order == 0:
        if ours.digest and theirs.digest and ours.digest != theirs.digest:
            return None
        order = (ours.detail > theirs.detail) - (ours.detail < theirs.detail)
    elif order and _only_prerelease(*((ours, theirs) if order > 0 else (theirs, ours))):
        return None
    if not order:
        return None
    return Owner.USER if order > 0 else Owner.TEMPLATE


def forward(base: Stated, side: Stated) -> bool:
    """Return whether a side is higher than the base, or equal and says no less."""
    order = compare(side, base)
    return order is not None and (order > 0 or (order == 0 and side.detail >= base.detail))


def _only_prerelease(high: Stated, low: Stated) -> bool:
    return high.prerelease and not low.prerelease


@lru_cache(maxsize=1_000)
def _version(text: str) -> tuple[Version | None, bool]:
    """Return a version, and whether it ends in a placeholder: 1.2.x, 1.2.*."""
    number = _OPEN_END.sub("", text)
    try:
        version = Version(number) if _VERSION.fullmatch(number) else None
    except InvalidVersion:
        version = None
    if version and max(version.release) > _LARGEST:
        version = None
    return version, number != text


def _order(left: Clause, right: Clause) -> int | None:
    one, other = left.version, right.version
    if one is None or other is None:
        return None
    if (left.operator, left.scheme) != (right.operator, right.scheme):
        return None
    if left.operator == "!=":
        return 0 if one == other else None
    if _contains(left, right) or _contains(right, left):
        return 0
    return (one > other) - (one < other)


def _contains(short: Clause, long: Clause) -> bool:
    if short.version is None or long.version is None or not short.moving:
        return False
    if short.version.is_prerelease or long.version.is_prerelease:
        return False
    start = long.version.release[: short.parts]
    return short.parts < long.parts and start == short.version.release
