"""Where the address of a template leads: to a folder of this machine, or to a server.

An answers file is hostile input. Whoever can commit to a repo could commit a template in it, or a
bare repository as plain files, whose configuration would come from the same hand.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from modelyard.errors import Unreachable

_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}


def expanded(source: str) -> str:
    """Return an address without what is short for something else."""
    address = source.removeprefix("git+")
    for short, long in _SHORT.items():
        if address.startswith(short):
            return long + address.removeprefix(short).strip("/")
    return address


def local_path(address: str, beside: Path | None) -> Path | None:
    """Return the folder that an address leads to, or None where it leads to no folder here.

    Args:
        address: An address that is expanded.
        beside: Where a relative path begins; the current folder is tried next.
    """
    if address.startswith("file://"):
        parts = urlsplit(address)
        here = Path(unquote(parts.path)) if parts.netloc in {"", "localhost"} else None
        return here.resolve() if here and here.exists() else None
    if "://" in address:
        return None
    try:
        path = Path(address).expanduser()
    except RuntimeError:
        path = Path(address)
    around = [beside / path] if beside and not path.is_absolute() else []
    # A name that no file system takes is no error here.
    found = (one.resolve() for one in (*around, path) if os.path.exists(one))  # noqa: PTH110
    return next(found, None)


def is_same(one: str, other: str, beside: Path | None) -> bool:
    """Tell whether two addresses lead to one template, as far as they themselves tell."""
    if one == other:
        return True
    addresses = [expanded(source) for source in (one, other)]
    folders = [local_path(address, beside) for address in addresses]
    if any(folders):
        return folders[0] == folders[1]
    plain = {address.rstrip("/").removesuffix(".git") for address in addresses}
    return len(plain) == 1


def is_relative(address: str) -> bool:
    """Tell whether an address means something else in each folder."""
    path = "://" not in address and not address.startswith(("/", "~"))
    # As git has it, a colon before the first slash ends the name of a server.
    return path and ":" not in address.partition("/")[0]


def refuse_inside(place: Path, source: str, repo: Iterable[Path]) -> None:
    """Refuse a template that is a part of the repo which names it.

    Args:
        place: Where the template is, with no link in its path.
        source: What names it.
        repo: The folders of the repo: its work tree and where git keeps it.

    Raises:
        Unreachable: It is in one of them.
    """
    # By what the file system says, for names may differ in case or be mounted twice.
    forbidden = {_identity(one) for one in repo}
    if any(_identity(one) in forbidden for one in (place, *place.parents)):
        raise Unreachable(
            f"the template {source} is inside of the repo that names it, where everybody who can "
            "commit to the repo decides what it is",
            "keep it elsewhere, and name it: --template URL_OR_PATH",
        )


def _identity(path: Path) -> tuple[int, int] | str:
    try:
        found = path.stat()
    except OSError:
        return str(path)
    return found.st_dev, found.st_ino
