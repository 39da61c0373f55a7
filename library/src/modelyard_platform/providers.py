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
    try:
        provider = found[0].load()
    except (ImportError, AttributeError) as error:
        what = f"{name!r} of the {kind} cannot be imported: {error}"
        mend = f"add the extra {name} of modelyard-platform, or what it names, and: make lock"
        raise SetupError(what, mend) from error
    missing = [
        function for function in functions if not callable(getattr(provider, function, None))
    ]
    if missing:
        raise SetupError(
            f"{found[0].value} has no {', '.join(missing)}", "see modelyard_platform.api"
        )
    return provider
