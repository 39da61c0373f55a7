"""Tells the line end of a text."""

LF, CRLF = b"\n", b"\r\n"


def line_end(content: bytes) -> bytes:
    """Return the line end that a text has throughout; nothing where they are mixed."""
    ends, windows = content.count(LF), content.count(CRLF)
    if b"\0" in content or not ends or windows not in {0, ends}:
        return b""
    return CRLF if windows else LF
