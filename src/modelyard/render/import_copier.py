"""Keeps Copier from loading what asks people, where nobody is asked.

Copier imports questionary and prompt_toolkit with its Worker, a quarter of the time that an update
takes to start. Most renders take every answer from a record or a default, so while Copier is
imported these modules are stand-ins, whose names load the real module when they are called: by a
render that asks. A choice is the exception, as Copier makes one for each value that it validates.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    "pygments.lexers.data",
)


@dataclass
class _Choice:
    """What validation reads of a questionary `Choice`; like there, a title is a value."""

    title: str
    value: Any = None
    disabled: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            self.value = self.title


def _choice(*arguments: Any, **options: Any) -> Any:
    loaded = sys.modules.get(_CHOICES)
    made = loaded.Choice if loaded and not isinstance(loaded, _StandIn) else _Choice
    return made(*arguments, **options)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        if (self.__name__, name) == (_CHOICES, "Choice"):
            return _choice

        def real(*arguments: Any, **options: Any) -> Any:
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **options)

        return real


def load_prompts() -> None:
    """Load what asks people, before a render that does: its choices must be questionary's own."""
    importlib.import_module(_CHOICES)


@contextmanager
def without_prompts() -> Iterator[None]:
    """Import in this block without what asks people, as far as that is not loaded already."""
    stand_ins = {name: _StandIn(name) for name in _ASKING if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
