"""Runs formatters where there is nothing but the files to format.

They see no variable of the person, no home, and no settings but those that were written anew.
"""

import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from modelyard.update.formatted import programs
from modelyard.update.formatted.settings import Settings
from modelyard.update.formatted.tools import PYTHON, Tool

SECONDS = 30.0
"""How long all formatters of one update may take together."""
_AT_ONCE = 200
"""How many files one process gets, for an argument list has an end."""
_MODULES = 5000
"""How many modules of the repo are known by name: enough to tell which are its own."""


class Unusable(Exception):
    """A formatter is not there, crashed, or took too long."""


class Workspace:
    """A folder with settings, in which formatters run; a context manager.

    What it raises beside `Unusable` is an `OSError`, where this disk cannot hold the files.
    """

    def __init__(self, settings: Settings, known: Iterable[str], places: Collection[Path]) -> None:
        """Set out what is written on entry.

        Args:
            settings: The settings of the files to format.
            known: The paths of all files of the repo: a sorter of imports tells by their names
                which modules are the repo's own.
            places: The folders of the repo.
        """
        self._temporary = tempfile.TemporaryDirectory(prefix="modelyard-format-")
        self._top = Path(self._temporary.name)
        self._settings, self._known, self._places = settings, known, places
        self._until = time.monotonic() + SECONDS

    def __enter__(self) -> Self:
        """Write the settings."""
        import tomlkit

        for folder in ("code", "texts", "home", "temporary"):
            (self._top / folder).mkdir()
        # Settings are looked for upwards: this is where that ends.
        (self._top / "ruff.toml").touch()
        (self._top / "black.toml").write_text(
            tomlkit.dumps({"tool": {"black": self._settings.black}}), "utf-8"
        )
        for path, content in self._settings.files.items():
            _write(self._top / "code" / path, tomlkit.dumps(content).encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the folder away."""
        self._temporary.cleanup()

    def name_modules(self) -> None:
        """Make the repo's modules known by name, without what is in them."""
        modules = (path for path in self._known if path.endswith((".py", ".pyi")))
        near = (path for path in modules if path.count("/") <= 3)
        for path in itertools.islice(near, _MODULES):
            _write(self._top / "code" / path, b"")

    def run(self, tool: Tool, contents: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return what a formatter makes of files.

        Raises:
            Unusable: It is not there, crashed, or took too long.
        """
        program = programs.find(tool.program, self._places)
        if program is None:
            raise Unusable
        # No file of the repo is written where settings are read: it may be called as they are.
        folder = self._top / ("code" if tool.suffixes == PYTHON else "texts")
        for path, content in contents.items():
            _write(folder / path, content)
        paths = sorted(contents)
        for start in range(0, len(paths), _AT_ONCE):
            some = [f"./{path}" for path in paths[start : start + _AT_ONCE]]
            self._call(folder, [program, *tool.command, *tool.arguments, *some])
        return {path: (folder / path).read_bytes() for path in paths}

    def _call(self, folder: Path, command: list[str]) -> None:
        try:
            code = subprocess.run(
                command,
                cwd=folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=max(self._until - time.monotonic(), 0.01),
            ).returncode
        except subprocess.TimeoutExpired:
            raise Unusable from None
        # Other codes tell that a file was changed, or that one could not be read.
        if code < 0:
            raise Unusable

    def _environment(self) -> dict[str, str]:
        temporary = str(self._top / "temporary")
        return {
            "HOME": str(self._top / "home"),
            "XDG_CONFIG_HOME": str(self._top / "home"),
            "XDG_CACHE_HOME": temporary,
            "BLACK_CACHE_DIR": temporary,
            "TMPDIR": temporary,
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
