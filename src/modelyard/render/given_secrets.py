"""Finds out with which secrets the recorded version was rendered: they are on no record."""

from collections.abc import Mapping
from dataclasses import replace

from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template.step import Step


def rendered_base(
    repo: Repo, scratch: Scratch, step: Step, wanted: RenderRequest
) -> tuple[Rendered, tuple[Notice, ...]]:
    """Render the recorded version with the given secrets, or without where the repo has none.

    Somebody who gives a secret again expects no change of it, and who gives it for the first time
    expects that it is written. Where the repo has a third value, that is kept, and is told.

    Args:
        repo: The repo.
        scratch: Where blobs are.
        step: The step.
        wanted: What is rendered; `given` are the secrets.
    """
    with_secrets = render(step.before, wanted)
    if not wanted.given:
        return with_secrets, ()
    without = render(step.before, replace(wanted, given={}))
    told, first_time = [], True
    for path, lines in _differing(with_secrets, without).items():
        if path not in repo.tree:
            continue
        ours = set(scratch.read(repo.tree[path].oid).splitlines())
        mine, default = (one <= ours for one in lines)
        first_time = first_time and default and not mine
        if not mine:
            about = ", ".join(sorted(wanted.given))
            told.append(Notice(path, NoticeReason.OTHER_VALUE_KEPT, about))
    return (without, ()) if told and first_time else (with_secrets, tuple(told))


def _differing(one: Rendered, other: Rendered) -> Mapping[str, tuple[set[bytes], set[bytes]]]:
    """Return the lines of each file that only one of two renders has."""
    found = {}
    for path in one.files.keys() & other.files.keys():
        mine, theirs = one.files[path][1], other.files[path][1]
        if mine != theirs:
            left, right = set(mine.splitlines()), set(theirs.splitlines())
            found[path] = (left - right, right - left)
    return found
