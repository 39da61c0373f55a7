"""Names of others as captions of a figure."""

LONGEST = 40


def caption(name: object) -> str:
    """Return a name as it is written: what is between two `$` would be read as a formula."""
    text = str(name)
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return text.replace("$", r"\$")
