"""Keeps the answers file of a repo where a version of its template has none."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from modelyard.gitrepo.trees import PLAIN
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.request import Rendered


def kept(theirs: Rendered, now: bytes) -> tuple[Rendered, tuple[Notice, ...]]:
    """Return a render with the answers file that its template has forgotten.

    Without it the repo would be of no template: no later version could be brought to it.

    Args:
        theirs: The render.
        now: The answers file as the repo has it.
    """
    path = theirs.answers_path
    if path in theirs.files:
        return theirs, ()
    files = {**theirs.files, path: (PLAIN, _written(theirs.answers, now))}
    return replace(theirs, files=files), (Notice(path, NoticeReason.RECORD_KEPT),)


def _written(answers: Mapping[str, Any], now: bytes) -> bytes:
    head = []
    for line in now.splitlines(keepends=True):
        if not line.startswith(b"#"):
            break
        head.append(line)
    text = yaml.safe_dump(dict(answers), allow_unicode=True, default_flow_style=False)
    return b"".join(head) + text.encode()
