"""How a stored model may be loaded: as model.py says, whatever the MLmodel file beside it says.

MLflow reads from that file which class to make, by which format, trusting which types. Whoever
writes it could ask for a pickle, which runs code. So MLflow is shown another one, with the flavor
of `FLAVOR` alone, the formats and types of `LOG_OPTIONS`, and no folder of code to import from.
"""

import atexit
import importlib
import inspect
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from .. import deferred
from ..errors import NotTrusted, ProjectError, SetupError
from ..owner import Owner
from . import mlmodel
from .mlmodel import HINT

NOT_HERE = "train a new one, or install the requirements.lock of its commit"
# What decides how a file is read, by its name both in MLmodel and among what `log_model` takes.
_DECIDE = ("serialization_format", "skops_trusted_types", "model_format", "loader_module")
# Replaced and not compared: fewer or more types than once are the repo's review.
_TYPES = ("skops_trusted_types",)
# What MLflow chooses where LOG_OPTIONS does not, and its functions do not say so.
_DEFAULTS = {"serialization_format": "skops", "loader_module": "mlflow.pyfunc.model"}
# Where a file was when the model was logged: never read again.
_NOT_READ = ("uri", "env")


def early(owner: Owner) -> None:
    """Import what the repo's models are loaded with; called before MLflow or an engine is imported.

    As skops is imported, it looks through all modules that are there, which by then are thousands.
    """
    module = owner.model
    default = _DEFAULTS["serialization_format"] if module.FLAVOR == "sklearn" else ""
    if module.LOG_OPTIONS.get("serialization_format", default) == "skops":
        with suppress(ImportError):  # told where the model is stored or loaded
            importlib.import_module("skops.io")


def load(model: Path, package: str, flavor: str, options: Mapping[str, Any]) -> Any:
    """Return a stored model as the object that was logged, loaded as the repo says."""
    deferred.defer()  # in a process of its own, nothing has connected before
    module = importlib.import_module(f"mlflow.{flavor}")
    described = mlmodel.read(model)
    name = str(getattr(module, "FLAVOR_NAME", flavor))
    found = mlmodel.mapping(described.get("flavors") or {}, "flavors").get(name)
    if not isinstance(found, dict):
        raise NotTrusted(f"a stored model has no flavor {name}, which is FLAVOR in model.py", HINT)
    shown = {"flavors": {name: _restricted(found, module, package, name, options)}}
    if "signature" in described:
        shown["signature"] = described["signature"]
    try:
        loaded = module.load_model(str(_shown(model, shown)))
        # For MLflow, an object of any class is in one of MLflow's own.
        return loaded.unwrap_python_model().fitted if flavor == "pyfunc" else loaded
    except ProjectError:
        raise
    except Exception as error:  # whatever a flavor raises, and what a model's class does
        detail = (str(error).strip().splitlines() or ["no message"])[0]
        what = f"a stored model cannot be loaded as {name}: {type(error).__name__}: {detail}"
        raise SetupError(what, NOT_HERE) from error


def _restricted(
    found: dict[str, Any], module: Any, package: str, flavor: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    outside = [text for text in _paths(found) if _leaves(text)]
    if outside:
        raise NotTrusted(f"a stored model names a file that is not its own: {outside[0]}", HINT)
    accepted = inspect.signature(module.log_model).parameters
    decided = {}
    for key in _DECIDE:
        if key in accepted:
            wanted = options.get(key, _DEFAULTS.get(key, accepted[key].default))
            if key not in _TYPES and key in found and found[key] != wanted:
                what = f"a stored model has {key} {found[key]!r}; by model.py it is {wanted!r}"
                raise NotTrusted(what, HINT)
            # Also where the model says nothing: MLflow takes that for a pickle.
            decided[key] = wanted
    made = str(found.get("model_class", flavor))
    if made.partition(".")[0] not in (flavor, f"py{flavor}", package):
        raise NotTrusted(f"a stored model is a {made}: no class of {flavor} or {package}", HINT)
    return {**found, **decided, "code": None}


def _paths(found: dict[str, Any]) -> Iterator[str]:
    """Yield each text of a flavor's settings that could be taken for a path."""
    left: list[tuple[str, Any]] = list(found.items())
    seen = set()
    while left:
        key, value = left.pop()
        if isinstance(value, str):
            if key not in _NOT_READ:
                yield value
        elif isinstance(value, dict | list) and (key, id(value)) not in seen:
            # Once: YAML can name a value in itself, or many times in many.
            seen.add((key, id(value)))
            named = value.items() if isinstance(value, dict) else ((key, v) for v in value)
            left += [(str(name), inner) for name, inner in named]


def _leaves(text: str) -> bool:
    path = PurePosixPath(text)
    return path.is_absolute() or ".." in path.parts or "://" in text


def _shown(model: Path, described: dict[str, Any]) -> Path:
    """Return a folder with the files of a model and another MLmodel; it goes as Python ends.

    Not before: some models read their files when they predict.
    """
    private = Path(tempfile.mkdtemp(prefix="modelyard-"))
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    folder = private / "model"  # MLflow opens the folder that it is in
    folder.mkdir()
    for path in model.iterdir():
        if path.name not in ("MLmodel", "code"):
            (folder / path.name).symlink_to(path.absolute())
    (folder / "MLmodel").write_text(yaml.safe_dump(described), "utf-8")
    return folder
