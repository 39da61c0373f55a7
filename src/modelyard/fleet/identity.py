"""Who commits, as git writes it down: the fleet knows its own commits by that."""

from typing import Annotated

from pydantic import AfterValidator

# What git takes away at both ends of a name and of an address.
_TAKEN_AWAY = " .,:;<>\"\\'"


def _name(text: str) -> str:
    if not text.strip(_TAKEN_AWAY) or not text.isprintable() or set(text) & set("<>"):
        raise ValueError("it is one line with a letter or a digit, and without < and >")
    return text


def _email(text: str) -> str:
    if text != text.strip(_TAKEN_AWAY):
        raise ValueError("git would take away what stands around it")
    return _name(text)


Name = Annotated[str, AfterValidator(_name)]
Email = Annotated[str, AfterValidator(_email)]
