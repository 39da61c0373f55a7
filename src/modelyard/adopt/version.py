"""Which version a repo is adopted onto, and with which answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.adopt.evidence import Evidence, without_login
from modelyard.adopt.resolve_answers import Prompt, settle
from modelyard.adopt.result import Inferred
from modelyard.errors import BadTemplate, NotReady, Usage
from modelyard.gitrepo.repo import Repo
from modelyard.gitrepo.scratch import Scratch
from modelyard.merged import Notice
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.answers import Answers
from modelyard.template.own import own_template
from modelyard.template.source import Templates, Version
from modelyard.template.step import find_answers


@dataclass(frozen=True)
class AdoptOptions:
    """What somebody wants of an adoption; `modelyard.adoption.adopt` tells what each means."""

    template: str | None = None
    to: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Sequence[str] = ()
    full: bool = False
    ask: Prompt | None = None


@dataclass(frozen=True)
class Chosen:
    """A version and what it renders.

    Attributes:
        answers: Those that are rendered, each with where it comes from.
        notices: What was found and not taken.
        recorded: What an earlier adoption has recorded; None in a repo that is new to it.
    """

    version: Version
    rendered: Rendered
    answers: Sequence[Inferred]
    notices: Sequence[Notice] = ()
    recorded: Answers | None = None


def choose(evidence: Evidence, templates: Templates, wish: AdoptOptions) -> Chosen:
    """Find the version and its answers: recorded by an earlier adoption, or new.

    Raises:
        NotReady: The repo is under a template, and nothing is asked for that adds to that.
        Usage: No template is named, or something that an adoption does not change.
        BadTemplate: The template does not record answers.
    """
    repo = evidence.repo
    recorded = _recorded(repo, evidence.scratch)
    if recorded:
        return _again(evidence, templates, recorded, wish)
    template = templates.open(_address(repo, wish.template), repo.project)
    version = template.version(wish.to or template.newest)
    config.refuse_code(version, version)
    settled = settle(version, evidence, wish.data, wish.ask)
    path = settled.rendered.answers_path
    if path not in settled.rendered.files:
        raise BadTemplate(
            f"{version.source} {version.name} records no answers, so nothing made from it "
            "could be updated",
            "give the template a file {{ _copier_conf.answers_file }}.jinja that holds them",
        )
    _refuse_untracked(repo, path)
    return Chosen(version, settled.rendered, settled.answers, settled.notices)


def _address(repo: Repo, named: str | None) -> str:
    """Return the template's address as every clone can use it."""
    named = named or own_template()
    if "://" in named and "@" in named and without_login(named) != named:
        raise Usage(
            "the template's address is recorded for everybody, so it must hold no user or password",
            "leave them out; git has them from its credential helper",
        )
    place = Path(named).expanduser()
    if not place.is_absolute() and place.exists() and not (repo.project / place).exists():
        return str(place.resolve())
    return named


def _recorded(repo: Repo, scratch: Scratch) -> Answers | None:
    names = [path for path in repo.tree if "/" not in path and "answers" in path]
    if any(name.endswith((".yml", ".yaml")) for name in names):
        return find_answers(repo, scratch, None)
    return None


def _again(
    evidence: Evidence, templates: Templates, recorded: Answers, wish: AdoptOptions
) -> Chosen:
    repo, scratch = evidence.repo, evidence.scratch
    if not (wish.full or wish.conflicts):
        raise NotReady(
            f"{repo.project} is under {recorded.source} {recorded.version} already",
            "modelyard update    # or, for what was held back: modelyard adopt --full",
        )
    if wish.data or wish.to not in {None, recorded.version}:
        raise Usage(
            f"{repo.project} is on {recorded.source} {recorded.version}, with the answers in "
            f"{recorded.path}; adopt does not change them",
            "modelyard update --data K=V, or --to VERSION",
        )
    template = templates.open(wish.template or recorded.source, repo.project)
    version = template.version(recorded.version)
    config.refuse_code(version, version)
    external = set(config.read(version).external) & repo.tree.keys()
    wanted = RenderRequest(
        recorded.values,
        answers_path=recorded.path,
        folder=repo.name,
        files={path: scratch.read(repo.tree[path].oid) for path in external},
    )
    answers = [Inferred(name, value, "recorded") for name, value in recorded.values.items()]
    return Chosen(version, render(version, wanted), answers, (), recorded)


def _refuse_untracked(repo: Repo, path: str) -> None:
    """Refuse to record answers where an untracked file stands: git would write over it."""
    place = repo.project / path
    if not repo.bare and path not in repo.tree and (place.exists() or place.is_symlink()):
        raise NotReady(
            f"{path} is there, and not committed",
            f"git add --force {path} && git commit -m 'Record the template', or delete it",
        )
