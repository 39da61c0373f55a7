"""Renders of the template as it stands in the work tree, and the Markdown that all pages use."""

from collections.abc import Iterable
from pathlib import Path

import copier
import yaml

SUITE = Path(__file__).parents[2]
GENERATED = "<!-- Written by `make docs`. Edit what it describes instead. -->\n"


def render(folder: Path, **answers: str) -> Path:
    """Render the template into a new folder within `folder`, and return it."""
    target = folder / f"render-{len(list(folder.iterdir()))}"
    copier.run_copy(str(SUITE), target, data=answers, defaults=True, quiet=True, vcs_ref="HEAD")
    return target


def answers(repo: Path) -> dict[str, str]:
    """Return the answers that a render was made from."""
    recorded = yaml.safe_load((repo / ".copier-answers.yml").read_text("utf-8"))
    return {key: value for key, value in recorded.items() if not key.startswith("_")}


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = list(columns)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def code(value: object) -> str:
    """Return a value as inline code; nothing for nothing."""
    return f"`{value}`" if str(value) else ""
