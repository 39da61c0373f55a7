"""Restricts an environment of Jinja to what a template may use without being trusted.

Names that are withheld are found nowhere, and that they were asked for is kept in `asked`: Copier
takes many errors of Jinja for an answer that is not valid.
"""

import datetime
import os
from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence, Set
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from numbers import Number
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

import jinja2
from jinja2.environment import TemplateModule
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, missing

from modelyard.render import clock, reviewed
from modelyard.render.paths import is_dot_git

_PLAIN = (
    str,
    bytes,
    Number,
    type(None),
    PurePath,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    Mapping,
    Sequence,
    Set,
    MappingView,
    Iterator,
)
_JINJAS = (
    jinja2.Undefined,
    LoopContext,
    Macro,
    BlockReference,
    TemplateReference,
    TemplateModule,
    Cycler,
    Joiner,
    Namespace,
)
_CONF = "_copier_conf"
# A project does not depend on where this machine has Copier, or whose settings it has.
_NOT_TOLD = frozenset({"settings"})
_PYTHON = "python3"
_TEMPLATE = PurePath("template")


@dataclass
class Asked:
    """What a render has asked for in vain.

    Attributes:
        things: The things, for people, and the name to look for in the template.
        restricted: An environment was restricted, now or for an earlier render.
    """

    things: dict[str, str] = field(default_factory=dict)
    restricted: bool = False


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)
"""Set while a template that is not trusted is rendered."""


def _note(kind: str, name: str) -> None:
    if (found := asked.get()) is not None:
        found.things[f"{kind} {name}"] = name


class Reviewed(dict[str, Any]):
    """Filters, tests or globals without those that are withheld."""

    def __init__(self, kind: str, everything: Mapping[str, Any], allowed: Set[str]) -> None:
        super().__init__({name: v for name, v in everything.items() if name in allowed})
        self.kind, self.allowed = kind, allowed
        self.withheld = set(everything.keys() - allowed)

    def __setitem__(self, name: str, value: Any) -> None:
        """Take what Copier adds later, if it is allowed."""
        if name in self.allowed:
            super().__setitem__(name, value)
        else:
            self.withheld.add(name)

    def __getitem__(self, name: str) -> Any:
        self.note(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what has this name; that a withheld one was asked for is kept."""
        self.note(name)
        return super().get(name, default)

    def note(self, name: object) -> None:
        """Keep that a name was asked for, if it is withheld."""
        if isinstance(name, str) and name in self.withheld:
            _note(self.kind, name)


class PlainConf(dict[str, Any]):
    """Copier's `_copier_conf` without objects, and without places on this machine."""

    def __init__(self, conf: Mapping[str, Any], dst_path: PurePath | None = None) -> None:
        super().__init__(dict.fromkeys(key for key in conf if key not in _NOT_TOLD))
        self._conf, self._dst_path = conf, dst_path

    def __getitem__(self, key: str) -> Any:
        if key not in self:
            raise KeyError(key)
        if key == "src_path":
            return _TEMPLATE
        if key == "dst_path":
            return self._dst_path or PurePath(PurePath(self._conf[key]).name)
        return _converted(self._conf[key])

    def get(self, key: str, default: Any = None) -> Any:
        """Return a setting."""
        try:
            return self[key]
        except KeyError:
            return default

    def values(self) -> Any:
        """Return the settings; each is worked out only now."""
        return [self[key] for key in self]

    def items(self) -> Any:
        """Return names and settings."""
        return [(key, self[key]) for key in self]


class PlainContext(Context):
    """A context that gives out plain data and what is Jinja's, nothing else."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return the value of a name, or `missing`."""
        value = super().resolve_or_missing(key)
        if value is missing:
            self.environment.globals.note(key)  # type: ignore[attr-defined]
            return missing
        if key == _CONF:
            return value if isinstance(value, PlainConf) else PlainConf(value)
        if key == "_copier_python":
            return _PYTHON
        if key in reviewed.FUNCTIONS and (timed := clock.function(key)):
            return timed
        value = _converted(value)
        known = dict.get(self.environment.globals, key) is value or key in reviewed.FUNCTIONS
        if known or isinstance(value, _PLAIN + _JINJAS):
            return value
        _note("name", key)
        return missing


def _converted(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return PurePath(value) if isinstance(value, Path) else value


class Restricted(SandboxedEnvironment):
    """What is added to the class of an environment that is restricted."""

    context_class = PlainContext

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether an attribute is one of plain data, and leads to nothing else."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        leads = isinstance(value, ModuleType | type)
        disk = isinstance(obj, Path) and not hasattr(PurePath, attr)
        if isinstance(obj, _PLAIN + _JINJAS) and not (leads or disk):
            return True
        _note("attribute", attr)
        return False


class _Inside(jinja2.BaseLoader):
    """Loads what is a file of the template, and no link to anything else."""

    def __init__(self, loader: jinja2.BaseLoader) -> None:
        self._loader = loader
        self._roots = [os.path.realpath(path) for path in getattr(loader, "searchpath", ())]

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a file of the template."""
        if any(map(is_dot_git, template.split("/"))):
            raise jinja2.TemplateNotFound(template)
        found = self._loader.get_source(environment, template)
        if found[1] is not None and not self._holds(found[1]):
            raise jinja2.TemplateNotFound(template)
        return found

    def _holds(self, filename: str) -> bool:
        place = PurePath(os.path.realpath(filename))
        inside = [place.relative_to(root) for root in self._roots if place.is_relative_to(root)]
        return bool(inside) and not any(map(is_dot_git, inside[0].parts))


def restrict(env: jinja2.Environment) -> None:
    """Restrict an environment that was just made, and what is made on top of it."""
    clock.follow(env)
    env.filters = Reviewed("filter", env.filters, reviewed.FILTERS)
    env.tests = Reviewed("test", env.tests, reviewed.TESTS)
    env.globals = Reviewed("global", env.globals, reviewed.GLOBALS)
    if env.loader:
        env.loader = _Inside(env.loader)
    # Copier chooses the class itself; what it overrides stays, and is only made stricter.
    kind = type(env)
    bases = (Restricted, kind) if isinstance(env, SandboxedEnvironment) else (Restricted,)
    env.__class__ = type(kind.__name__, bases, {})
    in_use()


def in_use() -> None:
    """Keep that this render has an environment that is restricted."""
    if (found := asked.get()) is not None:
        found.restricted = True
