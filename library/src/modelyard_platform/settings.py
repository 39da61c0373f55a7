"""params.yaml, the environment and the paths, validated once and handed to everything else."""

import difflib
import os
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, model_validator

from . import own_store, sqlite, user
from .api import Period
from .errors import SetupError
from .frozen import Frozen
from .owner import Owner, find_package


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tracking(_Strict):
    """Where runs and versions are kept: the address of an MLflow server; empty: in the store.

    `also` names trackers that get a copy of each judged training. `artifacts` names servers and
    folders that may have artifacts, where a server's are not its own or in an object store.
    """

    uri: str = ""
    artifacts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Signing(_Strict):
    """Who may sign lineages: a file of the repo as ssh-keygen reads it; empty: nobody is asked.

    With `require_signature`, a version without a good signature is refused, and not only told.
    """

    allowed_signers: str = ""
    require_signature: bool = False

    @model_validator(mode="after")
    def _signers_are_named(self) -> "Signing":
        if self.require_signature and not self.allowed_signers:
            raise ValueError("require_signature needs allowed_signers: the file of who may sign")
        return self


class Provider(_Strict):
    """Which provider does a job; `provider` is the name that a package registers it under."""

    provider: str


class Split(_Strict):
    """Which snapshots are trained on and held out: by time; where there is none, which rows.

    `gap_snapshots` are left out between the two; `training_snapshots` are the newest ones before
    the gap; 0 for all. `holdout_share` is the part of the keys or groups that is held out where the
    contract names no time. `backtests` is how many times a model is trained on less of the past.
    """

    holdout_snapshots: int = Field(
        default=1, ge=1, validation_alias=AliasChoices("holdout_snapshots", "holdout_months")
    )
    gap_snapshots: int = Field(default=0, ge=0)
    training_snapshots: int = Field(default=0, ge=0)
    holdout_share: float = Field(default=0.2, gt=0, lt=1)
    backtests: int = Field(default=0, ge=0)


class Predictions(_Strict):
    """Where `predict` writes: a folder, or an address that fsspec knows; empty: `predictions/`.

    With `table`, `to` is a database that SQLAlchemy knows. PREDICTIONS_TO overrides `to`: that is
    the place of an address with a password.
    """

    to: str = ""
    table: str = ""


class Gate(_Strict):
    """What a version must reach; `slices` holds floors by column, `floors` those of all rows."""

    floors: dict[str, float]
    tolerance: float = Field(ge=0)
    slices: dict[str, dict[str, float]] = {}
    min_slice_rows: int = Field(default=1, ge=1)


class Tune(_Strict):
    """What `tune` searches: `space` has values, or a range, for settings that `--set` may change.

    `trials` and `minutes` are what a search may take in all; 0 minutes: as long as the trials take.
    `validation_snapshots` of those that are trained on are what trials are compared on; 0: as many
    as are held out.
    """

    space: dict[str, Any] = {}
    trials: int = Field(default=20, ge=1)
    minutes: float = Field(default=0, ge=0)
    validation_snapshots: int = Field(default=0, ge=0)


class Params(_Strict):
    """params.yaml. `data`, `features` and `model` belong to the modules of the same names.

    `source.provider` is `package` for the repo's own data.py. `period` is what one snapshot covers,
    which its name says: `2026-01-31` a day, `2026-W05` an ISO week, `2026-01` a month; `any` for
    any sorted names, and no check of the window.
    """

    seed: int = Field(ge=0, lt=2**32)
    tracking: Tracking = Tracking()
    lineage: Signing = Signing()
    orchestrator: Provider = Provider(provider="zenml")
    validation: Provider = Provider(provider="pandera")
    source: Provider = Provider(provider="package")
    alerts: tuple[str, ...] = ()
    period: Period = "month"
    split: Split = Split()
    gate: Gate
    predictions: Predictions = Predictions()
    tune: Tune = Tune()
    data: dict[str, Any] = {}
    features: dict[str, Any] = {}
    model: dict[str, Any] = {}


