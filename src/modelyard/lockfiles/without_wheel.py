"""Keeps the pins that come without a wheel, though nothing is built.

Without a build uv knows nothing of such a version, so it leaves it, and takes others for the sake
of that. Where nothing of a lock is lost but for this, what such a version depends on is in the lock
already: uv is shown a wheel that asks for nothing in its place, and the lock keeps its hashes.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modelyard.lockfiles import wheel_metadata
from modelyard.lockfiles.path_sources import normal

MOST = 40
"""So many pins are looked up one by one; a lock that loses more is another lock."""

_FOLDER = "stubs"


@dataclass(frozen=True)
class Pin:
    """A version that a lock has, with its hashes as the lock writes them."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()


def of_lock(text: str) -> set[Pin]:
    """Return the pins of a requirements lock as uv or `pins.strict` writes it."""
    found = set()
    for block in re.split(r"\n(?=\S)", text):
        if pin := re.match(r"([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", block):
            hashes = tuple(re.findall(r"--hash=([a-z0-9]+:[0-9a-f]+)", block))
            found.add(Pin(normal(pin[1]), pin[2], hashes))
    return found


def lost(before: Sequence[Pin], after: set[tuple[str, str]]) -> list[Pin]:
    """Return the pins that are in no other lock."""
    return [pin for pin in before if (pin.name, pin.version) not in after]


def lacking(pins: Sequence[Pin], has_wheels: Callable[[Sequence[Pin]], bool]) -> list[Pin] | None:
    """Return the pins that come without a wheel; None where there are too many to look.

    Args:
        pins: The pins.
        has_wheels: Tells whether each of some pins has a wheel.
    """
    if not pins:
        return []
    one_of_each = len({pin.name for pin in pins}) == len(pins)
    if one_of_each and has_wheels(pins):
        return []
    return None if len(pins) > MOST else [pin for pin in pins if not has_wheels([pin])]


def is_complete(
    gone: Sequence[Pin], lacking: Sequence[Pin], after: set[tuple[str, str]], template: set[Pin]
) -> bool:
    """Tell whether a lock lacks nothing for the want of what the stubs should have asked for.

    What a version depends on is in the template's own lock, where that has the version: a package
    that is not in it went for another reason.

    Args:
        gone: The pins of before that are in the lock no more.
        lacking: The pins that have a stub.
        after: Names and versions of the lock.
        template: The pins of the template's lock.
    """
    if not gone:
        return True
    versions = {(pin.name, pin.version) for pin in template}
    names, kept = {pin.name for pin in template}, {name for name, _ in after}
    known = all((pin.name, pin.version) in versions for pin in lacking)
    return known and all(pin.name in kept or pin.name not in names for pin in gone)


def stub(pin: Pin) -> tuple[str, bytes]:
    """Return path and content of a wheel that asks for nothing."""
    name = pin.name.replace("-", "_")
    about = f"Metadata-Version: 2.1\nName: {pin.name}\nVersion: {pin.version}\n"
    content = wheel_metadata.written(f"{name}-{pin.version}.dist-info", about)
    return f"{_FOLDER}/{name}-{pin.version}-py3-none-any.whl", content


def with_folder(find_links: str) -> str:
    """Return the machine's folders of wheels and that of the stubs, as `UV_FIND_LINKS` has them."""
    return ",".join([*([find_links] if find_links else []), _FOLDER])


def with_hashes(lock: bytes, pins: Sequence[Pin]) -> bytes:
    """Return a lock that has the hashes of the pins in the place of those of their stubs."""
    for pin in pins:
        ours = hashlib.sha256(stub(pin)[1]).hexdigest()
        theirs = " \\\n    ".join(f"--hash={one}" for one in pin.hashes)
        lock = lock.replace(f"--hash=sha256:{ours}".encode(), theirs.encode())
    return lock
