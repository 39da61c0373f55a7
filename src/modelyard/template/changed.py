"""Which of a repo's files a template has changed between two versions, told without a render.

It is read from the names of the template's files: good enough to suggest something, not to decide.
"""

import os
import re
from collections.abc import Callable

from modelyard.gitrepo import git
from modelyard.template import part
from modelyard.template.source import Template

# Jinja's delimiters, and those that templates of before Copier 6 have.
_VALUE = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]")
_STATEMENT = re.compile(r"\{[%#].*?[%#]\}|\[[%#].*?[%#]\]")
_SUFFIX = re.compile(r"\.(jinja2?|j2|tmpl)$")


def changes(template: Template, before: str, after: str) -> Callable[[str], bool]:
    """Return what tells whether the template's file for a path differs between two versions.

    Args:
        template: The template.
        before: A version.
        after: Another one.

    Raises:
        Unreachable: The template has no such version.
    """
    commits = template.resolve(before), template.resolve(after)
    words = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", *commits)
    _, out = git.run(template.folder, *words, codes=(0, 128))
    folder = part.guess(template.folder, commits[1])
    top = f"{folder}/" if folder else ""
    names = (os.fsdecode(name) for name in out.split(b"\0")[:-1])
    known = [_pattern(name.removeprefix(top)) for name in names if name.startswith(top)]
    return lambda path: any(pattern.fullmatch(path) for pattern in known)


def _pattern(name: str) -> re.Pattern[str]:
    """Return what the paths look like that a file of a template may be rendered to."""
    inside = _STATEMENT.sub("", _SUFFIX.sub("", name))
    return re.compile("[^/]+".join(map(re.escape, _VALUE.split(inside))))
