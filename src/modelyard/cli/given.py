"""Reads the answers that somebody gives on the command line."""

from collections.abc import Sequence

from modelyard.errors import Usage


def answers_of(data: Sequence[str] | None) -> dict[str, str]:
    """Return what each `--data K=V` says.

    Raises:
        Usage: One of them is none.
    """
    pairs = {}
    for given in data or []:
        name, equals, value = given.partition("=")
        if not equals or not name:
            # The value may be a secret: what has no name in front is not repeated.
            raise Usage("a --data is not K=V", "--data package=my_model")
        pairs[name] = value
    return pairs
