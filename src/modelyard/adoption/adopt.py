"""Brings a repo that was not made from a template under it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from modelyard import answers as answers_file
from modelyard import config, git, writing
from modelyard.adoption import beside, holding, ignoring
from modelyard.adoption.evidence import Evidence
from modelyard.adoption.missing import packages_that_are_missing
from modelyard.adoption.outcome import Adopted, AdoptPlan, Inferred
from modelyard.adoption.settle import Ask, settle
from modelyard.answers import Answers
from modelyard.errors import BadTemplate, NotReady, Usage
from modelyard.normalise import Sides, normalise
from modelyard.outcome import Merged, Notice
from modelyard.render import Rendered, Wanted, render
from modelyard.repo import Repo, open_repo
from modelyard.scratch import Scratch
from modelyard.template import Template, Templates, Version
from modelyard.versions import find_answers

DIFFERS = "both have it: yours is kept"
RECORDED = "recorded"


@dataclass(frozen=True)
class _Wish:
    to: str | None
    data: Mapping[str, Any]
    conflicts: Sequence[str]
    full: bool
    ask: Ask | None


@dataclass(frozen=True)
class _Chosen:
    """The version, and what it renders; `recorded` is what an earlier adoption has recorded."""

    version: Version
    rendered: Rendered
    answers: Sequence[Inferred]
    notices: Sequence[Notice] = ()
    recorded: Answers | None = None


@dataclass(frozen=True)
class _Drawn:
    plan: AdoptPlan
    merged: Merged
    before: str
    notices: tuple[Notice, ...] = field(default=())


def adopt(
    path: Path | str,
    template: str | None = None,
    *,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    branch: str = "modelyard/adopt",
    dry_run: bool = False,
    conflicts: Sequence[str] = (),
    full: bool = False,
    ask: Ask | None = None,
    templates: Templates | None = None,
) -> Adopted:
    """Bring a repo under a template, on a new branch.

    Without `conflicts` the result is a commit on the branch, and the work tree is not touched.
    With a conflict the work tree is switched to the branch and left to decide in.

    Args:
        path: The repo, or a folder of it; bare or not.
        template: A URL or a path; not needed where the repo has recorded it.
        to: A version by name; the newest release where it is None.
        data: Answers that go before what is found.
        branch: The branch to make.
        dry_run: Make the plan, and write nothing.
        conflicts: Patterns, as in a .gitignore, of files that differ and are shown beside.
        full: Bring also what the repo's build, tests, linters and CI pick up by themselves.
        ask: Asks a person for what could not be found.
        templates: The templates that this process has open.

    Raises:
        NotReady: The repo is under a template already, and neither `full` nor `conflicts` is given.
        ModelyardError: Nothing was written; its `code` is the exit code.
    """
    wish = _Wish(to, data or {}, conflicts, full, ask)
    with ExitStack() as stack:
        repo = open_repo(Path(path))
        if not dry_run:
            _refuse_bare_conflict(repo, conflicts)
            repo = stack.enter_context(writing.claimed(repo, needs_clean_tree=bool(conflicts)))
            writing.refuse_branch(repo, branch)
        scratch = stack.enter_context(Scratch(repo))
        known = templates or stack.enter_context(Templates())
        drawn = _draw(repo, scratch, known, template, wish)
        done = _adopted(repo, drawn)
        if dry_run or done.status == "unchanged":
            return done
        if drawn.merged.conflicts:
            _to_work_tree(repo, scratch, drawn.merged, branch)
            return replace(done, branch=branch)
        title = f"{PurePosixPath(drawn.plan.template.rstrip('/')).name.removesuffix('.git')}"
        message = f"Adopt {title} {drawn.plan.version}"
        commit = writing.to_branch(repo, scratch, drawn.merged, branch, message)
        return replace(done, branch=branch, commit=commit)


def propose(path: Path | str, template: str | None = None, **options: Any) -> AdoptPlan:
    """Return the plan of an adoption; writes nothing. For the options see `adopt`."""
    return adopt(path, template, dry_run=True, **options).plan


def _draw(
    repo: Repo, scratch: Scratch, templates: Templates, source: str | None, wish: _Wish
) -> _Drawn:
    evidence = Evidence(repo, scratch)
    chosen = _choose(evidence, templates, source, wish)
    version, rendered = chosen.version, chosen.rendered
    path = rendered.answers_path
    if path not in rendered.files:
        raise BadTemplate(
            f"{version.source} {version.name} records no answers, so nothing made from it "
            "could be updated",
            "give the template a file {{ _copier_conf.answers_file }}.jinja that holds them",
        )
    sides = normalise(repo, scratch, Rendered({}, path, {}, lambda _: False), rendered)
    record = scratch.tree(rendered.files)[path]
    _refuse_untracked(repo, path)
    held = holding.held_back(sides.theirs, repo.tree, rendered.is_yours, wish.full)
    held = [notice for notice in held if notice.path != path]
    added = sides.theirs.keys() - repo.tree.keys() - {notice.path for notice in held}
    tree = {**repo.tree, **{name: sides.theirs[name] for name in added}}
    if chosen.recorded is None:
        tree[path] = record
    merged = Merged(tree)
    raw = {**scratch.tree(rendered.files), **sides.theirs}
    differs = [
        name
        for name in sorted(raw.keys() & repo.tree.keys() - {path})
        if raw[name] != repo.tree[name]
    ]
    wanted = config.matcher(tuple(wish.conflicts))
    shown = [name for name in differs if wish.conflicts and wanted(name)]
    for name in shown:
        merged = beside.show(scratch, merged, name, raw[name], version.name)
    merged, extended, unhidden = _with_ignored(scratch, repo, merged, raw, shown)
    kept = [name for name in differs if name not in {*shown, *extended}]
    plan = AdoptPlan(
        version.source,
        version.name,
        tuple(chosen.answers),
        tuple(sorted((added | {path}) - repo.tree.keys())),
        tuple(extended),
        tuple(kept),
        (*held, *_not_written(sides, repo)),
        tuple(shown),
    )
    notices = (
        *evidence.problems,
        *chosen.notices,
        *_unmatched(wish.conflicts, shown),
        *_differing(scratch, repo, raw, kept),
        *unhidden,
        *holding.in_short(plan.held_back),
    )
    before = chosen.recorded.version if chosen.recorded else ""
    return _Drawn(plan, merged, before, notices)


def _choose(evidence: Evidence, templates: Templates, source: str | None, wish: _Wish) -> _Chosen:
    """Find the version and its answers: recorded by an earlier adoption, or new."""
    repo = evidence.repo
    recorded = _recorded(repo, evidence.scratch)
    if recorded:
        return _again(repo, templates, recorded, source, wish)
    if not source:
        raise Usage("which template to adopt is not known", "--template URL_OR_PATH")
    template = templates.open(source, repo.project)
    version = template.version(wish.to or template.newest)
    config.refuse_code(version, version)
    settled = settle(version, evidence, wish.data, wish.ask)
    return _Chosen(version, settled.rendered, settled.answers, settled.notices)


def _recorded(repo: Repo, scratch: Scratch) -> Answers | None:
    named = [path for path in repo.tree if "/" not in path and "answers" in path]
    if answers_file.DEFAULT_NAME in named or any(p.endswith((".yml", ".yaml")) for p in named):
        return find_answers(repo, scratch, None)
    return None


def _again(
    repo: Repo, templates: Templates, recorded: Answers, source: str | None, wish: _Wish
) -> _Chosen:
    if not (wish.full or wish.conflicts):
        raise NotReady(
            f"{repo.project} is under {recorded.source} {recorded.version} already",
            "modelyard update    # or, for what was held back: modelyard adopt --full",
        )
    if wish.data or wish.to not in {None, recorded.version}:
        raise Usage(
            f"{repo.project} is on {recorded.source} {recorded.version} with the answers in "
            f"{recorded.path}; adopt does not change them",
            "modelyard update --data K=V, or --to VERSION",
        )
    template: Template = templates.open(source or recorded.source, repo.project)
    version = template.version(recorded.version)
    config.refuse_code(version, version)
    external = set(config.read(version).external) & repo.tree.keys()
    with Scratch(repo) as scratch:
        files = {path: scratch.read(repo.tree[path].oid) for path in external}
    wanted = Wanted(recorded.values, answers_path=recorded.path, folder=repo.name, files=files)
    answers = [Inferred(name, value, RECORDED) for name, value in recorded.values.items()]
    return _Chosen(version, render(version, wanted), answers, (), recorded)


def _refuse_untracked(repo: Repo, path: str) -> None:
    """Refuse to record answers where an untracked file stands: git would write over it."""
    if not repo.bare and path not in repo.tree and (repo.project / path).exists():
        raise NotReady(
            f"{path} is there, and not committed",
            f"git add --force {path} && git commit -m 'Record the template', or delete it",
        )


def _refuse_bare_conflict(repo: Repo, conflicts: Sequence[str]) -> None:
    if repo.bare and conflicts:
        raise NotReady(
            f"{repo.folder} has no work tree to decide a conflict in", "leave out --conflict"
        )


def _with_ignored(
    scratch: Scratch, repo: Repo, merged: Merged, raw: Mapping[str, Any], shown: Sequence[str]
) -> tuple[Merged, list[str], list[Notice]]:
    """Append to each .gitignore what it lacks; return also which, and what was left out."""
    extended, notices = [], []
    for path in sorted(raw.keys() & repo.tree.keys()):
        if PurePosixPath(path).name != ".gitignore" or path in shown:
            continue
        ours, theirs = (scratch.read(file.oid) for file in (repo.tree[path], raw[path]))
        folder = path.removesuffix(".gitignore")
        tracked = [p.removeprefix(folder) for p in repo.tree if p.startswith(folder)]
        content, left_out = ignoring.union(scratch, ours, theirs, tracked)
        if left_out:
            reason = "the template ignores what you have committed: left out"
            notices.append(Notice(path, reason, tuple(left_out)))
        if content != ours:
            file = repo.tree[path]._replace(oid=scratch.put(content))
            merged = replace(merged, tree={**merged.tree, path: file})
            extended.append(path)
    return merged, extended, notices


def _not_written(sides: Sides, repo: Repo) -> list[Notice]:
    """Name what git ignores, or what stands there untracked."""
    return [
        Notice(path, reason)
        for path, reason in sorted(sides.named.items())
        if path not in repo.tree and path not in sides.theirs
    ]


def _unmatched(patterns: Sequence[str], shown: Sequence[str]) -> list[Notice]:
    return [
        Notice(pattern, "--conflict names no file that both have and that differs")
        for pattern in patterns
        if not any(map(config.matcher((pattern,)), shown))
    ]


def _differing(
    scratch: Scratch, repo: Repo, raw: Mapping[str, Any], kept: Sequence[str]
) -> list[Notice]:
    """Say which files were kept: first what decides whether the standard's code can run."""
    found = []
    for path in sorted(kept, key=lambda path: (path != "pyproject.toml", path)):
        lines: tuple[str, ...] = ()
        reason = DIFFERS
        if path == "pyproject.toml":
            both = (scratch.read(file.oid) for file in (repo.tree[path], raw[path]))
            lines = packages_that_are_missing(*both)
            reason += "; it lacks packages that the standard's needs" if lines else ""
        found.append(Notice(path, reason, lines))
    return found


def _adopted(repo: Repo, drawn: _Drawn) -> Adopted:
    before, after = repo.tree, drawn.merged.tree
    changes = {
        path: "M" if path in before else "A"
        for path in sorted(after)
        if before.get(path) != after[path]
    }
    conflicts = drawn.merged.conflicts
    status = "conflict" if conflicts else "clean" if changes else "unchanged"
    version = drawn.plan.version
    return Adopted(
        status, drawn.before, version, changes, conflicts, drawn.notices, plan=drawn.plan
    )


def _to_work_tree(repo: Repo, scratch: Scratch, merged: Merged, branch: str) -> None:
    """Leave the conflicts to decide in the work tree, on the new branch."""
    code, name = git.run(repo.folder, "symbolic-ref", "--quiet", "--short", "HEAD", codes=(0, 1))
    came_from = repo.head if code else name.decode().strip()
    writing.to_work_tree(repo, scratch, merged)
    ref = f"refs/heads/{branch}"
    git.run(repo.folder, "update-ref", ref, repo.head, "0" * len(repo.head))
    # In the words of git, so that `git switch -` goes back.
    words = f"checkout: moving from {came_from} to {branch}"
    git.run(repo.folder, "symbolic-ref", "-m", words, "HEAD", ref)
