"""Keeps the answers file of a repo where a version of its template has none, or a useless one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from modelyard.errors import NotReady
from modelyard.gitrepo.trees import PLAIN
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.request import Rendered
from modelyard.template import answers
from modelyard.template.source import Version

_SHORTEST_ID = 7


def kept(theirs: Rendered, version: Version, now: bytes) -> tuple[Rendered, tuple[Notice, ...]]:
    """Return a render with the answers file that its template has forgotten, or got wrong.

    Without it the repo would be of no template, or of another version than it was brought to: no
    later version could be brought to it.

    Args:
        theirs: The render.
        version: What was rendered.
        now: The answers file as the repo has it.
    """
    path = theirs.answers_path
    if path not in theirs.files:
        notice = Notice(path, NoticeReason.RECORD_KEPT)
    elif wrong := _what_is_wrong(theirs.files[path][1], path, version):
        notice = Notice(path, NoticeReason.RECORD_REPLACED, wrong)
    else:
        return theirs, ()
    files = {**theirs.files, path: (PLAIN, _written(theirs.remembered, now))}
    return replace(theirs, files=files, answers=theirs.remembered), (notice,)


def _what_is_wrong(content: bytes, path: str, version: Version) -> str:
    """Return why the next update could not start from a record; "" where it can."""
    try:
        recorded = answers.parse(content, path).version
    except NotReady as error:
        return error.message
    # A template may write the id of the commit, or a part of it.
    is_commit = len(recorded) >= _SHORTEST_ID and version.commit.startswith(recorded)
    if recorded == version.name or is_commit:
        return ""
    return f"its _commit is {recorded}, and the version is {version.name}"


def _written(known: Mapping[str, Any], now: bytes) -> bytes:
    head = []
    for line in now.splitlines(keepends=True):
        if not line.startswith(b"#"):
            break
        head.append(line)
    text = yaml.safe_dump(dict(known), allow_unicode=True, default_flow_style=False)
    return b"".join(head) + text.encode()
