"""How much is generated, and how much of the template is logic."""

import re
import statistics
from pathlib import Path

from .repos import SUITE

# Written by machines, or not text.
NOT_OURS = {"requirements.lock", "flights-2013.zip", "LICENSE"}


def measure(repo: Path) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, counted, aimed at."""
    files = [path for path in repo.rglob("*") if path.is_file()]
    lines = {p: p.read_text("utf-8").count("\n") for p in files if p.name not in NOT_OURS}
    longest = max(lines, key=lambda path: lines[path])
    source = [p for p in (SUITE / "template").rglob("*") if p.is_file()]
    text = [p.read_text("utf-8") for p in source if p.suffix != ".zip"]
    total = sum(part.count("\n") for part in text)
    jinja = [p.read_text("utf-8") for p in source if p.suffix == ".jinja"]
    branches = sum(len(re.findall(r"{%-? *if\b|{{[^}]* if ", part)) for part in jinja)
    return [
        ("generated files", str(len(files)), "40 to 60"),
        ("their median length", f"{statistics.median(lines.values()):g} lines", "< 50"),
        ("the longest of ours", f"{lines[longest]} lines (`{longest.name}`)", "≤ 200"),
        ("Jinja branches per 100 lines of template", f"{100 * branches / total:.2f}", "≤ 1"),
    ]
