"""Finds answers that the template takes: tries what was found, and asks for the rest."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from modelyard.adopt import cookiecutter, facts, infer, questions
from modelyard.adopt.evidence import Evidence
from modelyard.adopt.facts import Candidate
from modelyard.adopt.questions import Question
from modelyard.adopt.reasons import AdoptReason
from modelyard.adopt.result import Inferred
from modelyard.errors import BadAnswer, BadTemplate, Usage
from modelyard.merged import Notice
from modelyard.render.render import render
from modelyard.render.request import Rendered, RenderRequest
from modelyard.template import config
from modelyard.template.source import Version

Prompt = Callable[[list[Inferred]], Mapping[str, Any]]
"""Asks a person, and returns the answers by question; one that is left out keeps its value."""

DEFAULT, GIVEN, ASKED = "default", "--data", "asked"


@dataclass
class Settled:
    """Answers, and the render that they give.

    Attributes:
        answers: By question, in the order in which they are asked.
        notices: What was found and not taken, and why.
    """

    answers: list[Inferred]
    rendered: Rendered
    notices: list[Notice]


@dataclass
class _Search:
    version: Version
    evidence: Evidence
    known: Mapping[str, Question]
    given: dict[str, Any]
    open: dict[str, list[Candidate]]
    asked: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)
    answers: Mapping[str, Any] = field(default_factory=dict)

    def render(self, **more: Any) -> Rendered:
        """Render with what is given, and the best that was found for the rest."""
        repo, scratch = self.evidence.repo, self.evidence.scratch
        paths = [path for path in config.read(self.version).external if path in repo.tree]
        wanted = RenderRequest(
            recorded={name: found[0].value for name, found in self.open.items() if found},
            given={**self.given, **more},
            folder=repo.name,
            files={path: scratch.read(repo.tree[path].oid) for path in paths},
        )
        rendered = render(self.version, wanted)
        self.answers = rendered.answers
        return rendered

    def inferred(self, name: str, value: Any, problem: str = "") -> Inferred:
        """Return an answer with its question and where it comes from."""
        about = self.known.get(name, Question(name))
        source = DEFAULT
        if name in self.given:
            source = ASKED if name in self.asked else GIVEN
        elif self.open.get(name):
            source = self.open[name][0].source
        shown = None if about.secret else value
        return Inferred(
            name,
            shown,
            source,
            self._words(about.help),
            about.choices,
            about.kind,
            about.many,
            problem,
        )

    def _words(self, text: str) -> str:
        """Return a question in words, with the answers that it speaks of."""
        try:
            return SandboxedEnvironment().from_string(text).render(self.answers)
        except TemplateError:
            return ""


def settle(
    version: Version, evidence: Evidence, data: Mapping[str, Any], ask: Prompt | None
) -> Settled:
    """Answer all questions of a version: by `data`, from the repo, by a person, by default.

    Raises:
        Usage: `data` answers a question that is not asked.
        BadAnswer: The template does not take an answer of `data`, or has no default for one.
    """
    asked = questions.read(version)
    _refuse_unknown(version, data)
    told, context = facts.gather(evidence), cookiecutter.context(evidence)
    found = {q.name: infer.candidates(q, told, context) for q in asked if q.name not in data}
    search = _Search(version, evidence, {q.name: q for q in asked}, dict(data), found)
    rendered = _accepted(search, ask)
    for name in [q.name for q in asked]:
        # One at a time: a default may depend on the answer before it.
        is_open = name in rendered.answers and name not in search.given and not search.open[name]
        if ask and is_open:
            _ask(search, ask, search.inferred(name, rendered.answers[name]))
            rendered = search.render()
    secrets = [q.name for q in asked if q.secret and q.name in search.given]
    names = [q.name for q in asked if q.name in rendered.answers or q.name in secrets]
    answers = [search.inferred(name, rendered.answers.get(name)) for name in names]
    return Settled(answers, rendered, search.notices)


def _refuse_unknown(version: Version, data: Mapping[str, Any]) -> None:
    unknown = data.keys() - config.read(version).questions
    if unknown:
        names = ", ".join(sorted(config.read(version).questions))
        raise Usage(
            f"{version.source} {version.name} asks no question {', '.join(sorted(unknown))}; "
            f"it asks: {names}",
            "give --data to one of them",
        )


def _accepted(search: _Search, ask: Prompt | None) -> Rendered:
    """Render, and drop what the template does not take, until it takes all."""
    while True:
        try:
            rendered = search.render()
        except BadAnswer as error:
            name = _named(error)
            if not ask or not name or name in search.given:
                raise
            _ask(search, ask, search.inferred(name, None))
            continue
        refused = {name: words for name, words in rendered.refused.items() if search.open.get(name)}
        if not refused:
            return rendered
        for name, words in refused.items():
            one = search.open[name].pop(0)
            words = " ".join(words.split()).removeprefix(
                f"Validation error for question '{name}': "
            )
            reason = f"{name}: the template does not take {one.value!r}: {words}"
            search.notices.append(Notice(one.source, AdoptReason.NOTE, reason))


def _ask(search: _Search, ask: Prompt, about: Inferred) -> None:
    """Ask one question until the template takes the answer."""
    before: list[Any] = []
    while True:
        answer = ask([about])
        value = answer.get(about.question, about.value)
        try:
            search.render(**{about.question: value})
        except (BadAnswer, BadTemplate) as error:
            # An error about another question means that this one is answered.
            about_this = isinstance(error, BadTemplate) or _named(error) == about.question
            # Somebody who does not listen is no person.
            if about_this and value in before:
                raise
            before.append(value)
            about = replace(about, problem=error.message)
            if about_this:
                continue
        search.given[about.question] = value
        if about.question in answer:
            search.asked.add(about.question)
        return


def _named(error: BadAnswer) -> str:
    found = re.search(r"--data (\w+)=", error.hint)
    return found[1] if found else ""
