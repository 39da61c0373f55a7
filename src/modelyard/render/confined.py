"""The block in which a template that is not trusted is rendered.

In it every environment that Jinja makes is restricted, and this process holds no secret. What a
template asks for and must not have ends in `Refused` when the block ends, whatever Copier made of
the error meanwhile.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modelyard.errors import Refused
from modelyard.render.environment import without_secrets
from modelyard.render.surrounding_git import without_surrounding_git
from modelyard.template.source import Version


@contextmanager
def confined(version: Version, trusted: bool) -> Iterator[None]:
    """Render in this block, and refuse what a version that is not trusted must not have.

    Raises:
        Refused: The version wants to read this machine.
    """
    if trusted:
        with without_surrounding_git():
            yield
        return
    from modelyard.render.sandbox import Asked, asked

    _restrict_what_jinja_makes()
    found = Asked()
    token = asked.set(found)
    try:
        with without_secrets():
            yield
    except Exception:
        if found.things:
            raise _refused(version, found.things) from None
        raise
    finally:
        asked.reset(token)
    if found.things:
        raise _refused(version, found.things)
    if not found.restricted:
        raise Refused(
            f"{version.title} cannot be rendered without trust: this Copier does not render with "
            "a Jinja that can be restricted",
            "install a Copier that this modelyard knows, or read the template and pass --trust",
        )


@functools.cache
def _restrict_what_jinja_makes() -> None:
    """Have an environment restricted as soon as it is made; outside of the block nothing changes.

    Copier makes its environment itself, and promises no place to change it in. Jinja's is the one
    that every Copier goes through.
    """
    import jinja2

    from modelyard.render import sandbox

    made = jinja2.Environment.__init__

    @functools.wraps(made)
    def init(self: jinja2.Environment, *words: Any, **options: Any) -> None:
        made(self, *words, **options)
        if sandbox.asked.get() is not None:
            sandbox.restrict(self)

    jinja2.Environment.__init__ = init  # type: ignore[method-assign]


def _refused(version: Version, things: dict[str, str]) -> Refused:
    thing, name = next(iter(things.items()))
    places = _files_with(version, name)
    first = places[0] if places and places[0].isprintable() else repr(places[:1])
    where = f" in {first}" if places else ""
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return Refused(
        f"{version.title} wants to read this machine: {thing}{where}{more}",
        "read the template, and pass --trust if you trust it",
    )


def _files_with(version: Version, name: str) -> list[str]:
    """Return the files of the template that hold a word, to help a person find it."""
    version.part.need_all()
    found = []
    for path in sorted(version.checkout.rglob("*")):
        inside = path.relative_to(version.checkout)
        if path.is_file() and not path.is_symlink() and name.encode() in path.read_bytes():
            found.append(inside.as_posix())
    return found
