"""Keeps Copier from loading what asks people, where nobody is asked.

Copier imports questionary and prompt_toolkit with its Worker, a quarter of the time that an update
takes to start. Most renders take every answer from a record or a default, so while Copier is
imported these modules are stand-ins, whose names load the real module when they are called: by a
render that asks.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_ASKING = (
    "questionary",
    "questionary.prompts",
    "questionary.prompts.common",
    "prompt_toolkit",
    "prompt_toolkit.lexers",
)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def real(*arguments: Any, **options: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **options)

        return real


@contextmanager
def without_prompts() -> Iterator[None]:
    """Import in this block without what asks people, unless that is loaded already."""
    if sys.modules.keys() & set(_ASKING):
        yield
        return
    stand_ins = {name: _StandIn(name) for name in _ASKING}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
