"""Finds answers that somebody edited in the record, while the files did not follow."""

from collections.abc import Mapping
from typing import Any

from modelyard.errors import ModelyardError
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.trees import blob_id
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import answers, config
from modelyard.template.step import Step


def edited_by_hand(repo: Repo, step: Step, base: Rendered) -> list[Notice]:
    """Find answers that changed since the version was recorded, while the files did not follow."""
    now, place = step.recorded.values, step.recorded.path
    first = _first_answers(repo, step.recorded)
    asked = config.read(step.before).questions
    names = sorted(n for n in asked if first.get(n) != now.get(n))
    if not names:
        return []
    try:
        wanted = RenderRequest(
            first,
            answers_path=place,
            folder=repo.name,
            trusted=step.trusted,
            operation="update",
        )
        former = render(step.before, wanted)
    except ModelyardError:
        return []
    blobs = {p: blob_id(content, repo.algorithm) for p, (_, content) in former.files.items()}
    left_behind = any(
        path in repo.tree and repo.tree[path].oid == blobs[path]
        for path, file in former.files.items()
        if file != base.files.get(path) and path != place and not base.is_yours(path)
    )
    edited = [Notice(place, NoticeReason.EDITED_ANSWER, name) for name in names]
    return edited if left_behind else []


def _first_answers(repo: Repo, recorded: answers.Answers) -> Mapping[str, Any]:
    """Return the answers of the commit that recorded the version, as far as history goes."""
    place = repo.prefix + recorded.path
    log = ["log", "-n", "50", "--format=%H", repo.head, "--", place]
    first = recorded.values
    # A partial clone has not all of its history.
    for commit in git.text(repo.folder, *log, codes=(0, 128)).split():
        words = ("cat-file", "blob", f"{commit}:{place}")
        code, content = git.run(repo.folder, *words, codes=(0, 128))
        try:
            then = answers.parse(content, recorded.path)
        except ModelyardError:
            break
        if code or then.version != recorded.version:
            break
        first = then.values
    return first
