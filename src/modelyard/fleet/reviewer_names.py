"""The names of people in fleet.toml: accounts, teams, owners of the changed files, answers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator

CODEOWNERS, _ANSWER = "codeowners", "answer:"
_LONGEST = 200
# An account, an app, or a team or group by its path.
_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]|/(?=\w)){0,99}(?:\[bot\])?", re.A)


def _checked(text: str) -> str:
    question = text.startswith(_ANSWER) and text.removeprefix(_ANSWER).isidentifier()
    if not (question or _NAME.fullmatch(text.removeprefix("@"))):
        raise ValueError(f'{text!r} is no account, no team, not "{CODEOWNERS}", no "answer:…"')
    return text


Person = Annotated[str, AfterValidator(_checked)]


def resolve(
    wanted: Iterable[str], owners: Callable[[], Sequence[str]], answers: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the accounts and teams that are meant, each once, and what is the name of none.

    Args:
        wanted: What fleet.toml says.
        owners: Returns the owners of the changed files.
        answers: The answers of the repo. Several names in one each begin with an `@`: what is
            written without may be a sentence.
    """
    found: dict[str, str] = {}
    others: list[str] = []
    for one in wanted:
        if one == CODEOWNERS:
            names = owners()
        elif one.startswith(_ANSWER):
            names = _names_in(answers.get(one.removeprefix(_ANSWER)))
        else:
            names = [one]
        for name in names:
            plain = name.removeprefix("@")
            if _NAME.fullmatch(plain):
                found.setdefault(plain.lower(), plain)
            else:
                others.append(name[:_LONGEST])
    return tuple(found.values()), tuple(dict.fromkeys(others))


def _names_in(answer: object) -> Sequence[str]:
    if isinstance(answer, list):
        return [one for part in answer for one in _names_in(part)]
    if not isinstance(answer, str):
        return []
    parts = [part for part in re.split(r"[\s,]+", answer[:2000]) if part]
    return parts if all(part.startswith("@") for part in parts) else [answer.strip()]
