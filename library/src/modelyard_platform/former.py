"""What modules written for a release before 0.3.0 still say, and what they say now."""

import re
from pathlib import Path

from .errors import SetupError


class FormerRelease(SetupError):
    """Modules that import what 0.2.0 had in the repo, with a row for each line to edit."""

    columns = ("file", "line", "says", "write")

    def __init__(self, package: str, rows: list[tuple[str, int, str, str]]) -> None:
        super().__init__(
            f"src/{package} still imports {package}.platform, which is a library since 0.3.0",
            "run the commands under 0.3.0 in docs/upgrading.md of the standard "
            "(`_src_path` in .copier-answers.yml is its address)",
            rows,
        )


def check(root: Path, package: str) -> None:
    """Raise FormerRelease where a module of the package imports the former platform/.

    Read, not tried: a folder of that name that git left behind would import here, and in no clone.
    """
    folder = root / "src" / package
    own = (folder / "platform" / "__init__.py", folder / "platform.py")
    if any(path.is_file() for path in own):
        return
    edits = {
        r"from \. import platform\b": "(no such line)",
        r"from \.platform\.validation import (Column|Contract)\b": "from modelyard_platform import",
        rf"(from|import) ({package})?\.platform\b": "modelyard_platform",
    }
    rows = []
    for path in sorted(folder.glob("*.py")):
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            write = next((new for old, new in edits.items() if re.match(old, line)), None)
            if write:
                rows.append((str(path.relative_to(root)), number, line, write))
    if rows:
        raise FormerRelease(package, rows)
