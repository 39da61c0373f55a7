"""Run with `make docs`; `--check` writes nothing and exits with 1 where a page is out of date."""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from . import fleet, layers, modelyard, questions, schema, settings, verbs
from .renders import SUITE, render

PAGES: dict[str, Callable[[Path], str]] = {
    "CONTRIBUTING.md": layers.page,
    "docs/reference/fleet.md": fleet.page,
    "docs/reference/modelyard.md": modelyard.page,
    "docs/reference/questions.md": questions.page,
    "docs/reference/settings.md": settings.page,
    "docs/reference/verbs.md": verbs.page,
    "docs/explanation/fleet.md": fleet.explanation,
}


def _pages(repo: Path) -> dict[str, str]:
    """Return the text of each page by its path."""
    found = {name: page(repo) for name, page in PAGES.items()}
    for name, text in schema.schemas().items():
        found[f"docs/reference/schemas/{name}.json"] = text
    return found


def main() -> int:
    """Write the pages, or tell which ones differ."""
    parser = argparse.ArgumentParser(prog="python -m tools.reference", description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    warnings.filterwarnings("ignore", message="Dirty template changes")
    stale = []
    with tempfile.TemporaryDirectory() as scratch:
        repo = render(Path(scratch))
        for name, text in _pages(repo).items():
            path = SUITE / name
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    for name in stale:
        print(f"{name} {'is out of date: make docs' if check else 'is written'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
