"""Tells where a repo stands: behind its template or not, and which standard files were edited."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from modelyard.check import kept, vendored
from modelyard.check.deviations import deviations
from modelyard.check.edited_answers import edited_by_hand
from modelyard.check.result import CheckResult, Drift, DriftKind
from modelyard.errors import ModelyardError
from modelyard.gitrepo.repo import Repo, open_repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.render.render import prepare, render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.render.sides import renders
from modelyard.settings.repo_settings import Kept
from modelyard.template import projects
from modelyard.template.records import find_answers
from modelyard.template.source import Template, Templates
from modelyard.template.step import Step, find_step, open_template
from modelyard.update import layers, template_code
from modelyard.update.keep.plan import entries_of

# Older releases that a differing file is compared with, newest first.
LOOK_BACK = 12


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
    changes = _changes(base, theirs, entries_of(repo, scratch, opened.tags, step.after.name)[0])
    wheels = vendored.find(repo, scratch, base, step.before)
    told = {wheel.path for wheel in wheels}
    found = deviations(repo, scratch, base, step, opened.tags)
    drifted = [path for path in found.unexplained if path not in told]
    others = layers.of_others(repo, scratch, known, step, drifted)
    drifted = [path for path in drifted if repo.tree.get(path) not in others.get(path, ())]
    older = _older(repo, scratch, known.open(step.before.source, repo.project), step, drifted)
    return CheckResult(
        step.before.name,
        step.after.name,
        bool(changes),
        changes,
        tuple(_judged(path, repo, scratch, older) for path in drifted),
        (*warnings, *edited_by_hand(repo, step, base)),
        wheels,
        projects.others(repo, scratch, recorded.path),
        template_code.to_run(base, theirs) if changes else "",
        found.kept,
    )


def _changes(base: Rendered, theirs: Rendered, entries: Sequence[Kept]) -> tuple[str, ...]:
    """Return what a newer version renders differently; what is the owner's does not count."""
    return tuple(
        path
        for path in sorted(base.files.keys() | theirs.files.keys())
        if base.files.get(path) != theirs.files.get(path)
        and path not in {base.answers_path, theirs.answers_path}
        and not theirs.is_yours(path)
        and not base.is_yours(path)
        and not kept.explains(entries, path, theirs.files.get(path), base.files.get(path))
    )


def _older(
    repo: Repo, scratch: Scratch, template: Template, step: Step, drifted: list[str]
) -> Mapping[str, Mapping[str, tuple[str, bytes]]]:
    """Render the releases before the recorded one, newest first, if a file wants to know."""
    if not drifted or step.before.release is None:
        return {}
    name = template.version(step.before.commit).name
    earlier = [tag for tag in template.releases if template.tags.is_older(tag, name)]
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
