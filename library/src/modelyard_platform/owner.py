"""The owner's modules: found by name, loaded when they are needed, and checked once."""

import importlib
import inspect
import sys
import tomllib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from . import api, former, loaded
from .errors import SetupError

if TYPE_CHECKING:
    import numpy as np


# What stands beside predictions in their file, with the key and the time of each row.
_BESIDE = ("snapshot", "model", "model_version", "predicted_at")


def find_package(root: Path) -> str:
    """Return the name of the package that `[tool.modelyard]` in pyproject.toml names."""
    pyproject = root / "pyproject.toml"
    try:
        settings = tomllib.loads(pyproject.read_text("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(f"pyproject.toml is not TOML: {error}", f"edit {pyproject}") from error
    name = settings.get("modelyard", {}).get("package")
    if name is None:  # releases before 0.3.0 left the name out
        found = sorted(path.parents[1].name for path in root.glob("src/*/platform/__init__.py"))
        name = found[0] if len(found) == 1 else None
    if not isinstance(name, str) or not name.isidentifier():
        what = "pyproject.toml does not name the package of this repo"
        raise SetupError(what, 'add: [tool.modelyard] package = "NAME", as below src/')
    return name


@dataclass(frozen=True)
class Owner:
    """The modules of the repo in `root` that its owner writes; each is loaded when first used.

    They are taken from `copy` where there is one, a copy of the repo.
    """

    root: Path
    package: str
    copy: Path | None = None

    @cached_property
    def contract(self) -> api.Contract:
        """The contract of the snapshots."""
        try:
            module = cast(api.ContractModule, self.load("contract"))
        except TypeError as error:  # an argument that Contract or Column does not have
            path, last = self.path("contract"), traceback.extract_tb(error.__traceback__)[-1]
            if not Path(last.filename).match(str(path)):
                raise
            hint = f"edit {path}; docs/reference/owner-api.md of the standard has what they take"
            raise SetupError(f"{path}:{last.lineno}: {error}", hint) from error
        found = getattr(module, "CONTRACT", None)
        if not isinstance(found, api.Contract):
            shown = "no such name" if found is None else f"a {type(found).__name__}"
            raise self._unfit("contract", "CONTRACT: a modelyard_platform.Contract", shown)
        return found

    @cached_property
    def data(self) -> api.Source:
        """The module that lists and fetches snapshots."""
        return cast(api.Source, self._checked("data", api.Source))

    @cached_property
    def features(self) -> api.Features:
        """The module that builds features."""
        return cast(api.Features, self._checked("features", api.Features))

    @cached_property
    def model(self) -> api.Model:
        """The module that fits and predicts."""
        return cast(api.Model, self._checked("model", api.Model))

    @cached_property
    def metrics(self) -> api.Metrics:
        """The module that computes metrics."""
        module = cast(api.Metrics, self._checked("metrics", api.Metrics))
        if module.PRIMARY not in module.HIGHER_IS_BETTER:
            wanted = f"PRIMARY: one of {', '.join(module.HIGHER_IS_BETTER)}"
            raise self._unfit("metrics", wanted, repr(module.PRIMARY))
        return module

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of a prediction's values."""
        found = getattr(self.model, "OUTPUTS", ("prediction",))
        listed = isinstance(found, tuple | list) and bool(found)
        if not listed or not all(isinstance(name, str) and name for name in found):
            raise self._unfit("model", "OUTPUTS: a tuple of names", repr(found))
        beside = [name for name in (self.contract.key, self.contract.time, *_BESIDE) if name]
        if len(set(found)) < len(found) or {*found} & {*beside}:
            wanted = f"OUTPUTS: names that differ, and none of {', '.join(beside)}"
            raise self._unfit("model", wanted, repr(found))
        return tuple(found)

    def shape(self, n_rows: int) -> tuple[int, ...]:
        """Return the shape that predictions of so many rows have."""
        n_outputs = len(self.outputs)
        return (n_rows,) if n_outputs == 1 else (n_rows, n_outputs)

    def shaped(self, predictions: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """Return predictions of shape `(n_rows, 1)` as `(n_rows,)`; others as they are."""
        one = len(self.outputs) == 1 and predictions.shape[1:] == (1,)
        return predictions.reshape(-1) if one else predictions

    def optional(self, module: str, function: str, arguments: int) -> Callable[..., Any] | None:
        """Return an optional function of a module, checked; None where it is left out."""
        found = getattr(getattr(self, module), function, None)
        if found is not None and not _takes(found, arguments):
            raise self._unfit(module, f"{function}, called with {arguments} values", _shown(found))
        return cast("Callable[..., Any] | None", found)

    @property
    def source(self) -> Path:
        """The folder that the package is in."""
        return self.code / "src"

    @property
    def code(self) -> Path:
        """The folder with the code: the repo, or its copy."""
        return self.copy or self.root

    @property
    def _beside(self) -> list[str]:
        return [str(self.root / "src")] if self.copy else []

    def path(self, module: str) -> Path:
        """Return the file of a module, relative to the repo."""
        return (self.source / self.package / f"{module}.py").relative_to(self.code)

    def _checked(self, name: str, protocol: type) -> ModuleType:
        module = self.load(name)
        for member, described in vars(protocol).items():
            if member.startswith("_"):
                continue
            found = getattr(module, member, None)
            if isinstance(described, property):
                if found is None:
                    raise self._unfit(name, f"{member}: {described.__doc__}", "no such name")
            elif inspect.isfunction(described):
                wanted = [p for p in inspect.signature(described).parameters if p != "self"]
                # What `weights` gives is passed by name.
                named = ["weights"] if member == "fit" and hasattr(module, "weights") else []
                if not callable(found) or not _takes(found, len(wanted), *named):
                    call = ", ".join([*wanted, *(f"{keyword}=" for keyword in named)])
                    raise self._unfit(name, f"{member}({call})", _shown(found))
        return module

    def load(self, name: str) -> ModuleType:
        """Import a module of the package, from this clone; SetupError where it is not there."""
        # Before anything installed: the modules of this clone, not of another one. In a copy,
        # other packages beside this one are found where they are.
        wanted = list(dict.fromkeys([str(self.source), *self._beside]))
        if sys.path[: len(wanted)] != wanted:
            sys.path[:0] = wanted
        path = self.code / self.path(name)
        if not path.is_file():
            what = f"{self.path(name)} is missing"
            raise SetupError(what, f"git checkout -- {self.path(name)}, or write it")
        former.check(self.code, self.package)
        loaded.note(self.package, self.source)
        return importlib.import_module(f"{self.package}.{name}")

    def _unfit(self, module: str, wanted: str, found: str) -> SetupError:
        path = self.path(module)
        return SetupError(f"{path}: found {found}; wanted is {wanted}", f"edit {path}")


def _takes(function: Any, arguments: int, *named: str) -> bool:
    try:
        inspect.signature(function).bind(*[None] * arguments, **dict.fromkeys(named))
    except (TypeError, ValueError):
        return False
    return True


def _shown(found: Any) -> str:
    if not callable(found):
        return "no such function" if found is None else repr(found)
    try:
        return f"{found.__name__}{inspect.signature(found)}"
    except (AttributeError, TypeError, ValueError):
        return repr(found)
