"""Says which answers an update needs before it can go on, and the command that gives them."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from modelyard.errors import BadAnswer, ModelyardError
from modelyard.render.request import Rendered
from modelyard.template import config
from modelyard.template.source import Version
from modelyard.template.step import Step

_MOST = 12


@contextmanager
def all_named(step: Step, given: Mapping[str, Any]) -> Iterator[None]:
    """Name with the first question that has to be answered all others that have no default."""
    try:
        yield
    except BadAnswer as error:
        if not error.question:
            raise
        known = {*given, *step.recorded.values, error.question}
        asked = config.read(step.after).asked
        others = [
            name
            for name, about in asked.items()
            if name not in known
            and isinstance(about, dict)
            and not about.keys() & {"default", "multiselect", "when"}
            and about.get("type", "yaml") != "bool"
        ]
        names = [error.question, *(others if error.question not in given else ())]
        # One that is in a conditional part may not be needed; to answer it does no harm.
        message = f"{error.message}{_helped(asked.get(error.question))}"
        raise BadAnswer(message, _command(step, step.after, names), error.question) from None


def _helped(written: Any) -> str:
    """Return what the template tells a person of a question, where that is plain text."""
    said = _about(written).get("help")
    if not isinstance(said, str) or "{" in said or not said.strip():
        return ""
    return f": {' '.join(said.split())}"


def to_judge(step: Step, base: Rendered, theirs: Rendered) -> Mapping[str, Any]:
    """Return new questions with their defaults, where the template says what an answer must be.

    Copier holds an answer against that, and a default that nobody is asked about it does not: a
    question that must be answered often has an empty one.
    """
    asked = config.read(step.after).asked
    return {
        name: value
        for name, value in theirs.defaulted.items()
        if name not in base.defaulted and dict(_about(asked.get(name))).get("validator")
    }


def refuse(
    version: Version,
    rendered: Rendered,
    step: Step,
    render_with: Callable[[Mapping[str, Any]], Rendered] | None = None,
) -> None:
    """Refuse recorded answers that a version does not take any more.

    Args:
        version: The version.
        rendered: What it has rendered, with the answers that it does not take.
        step: The step.
        render_with: Renders it with other answers in their place, to tell which it would take then.

    Raises:
        BadAnswer: There are some; it names the choices that are left.
    """
    refused = {k: words for k, words in rendered.refused.items() if k not in step.given}
    if not refused:
        return
    names = [name for name in config.read(version).asked if name in refused]
    if render_with and names[1:]:
        names = _at_fault(version, step, names, render_with)
    said = [
        f"{name} with {step.recorded.values[name]!r}: {_reason(version, name, refused[name])}"
        for name in names
    ]
    raise BadAnswer(
        f"{step.recorded.path} has answers that {version.name} does not take: {'; '.join(said)}",
        _command(step, version, names),
        names[0],
    )


def _at_fault(
    version: Version,
    step: Step,
    names: list[str],
    render_with: Callable[[Mapping[str, Any]], Rendered],
) -> list[str]:
    """Return the answers that are refused for themselves, in the order of the questions.

    Others are refused only because an earlier question has its default for now.
    """
    at_fault: dict[str, str] = {}
    left = names
    while left:
        at_fault[left[0]] = _proposed(step, version, left[0])
        if at_fault[left[0]] == "…":
            return [*at_fault, *left[1:]]
        try:
            refused = render_with(at_fault).refused
        except ModelyardError:
            return [*at_fault, *left[1:]]
        left = [name for name in names if name in refused and name not in at_fault]
    return list(at_fault)


def _reason(version: Version, name: str, words: str) -> str:
    choices = _choices(version, name)
    return f"{words}; it takes {', '.join(choices)}" if choices else words


def _command(step: Step, version: Version, names: list[str]) -> str:
    """Return the command with what was given: without it the next one would ask for that again."""
    hidden = config.read(step.before).secrets | config.read(step.after).secrets
    given = {
        name: "…" if name in hidden or not isinstance(value, str | int | float) else str(value)
        for name, value in step.given.items()
        if name not in names
    }
    asked = {name: _proposed(step, version, name) for name in names}
    pairs = (f"--data {_word(name, value)}" for name, value in {**given, **asked}.items())
    return f"modelyard update {' '.join(pairs)}"


def _proposed(step: Step, version: Version, name: str) -> str:
    """Return an answer that a version takes: of several, those of the recorded ones that are left.

    Another one of them is not proposed for what is gone: only a person knows which.
    """
    choices = _choices(version, name)
    recorded = step.recorded.values.get(name)
    if choices and _about(config.read(version).asked.get(name)).get("multiselect"):
        left = [str(one) for one in _items(recorded) if str(one) in choices]
        return f"[{', '.join(left or choices[:1])}]"
    return next(iter(choices), "…")


def _word(name: str, value: str) -> str:
    return f"{name}={value}" if value == "…" else shlex.quote(f"{name}={value}")


def _choices(version: Version, name: str) -> list[str]:
    """Return the choices of a question that are written out as plain values."""
    written = _about(config.read(version).asked.get(name)).get("choices")
    found = []
    for choice in written.values() if isinstance(written, dict) else _items(written):
        value = choice[1] if isinstance(choice, list) and len(choice) == 2 else choice
        value = value.get("value") if isinstance(value, dict) else value
        if not isinstance(value, str | int | float) or "{" in str(value):
            return []
        found.append(str(value))
    return found[:_MOST]


def _items(written: Any) -> list[Any]:
    return written if isinstance(written, list) else []


def _about(written: Any) -> Mapping[str, Any]:
    return written if isinstance(written, dict) else {}
