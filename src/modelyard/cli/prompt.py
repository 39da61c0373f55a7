"""Asks a person for the answers that could not be found."""

import json
from collections.abc import Mapping
from typing import Any

from modelyard.adopt.result import Inferred


def on_terminal(answers: list[Inferred]) -> Mapping[str, Any]:
    """Ask on the terminal; the value that was found, or the template's default, is offered.

    Raises:
        KeyboardInterrupt: The person has had enough.
    """
    given = {}
    for about in answers:
        if about.problem:
            print(about.problem)
        given[about.question] = _ask(about)
    return given


def _ask(about: Inferred) -> Any:
    import questionary

    words = about.help or f"{about.question}?"
    if about.many and about.choices:
        taken = about.value if isinstance(about.value, list) else []
        boxes = [questionary.Choice(label, v, checked=v in taken) for label, v in about.choices]
        return questionary.checkbox(words, boxes).unsafe_ask()
    if about.choices:
        offered = [questionary.Choice(label, value) for label, value in about.choices]
        known = about.value in [value for _, value in about.choices]
        return questionary.select(
            words, offered, default=about.value if known else None
        ).unsafe_ask()
    if about.kind == "bool":
        return questionary.confirm(words, default=bool(about.value)).unsafe_ask()
    is_text = about.value is None or isinstance(about.value, str)
    shown = about.value or "" if is_text else json.dumps(about.value, ensure_ascii=False)
    return questionary.text(words, default=shown).unsafe_ask()
