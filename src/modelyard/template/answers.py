"""The answers file of a repo: which template, which version, which answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from modelyard.errors import NotReady
from modelyard.template import faults, written_yaml

DEFAULT_NAME = ".copier-answers.yml"
# Which commit `_commit` named: `v1.2.0@3f2a…`. Copier drops it: then the name counts.
COMMIT_KEY = "_commit_id"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# No repo has so many; what has more, by aliases of aliases too, is made to take a machine's time.
LARGEST = 1 << 20
MOST_VALUES = 100_000
DEEPEST = 50
_LONGEST = 2000


class BrokenAnswers(NotReady):
    """An answers file cannot be read, or does not say what its repo came from.

    Attributes:
        source: The template, where it names that.
    """

    source = ""


@dataclass(frozen=True)
class Answers:
    """What a repo records of its template.

    Attributes:
        path: The answers file, relative to the root of the rendered project.
        source: Where the template is, as recorded: a URL, or a path that may be relative.
        version: The tag, or the description of the commit, that was rendered last.
        values: The answers by question.
        commit: The commit that the version named then; "" where that is not on record.
    """

    path: str
    source: str
    version: str
    values: Mapping[str, Any]
    commit: str = ""

    @property
    def rendered(self) -> str:
        """What names the version that was rendered: its commit, where that is on record."""
        return self.commit or self.version


def parse(content: bytes, path: str) -> Answers:
    """Read an answers file.

    Raises:
        BrokenAnswers: It is no YAML mapping, or does not say which template it came from.
    """
    repair = f"git log -p -- {path}    # and repair it"
    if len(content) > LARGEST:
        raise BrokenAnswers(f"{path} is larger than {LARGEST >> 20} MiB", repair)
    try:
        top, loaded = written_yaml.loaded(content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BrokenAnswers(f"{path} {faults.of(content, error)}", repair) from None
    if not isinstance(loaded, dict):
        lacks = "is empty" if not content.strip() else "contains no answers"
        raise BrokenAnswers(f"{path} {lacks}", repair)
    if twice := written_yaml.twice(top):
        # As a merge of two branches leaves it: which of the two is meant, nobody knows.
        name, line = twice
        raise BrokenAnswers(f"{path}: {name} stands twice, again in line {line}", repair)
    if not isinstance(loaded.get("_commit"), str | None):
        # A tag that YAML takes for a number or a date is still its text: 1.10 is not 1.1.
        loaded["_commit"] = written_yaml.as_written(top, "_commit") or loaded["_commit"]
    if not _is_bounded(loaded):
        raise BrokenAnswers(f"{path} has too many values, or too deep ones", repair)
    for key in ("_src_path", "_commit"):
        if not isinstance(loaded.get(key), str | int | float) or loaded[key] == "":
            lacks = "has no" if loaded.get(key) in (None, "") else "has no text as"
            broken = BrokenAnswers(
                f"{path} {lacks} {key}, so the template that this repo came from is unknown",
                "modelyard adopt    # brings a repo under a template",
            )
            broken.source = str(loaded.get("_src_path") or "")
            raise broken
        if not str(loaded[key]).isprintable() or len(str(loaded[key])) > _LONGEST:
            # As an argument of git it would end where a NUL is, and be no argument at all.
            raise BrokenAnswers(
                f"{path}: {key} has control characters, or more than {_LONGEST} of others", repair
            )
    values = {str(k): v for k, v in loaded.items() if not str(k).startswith("_")}
    version = str(loaded["_commit"])
    commit = _commit_of(version, loaded.get(COMMIT_KEY))
    return Answers(path, str(loaded["_src_path"]), version, values, commit)


def _commit_of(version: str, recorded: Any) -> str:
    """Return the commit on record for a version.

    What another tool has changed `_commit` and not this is about another version, and says nothing.
    """
    name, _, commit = str(recorded).rpartition("@")
    return commit if name == version and _COMMIT.fullmatch(commit) else ""


def with_identity(content: bytes, name: str, identity: str) -> bytes:
    """Put a version and its commit into the text of an answers file, at their place."""
    lines = [
        line
        for line in content.decode().splitlines(keepends=True)
        if not line.startswith(f"{COMMIT_KEY}:")
    ]
    for place, line in enumerate(lines):
        if line.startswith("_commit:"):
            lines[place] = f"_commit: {_scalar(name)}\n{COMMIT_KEY}: {_scalar(identity)}\n"
    return "".join(lines).encode()


def _scalar(text: str) -> str:
    return str(yaml.safe_dump(text, allow_unicode=True, width=10**9)).splitlines()[0]


def _is_bounded(loaded: Any) -> bool:
    """Tell whether a value, with what its aliases repeat, is neither too large nor too deep."""
    left, count = [(loaded, 1)], 0
    while left:
        value, depth = left.pop()
        count += 1
        if count > MOST_VALUES or depth > DEEPEST:
            return False
        parts = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list | tuple | set):
            left += [(part, depth + 1) for part in parts]
    return True
