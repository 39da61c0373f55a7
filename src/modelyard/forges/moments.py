"""Times as forges tell them."""

from datetime import datetime

# Before and after these, an hour or a day more or less may be no date any longer.
_FIRST, _LAST = 1970, 9000


def moment(text: str) -> datetime:
    """Return a time with a time zone.

    Raises:
        ValueError: It has none, or is a year in which nobody opens a request.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not _FIRST <= found.year <= _LAST:
        raise ValueError("a time without a time zone, or of no year that may be")
    return found
