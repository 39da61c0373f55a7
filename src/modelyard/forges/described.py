"""Enums whose members stand in JSON by their value, and tell people a text."""

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """Each member is a value and a `text` for people."""

    text: str

    def __new__(cls, value: str, text: str) -> Self:
        """Make a member of its value and its text."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.text = text
        return made
