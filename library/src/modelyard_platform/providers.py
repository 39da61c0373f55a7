"""Providers: what implements a kind of tool, found by the name that params.yaml gives.

A package registers a module or an object under an entry point of the kind's group.
"""

from importlib.metadata import entry_points
from typing import Any, Literal

from .errors import SetupError

Kind = Literal["sources", "validators", "trackers", "alerts", "orchestrators"]


def names(kind: Kind) -> list[str]:
    """Return the names of the installed providers of a kind."""
    return sorted({point.name for point in entry_points(group=f"modelyard_platform.{kind}")})


def load(kind: Kind, name: str, *functions: str) -> Any:
    """Return the provider of a kind that is registered under `name`.

    Raises SetupError where there is none, more than one, or where it lacks one of `functions`.
    """
    found = list(entry_points(group=f"modelyard_platform.{kind}", name=name))
    if not found:
        known = ", ".join(names(kind)) or "none"
        what = f"params.yaml: no installed package has {name!r} among its {kind}"
        raise SetupError(what, f"use one of: {known}; or install the package that has it")
    if len({point.value for point in found}) > 1:
        packages = ", ".join(sorted(point.dist.name for point in found if point.dist))
        raise SetupError(
            f"several packages have {name!r} among their {kind}: {packages}",
            "uninstall all but one",
        )
    package = found[0].dist.name if found[0].dist else found[0].module
    try:
        provider = found[0].load()
    except Exception as error:  # whatever a package raises when it is imported
        detail = f"{type(error).__name__}: {error}".splitlines()[0]
        what = f"{name!r} of the {kind}, which {package} has, cannot be imported: {detail}"
        if isinstance(error, ImportError):
            hint = f"add what {package} asks for to pyproject.toml, and: make lock"
        else:
            hint = f"correct {package}, or name another one in params.yaml"
        raise SetupError(what, hint) from error
    missing = [
        function for function in functions if not callable(getattr(provider, function, None))
    ]
    if missing:
        raise SetupError(
            f"{found[0].value} has no {', '.join(missing)}", "see modelyard_platform.api"
        )
    return provider
