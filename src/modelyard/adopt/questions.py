"""The questions of a template, as far as their answers can be looked up in a repo."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.template.config import _load
from modelyard.template.source import Version


@dataclass(frozen=True)
class Question:
    """One question that a template asks.

    Attributes:
        name: The variable.
        help: What a person is asked; it may hold Jinja.
        kind: The type, such as "str" or "bool".
        choices: Label and value of each choice that is written out; () where any answer will do.
        default: The default as written.
        secret: The answer is not recorded.
        many: Several choices may be taken.
    """

    name: str
    help: str = ""
    kind: str = "str"
    choices: tuple[tuple[str, Any], ...] = ()
    default: Any = None
    secret: bool = False
    many: bool = False


def read(version: Version) -> tuple[Question, ...]:
    """Return the questions in the order in which they are asked; computed values are none."""
    written: dict[str, Any] = {}
    hidden: set[str] = set()
    for place in sorted(version.checkout.glob("copier.y*ml")):
        for part in _load(place, version.checkout):
            hidden |= set(part.get("_secret_questions") or ())
            written |= {key: value for key, value in part.items() if not key.startswith("_")}
    return tuple(
        _question(name, about if isinstance(about, dict) else {"default": about}, name in hidden)
        for name, about in written.items()
        if not (isinstance(about, dict) and about.get("when", True) is False)
    )


def _question(name: str, about: Mapping[str, Any], hidden: bool) -> Question:
    default = about.get("default")
    kind = about.get("type") or (type(default).__name__ if default is not None else "str")
    choices = tuple(_choices(about.get("choices")))
    secret = hidden or bool(about.get("secret"))
    many = bool(about.get("multiselect"))
    return Question(name, str(about.get("help") or ""), str(kind), choices, default, secret, many)


def _choices(written: Any) -> Iterator[tuple[str, Any]]:
    pairs: list[Any] = []
    if isinstance(written, dict):
        pairs = list(written.items())
    elif isinstance(written, list):
        pairs = [one if isinstance(one, list) and len(one) == 2 else (one, one) for one in written]
    for label, value in pairs:
        yield str(label), value.get("value") if isinstance(value, dict) else value
