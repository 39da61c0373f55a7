"""What is told of a step before anything is merged: its versions, and what became of answers."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import yaml

from modelyard.merged import Notice
from modelyard.reasons import NoticeReason
from modelyard.render.request import Rendered
from modelyard.template import config
from modelyard.template.step import Step

_LONGEST = 500
_IDENTITY = ("_commit", "_src_path:")


def of_identity(step: Step) -> tuple[Notice, ...]:
    """Tell where the version on record is not what its name stands for."""
    path, name, before = step.recorded.path, step.recorded.version, step.before
    if step.moved_to:
        about = f"{name}: it was {before.commit[:12]} and is {step.moved_to[:12]}"
        return (Notice(path, NoticeReason.VERSION_MOVED, about),)
    if not step.is_lasting:
        about = f"{name}, which is {before.name} today"
        return (Notice(path, NoticeReason.VERSION_MOVES, about),)
    return ()


def without_identity(notices: Iterable[Notice]) -> Iterator[Notice]:
    """Leave out what says only that the answers file has another version, or address, now."""
    for notice in notices:
        lines = [line for line in notice.lines if not line.startswith(_IDENTITY)]
        if notice.reason is not NoticeReason.ANSWERS_FILE or lines:
            yield notice


def of_answers(
    step: Step, base: Rendered, theirs: Rendered, given: Collection[str]
) -> Iterator[Notice]:
    """Tell which answers are dropped, and which questions took a default.

    Args:
        step: The step.
        base: The recorded version.
        theirs: The wanted version.
        given: The questions that somebody has answered for this update.
    """
    path, recorded = step.recorded.path, step.recorded.values
    before, after = config.read(step.before), config.read(step.after)
    gone = recorded.keys() - {name for name in theirs.answers if not name.startswith("_")}
    for name in sorted(gone):
        if name not in before.questions:
            yield Notice(path, NoticeReason.UNKNOWN_ANSWER, name)
        elif name in after.secrets:
            yield Notice(path, NoticeReason.ANSWER_NOT_RECORDED, name)
        elif name in theirs.remembered:
            yield _told(path, NoticeReason.ANSWER_NOT_WRITTEN, name, recorded, False)
        else:
            hidden = name in before.secrets
            yield _told(path, NoticeReason.ANSWER_DROPPED, name, recorded, hidden)
    for name in sorted(theirs.defaulted.keys() - base.defaulted.keys() - set(given)):
        hidden = name in after.secrets
        yield _told(path, NoticeReason.ANSWER_BY_DEFAULT, name, theirs.defaulted, hidden)
    for name in sorted(step.usual.keys() & set(given) - step.given.keys()):
        hidden = name in after.secrets
        yield _told(path, NoticeReason.ANSWER_USUAL, name, step.usual, hidden)


def _told(
    path: str, reason: NoticeReason, name: str, values: Mapping[str, Any], hidden: bool
) -> Notice:
    shown = () if hidden else (f"{name}: {_short(values[name])}",)
    return Notice(path, reason, name, shown)


def _short(value: Any) -> str:
    """Return a value as an answers file has it, in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**9)
    text = text.removesuffix("\n").removesuffix("\n...")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
