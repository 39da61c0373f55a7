"""What is provably wrong in a file: it cannot be read, one thing stands in it twice, or is missing.

Two changes that are each right can be wrong together. What is found here in a merged file, and in
none of its three versions, nobody wrote.
"""

import configparser
import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.update.structured import (
    fault_lines,
    fault_references,
    fault_scans,
    moved_apart,
    python_faults,
    python_names,
    sets,
)

LARGEST = 150_000
"""Bytes of a file that is still looked at; the time for long lists grows faster than they do."""

_LONGEST_REASON = 200


class FaultKind(Enum):
    """A kind of fault; the value is a sentence about what it names."""

    UNREADABLE = "it cannot be read"
    KEY_TWICE = "{} stands twice"
    REQUIRED_TWICE = "{} is required twice, and not alike"
    DEFINED_TWICE = "{} is defined twice"
    ANCHORED_TWICE = "the anchor {} stands twice"
    ANCHOR_MISSING = "the anchor {} is used, and does not stand before"
    NAME_MISSING = "{}, which is not there"
    UNBOUND = "{} is used, and nothing defines it"
    BOUND_LATE = "{} is used above the place that defines it, when the module is imported"
    MOVED_APART = "both moved {} to a place of their own, and it stands at both"
    FIELD_ORDER = "{} has a field without a default behind one with a default"


class Fault(NamedTuple):
    """Something that is wrong.

    Attributes:
        kind: In which way.
        name: What it is about.
        detail: What tells it from the same fault in another version of the file.
    """

    kind: FaultKind
    name: str = ""
    detail: Hashable = None

    @property
    def text(self) -> str:
        """The sentence for people."""
        return self.kind.value.format(self.name)


def find(path: str, content: bytes) -> frozenset[Fault]:
    """Return what is wrong in a file; nothing in one whose format is not known. Never raises."""
    finder = _finder(PurePosixPath(path))
    if finder is None or len(content) > LARGEST:
        return frozenset()
    try:
        return frozenset(finder(path, content.decode("utf-8-sig").replace("\r\n", "\n")))
    except Exception:  # parsers raise what they like
        return frozenset({Fault(FaultKind.UNREADABLE)})


def new(path: str, merged: bytes, sides: Sequence[bytes]) -> list[Fault]:
    """Return what is wrong in a merged file and in none of its versions."""
    found = new_in_itself(path, merged, sides)
    if len(merged) <= LARGEST:
        lines = moved_apart.lines(merged, sides)
        found += [Fault(FaultKind.MOVED_APART, line) for line in lines]
    return found


def new_in_itself(path: str, content: bytes, sides: Iterable[bytes]) -> list[Fault]:
    """Return what is wrong in a file and in no other version, however it came about."""
    found = find(path, content)
    for side in sides:
        if not found:
            break
        found -= find(path, side)
    return sorted(found, key=lambda fault: (fault.kind.name, fault.name))


def unreadable(path: str, content: bytes) -> str | None:
    """Return why a file cannot be read; None where it can, or its format is not known.

    Python has newer versions than the one that runs here, so a module is never said to be broken.
    """
    finder = _finder(PurePosixPath(path))
    if finder in (None, _python) or len(content) > LARGEST:
        return None
    try:
        for _ in finder(path, content.decode("utf-8-sig").replace("\r\n", "\n")):
            pass
    except configparser.Error:
        return "it is not INI"  # one line more is read here than the file has
    except Exception as error:  # as in `find`
        return " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
    return None


def _toml(path: str, source: str) -> Iterator[Fault]:
    import tomllib

    values = tomllib.loads(source)
    yield from _in_values(values, (path,))
    if PurePosixPath(path).name == "pyproject.toml":
        yield from map(_missing, fault_references.in_project(values))


def _yaml(path: str, source: str) -> Iterator[Fault]:
    anchored, missing = fault_scans.anchors(source)
    yield from (Fault(FaultKind.ANCHORED_TWICE, name, name) for name in anchored)
    yield from (Fault(FaultKind.ANCHOR_MISSING, name, name) for name in missing)
    twice, lists = fault_scans.in_yaml(source, lambda keys: sets.find((path, *keys)) is _REQUIRED)
    yield from (Fault(FaultKind.KEY_TWICE, name, detail) for name, detail in twice)
    for found in lists:
        yield from _required(found)
    yield from map(_missing, fault_references.in_yaml(path, source))


