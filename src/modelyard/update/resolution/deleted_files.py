"""Tells whether a file that the template deletes is all the user's by now."""

import re

_WORD = re.compile(r"\w+")
_PHRASE = 3  # words
_LARGEST = 150_000
"""Bytes of a file that is still looked at."""


def is_gone(base: bytes, ours: bytes) -> bool:
    """Tell whether nothing that the template wrote is in a file any more.

    No line is, and no three words that follow each other, wherever they stand and however they are
    wrapped. Of a file of fewer words none are.
    """
    if max(len(base), len(ours)) > _LARGEST:
        return False
    try:
        texts = [side.decode().casefold() for side in (base, ours)]
    except UnicodeDecodeError:
        return False
    lines = [{line.strip() for line in text.splitlines()} - {""} for text in texts]
    if not lines[0].isdisjoint(lines[1]):
        return False
    before, now = map(_WORD.findall, texts)
    size = min(_PHRASE, len(before))
    if not size:
        return bool(now)
    if len(before) < _PHRASE:
        return {*before}.isdisjoint(now)
    phrases = {tuple(now[at : at + size]) for at in range(len(now) - size + 1)}
    return all(tuple(before[at : at + size]) not in phrases for at in range(len(before) - size + 1))
