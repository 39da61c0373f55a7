"""Accounts of a forge, as far as it matters whose they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Who did something on a forge.

    Attributes:
        name: Its name there.
        own: It is the account of our token.
    """

    name: str
    own: bool