@dataclass(frozen=True)
class Project:
    """One clone of a repo, and the store that holds its state outside the work tree.

    `invoked` is the folder in which the verb was typed: paths in its arguments start there.
    `shared` says that the store is for the group of its folder, and not for its owner alone.
    `frozen` is the copy that a training works from, whatever is edited meanwhile. `changes` are
    settings that were given for one training, by name; `params` has them, `written` has not.
    """

    root: Path
    name: str
    package: str
    params: Params
    store: Path
    tracking_uri: str
    invoked: Path
    shared: bool = False
    frozen: Frozen | None = None
    written: Params | None = None
    changes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def owner(self) -> Owner:
        """The modules that the owner of the repo writes."""
        return Owner(self.root, self.package, self.frozen.folder if self.frozen else None)

    @property
    def code(self) -> Path:
        """The folder with code, settings and locks: the repo, or the copy that is worked from."""
        return self.frozen.folder if self.frozen else self.root

    @property
    def raw(self) -> Path:
        """The folder of the snapshots and of their DVC pointers."""
        return self.root / "data" / "raw"

    @property
    def tracks_here(self) -> bool:
        """Whether the registry is a file in the store, which no other machine sees."""
        return self.tracking_uri.startswith("sqlite:")


def load_project(start: Path | None = None) -> Project:
    """Read the project that `start` (default: the working directory) lies in.

    Raises SetupError where there is no project or its settings are invalid.
    """
    invoked = start or Path.cwd()
    root = _find_root(invoked)
    _load_dotenv(root)
    name = _name(root / "pyproject.toml")
    params = load_params(root / "params.yaml")
    given = os.environ.get("STORE") or own_store.own(_data_home() / name, root)
    store = Path(given).expanduser()
    store = (root / store).resolve()
    uri = os.environ.get("MLFLOW_TRACKING_URI") or params.tracking.uri
    uri = uri or sqlite.uri(store / "mlflow" / "mlflow.db")
    shared = _switch("STORE_SHARED")
    return Project(root, name, find_package(root), params, store, uri, invoked, shared)


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or user.home() / ".local" / "share")


def load_params(path: Path) -> Params:
    """Read and check one params.yaml."""
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
        return Params.model_validate(values)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SetupError(f"{path.name} is not YAML: {error}", f"edit {path}") from error
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(problem)}" for problem in error.errors())
        raise SetupError(f"{path.name} is invalid:\n{problems}", f"edit {path}") from error


def _find_root(start: Path) -> Path:
    for folder in (start, *start.resolve().parents):
        if (folder / "params.yaml").is_file() and (folder / "pyproject.toml").is_file():
            return folder.resolve()
    raise SetupError(f"{start} is not inside a model repo", "cd into the repo and try again")


def _name(pyproject: Path) -> str:
    try:
        return str(tomllib.loads(pyproject.read_text("utf-8"))["project"]["name"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        what = f"{pyproject.name} does not give the project's name: {error}"
        raise SetupError(what, f"edit {pyproject}") from error


def _switch(name: str) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise SetupError(f"{name} is {value!r}; it can be 1, 0 or empty", f"correct {name}")
    return value == "1"


def _load_dotenv(root: Path) -> None:
    if (root / ".env").is_file():
        from dotenv import load_dotenv

        load_dotenv(root / ".env")


def _explain(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"]) or "the file"
    if problem["type"] != "extra_forbidden":
        return f"{where}: {problem['msg']}"
    model: type[BaseModel] = Params
    for part in problem["loc"][:-1]:
        model = cast("type[BaseModel]", model.model_fields[str(part)].annotation)
    near = difflib.get_close_matches(str(problem["loc"][-1]), model.model_fields, n=1)
    hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(model.model_fields)}"
    return f"{where}: no such setting{hint}"
