"""Finds how to call uv so that a lock keeps the form that it has."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from modelyard.lockfiles import lines as lock_lines
from modelyard.lockfiles.path_sources import normal, table


def command(
    name: str,
    project: Mapping[str, Any],
    lock: str,
    sources: Mapping[str, str],
    left_out: Collection[str],
) -> list[str]:
    """Return the arguments of uv for a requirements lock of the form of the one that is there.

    Args:
        name: The file name of the lock.
        project: The pyproject.toml, parsed.
        lock: The lock as it is.
        sources: The packages by the path of their distributions.
        left_out: The packages that another lock holds.
    """
    lines = lock_lines.parse(lock, sources)
    pinned = lock_lines.names(lines)
    arguments = ["pip", "compile", "pyproject.toml", "-o", name]
    if any(line.has_marker for line in lines):
        arguments.append("--universal")
    if "--hash=" in lock:
        arguments.append("--generate-hashes")
    if not lock.startswith("#"):
        arguments.append("--no-header")
    if not re.search(r"^[ \t]+# via", lock, re.M):
        arguments.append("--no-annotate")
    for package in sorted(left_out):
        arguments += ["--no-emit-package", package]
    about = table(project.get("project"))
    lowest = re.search(r">=\s*(\d+\.\d+)", str(about.get("requires-python")))
    arguments += ["--python-version", lowest[1]] if lowest else []
    for group, wanted in table(project.get("dependency-groups")).items():
        # A package that this lock leaves out says nothing about what is part of it.
        names = _packages(wanted) - set(left_out)
        # A group is part of the lock when most of it is: something may just have been added to it.
        if names and len(names & pinned) * 2 > len(names):
            arguments += ["--group", group]
    for extra, wanted in table(about.get("optional-dependencies")).items():
        names = _packages(wanted) - set(left_out)
        if names and names <= pinned:
            arguments += ["--extra", extra]
    if lock.startswith("#"):
        # What is added for this machine's sake has no place in the repo's lock.
        arguments += ["--custom-compile-command", " ".join(["uv", *arguments])]
    return arguments


def _packages(wanted: Any) -> set[str]:
    return {normal(w) for w in wanted if isinstance(w, str)} if isinstance(wanted, list) else set()
