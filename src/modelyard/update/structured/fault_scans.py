"""Finds keys that stand twice, without a word about what a file means: anchors, tags, comments."""

import configparser
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field

from modelyard.update.structured import yaml_nodes

_DEEPEST = 1000
_NO_SECTION = "<no section>"
_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[\w$.+-]+)|([{}\[\]:,])|\s+""",
    re.S,
)


@dataclass
class _Level:
    """A mapping or a list that is open, at its place."""

    mapping: bool
    path: tuple[str, ...]
    keys: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    key: str | None = None

    def inside(self) -> tuple[str, ...]:
        return (*self.path, self.key or "") if self.mapping else (*self.path, "[]")

    def twice(self) -> Iterator[tuple[str, Hashable]]:
        for key, count in self.keys.items():
            if count > 1:
                yield key, (self.path, count)


def in_yaml(
    source: str, wanted: Callable[[tuple[str, ...]], bool]
) -> tuple[list[tuple[str, Hashable]], list[list[str]]]:
    """Return the keys that stand twice, each with its place, and the lists that are wanted.

    The events of the parser are read one by one: no depth of nesting is too deep for that.

    Args:
        source: The text.
        wanted: Whether the texts of the list at a path are asked for.

    Raises:
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    loader = yaml_nodes.parser()
    levels: list[_Level] = []
    twice: list[tuple[str, Hashable]] = []
    lists: list[list[str]] = []
    documents = 0
    for event in yaml.parse(source, Loader=loader):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = levels.pop()
            twice += closed.twice()
            if not closed.mapping and wanted(closed.path[1:]):
                lists.append(closed.texts)
            _after(levels)
        elif isinstance(event, yaml.NodeEvent):
            mapping = isinstance(event, yaml.MappingStartEvent)
            if mapping or isinstance(event, yaml.SequenceStartEvent):
                path = levels[-1].inside() if levels else (str(documents),)
                levels.append(_Level(mapping, path))
                if len(levels) > _DEEPEST:
                    raise ValueError("nested too deeply")
            else:
                name = getattr(event, "value", None)
                _scalar(levels, f"*{event.anchor}" if name is None else name)
    return twice, lists


def anchors(source: str) -> tuple[set[str], set[str]]:
    """Return the anchors that stand twice in one document, and those that are used without one.

    Raises:
        Exception: What PyYAML raises for a text that is not YAML.
    """
    import yaml

    loader = yaml_nodes.parser()
    known: set[str] = set()
    twice: set[str] = set()
    missing: set[str] = set()
    for event in yaml.parse(source, Loader=loader):
        if isinstance(event, yaml.DocumentStartEvent):
            known = set()
        elif isinstance(event, yaml.AliasEvent):
            missing |= {str(event.anchor)} - known
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            twice |= {event.anchor} & known
            known.add(event.anchor)
    return twice, missing


def _scalar(levels: list[_Level], name: str) -> None:
    if not levels:
        return
    if levels[-1].mapping and levels[-1].key is None:
        levels[-1].key = name
        levels[-1].keys[name] += 1
        return
    levels[-1].texts.append(name)
    _after(levels)


def _after(levels: list[_Level]) -> None:
    """Note that a value has ended; one that was a key itself counts as a key without a name."""
    if levels and levels[-1].mapping:
        levels[-1].key = "?" if levels[-1].key is None else None


def in_json(source: str) -> list[tuple[str, Hashable]]:
    """Return the keys that stand twice in JSON, with comments and trailing commas or without.

    Raises:
        ValueError: The text cannot be read, or its brackets do not match.
    """
    levels: list[_Level] = []
    twice: list[tuple[str, Hashable]] = []
    last, at, before = "", 0, "["
    while at < len(source):
        found = _TOKEN.match(source, at)
        if not found:
            raise ValueError("not JSON")
        at = found.end()
        word, mark = found[1], found[2]
        if word is not None and before not in "{[,:":
            raise ValueError("two values without a comma")
        if mark in ("{", "["):
            levels.append(_Level(mark == "{", levels[-1].inside() if levels else ()))
        elif mark in ("}", "]"):
            if not levels or levels[-1].mapping != (mark == "}"):
                raise ValueError("brackets do not match")
            twice += levels.pop().twice()
        elif mark == ":" and levels and levels[-1].mapping:
            levels[-1].key = last
            levels[-1].keys[last] += 1
        last = word.strip("\"'") if word else last
        before = mark or ("x" if word else before)
    if levels:
        raise ValueError("brackets do not match")
    return twice


def in_ini(source: str) -> list[str]:
    """Return the section or key that stands twice, where one does; lines may have no section.

    Raises:
        configparser.Error: The text cannot be read.
    """
    parser = configparser.RawConfigParser(allow_no_value=True, strict=True)
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # as documented there
    try:
        parser.read_string(f"[{_NO_SECTION}]\n{source}")
    except configparser.DuplicateOptionError as error:
        no_section = error.section == _NO_SECTION
        return [error.option if no_section else f"{error.option} in [{error.section}]"]
    except configparser.DuplicateSectionError as error:
        return [f"[{error.section}]"]
    return []
