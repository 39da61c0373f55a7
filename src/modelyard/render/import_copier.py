"""Keeps Copier from loading what asks people, where nobody is asked.

Copier imports questionary and prompt_toolkit with its Worker, a quarter of the time that an update
takes to start. Most renders take every answer from a record or a default, so while Copier is
imported these modules are stand-ins, whose names load the real module when they are called: by a
render that asks. A choice is made for each value that is validated too, and is then a light one.
"""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import ModuleType
from typing import Any

_CHOICES = "questionary.prompts.common"
_ASKING = (
    "questionary",
    "questionary.prompts",
    _CHOICES,
    "prompt_toolkit",
    "prompt_toolkit.lexers",
)
_nobody_is_asked = ContextVar("nobody_is_asked", default=False)


@dataclass
class _Choice:
    """What validation reads of a questionary `Choice`; like there, a title is a value."""

    title: str
    value: Any = None
    disabled: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            self.value = self.title


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        where = self.__name__

        def real(*arguments: Any, **options: Any) -> Any:
            if (where, name) == (_CHOICES, "Choice") and _nobody_is_asked.get():
                return _Choice(*arguments, **options)
            return getattr(importlib.import_module(where), name)(*arguments, **options)

        return real


@contextmanager
def asking_nobody() -> Iterator[None]:
    """In this block Copier asks nothing, so that choices need not be questionary's own."""
    token = _nobody_is_asked.set(True)
    try:
        yield
    finally:
        _nobody_is_asked.reset(token)


@contextmanager
def without_prompts() -> Iterator[None]:
    """Import in this block without what asks people, unless that is loaded already.

    Another thread may import the same meanwhile, and must get the real modules.
    """
    if sys.modules.keys() & set(_ASKING) or threading.active_count() > 1:
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
