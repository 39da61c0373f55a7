"""The page of measured figures: sections by title, each measured and written by itself."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .repos import SUITE

TARGET = SUITE / "docs" / "reference" / "figures.md"
HEAD = """# Measured figures

Written by `make bench`; `make bench ARGS="--only Updates"` writes one section anew.
The machine is shared, so quote the ratios.

"""


def written(path: Path = TARGET) -> dict[str, str]:
    """Return the sections that a file has, by their titles."""
    text = path.read_text("utf-8") if path.exists() else ""
    _, *parts = re.split(r"^## (.+)\n\n", text, flags=re.M)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {title: body.rstrip("\n") + "\n" for title, body in pairs}


def write(sections: Mapping[str, str], order: Sequence[str], path: Path = TARGET) -> str:
    """Write sections in an order; those that it does not name come last. Return the text."""
    titles = sorted(sections, key=lambda one: order.index(one) if one in order else len(order))
    text = HEAD + "\n".join(f"## {title}\n\n{sections[title]}" for title in titles)
    path.write_text(text, "utf-8")
    return text
