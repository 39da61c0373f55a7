"""Gives renders one instant and one source of chance, and tells which of them asked for either.

A template may print the time or a random word. Two versions of it are comparable only where both
see the same clock, and draw the same words at the same place.
"""

import functools
import hmac
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha512
from secrets import token_bytes
from typing import Any

import jinja2
from jinja2.runtime import Context

# Another year, month, day, hour, minute and second, so that all that the clock decides differs.
_AWAY = (366 + 153 + 9) * 86400 + 7 * 3600 + 13 * 60 + 17


@dataclass(frozen=True)
class Instant:
    """What time it is in a render, in seconds, and what decides its random values."""

    seconds: float = field(default_factory=time.time)
    seed: bytes = field(default_factory=lambda: token_bytes(32))

    def at(self, seconds: float) -> "Instant":
        """Return another time with the same random values."""
        return replace(self, seconds=seconds)

    @property
    def another(self) -> "Instant":
        """A time of which each part is another, with random values of its own."""
        return Instant(self.seconds + _AWAY)


@dataclass
class _Clock:
    """The clock of one render; `used` tells whether anything asked for time or chance."""

    instant: Instant
    used: bool = False
    _asked: Counter[str] = field(default_factory=Counter)

    def secret(self, context: Context, kind: str) -> bytes:
        """Return what decides a random value: the same at the same place of a template."""
        self.used = True
        place = f"{kind} {context.name}"
        self._asked[place] += 1
        words = f"{place} {self._asked[place]}"
        return hmac.digest(self.instant.seed, words.encode(), sha512)

    def seconds(self) -> float:
        """Return the time."""
        self.used = True
        return self.instant.seconds


_running: ContextVar[_Clock | None] = ContextVar("running", default=None)


@contextmanager
def running(instant: Instant | None) -> Iterator[Callable[[], bool]]:
    """Render at an instant in this block; yield what tells whether the render asked for it."""
    clock = _Clock(instant) if instant else None
    token = _running.set(clock)
    try:
        yield lambda: bool(clock and clock.used)
    finally:
        _running.reset(token)


def follow(env: jinja2.Environment) -> None:
    """Have the filters and globals of an environment ask the clock of the render.

    What takes a context is not worked out while a template is compiled, so code that is used again
    does not keep the time at which it was compiled.
    """
    if (given := env.filters.get("strftime")) is not None:
        env.filters["strftime"] = _timed(given)
    for extension in env.extensions.values():
        if type(extension).__module__ == "jinja2_time.jinja2_time":
            extension._now = functools.partial(_now_of_tag, extension)  # type: ignore[attr-defined]
    for name in {"ans_random", "random_mac", "shuffle"} & env.filters.keys():
        env.filters[name] = _seeded(name, env.filters[name])
    named: tuple[tuple[MutableMapping[str, Any], str], ...] = (
        (env.filters, "random"),
        (env.globals, "lipsum"),
    )
    for names, name in named:
        if name in names:
            names[name] = _drawn(name, names[name])


def function(name: str) -> Callable[..., Any] | None:
    """Return what a render gets for a function that Copier puts beside the answers."""
    return {"now": _now, "make_secret": _make_secret}.get(name) if _running.get() else None


@jinja2.pass_context
def _now(_: Context) -> datetime:
    clock = _running.get()
    return datetime.fromtimestamp(clock.seconds() if clock else time.time(), tz=UTC)


@jinja2.pass_context
def _make_secret(context: Context) -> str:
    clock = _running.get()
    return (clock.secret(context, "make_secret") if clock else token_bytes(64)).hex()


def _now_of_tag(extension: Any, timezone: str, form: str | None) -> str:
    """Do what the tag `now` of jinja2-time does, at the instant of the render."""
    import arrow

    clock = _running.get()
    seconds = clock.seconds() if clock else time.time()
    moment = arrow.get(seconds, tzinfo=timezone)
    return str(moment.strftime(form or extension.environment.datetime_format))


def _timed(given: Callable[..., str]) -> Callable[..., str]:
    @jinja2.pass_context
    @functools.wraps(given)
    def strftime(_: Context, form: str, second: Any = None) -> str:
        if second is None and (clock := _running.get()):
            second = clock.seconds()
        return given(form, second)

    return strftime


def _seeded(name: str, given: Callable[..., Any]) -> Callable[..., Any]:
    takes_environment = getattr(given, "jinja_pass_arg", None) is not None

    @jinja2.pass_context
    def seeded(context: Context, value: Any, *rest: Any, **options: Any) -> Any:
        words = (context.environment, value) if takes_environment else (value,)
        has_seed = options.get("seed") is not None or (rest and name != "ans_random")
        if not has_seed and len(rest) < 3 and (clock := _running.get()):
            options["seed"] = clock.secret(context, name).hex()
        return given(*words, *rest, **options)

    return seeded


def _drawn(name: str, given: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap what draws from Python's own generator, which has a state that can be put back."""
    takes_context = getattr(given, "jinja_pass_arg", None) is not None

    @jinja2.pass_context
    def drawn(context: Context, *words: Any, **options: Any) -> Any:
        given_words = (context, *words) if takes_context else words
        clock = _running.get()
        if clock is None:
            return given(*given_words, **options)
        state = random.getstate()
        random.seed(clock.secret(context, name))
        try:
            return given(*given_words, **options)
        finally:
            random.setstate(state)

    return drawn
