"""Takes users, passwords and keys out of the URLs in whatever leaves the process.

There are four ways out: what is shown (both streams, whoever writes to them), what is an error,
what a run keeps for all who may read it, and what starts another program. A URL that somebody wrote
into params.yaml or .env, or that git has for a remote in a CI job, may turn up in any of them.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

INSTEAD = "***"
# To its last `@`: a password may have some. Where no host is before the first slash, the password
# has it (behind a colon that begins no port), which no URL may have, but somebody's does.
_LOGIN = re.compile(r"(?<=://)(?:[^/\s]+@|[^/\s:@]*:(?!\d*(?:[/?#]|$))\S*@)")
# Of Azure, of S3 and of whoever has them in the query.
_KEY = re.compile(
    r"([?&;](?:[\w.-]*(?:token|passw(?:or)?d|secret|signature|credential|(?:api|access|account)[_-]?key)"
    r"|sig|pwd|key)=)[^&;#\s\"'<>]+",
    re.I,
)


def redact(text: str) -> str:
    """Return a text without the user, the password and the keys of any URL in it."""
    if "://" in text:
        text = _LOGIN.sub("", text)
    return _KEY.sub(rf"\1{INSTEAD}", text) if "=" in text else text


def redacted(value: Any) -> Any:
    """Return plain values (mappings, lists, texts) in which every text is redacted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redacted(key): redacted(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        parts = [redacted(part) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    return value


class _Redacting:
    """A text stream that redacts what is written to it, and else is the stream behind it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text without what is secret in it; return how much of it was taken."""
        self._stream.write(redact(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def streams() -> Iterator[None]:
    """Redact what this process writes to stdout and stderr: a library's and the owner's, too."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Redacting(sys.stdout), _Redacting(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
