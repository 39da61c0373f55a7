"""Reads YAML into events and nodes, with libyaml where it is there, and never too deeply.

libyaml's composer calls itself for each level: a file of brackets alone would end the process.
"""

from collections.abc import Iterator
from typing import Any

from modelyard.update.structured.values import Disagreement

_DEEPEST = 100


def parser() -> Any:
    """Return PyYAML's safe loader, the fast one where there is one."""
    import yaml

    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def events(text: str) -> Iterator[Any]:
    """Yield the events of a stream one by one, which takes no depth.

    Raises:
        Disagreement: It is nested so deeply that parsers may not live through it.
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=parser()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise Disagreement("nested too deeply")
        yield event


def documents(text: str) -> list[Any]:
    """Return the nodes at the top of a stream; nothing is made of a tag.

    Raises:
        Disagreement: As `events`.
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    for _ in events(text):
        pass
    return list(yaml.compose_all(text, Loader=parser()))
