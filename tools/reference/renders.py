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


def between(text: str, name: str, content: str) -> str:
    """Return a page written by hand with what stands between the two markers of a name replaced."""
    begin, end = f"<!-- {name}: written by `make docs` -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    if begin not in text or end not in rest:
        raise ValueError(f"the page has no markers of {name}")
    return f"{before}{begin}\n{content}\n{end}{after}"
