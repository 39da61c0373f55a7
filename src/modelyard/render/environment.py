"""What the environment of this process holds while a template that is not trusted is rendered."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from modelyard.gitrepo.environment import path
from modelyard.render.copiers_environment import copiers_environment

_KEPT_NAMES = """
PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP TERM COLORTERM NO_COLOR COLUMNS LINES
SYSTEMROOT COMSPEC PATHEXT XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
"""
_KEPT = frozenset(_KEPT_NAMES.split())

# Copier may call git on what it renders: then no file that was rendered configures it, and the
# repository that it makes says nothing of this machine.
_GIT_SETTINGS = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "protocol.ext.allow": "never",
}
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TEMPLATE_DIR": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_CONFIG_COUNT": str(len(_GIT_SETTINGS)),
    **{f"GIT_CONFIG_KEY_{i}": key for i, key in enumerate(_GIT_SETTINGS)},
    **{f"GIT_CONFIG_VALUE_{i}": value for i, value in enumerate(_GIT_SETTINGS.values())},
}

_lock = threading.Lock()
_inside = 0
_before: dict[str, str] = {}
_plumbums: dict[str, str] | None = None


@contextmanager
def without_secrets() -> Iterator[None]:
    """Hold only what is known to be no secret in this block; other threads see the same.

    The first to enter takes the rest away, and the last to leave puts it back.
    """
    global _inside, _before, _plumbums
    with _lock:
        if not _inside:
            copiers = copiers_environment()
            _before, _plumbums = dict(os.environ), None if copiers is None else dict(copiers)
            kept = {k: v for k, v in _before.items() if k in _KEPT or k.startswith("LC_")}
            known = {**kept, "PATH": path(_before), **_GIT}
            _become(known, known)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                # Where it was loaded in this block, it has copied what is here now.
                _become(_before, _before if _plumbums is None else _plumbums)
                _before, _plumbums = {}, None


def _become(wanted: dict[str, str], plumbums: dict[str, str]) -> None:
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    if (copiers := copiers_environment()) is not None:
        copiers.clear()
        copiers.update(plumbums)
