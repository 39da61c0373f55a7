"""That the owner's modules have the names and functions of their Protocols."""

import inspect
import re
from collections.abc import Mapping

import pytest

from ... import api
from ...data import source
from ...errors import SetupError
from ...validation import labels
from ..failures import fail
from ..repo import Conformance

OPTIONAL = {"model": {"weights": 2, "baseline": 2}, "metrics": {"slices": 1, "plots": 2}}


@pytest.mark.parametrize("module", ["contract", "data", "features", "model", "metrics"])
def test_signatures(conformance: Conformance, module: str) -> None:
    """Each module has what its Protocol asks, and each optional function takes what it is given."""
    if module == "data" and conformance.project.params.source.provider != source.OWN:
        _check_provider(conformance)
        return
    # Not through `conformance.module`, which skips: this is the test that says what is wrong.
    conformance.call(_load, conformance, module)
    if module == "contract":
        _check_contract(conformance)
    for function, arguments in OPTIONAL.get(module, {}).items():
        conformance.optional(module, function, arguments)
    if module == "model":
        _check_model(conformance)
    if module == "metrics":
        _check_directions(conformance)


def _load(conformance: Conformance, name: str) -> None:
    """Load a module; where a function does not fit, say in which line it stands."""
    owner = conformance.project.owner
    try:
        getattr(owner, name)
    except SetupError as error:
        wanted = re.search(r"wanted is (\w+)", str(error))
        found = getattr(owner.load(name), wanted[1], None) if wanted else None
        if not inspect.isfunction(found):
            raise
        problem = str(error).partition(": ")[2]
        raise SetupError(f"{conformance.place(found)}: {problem}", error.hint) from error


def _check_contract(conformance: Conformance) -> None:
    contract = conformance.contract
    place = conformance.place_of("contract", "CONTRACT")
    for role in ("key", "time", "group"):
        name = getattr(contract, role)
        if name is not None and name not in contract.columns:
            fail(place, f"{role} is {name!r}, which is no column of it")
    conformance.call(labels.check_names, conformance.project)
    if contract.time is not None and contract.columns[contract.time].kind != "datetime":
        fail(place, f"time is {contract.time!r}, which is no datetime column")


def _check_provider(conformance: Conformance) -> None:
    provider = conformance.call(source.source, conformance.project)
    for name in ("snapshots", "fetch"):
        found = getattr(provider, name)
        wanted = [p for p in inspect.signature(getattr(api.Source, name)).parameters][1:]
        try:
            inspect.signature(found).bind(*wanted)
        except TypeError:
            fail(conformance.place(found), f"wanted is {name}({', '.join(wanted)})")


def _check_model(conformance: Conformance) -> None:
    model = conformance.module("model")
    if not isinstance(model.FLAVOR, str):
        fail(conformance.place_of("model", "FLAVOR"), "wanted is the name of an MLflow flavor")
    if not isinstance(model.LOG_OPTIONS, Mapping):
        fail(conformance.place_of("model", "LOG_OPTIONS"), "wanted is a dict")
    try:
        conformance.project.owner.outputs  # noqa: B018 (reading it checks it)
    except SetupError as error:
        fail(conformance.place_of("model", "OUTPUTS"), str(error).partition(": ")[2])
    if conformance.optional("model", "weights", 2) and not _takes_weights(model.fit):
        fail(conformance.place(model.fit), "takes no weights=, which weights in model.py asks for")


def _takes_weights(fit: object) -> bool:
    parameters = inspect.signature(fit).parameters  # type: ignore[arg-type]
    return "weights" in parameters or any(p.kind == p.VAR_KEYWORD for p in parameters.values())


def _check_directions(conformance: Conformance) -> None:
    found = conformance.module("metrics").HIGHER_IS_BETTER
    if not all(isinstance(better, bool) for better in found.values()):
        fail(
            conformance.place_of("metrics", "HIGHER_IS_BETTER"),
            "wanted is True or False for each metric",
        )
