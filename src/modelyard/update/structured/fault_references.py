"""Finds names of jobs, stages, services and groups that nothing in the file has.

Only what the program that reads the file refuses counts, and only where no other file can hold what
is named: a GitLab or a Compose file that includes others is not judged, nor is what a variable, a
tag or the key `<<` brings in.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from modelyard.update.structured import yaml_nodes
from modelyard.update.structured.values import Disagreement


class Reference(NamedTuple):
    """A name that is used, and where."""

    place: str
    name: str


_MERGE = "<<"
_GITLAB_WORDS = {
    *("after_script", "before_script", "cache", "default", "image", "include", "services"),
    *("spec", "stages", "variables", "workflow"),
}
_GITLAB_STAGES = ("build", "test", "deploy")
_GITLAB_ENDS = {".pre", ".post"}


def in_yaml(path: str, source: str) -> Iterator[Reference]:
    """Yield the names that nothing has in a workflow, a GitLab CI file, or a Compose file.

    Raises:
        Exception: What PyYAML raises for a text that is not YAML.
    """
    file = PurePosixPath(path)
    for patterns, word, finder in _FINDERS:
        if word.search(source) and any(file.match(pattern) for pattern in patterns):
            try:
                documents = yaml_nodes.documents(source)
            except Disagreement:  # too deep to be looked at, which is no fault
                return
            yield from finder(documents[-1]) if documents else ()


def in_project(values: Mapping[str, Any]) -> Iterator[Reference]:
    """Yield the dependency groups that a `pyproject.toml` includes and does not have."""
    groups = values.get("dependency-groups")
    if not isinstance(groups, dict):
        return
    known = {_normalised(name) for name in groups}
    for group, items in groups.items():
        for item in items if isinstance(items, list) else ():
            name = item.get("include-group") if isinstance(item, dict) else None
            if isinstance(name, str) and _normalised(name) not in known:
                yield Reference(f"dependency-groups.{group}", name)


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _workflow(root: Any) -> Iterator[Reference]:
    jobs = _mapping(_mapping(root).get("jobs"))
    if _MERGE in jobs:
        return
    known = {name.lower() for name in jobs}  # GitHub does not tell capitals apart
    for job, node in jobs.items():
        for name in _texts(_mapping(node).get("needs")):
            if name.lower() not in known:
                yield Reference(f"jobs.{job}.needs", name)


def _gitlab(root: Any) -> Iterator[Reference]:
    top = _mapping(root)
    if "include" in top or _MERGE in top:
        return
    jobs = {name: _mapping(node) for name, node in top.items() if name not in _GITLAB_WORDS}
    stages = {*_GITLAB_ENDS, *(_texts(top["stages"]) if "stages" in top else _GITLAB_STAGES)}
    for job, keys in jobs.items():
        used: list[tuple[str, str, Collection[str]]]
        used = [("extends", name, jobs) for name in _texts(keys.get("extends"))]
        if not job.startswith("."):
            used += [("stage", name, stages) for name in _texts(keys.get("stage"))]
            used += [("dependencies", name, jobs) for name in _texts(keys.get("dependencies"))]
            used += [("needs", name, jobs) for name in _needed_by_gitlab(keys.get("needs"))]
        for key, name, known in used:
            if name not in known:
                yield Reference(f"{job}.{key}", name)


def _needed_by_gitlab(node: Any) -> Iterator[str]:
    """Yield the jobs of this file that a job cannot do without, as it writes them."""
    for name in _texts(node):
        yield name.split(": [")[0]  # one job of a matrix
    for item in _items(node):
        keys = _mapping(item)
        if not keys.keys() & {"pipeline", "project", _MERGE} and not _is_true(keys.get("optional")):
            yield from _texts(keys.get("job"))


def _compose(root: Any) -> Iterator[Reference]:
    top = _mapping(root)
    services = _mapping(top.get("services"))
    if "include" in top or _MERGE in services:
        return
    for service, node in services.items():
        needed = _mapping(node).get("depends_on")
        names = list(_texts(needed))
        for name, how in _mapping(needed).items():
            keys = _mapping(how)
            if _MERGE not in keys and _is_true(keys.get("required"), absent=True):
                names.append(name)
        for name in names:
            if name not in services and name != _MERGE and "$" not in name:
                yield Reference(f"services.{service}.depends_on", name)


_FINDERS: tuple[
    tuple[tuple[str, ...], re.Pattern[str], Callable[[Any], Iterable[Reference]]], ...
] = (
    ((".github/workflows/*.yml", ".github/workflows/*.yaml"), re.compile("needs"), _workflow),
    ((".gitlab-ci.yml",), re.compile("needs|dependencies|extends|stage"), _gitlab),
    (
        tuple(f"{name}.{end}" for name in ("compose", "docker-compose") for end in ("yml", "yaml")),
        re.compile("depends_on"),
        _compose,
    ),
)


def _is_plain(node: Any, kind: str) -> bool:
    """Tell whether a node is of a kind, and stands for itself: `!reference` brings other values."""
    return type(node).__name__ == f"{kind}Node" and str(node.tag).startswith("tag:yaml.org")


def _mapping(node: Any) -> dict[str, Any]:
    """Return the values by key; nothing for what is no mapping. `<<` is a key like any other."""
    pairs = node.value if _is_plain(node, "Mapping") else []
    return {key.value: value for key, value in pairs if _is_plain(key, "Scalar")}


def _items(node: Any) -> list[Any]:
    return list(node.value) if _is_plain(node, "Sequence") else []


def _texts(node: Any) -> Iterator[str]:
    """Yield a text, or the texts in a list; none that has a variable in it."""
    for item in _items(node) or [node]:
        if _is_plain(item, "Scalar") and item.value and "$" not in item.value:
            yield item.value


def _is_true(node: Any, absent: bool = False) -> bool:
    if node is None:
        return absent
    return _is_plain(node, "Scalar") and node.value.lower() in ("true", "yes", "on", "y")
