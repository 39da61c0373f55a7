"""Tells where a repo stands: behind its template or not, and which standard files were edited."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelyard import answers, config, git, locks
from modelyard.errors import ModelyardError
from modelyard.normalise import normalise
from modelyard.outcome import Notice
from modelyard.render import Rendered, Wanted, render
from modelyard.repo import Repo, open_repo
from modelyard.scratch import Scratch
from modelyard.template import Template, Templates, as_release
from modelyard.versions import Step, find_answers, find_step, renders

# Older releases that a differing file is held against, newest first.
LOOK_BACK = 12


@dataclass(frozen=True)
class Drift:
    """A standard file that is not as the recorded version renders it.

    Attributes:
        kind: "edited", "deleted", or "missed": it is as an older version rendered it.
        version: That older version, where an update was missed.
    """

    path: str
    kind: str
    version: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a repo stands.

    Attributes:
        recorded: The version on record.
        newest: The newest release, or the recorded version where that is newer.
        behind: The newest release renders differently with this repo's answers.
        changes: Paths that it would render differently.
        drifts: Standard files that differ from the recorded version.
        answers: What is odd about the recorded answers.
    """

    recorded: str
    newest: str
    behind: bool
    changes: tuple[str, ...]
    drifts: tuple[Drift, ...]
    answers: tuple[Notice, ...]

    def ok(self, strict: bool) -> bool:
        """Nothing is behind or missed; strictly, no standard file was edited either."""
        missed = any(drift.kind == "missed" for drift in self.drifts)
        return not self.behind and not missed and not (strict and (self.drifts or self.answers))


def check(
    path: Path | str,
    template: str | None = None,
    answers_file: str | None = None,
    *,
    templates: Templates | None = None,
) -> Standing:
    """Hold a repo, as committed, against its template.

    Raises:
        ModelyardError: The repo or the template cannot be read.
    """
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        recorded = find_answers(repo, scratch, answers_file)
        step = find_step(repo, recorded, known, None, {}, template, trusted=True)
        base, theirs, odd = renders(repo, scratch, step)
        changes = _changes(base, theirs)
        drifted = _drifted(repo, scratch, base, step)
        older = _older(repo, scratch, known.open(step.before.source, repo.project), step, drifted)
        return Standing(
            step.before.name,
            step.after.name,
            bool(changes),
            changes,
            tuple(_judged(path, repo, scratch, older) for path in drifted),
            (*odd, *_edited_by_hand(repo, recorded)),
        )


def _changes(base: Rendered, theirs: Rendered) -> tuple[str, ...]:
    """Return what a newer version renders differently; what is the owner's does not count."""
    return tuple(
        path
        for path in sorted(base.files.keys() | theirs.files.keys())
        if base.files.get(path) != theirs.files.get(path)
        and path != theirs.answers_path
        and not theirs.is_yours(path)
        and not base.is_yours(path)
    )


def _drifted(repo: Repo, scratch: Scratch, base: Rendered, step: Step) -> list[str]:
    shared = config.matcher(config.read(step.before).shared)
    sides = normalise(repo, scratch, base, base)
    return [
        path
        for path, file in sorted(sides.base.items())
        if repo.tree.get(path) != file
        and path != base.answers_path
        and PurePosixPath(path).name not in locks.NAMES
        and not base.is_yours(path)
        and not shared(path)
    ]


def _older(
    repo: Repo, scratch: Scratch, template: Template, step: Step, drifted: list[str]
) -> Mapping[str, Mapping[str, tuple[str, bytes]]]:
    """Render the releases before the recorded one, newest first, if a file wants to know."""
    current = as_release(step.before.name)
    if not drifted or current is None:
        return {}
    earlier = [tag for tag in template.releases if (as_release(tag) or current) < current]
    found = {}
    wanted = Wanted(step.recorded.values, answers_path=step.recorded.path, folder=repo.name)
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
        return Drift(path, "deleted")
    file = repo.tree[path]
    for version, files in older.items():
        if files.get(path) == (file.mode, scratch.read(file.oid)):
            return Drift(path, "missed", version)
    return Drift(path, "edited")


def _edited_by_hand(repo: Repo, recorded: answers.Answers) -> list[Notice]:
    """Find answers that were changed after the version was recorded, as far as history goes."""
    place = repo.prefix + recorded.path
    log = ["log", "-n", "50", "--format=%H", repo.head, "--", place]
    commits = git.text(repo.folder, *log).split()
    first: Mapping[str, object] = recorded.values
    for commit in commits:
        code, content = git.run(
            repo.folder, "cat-file", "blob", f"{commit}:{place}", codes=(0, 128)
        )
        try:
            then = answers.parse(content, recorded.path) if not code else None
        except ModelyardError:
            then = None
        if then is None or then.version != recorded.version:
            break
        first = then.values
    names = sorted(
        name
        for name in first.keys() | recorded.values.keys()
        if first.get(name) != recorded.values.get(name)
    )
    reason = "edited by hand since {0} was recorded; to carry it into the files, put it back and: "
    return [
        Notice(
            recorded.path,
            f"{name}: {reason.format(recorded.version)}modelyard update --data {name}=…",
        )
        for name in names
    ]
