"""Which version a repo is adopted onto, and with which answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.adopt import match, which
from modelyard.adopt.addresses import recordable
from modelyard.adopt.evidence import Candidate, Evidence
from modelyard.adopt.resolve_answers import RECORDED, resolve
from modelyard.adopt.result import ResolvedAnswer
from modelyard.errors import BadTemplate, NotReady, Usage
from modelyard.gitrepo.repo import Repo
from modelyard.render.request import Rendered
from modelyard.render.tasks import that_work
from modelyard.template import refusals
from modelyard.template.answers import Answers
from modelyard.template.own import own_template
from modelyard.template.source import Template, Templates, Version
from modelyard.template.step import open_source
from modelyard.template.step import rendered as rendered_version


@dataclass(frozen=True)
class AdoptOptions:
    """What somebody wants of an adoption; `one_repo.adopt` tells what each means."""

    template: str | None = None
    to: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Sequence[str] = ()
    full: bool = False
    interactive: bool = False
    answers_file: str | None = None


@dataclass(frozen=True)
class Target:
    """A version and what it renders.

    Attributes:
        answers: Those that are rendered, each with where it comes from.
        recorded: What an earlier adoption has recorded; None in a repo that is new to it.
    """

    version: Version
    rendered: Rendered
    answers: Sequence[ResolvedAnswer]
    recorded: Answers | None = None


def find_target(evidence: Evidence, templates: Templates, options: AdoptOptions) -> Target:
    """Find the version and its answers: recorded by an earlier adoption, or new.

    Raises:
        NotReady: The repo is under a template, and nothing is asked for that adds to that.
        Usage: No template is named, or something that an adoption does not change.
        BadTemplate: The template does not record answers.
        Refused: It needs code of its own, which an adoption never runs.
    """
    repo = evidence.repo
    recorded = which.find_record(evidence, options.template, options.answers_file)
    if recorded:
        _refuse_change(repo, recorded, options)
        template = open_source(repo, templates, recorded.source, options.template)
        version = _version(template, rendered_version(template, recorded))
        known = {name: [Candidate(v, RECORDED)] for name, v in recorded.values.items()}
        answers, rendered = resolve(version, evidence, known, {}, answers_path=recorded.path)
        _refuse_tasks(version, rendered)
        return Target(version, rendered, answers, recorded)
    template = templates.open(
        _address(repo, options.template), repo.project, apart_from=repo.places
    )
    version = _version(template, options.to)
    refusals.refuse_unknown(version, options.data.keys(), Usage)
    found = match.all_candidates(version, evidence)
    place, asks = options.answers_file, options.interactive
    answers, rendered = resolve(version, evidence, found, options.data, asks, place)
    _refuse_tasks(version, rendered)
    path = rendered.answers_path
    which.refuse_taken(evidence, path, version)
    if path not in rendered.files:
        raise BadTemplate(
            f"{version.title} records no answers, so nothing made from it could be updated",
            "give the template a file {{ _copier_conf.answers_file }}.jinja that holds them",
        )
    _refuse_untracked(repo, path)
    return Target(version, rendered, answers)


def _version(template: Template, to: str | None) -> Version:
    version = template.version(to or template.newest)
    refusals.refuse_extensions(version, version)
    return version


def _refuse_tasks(version: Version, rendered: Rendered) -> None:
    """Refuse a version whose tasks would make something: what that is, nobody knows here.

    Raises:
        Refused: It has some.
    """
    if tasks := that_work(rendered.tasks):
        raise refusals.refused_code(version, f"tasks: {tasks[0]}")


def _address(repo: Repo, named: str | None) -> str:
    """Return the template's address as every clone can use it."""
    named = named or own_template()
    if "://" in named and "@" in named and recordable(named) != named:
        raise Usage(
            "the template's address is recorded for everybody, so it must hold no user or password",
            "leave them out; git has them from its credential helper",
        )
    place = Path(named).expanduser()
    if not place.is_absolute() and place.exists() and not (repo.project / place).exists():
        return str(place.resolve())
    return named


def _refuse_change(repo: Repo, recorded: Answers, options: AdoptOptions) -> None:
    if not (options.full or options.conflicts):
        raise NotReady(
            f"{repo.project} is under {recorded.source} {recorded.version} already",
            "modelyard update    # or, for what was held back: modelyard adopt --full",
        )
    if options.data or options.to not in {None, recorded.version}:
        raise Usage(
            f"{repo.project} is on {recorded.source} {recorded.version}, with the answers in "
            f"{recorded.path}; adopt does not change them",
            "modelyard update --data K=V, or --to VERSION",
        )


def _refuse_untracked(repo: Repo, path: str) -> None:
    """Refuse to record answers where an untracked file stands: git would write over it."""
    place = repo.project / path
    if not repo.bare and path not in repo.tree and (place.exists() or place.is_symlink()):
        raise NotReady(
            f"{path} is there, and not committed",
            f"git add --force {path} && git commit -m 'Record the template', or delete it",
        )
