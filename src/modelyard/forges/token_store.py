"""The secrets of this process: kept here, and in no environment.

Whoever runs as the same user reads the environment of a process out of /proc for as long as it
lives, and what it starts inherits it. So the command of a fleet begins anew without them: it hands
them to itself through a pipe. Imports next to nothing, for that is done before all else.
"""

import os
import stat
import sys
from collections.abc import Mapping

from modelyard.redaction import remember

# In which variables each kind of forge looks for its token; the first that is set counts.
VARIABLES = {"github": ("GITHUB_TOKEN", "GH_TOKEN"), "gitlab": ("GITLAB_TOKEN",), "local": ()}
# GitLab gives CI_JOB_TOKEN to every job; with MODELYARD_FLEET_KEY marks of requests are signed.
SECRETS = (
    *(name for names in VARIABLES.values() for name in names),
    "CI_JOB_TOKEN",
    "MODELYARD_FLEET_KEY",
)
HANDOVER = "MODELYARD_SECRETS_FD"
# A pipe takes at least so much without a reader.
_MOST = 16_000
_PR_SET_DUMPABLE = 4
_STANDARD = 2

_held: dict[str, str] = {}


def withdraw() -> None:
    """Take the secrets out of the environment of this process, as far as what it starts sees it.

    On the command line, run this through `begin_without_secrets`: what /proc shows of a process is
    the environment that it was started with.
    """
    for name in SECRETS:
        value = os.environ.pop(name, None)
        if value is not None:
            _keep(name, value)


def environment() -> Mapping[str, str]:
    """Return the environment with the secrets in it, for those who need one of them."""
    withdraw()
    return {**os.environ, **_held}


def held() -> Mapping[str, str]:
    """Return the secrets alone, to be handed to a worker of this process."""
    withdraw()
    return dict(_held)


def hold(secrets: Mapping[str, str]) -> None:
    """Keep secrets that another process handed over."""
    for name, value in secrets.items():
        _keep(name, value)
    _hide()


def forget() -> None:
    """Keep no secret any longer."""
    _held.clear()


def begin_without_secrets() -> None:
    """Begin this command anew where its environment has secrets; then return with them held."""
    descriptor = os.environ.pop(HANDOVER, "")
    if any(name in os.environ for name in SECRETS):
        # Whatever a handover says that somebody else made: after one there are none here.
        _begin_anew()
    elif descriptor:
        _receive(descriptor)
    withdraw()
    _hide()


def _begin_anew() -> None:
    """Replace this process by itself; return where that is not possible."""
    found = {name: os.environ[name] for name in SECRETS if name in os.environ}
    data = b"\0".join(os.fsencode(f"{name}={value}") for name, value in found.items())
    if not sys.executable or len(data) > _MOST:
        return
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    os.set_inheritable(reading, True)
    env = {name: value for name, value in os.environ.items() if name not in found}
    try:
        os.execve(  # noqa: S606 (no shell is the point)
            sys.executable,
            [sys.executable, *sys.orig_argv[1:]],
            {**env, HANDOVER: str(reading)},
        )
    except OSError:
        os.close(reading)


def _receive(descriptor: str) -> None:
    try:
        number = int(descriptor)
        # Standard input or output would be waited for, or closed.
        if number <= _STANDARD or not stat.S_ISFIFO(os.fstat(number).st_mode):
            return
        with open(number, "rb") as pipe:
            pairs = filter(None, pipe.read(_MOST).split(b"\0"))
    except (OSError, ValueError, OverflowError):
        # Somebody else's variable; without a token the forge says what is missing.
        return
    for pair in pairs:
        name, _, value = os.fsdecode(pair).partition("=")
        if name in SECRETS:
            _keep(name, value)


def _keep(name: str, value: str) -> None:
    remember(value)
    _held[name] = value


def _hide() -> None:
    """Keep others of the same user from the memory of this process, and it out of core dumps."""
    if not _held or not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
