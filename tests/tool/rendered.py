"""Renders of small templates that this process has seen before, copied in place of made anew.

Only of a version that says nothing but its files: without Jinja, tasks or submodules, at one tag,
for the same machine. What Copier renders of such a version is the same each time, but for where
the template is.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.repos import git

CONFIG = "_subdirectory: template\nname: {type: str, default: World}\n"
RECORD = ".copier-answers.yml"
ANSWERS = "template/{{ _copier_conf.answers_file }}.jinja"

# A path that YAML writes as it is, on one line.
_PLAIN = re.compile(r"[\w./-]+")
_SOURCE = "_src_path: (of each)\n"
# Where git and what it reads of this machine come from, beside its own variables.
_MACHINE = ("HOME", "PATH", "XDG_CONFIG_HOME")
_kept: dict[tuple[object, ...], Path] = {}


def again(template: Path, tag: str, answers: Mapping[str, object], root: Path) -> bool:
    """Copy what was rendered before of that version with these answers to `root`, if anything."""
    known = _kept.get(_key(template, tag, answers)) if not root.exists() else None
    if known is None or not _PLAIN.fullmatch(str(template)):
        return False
    shutil.copytree(known, root, symlinks=True)
    text = (root / RECORD).read_text("utf-8")
    (root / RECORD).write_text(text.replace(_SOURCE, f"_src_path: {template}\n"), "utf-8")
    return True


def keep(template: Path, tag: str, answers: Mapping[str, object], root: Path) -> None:
    """Keep a render for the next who asks for the same."""
    key = _key(template, tag, answers)
    if key in _kept or not _only_files(template, tag):
        return
    text, source = (root / RECORD).read_text("utf-8"), f"_src_path: {template}\n"
    if text.count(source) == 1:
        _kept[key] = Path(_folder().name, str(len(_kept)))
        shutil.copytree(root, _kept[key], symlinks=True)
        (_kept[key] / RECORD).write_text(text.replace(source, _SOURCE), "utf-8")


def _key(template: Path, tag: str, answers: Mapping[str, object]) -> tuple[object, ...]:
    said = git(template, "log", "-1", "--format=%T%n%D", f"{tag}^{{commit}}")
    # All the tags of the commit: Copier records the one that it finds.
    tree, tags = said.split("\n")[0], sorted(re.findall("tag: ([^,\n]+)", said))
    machine = {k: v for k, v in os.environ.items() if k in _MACHINE or k.startswith("GIT_")}
    return tree, *tags, tag, repr(sorted(answers.items())), repr(sorted(machine.items()))


def _only_files(template: Path, tag: str) -> bool:
    special = ("-e", "{{", "-e", "{%", "-e", "{#", "-e", "[submodule")
    found = git(template, "grep", "--fixed-strings", "-l", "-z", *special, tag)
    listed = git(template, "ls-tree", "-r", "-z", "--name-only", tag).split("\0")
    tags = git(template, "tag", "--points-at", f"{tag}^{{commit}}").split()
    only = found == f"{tag}:{ANSWERS}\0" and [path for path in listed if "{" in path] == [ANSWERS]
    return only and tags == [tag] and git(template, "show", f"{tag}:copier.yml") == CONFIG


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="rendered-")
