"""How much is generated, and how much of the template is logic."""

import re
import statistics
from pathlib import Path

from .repos import SUITE

# Not counted as text: data, locks, what CI reads, docs; and what is not text.
NOT_TEXT = re.compile(r"^(data/|docs/|vendor/|\.github/|requirements\.lock$|LICENSE$)")
# The combination of answers with the most files.
LARGEST = {"task": "classification", "dvc_remote": "s3://team/bucket", "license": "apache-2.0"}


def measure(repo: Path, before: Path) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what, counted, aimed at; `before` is of release 0.2.0."""
    lines, former = lengths(repo), lengths(before)
    source = [p for p in (SUITE / "template").rglob("*") if p.is_file()]
    text = [p.read_text("utf-8") for p in source if p.suffix not in (".zip", ".whl")]
    total = sum(part.count("\n") for part in text)
    jinja = [p.read_text("utf-8") for p in source if p.suffix == ".jinja"]
    branches = sum(len(re.findall(r"{%-? *if\b|{{[^}]* if ", part)) for part in jinja)
    files = f"{len(_files(repo))}, {len(_files(before))}"
    return [
        ("generated files, largest answers, without data / in 0.2.0", files, "≤ 40"),
        (
            "lines of text, without data, locks, CI, docs / in 0.2.0",
            f"{sum(lines)}, {sum(former)}",
            "≤ 1200",
        ),
        ("the median length of these files", f"{statistics.median(lines):g} lines", "< 40"),
        ("Jinja branches per 100 lines of template", f"{100 * branches / total:.2f}", "≤ 1"),
    ]


def _files(repo: Path) -> list[str]:
    found = (path.relative_to(repo).as_posix() for path in repo.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.startswith("data/"))


def lengths(repo: Path) -> list[int]:
    """Return the number of lines of each file of a render that is text of ours."""
    texts = [path for path in _files(repo) if not NOT_TEXT.match(path)]
    return [(repo / path).read_text("utf-8").count("\n") for path in texts]
