"""Finds answers that the template takes: what the repo tells, and what a person says."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.adopt.evidence import Candidate, Evidence
from modelyard.adopt.reasons import AdoptReason
from modelyard.adopt.result import ResolvedAnswer
from modelyard.errors import BadAnswer
from modelyard.merged import Notice
from modelyard.render.paths import not_refused
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.source import Version

RECORDED = "recorded"
"""Where an answer comes from that an earlier adoption has put on record."""


def resolve(
    version: Version,
    evidence: Evidence,
    candidates: Mapping[str, Sequence[Candidate]],
    data: Mapping[str, Any],
    interactive: bool = False,
    answers_path: str | None = None,
) -> tuple[Sequence[ResolvedAnswer], Rendered]:
    """Answer all questions of a version: by `data`, from the repo, by a person, by default.

    What the template does not take of the candidates is dropped, and named in the notices of the
    evidence.

    Raises:
        BadAnswer: The template does not take an answer of `data`, or has no default for one.
    """
    repo, settings = evidence.repo, config.read(version)
    external = not_refused(set(settings.external) & repo.tree.keys())
    files = {path: evidence.scratch.read(repo.tree[path].oid) for path in external}
    found = {name: list(candidates.get(name, ())) for name in settings.asked if name not in data}
    given, ask = dict(data), list[str]()
    while True:
        recorded = {name: best[0].value for name, best in found.items() if best}
        wanted = RenderRequest(recorded, given, answers_path, repo.name, files=files, ask=ask)
        try:
            rendered = render(version, wanted)
        except BadAnswer as error:
            if not interactive or error.question in given:
                raise
        else:
            given |= {name: rendered.answers[name] for name in ask if name in rendered.answers}
            ask = []
            if _drop_refused(rendered, found, evidence):
                continue
            if not interactive:
                break
        # A person is asked once, for all that the repo does not tell.
        interactive = False
        ask = [name for name, best in found.items() if not best and name not in settings.secrets]
    sources = {name: best[0].source for name, best in found.items() if best}
    sources |= {name: "--data" if name in data else "asked" for name in given}
    shown = rendered.answers.keys() | (settings.secrets & data.keys())
    answers = [
        ResolvedAnswer(name, rendered.answers.get(name), sources.get(name, "default"))
        for name in settings.asked
        if name in shown
    ]
    return answers, rendered


def _drop_refused(
    rendered: Rendered, found: Mapping[str, list[Candidate]], evidence: Evidence
) -> bool:
    refused = {name: words for name, words in rendered.refused.items() if found.get(name)}
    for name, words in refused.items():
        value, source = found[name].pop(0)
        words = " ".join(words.split()).removeprefix(f"Validation error for question '{name}': ")
        about = f"{name}: {value!r}: {words}"
        path = rendered.answers_path if source == RECORDED else source
        evidence.notices.append(Notice(path, AdoptReason.REFUSED, about))
    return bool(refused)
