"""Parts of MLflow that no verb needs: run when something asks for them, and not before.

`import mlflow` runs all of its parts for language models, and with them FastAPI: a third of what it
takes.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

NAMES = frozenset(
    {
        "mlflow.gateway",
        "mlflow.genai",
        "mlflow.genai.judges",
        "mlflow.genai.scorers",
        "mlflow.genai.scorers.online",
    }
)


class _Deferred(Loader):
    """Runs a module when it is asked for a name that its code has, and that it has not got yet.

    For any name it would run for nothing: some libraries look through all modules for one. And
    `importlib.util.LazyLoader` would run a package as soon as one of its modules is imported.
    """

    def __init__(self, loader: SourceFileLoader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        @cache
        def names() -> frozenset[str]:
            code = self._loader.get_code(module.__name__)
            return frozenset(code.co_names if code else ())

        def ask(name: str) -> Any:
            if name.startswith("__") or name not in names():
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            module.__dict__.pop("__getattr__", None)
            self._loader.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = ask


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name in NAMES else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Deferred(spec.loader)
        return spec


def defer() -> None:
    """Let the modules of `NAMES` run when they are first used; call it before they are imported.

    They stay what they are: whoever asks one for what it has gets it.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


@contextmanager
def plugins_read_once() -> Iterator[None]:
    """Read what is installed once for all kinds of plugins that are asked for within the block.

    MLflow asks seven times as it is imported, and `importlib.metadata` reads every package's files
    each time.
    """
    entry_points: Any = metadata.entry_points
    everything = cache(entry_points)

    def known(**asked: Any) -> Any:
        return everything().select(**asked)

    metadata.entry_points = known
    try:
        yield
    finally:
        metadata.entry_points = entry_points