def _missing(found: fault_references.Reference) -> Fault:
    return Fault(FaultKind.NAME_MISSING, f"{found.place} names {found.name}", found)


def _json(path: str, source: str) -> Iterator[Fault]:
    try:
        json.loads(source)
    except (ValueError, RecursionError):  # comments, or a comma too many: who wrote it knows
        yield Fault(FaultKind.UNREADABLE, detail="strictly")
    for name, detail in fault_scans.in_json(source):
        yield Fault(FaultKind.KEY_TWICE, name, detail)


def _ini(path: str, source: str) -> Iterator[Fault]:
    for name in fault_scans.in_ini(source):
        yield Fault(FaultKind.KEY_TWICE, name, name)


def _env(path: str, source: str) -> Iterator[Fault]:
    for name, times in fault_lines.in_env(source):
        yield Fault(FaultKind.KEY_TWICE, name, times)


def _makefile(path: str, source: str) -> Iterator[Fault]:
    for name, times in fault_lines.in_makefile(source):
        yield Fault(FaultKind.DEFINED_TWICE, name, times)


def _requirements(path: str, source: str) -> Iterator[Fault]:
    lines = (line.partition(" #")[0].strip() for line in source.splitlines())
    yield from _required(line for line in lines if line and line[0] not in "#-")


def _python(path: str, source: str) -> Iterator[Fault]:
    body = python_faults.read(source)
    for name in python_faults.defined_twice(body):
        yield Fault(FaultKind.DEFINED_TWICE, name, name)
    for name in python_names.bound_twice(body):
        yield Fault(FaultKind.DEFINED_TWICE, name, name)
    for name in python_names.keys_twice(body):
        yield Fault(FaultKind.KEY_TWICE, name, name)
    for name in python_names.unbound(source):
        yield Fault(FaultKind.UNBOUND, name, name)
    for name in python_names.bound_too_late(body):
        yield Fault(FaultKind.BOUND_LATE, name, name)
    for name in python_faults.fields_out_of_order(body):
        yield Fault(FaultKind.FIELD_ORDER, name, name)


_REQUIRED = sets.Items.REQUIREMENTS
_BY_SUFFIX: Mapping[str, Callable[[str, str], Iterable[Fault]]] = {
    **dict.fromkeys((".json", ".jsonc", ".json5", ".code-workspace"), _json),
    **dict.fromkeys((".yaml", ".yml"), _yaml),
    **dict.fromkeys((".ini", ".cfg"), _ini),
    ".mk": _makefile,
    ".py": _python,
    ".toml": _toml,
}
_MAKEFILES = {"GNUmakefile", "Makefile", "makefile"}
_INI_NAMES = {".coveragerc", ".editorconfig", ".flake8", ".pylintrc"}


def _finder(path: PurePosixPath) -> Callable[[str, str], Iterable[Fault]] | None:
    if path.name in _INI_NAMES:
        return _ini
    if path.name == ".env" or path.name.startswith(".env."):
        return _env
    if path.name in _MAKEFILES:
        return _makefile
    if path.name.startswith("requirements") and path.suffix in (".txt", ".in"):
        return _requirements
    return _BY_SUFFIX.get(path.suffix)


def _in_values(value: Any, path: tuple[str, ...]) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _in_values(inside, (*path, key))
    elif isinstance(value, list) and sets.find(path) is _REQUIRED:
        yield from _required(item for item in value if isinstance(item, str))


def _required(items: Iterable[str]) -> Iterator[Fault]:
    found: dict[str, set[str]] = defaultdict(set)
    for item in items:
        found[sets.package(item)].add("".join(item.split()))
    for name, texts in found.items():
        if len(texts) > 1:
            yield Fault(FaultKind.REQUIRED_TWICE, name, len(texts))
