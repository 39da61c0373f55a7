"""Figures as files. One that cannot be drawn is told, and no reason to lose what was trained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..console import tell
from ..errors import disk_full


def save(folder: Path, what: str, draw: Callable[[], Any]) -> None:
    """Draw figures by name, and save each in a folder as `NAME.png`; tell what cannot be."""
    try:
        for name, figure in dict(draw()).items():
            path = (folder / f"{name}.png").resolve()
            if not path.is_relative_to(folder.resolve()):
                raise ValueError(f"{name!r} is no name of a plot")
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(path)
    except Exception as error:  # the owner's code, on labels and predictions of any kind
        if disk_full(error):
            raise
        cause = (str(error).strip() or "no message").splitlines()[0]
        tell(f"! {what}: not drawn: {type(error).__name__}: {cause}")
