"""Makes text of other people fit for a terminal and for the log of a CI job.

Names of files, answers, words of a template and of a server may hold what a terminal obeys (ESC),
what shows a line as another (bidirectional marks), a line break behind which a CI job reads a
command (`::error::`), or such a command itself. What is taken away is shown as an escape.
"""

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

# `::command::` at the start of a line (GitHub), `##[command]`, `##vso[` and `##teamcity[` anywhere
# (GitHub, Azure, TeamCity), `section_start:` behind a carriage return (GitLab; that is escaped).
_COMMAND = re.compile(r"::(?=[A-Za-z])|##(?=\w*\[)")


def one_line(text: str) -> str:
    """Return a text as one line that nothing obeys."""
    if not is_shown(text):
        text = "".join(sign if _is_shown(sign) else _escaped(sign) for sign in text)
    return _COMMAND.sub(lambda found: _escaped(found[0][0]) + found[0][1:], text)


def is_shown(text: str) -> bool:
    """Tell whether a text is one line that is shown as it is; spaces of any script count so."""
    return text.isprintable() or all(_is_shown(sign) for sign in text)


def several_lines(text: str) -> str:
    """Return a text whose line breaks and tabs stay, and that nothing obeys."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(one_line(line.expandtabs()) for line in lines)


def on_a_page(text: str) -> str:
    """Replace what a page must not have, or what makes a name look like another one.

    Those are control characters, half surrogates, and marks that turn the direction of text.
    """
    odd = {"Cc", "Cf", "Cs"}
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "�" if unicodedata.category(one) in odd and one not in "\n\t" else one for one in text
    )


def page_environment(folder: Path) -> "Environment":
    """Return what renders the pages of a folder: all that foreigners wrote is escaped and shown."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def readable(value: Any) -> Any:
        is_text = isinstance(value, str) and not isinstance(value, Markup)
        return on_a_page(value) if is_text else value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=readable,
    )


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _escaped(sign: str) -> str:
    code = ord(sign)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
