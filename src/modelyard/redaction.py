"""Takes secrets out of each text that leaves the process: messages, JSON, requests and pages.

A secret is the password of a URL, what the environment calls a token, a password or a secret key,
and what somebody has named one here.
"""

import os
import re
from collections.abc import Iterator

_NAMES = re.compile(
    r"(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET)S?$"
    r"|(?:^|_)(?:PAT|PASS|(?:API|ACCESS|SECRET|PRIVATE|FLEET)_?KEY)$|^(?:MYSQL_PWD|SSHPASS)$",
    re.I,
)
# To its last `@`: a password may have some.
_LOGIN = re.compile(r"""(\w+://)[^/\s"'<>\\]*@""")
_PASSWORD = re.compile(r"""\w+://[^/@\s:]*:([^/@\s]+)@""")
# As the forges make them: they are known by their form, whoever wrote them where.
_TOKENS = re.compile(
    r"\b(?:gh[opsur]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{18,}|AKIA[0-9A-Z]{16})"
)
_SHORTEST_NAMED = 5
_SHORTEST = 8
"""A shorter value is no secret that would last, and would take parts of words out of all texts."""
INSTEAD = "***"
_named: set[str] = set()


def remember(secret: str) -> None:
    """Count a value as a secret from now on, wherever it came from."""
    if len(secret) >= _SHORTEST_NAMED:
        _named.add(secret)


def forget() -> None:
    """Count nothing as a secret that was named so far."""
    _named.clear()


def redact(text: str) -> str:
    """Return a text with no secret in it, be it plain, quoted as in a URL, JSON, HTML or base64."""
    for secret in sorted({*_named, *_of_environment()}, key=len, reverse=True):
        for shape in _shapes(secret):
            text = text.replace(shape, INSTEAD)
    return without_login(_TOKENS.sub(INSTEAD, text))


def without_login(text: str) -> str:
    """Return a text with the user and password taken out of its URLs."""
    return _LOGIN.sub(r"\1", text)


def _of_environment() -> Iterator[str]:
    from urllib.parse import unquote

    for name, value in os.environ.items():
        if _NAMES.search(name) and len(value) >= _SHORTEST:
            yield value
        if "@" in value:
            yield from (unquote(p) for p in _PASSWORD.findall(value) if len(p) >= _SHORTEST)


def _shapes(secret: str) -> set[str]:
    # Most commands have no secret to look for, and each has to load this module.
    import html
    import json
    from urllib.parse import quote

    quoted = {quote(secret, safe=safe, errors="surrogateescape") for safe in ("", "/", "/:@+&=")}
    quoted |= {re.sub("%..", lambda found: found[0].lower(), one) for one in quoted}
    as_json = {json.dumps(secret, ensure_ascii=ascii)[1:-1] for ascii in (True, False)}
    escaped = {html.escape(secret), html.escape(secret, quote=False)}
    return {secret, repr(secret)[1:-1], *quoted, *as_json, *escaped, *_in_base64(secret)}


def _in_base64(secret: str) -> Iterator[str]:
    """Give what a secret is in base64 wherever it stands in what is encoded, such as a login.

    Signs that what stands beside it has a part in are left out.
    """
    import base64

    data = secret.encode("utf-8", "surrogateescape")
    for before in range(3):
        whole = (before + len(data)) * 8 // 6
        encoded = base64.b64encode(bytes(before) + data).decode()[-(-before * 8 // 6) : whole]
        yield from {encoded, encoded.translate(str.maketrans("+/", "-_"))}
