"""Tells where a repo stands: behind its template or not, and which standard files were edited."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from modelyard.check import vendored
from modelyard.check.vendored import Vendored
from modelyard.errors import ModelyardError
from modelyard.gitrepo import git
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import blob_id
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.render import prepare, render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.render.sides import renders
from modelyard.template import answers, config, projects
from modelyard.template.records import find_answers
from modelyard.template.source import Template, Templates
from modelyard.template.step import Step, find_step, open_template
from modelyard.update import attributes, layers, lockfiles
from modelyard.update.ownership import comparable_sides
from modelyard.update.unobstructed import leave_occupied

# What is told of answers and is not as it should be; the rest is what an update will bring.
_AMISS = {
    NoticeReason.UNKNOWN_ANSWER,
    NoticeReason.EDITED_ANSWER,
    NoticeReason.VERSION_MOVED,
    NoticeReason.VERSION_MOVES,
}
# Older releases that a differing file is compared with, newest first.
LOOK_BACK = 12


class DriftKind(StrEnum):
    """How a standard file differs; `MISSED`: it is as an older version rendered it."""

    EDITED = "edited"
    DELETED = "deleted"
    MISSED = "missed"


@dataclass(frozen=True)
class Drift:
    """A standard file that is not as the recorded version renders it.

    Attributes:
        path: The file.
        kind: How it differs.
        version: That older version, where an update was missed.
    """

    path: str
    kind: DriftKind
    version: str = ""


@dataclass(frozen=True)
class CheckResult:
    """Where a repo stands.

    Attributes:
        recorded: The version on record.
        newest: The newest release, or the recorded version where that is newer.
        behind: The newest release renders differently with this repo's answers.
        changes: Paths that it would render differently.
        drifts: Standard files that differ from the recorded version.
        answers: Warnings about the version and the answers on record, and what the newest release
            makes of them: questions that are new, and answers that it drops.
        vendored: Wheels that the repo needs and that are missing or not right.
        others: Answers files of other projects and templates in PATH, which were not looked at.
    """

    recorded: str
    newest: str
    behind: bool
    changes: tuple[str, ...]
    drifts: tuple[Drift, ...]
    answers: tuple[Notice, ...]
    vendored: tuple[Vendored, ...] = ()
    others: tuple[str, ...] = ()

    def ok(self, strict: bool) -> bool:
        """Nothing is behind, missed or not to install; strictly, nothing was edited either."""
        missed = any(drift.kind is DriftKind.MISSED for drift in self.drifts)
        missed |= any(one.reason is NoticeReason.VERSION_MOVES for one in self.answers)
        odd = any(one.reason in _AMISS for one in self.answers)
        edited = strict and (self.drifts or odd)
        return not (self.behind or missed or self.vendored or edited)


def check(
    path: Path | str,
    template: str | None = None,
    answers_file: str | None = None,
    *,
    trust: bool = False,
    templates: Templates | None = None,
) -> CheckResult:
    """Hold a repo, as committed, against its template.

    Tasks and migrations of the template are never run, so they need no trust.

    Args:
        path: The repo, or a folder of it that was rendered from a template.
        template: Where the template is, if not where the repo has recorded it.
        answers_file: The answers file, where there are several.
        trust: The template may load Jinja extensions, and read this machine while it renders.
        templates: The templates that this process has open.

    Raises:
        Refused: The template needs trust to render.
        ModelyardError: The repo or the template cannot be read.
    """
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        return check_project(repo, scratch, known, template, answers_file, trust)


def check_project(
    repo: Repo,
    scratch: Scratch,
    known: Templates,
    template: str | None,
    answers_file: str | None,
    trust: bool,
) -> CheckResult:
    """Hold one project against one template; the arguments are those of `check`."""
    recorded = find_answers(repo, scratch, answers_file)
    opened = open_template(repo, recorded, known, template)
    prepare()
    step = find_step(opened, recorded, None, {}, trust)
    base, theirs, warnings = renders(repo, scratch, step)
    changes = _changes(base, theirs)
    wheels = vendored.find(repo, scratch, base, step.before)
    told = {wheel.path for wheel in wheels}
    drifted = [p for p in differing(repo, scratch, base, step) if p not in told]
    others = layers.of_others(repo, scratch, known, step, drifted)
    drifted = [path for path in drifted if repo.tree.get(path) not in others.get(path, ())]
    older = _older(repo, scratch, known.open(step.before.source, repo.project), step, drifted)
    return CheckResult(
        step.before.name,
        step.after.name,
        bool(changes),
        changes,
        tuple(_judged(path, repo, scratch, older) for path in drifted),
        (*warnings, *_edited_by_hand(repo, step, base)),
        wheels,
        projects.others(repo, scratch, recorded.path),
    )


def _changes(base: Rendered, theirs: Rendered) -> tuple[str, ...]:
    """Return what a newer version renders differently; what is the owner's does not count."""
    return tuple(
        path
        for path in sorted(base.files.keys() | theirs.files.keys())
        if base.files.get(path) != theirs.files.get(path)
        and path not in {base.answers_path, theirs.answers_path}
        and not theirs.is_yours(path)
        and not base.is_yours(path)
    )


def differing(repo: Repo, scratch: Scratch, base: Rendered, step: Step) -> list[str]:
    """Return the standard files that are not as the recorded version renders them."""
    shared = config.matcher(config.read(step.before).shared)
    base, _ = attributes.as_repo_says(repo, scratch, base, base)
    sides = comparable_sides(repo, scratch, base, base)
    leave_occupied(repo, scratch, sides)
    return [
        path
        for path, file in sorted(sides.base.items())
        if repo.tree.get(path) != file
        and path != base.answers_path
        and PurePosixPath(path).name not in lockfiles.NAMES
        and not base.is_yours(path)
        and not shared(path)
    ]


def _older(
    repo: Repo, scratch: Scratch, template: Template, step: Step, drifted: list[str]
) -> Mapping[str, Mapping[str, tuple[str, bytes]]]:
    """Render the releases before the recorded one, newest first, if a file wants to know."""
    current = step.before.release
    if not drifted or current is None:
        return {}
    earlier = [tag for tag, release in template.tags.releases.items() if release < current]
    found = {}
    place, values = step.recorded.path, step.recorded.values
    wanted = RenderRequest(values, answers_path=place, folder=repo.name, trusted=step.trusted)
    for tag in reversed(earlier[-LOOK_BACK:]):
        try:
            found[tag] = render(template.version(tag), wanted).files
        except ModelyardError:
            continue  # A version that does not take these answers was never rendered with them.
    return found


def _judged(
    path: str,
    repo: Repo,
    scratch: Scratch,
    older: Mapping[str, Mapping[str, tuple[str, bytes]]],
) -> Drift:
    if path not in repo.tree:
        return Drift(path, DriftKind.DELETED)
    file = repo.tree[path]
    for version, files in older.items():
        if files.get(path) == (file.mode, scratch.read(file.oid)):
            return Drift(path, DriftKind.MISSED, version)
    return Drift(path, DriftKind.EDITED)


def _edited_by_hand(repo: Repo, step: Step, base: Rendered) -> list[Notice]:
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
