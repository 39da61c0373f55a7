"""Parts of MLflow that no verb needs: run when something asks for them, and not before.

`import mlflow` runs all of its parts for language models, and with them FastAPI. They are a third
of what a verb that only reads takes.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
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
    """Runs a module when an attribute is asked for that it does not have yet.

    `importlib.util.LazyLoader` would run a package as soon as one of its modules is imported.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        def ask(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            module.__dict__.pop("__getattr__", None)
            self._loader.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = ask


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name in NAMES else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Deferred(spec.loader)
        return spec


def defer() -> None:
    """Let the modules of `NAMES` run when they are first used; to be called before `import mlflow`.

    They stay what they are: whoever asks one for what it has gets it.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
