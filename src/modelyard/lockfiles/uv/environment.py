"""Says which settings of the machine uv gets, and no other: not a token, not a build's secret.

A password of an index reaches uv only where the machine names that index itself. What a repo or a
template calls by the same name is another index.
"""

import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from modelyard.gitrepo.environment import path
from modelyard.lockfiles import bounded_toml
from modelyard.lockfiles.path_sources import table

PASSED: Mapping[str, tuple[str, ...]] = {
    "where programs, settings, caches and temporary files are": (
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "SYSTEMROOT",
        "TMPDIR",
        "TEMP",
        "TMP",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_DIRS",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "UV_CACHE_DIR",
        "UV_CONFIG_FILE",
        "UV_NO_CONFIG",
    ),
    "the language of the machine": ("LANG", "LC_ALL", "LC_CTYPE"),
    "how the network is reached, and whom the machine believes there": (
        "ALL_PROXY",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "all_proxy",
        "https_proxy",
        "http_proxy",
        "no_proxy",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "SSL_CLIENT_CERT",
        "UV_CONCURRENT_DOWNLOADS",
        "UV_HTTP_CONNECT_TIMEOUT",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_INSECURE_HOST",
        "UV_NATIVE_TLS",
        "UV_OFFLINE",
        "UV_REQUEST_TIMEOUT",
        "UV_SYSTEM_CERTS",
    ),
    "where the machine takes packages from": (
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_INDEX",
        "UV_INDEX_STRATEGY",
        "UV_INDEX_URL",
        "UV_NO_INDEX",
    ),
    "credentials that are kept by host, so that no other host gets them": (
        "NETRC",
        "UV_CREDENTIALS_DIR",
        "UV_KEYRING_PROVIDER",
    ),
    "which versions the machine allows": (
        "UV_CONSTRAINT",
        "UV_EXCLUDE_NEWER",
        "UV_OVERRIDE",
        "UV_PRERELEASE",
    ),
}
"""The variables that uv gets, by the reason why. PATH comes without its relative folders."""

_NAMED = ("UV_INDEX", "UV_DEFAULT_INDEX")
_UNNAMED = ("UV_INDEX_URL", "UV_EXTRA_INDEX_URL")


def for_uv(machine: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of uv, of that of the machine."""
    names = {name for group in PASSED.values() for name in group}
    for index, _ in indexes(machine):
        stem = f"UV_INDEX_{re.sub('[^A-Z0-9]', '_', index.upper())}"
        names |= {f"{stem}_USERNAME", f"{stem}_PASSWORD"} if index else set()
    kept = {name: value for name, value in machine.items() if name in names}
    return {**kept, "PATH": path(machine), "UV_PYTHON_DOWNLOADS": "never"}


def indexes(machine: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return name and address of the indexes that the machine names; "" for one without a name."""
    found = []
    for variable in (*_NAMED, *_UNNAMED):
        for word in machine.get(variable, "").split():
            name, _, url = word.rpartition("=") if variable in _NAMED else ("", "", word)
            found.append((name, plain(url)))
    for file in _settings(machine):
        try:
            loaded = bounded_toml.read(file.read_bytes())
        except (OSError, ValueError):
            continue
        listed = loaded.get("index")
        for entry in listed if isinstance(listed, list) else []:
            found.append((_text(table(entry).get("name")), plain(_text(table(entry).get("url")))))
    return found


def plain(url: str) -> str:
    """Return an address without a login and without the slash at its end."""
    return re.sub(r"^([a-z+]+://)[^/@]*@", r"\1", url).rstrip("/")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _settings(machine: Mapping[str, str]) -> list[Path]:
    """Return the files in which uv looks for the settings of user and machine."""
    if machine.get("UV_NO_CONFIG"):
        return []
    if file := machine.get("UV_CONFIG_FILE"):
        return [Path(file)]
    folders = [machine.get("XDG_CONFIG_HOME") or str(Path(machine.get("HOME", ""), ".config"))]
    folders += [machine.get("APPDATA", ""), *machine.get("XDG_CONFIG_DIRS", "").split(":"), "/etc"]
    return [Path(folder, "uv", "uv.toml") for folder in folders if PurePath(folder).is_absolute()]
