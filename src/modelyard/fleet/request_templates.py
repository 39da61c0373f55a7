"""The words of requests that a fleet writes itself: title, commit and text, by placeholders.

Which placeholders there are is told when the settings are read. What is put in their place may be
anybody's, so it is made harmless as all text of a request is.
"""

import re
import string
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Annotated

from pydantic import AfterValidator

from modelyard.fleet.request_text import one_line, plain

TITLE = "{verb} to {version}"
COMMIT = "{verb} to {change}"
# What linters of commits allow a subject, and a line below it.
_SUBJECT, _LINE = 72, 100
# GitLab refuses a longer one than 255 characters, "Draft: " included; GitHub than 256.
_TITLE = 240
_DRAFT = re.compile(r"\s*(draft:|\[draft\]|\(draft\))", re.I)
# What is said of conflicts and changes comes behind it.
_TEXT = 10_000


@dataclass(frozen=True)
class Values:
    """What can stand in the place of a placeholder.

    Attributes:
        version: The version that the request brings.
        before: The version that the repo is on.
        template: The name of the template.
        change: Template and version; where answers alone change, which.
        repo: The full name of the repo.
        within: Which branch or project of the repo; "" for a repo like any other.
        verb: "Update", or "Back" where it goes to an older version.
    """

    version: str = ""
    before: str = ""
    template: str = ""
    change: str = ""
    repo: str = ""
    within: str = ""
    verb: str = "Update"


PLACEHOLDERS = tuple(field.name for field in fields(Values))


def _placeholders(text: str) -> list[str]:
    """Return the placeholders of a text.

    Raises:
        ValueError: There is another one, or a brace that belongs to none.
    """
    found = []
    for _, name, more, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if name not in PLACEHOLDERS or more or conversion:
            there = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise ValueError(f"{{{name}}} is no placeholder; there are {there}")
        found.append(name)
    return found


def _checked(text: str) -> str:
    _placeholders(text)
    return text


def _checked_text(text: str) -> str:
    if len(text) > _TEXT:
        raise ValueError(
            f"it is longer than {_TEXT:,} characters: a request has room for little more"
        )
    return _checked(text)


def _checked_line(text: str) -> str:
    _placeholders(text)
    if not text.strip() or not text.isprintable():
        raise ValueError("it is one line, and not empty")
    return text


def _checked_title(text: str) -> str:
    if _DRAFT.match(text):
        raise ValueError("GitLab takes what begins like that for a draft, for ever")
    return _checked_line(text)


def _checked_commit(text: str) -> str:
    subject, *rest = text.strip("\n").split("\n")
    _checked_line(subject)
    _placeholders(text)
    if len(subject) > _SUBJECT:
        raise ValueError(f"its first line is longer than {_SUBJECT} characters")
    if rest and rest[0]:
        raise ValueError("its second line must be empty")
    if any(len(line) > _LINE for line in rest):
        raise ValueError(f"a line is longer than {_LINE} characters")
    return text


Title = Annotated[str, AfterValidator(_checked_title)]
Message = Annotated[str, AfterValidator(_checked_commit)]
Text = Annotated[str, AfterValidator(_checked_text)]


def title(template: str, values: Values) -> str:
    """Return the title of a request; of several in one repo each says which it is."""
    made = one_line(_filled(template, values, str))
    names = not values.within or "within" in _placeholders(template)
    made = made if names else f"{made} ({one_line(values.within)})"
    return made if len(made) <= _TITLE else f"{made[: _TITLE - 1].rstrip()}…"


def commit(template: str, values: Values, name: str, email: str) -> str:
    """Return the message of a commit, signed off last."""
    subject, _, rest = _filled(template.strip("\n"), values, one_line).partition("\n")
    subject = one_line(subject)
    if len(subject) > _SUBJECT:
        subject = f"{subject[: _SUBJECT - 1].rstrip()}…"
    lines = [line[:_LINE].rstrip() for line in rest.strip("\n").split("\n")]
    body = "\n".join(lines) + "\n\n" if any(lines) else ""
    return f"{subject}\n\n{body}Signed-off-by: {name} <{email}>"


def text(template: str, values: Values) -> str:
    """Return the fleet's own part of a request's text, in Markdown."""
    return _filled(template.strip(), values, plain)


def _filled(template: str, values: Values, harmless: Callable[[str], str]) -> str:
    return template.format_map({name: harmless(value) for name, value in asdict(values).items()})
