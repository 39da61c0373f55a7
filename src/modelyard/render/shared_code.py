"""Code that renders share: what two versions of a template have in common is compiled once."""

from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import jinja2
from copier._jinja_ext import get_yield_context
from jinja2.bccache import Bucket


@dataclass(frozen=True)
class SharedCode:
    """What environments with the same settings and extensions have compiled.

    Attributes:
        texts: The code of texts without a name.
        files: The checksum and the code of files, by their names.
    """

    texts: dict[str, CodeType] = field(default_factory=dict)
    files: dict[str, tuple[str, CodeType]] = field(default_factory=dict)


def share_code(env: jinja2.Environment, known: SharedCode) -> None:
    """Have an environment of Copier take code from `known`, and put there what it compiles."""
    env.bytecode_cache = _SharedFiles(env, known)
    made: dict[str, jinja2.Template] = {}
    original = env.from_string

    def from_string(source: Any, *rest: Any, **options: Any) -> jinja2.Template:
        if not isinstance(source, str) or rest or options:
            return original(source, *rest, **options)
        forget_yield(env)
        if source not in made:
            if source not in known.texts:
                known.texts[source] = env.compile(source)
            code = known.texts[source]
            made[source] = env.template_class.from_code(env, code, env.make_globals(None))
        return made[source]

    # Copier makes its environment itself, so there is no class to give it the method in.
    env.from_string = from_string  # type: ignore[method-assign]


def strict_and_unshared(env: jinja2.Environment) -> jinja2.Environment:
    """Return an environment beside another to which an undefined name is an error."""
    strict = env.overlay(undefined=jinja2.StrictUndefined, bytecode_cache=None)
    vars(strict).pop("from_string", None)
    return strict


def forget_yield(env: jinja2.Environment) -> None:
    """Do what Copier does when it compiles; where code is used again it would be left out."""
    context = get_yield_context(env)
    context.yield_name = None
    context.yield_iterable = None


class _SharedFiles(jinja2.BytecodeCache):
    """Code of files, by name and content."""

    def __init__(self, env: jinja2.Environment, known: SharedCode) -> None:
        self._env, self._known = env, known

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._known.files.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            forget_yield(self._env)
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._known.files[bucket.key] = bucket.checksum, bucket.code
