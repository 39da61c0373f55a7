"""Keeps what other templates of a repo ship out of an update along one of them.

The renders are of one template alone. What another one has rendered beside it would be taken for
that template's where the paths are the same, and for the user's, which moves along with a folder
that the template renames, where they are not.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath

from modelyard.errors import ModelyardError, Refused
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.gitrepo.trees import File, Tree
from modelyard.merged import Merged
from modelyard.reasons import NoticeReason
from modelyard.render.paths import not_refused
from modelyard.render.render import render
from modelyard.render.request import RenderRequest
from modelyard.template import config, projects, refusals
from modelyard.template.projects import Project
from modelyard.template.records import read_answers
from modelyard.template.source import Templates
from modelyard.template.step import Step, open_template
from modelyard.update.ownership import Sides

_OTHERS = {NoticeReason.OTHER_TEMPLATE, NoticeReason.OTHER_RECORD}


def keep_others(
    repo: Repo, scratch: Scratch, templates: Templates, step: Step, sides: Sides
) -> None:
    """Make the renders say nothing of what other templates of the repo ship.

    Raises:
        ModelyardError: The template takes a path away, and what another one ships is not known.
    """
    others = _others(repo, scratch, step, sides.base.keys() | sides.theirs.keys())
    for project in others:
        before = sides.base.pop(project.path, None)
        if before != sides.theirs.pop(project.path, None):
            sides.named[project.path] = NoticeReason.OTHER_RECORD
    # Git follows the rename of a folder, and deletes a file, only where the template lets one go.
    if others and sides.base.keys() - sides.theirs.keys():
        for project in others:
            _keep(sides, shipped(repo, scratch, templates, project, step.trusted))


def of_others(
    repo: Repo, scratch: Scratch, templates: Templates, step: Step, paths: Sequence[str]
) -> Mapping[str, Collection[File]]:
    """Return how other templates of the repo render paths that one of them is looked at for.

    A template that cannot be rendered, or not without trust, has no say.
    """
    found: dict[str, list[File]] = {}
    for project in _others(repo, scratch, step, paths):
        with suppress(ModelyardError):
            files = shipped(repo, scratch, templates, project, step.trusted)
            for path in files.keys() & set(paths):
                found.setdefault(path, []).append(files[path])
    return found


def restored(merged: Merged, sides: Sides) -> Merged:
    """Return a merge that Copier made, with what other templates ship as the user has it."""
    paths = {path for path, reason in sides.named.items() if reason in _OTHERS}
    kept = {path: sides.ours[path] for path in paths & sides.ours.keys()}
    if not kept:
        return merged
    return replace(
        merged,
        tree={**merged.tree, **kept},
        conflicts=tuple(one for one in merged.conflicts if one.path not in kept),
        stages=tuple(one for one in merged.stages if one.path not in kept),
    )


def shipped(
    repo: Repo, scratch: Scratch, templates: Templates, project: Project, trusted: bool
) -> Tree:
    """Return the files of a repo that one of its templates renders, as it renders them.

    Raises:
        ModelyardError: The recorded version of that template cannot be rendered.
    """
    try:
        recorded = read_answers(repo, scratch, project.path)
        version = open_template(repo, recorded, templates, None).version(recorded.version)
        if not trusted:
            refusals.refuse_extensions(version, version)
        external = not_refused(set(config.read(version).external) & repo.tree.keys())
        files = {path: scratch.read(repo.tree[path].oid) for path in external}
        place, name = project.answers_file, (repo.project / project.folder).name or repo.name
        wanted = RenderRequest(recorded.values, {}, place, name, files=files, trusted=trusted)
        found = scratch.tree(render(version, wanted).files)
    except ModelyardError as error:
        if not isinstance(error, Refused):
            # Options of this update are about the template that is updated.
            place = f"its template is _src_path in {project.path}, its version _commit"
            error.hint = f"{place}: repair what is wrong there, and commit it"
        raise error.told_of(f"what {project.path} has rendered is not known") from None
    # An answers file may be kept in a folder of the project that it is of.
    at_folder = {project.folder + path: file for path, file in found.items()}
    return max((at_folder, found), key=lambda tree: len(tree.keys() & repo.tree.keys()))


def _others(repo: Repo, scratch: Scratch, step: Step, paths: Collection[str]) -> Sequence[Project]:
    """Return the other projects into whose folder some of these paths lead."""
    if not paths:
        return ()
    named = [one for one in projects.candidates(repo) if one.path != step.recorded.path]
    near = (one for one in named if any(path.startswith(one.folder) for path in paths))
    return [one for one in near if projects.is_record(repo, scratch, one.path)]


def _keep(sides: Sides, others: Tree) -> None:
    base, ours, theirs = sides.base, sides.ours, sides.theirs
    folders = {str(above) for path in theirs for above in PurePosixPath(path).parents}
    for path in others.keys() & ours.keys() - theirs.keys():
        above = {str(one) for one in PurePosixPath(path).parents}
        if path in folders or not above.isdisjoint(theirs):
            # A file on one side and a folder on the other: who gives way is for a person to decide.
            if base.pop(path, None):
                sides.named[path] = NoticeReason.OTHER_TEMPLATE
            continue
        if path in base:
            sides.named[path] = NoticeReason.OTHER_TEMPLATE
        else:
            base[path] = ours[path]
        theirs[path] = base[path]
