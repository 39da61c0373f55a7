"""Decides what adopting a repo means for each of its files; writes nothing."""

from collections.abc import Iterator, Sequence

from modelyard.adopt import add_add_conflict, ignore_file
from modelyard.adopt.evidence import Evidence
from modelyard.adopt.held_back import by_folder, held_back
from modelyard.adopt.metadata import missing_packages
from modelyard.adopt.reasons import AdoptReason
from modelyard.adopt.result import AdoptPlan, AdoptResult
from modelyard.adopt.target import AdoptOptions, find_target
from modelyard.gitrepo.refused_paths import refuse_paths
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Merged, Notice
from modelyard.render.request import Rendered
from modelyard.template import config
from modelyard.template.source import Templates
from modelyard.update import attributes
from modelyard.update.ownership import comparable_sides
from modelyard.update.result import Status, changes_between
from modelyard.update.unobstructed import leave_occupied


def make_plan(
    repo: Repo, scratch: Scratch, templates: Templates, options: AdoptOptions
) -> tuple[AdoptResult, Merged]:
    """Return what an adoption does to a repo, and the tree that it leads to.

    Raises:
        ModelyardError: The repo, the template or an answer does not allow it.
    """
    evidence = Evidence(repo, scratch)
    target = find_target(evidence, templates, options)
    record = target.rendered.answers_path
    nothing = Rendered({}, record, {}, lambda _: False)
    nothing, rendered = attributes.as_repo_says(repo, scratch, nothing, target.rendered)
    sides = comparable_sides(repo, scratch, nothing, rendered)
    leave_occupied(repo, scratch, sides)
    theirs = {**scratch.tree(rendered.files), **sides.theirs}
    held = held_back(sides.theirs, repo.tree, rendered.is_yours, options.full)
    held = [notice for notice in held if notice.path != record]
    added = sides.theirs.keys() - repo.tree.keys() - {notice.path for notice in held}
    if target.recorded is None:
        added |= {record}
    tree = {**repo.tree, **{path: theirs[path] for path in added}}
    both = sorted(theirs.keys() & repo.tree.keys() - {record})
    differs = [path for path in both if theirs[path] != repo.tree[path]]
    shown = _matching(options.conflicts, differs)
    standard = {path: file for path, file in theirs.items() if path not in shown}
    ignores, hiding = ignore_file.extended(scratch, repo.tree, tree, standard)
    sides_shown = {path: theirs[path] for path in shown}
    merged = Merged({**tree, **ignores})
    refuse_paths(merged.tree)
    merged = add_add_conflict.show(scratch, merged, sides_shown, target.version.name)
    kept = [path for path in differs if path not in shown and not ignore_file.is_one(path)]
    held += [one for one in sides.all_named if one.path not in {*repo.tree, *sides.theirs}]
    plan = AdoptPlan(
        template=target.version.source,
        version=target.version.name,
        answers=tuple(target.answers),
        added=tuple(sorted(added)),
        extended=tuple(sorted(ignores.keys() & repo.tree.keys())),
        differs=tuple(kept),
        held_back=tuple(by_folder(held)),
    )
    notices = [
        *evidence.notices,
        *_in_vain(options.conflicts, shown),
        *([Notice(".cruft.json", AdoptReason.CRUFT)] if ".cruft.json" in repo.tree else ()),
        *_lacking(evidence, rendered, kept),
        *hiding,
    ]
    changes = changes_between(repo.tree, merged.tree)
    result = AdoptResult(
        Status.of(changes, merged.conflicts),
        target.recorded.version if target.recorded else "",
        target.version.name,
        changes,
        merged.conflicts,
        tuple(notices),
        plan=plan,
    )
    return result, merged


def _matching(patterns: Sequence[str], paths: Sequence[str]) -> list[str]:
    return [path for path in paths if patterns and config.matcher(tuple(patterns))(path)]


def _in_vain(patterns: Sequence[str], shown: Sequence[str]) -> Iterator[Notice]:
    for pattern in patterns:
        if not _matching([pattern], shown):
            yield Notice(pattern, AdoptReason.NOT_IN_CONFLICT)


def _lacking(evidence: Evidence, rendered: Rendered, kept: Sequence[str]) -> Iterator[Notice]:
    """Name the packages that the owner's pyproject.toml lacks for the standard's code to run."""
    path = "pyproject.toml"
    if path in kept:
        standard = rendered.files[path][1].decode("utf-8", "replace")
        if lines := missing_packages(evidence.text(path), standard):
            yield Notice(path, AdoptReason.LACKS_PACKAGES, lines=lines)
