"""Imports a package from a copy of it, under the names of the files that it was copied from.

So tracebacks, `__file__` and debuggers show the files that people edit, and what runs is the copy.
"""

import linecache
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any


class _Loader(SourceFileLoader):
    """Loads a module from a copy; to people it is the file `shown`."""

    def __init__(self, name: str, path: str, shown: str) -> None:
        super().__init__(name, path)
        self.shown = shown

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]  # the stubs lack _optimize
        """Compile the copy's source under the name of the file that it is a copy of."""
        lines = decode_source(data).splitlines(keepends=True)
        # Without a time: linecache then does not look at the file, which may have been edited.
        linecache.cache[self.shown] = (len(data), None, lines, self.shown)
        return super().source_to_code(data, self.shown)

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Keep no bytecode: the copy goes when the verb has ended."""


class _Finder(MetaPathFinder):
    def __init__(self, package: str, source: Path, shown: Path) -> None:
        self.package, self.source, self.shown = package, source, shown

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.package:
            return None
        folder = self.source.joinpath(*fullname.split(".")[:-1])
        spec = PathFinder.find_spec(fullname, [str(folder)])
        if spec is not None and type(spec.loader) is SourceFileLoader:
            origin = str(self.shown / Path(spec.loader.path).relative_to(self.source))
            spec.loader = _Loader(fullname, spec.loader.path, origin)
            spec.origin, spec.cached = origin, None
        return spec


@contextmanager
def from_copy(package: str, source: Path, shown: Path) -> Iterator[None]:
    """Import `package` from the folder `source`, as if it were the one in `shown`."""
    finder = _Finder(package, source, shown)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path[:] = [path for path in sys.path if path != str(source)]


def forget(package: str) -> None:
    """Let a package be imported anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
