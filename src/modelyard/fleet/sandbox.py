"""Where somebody else's code may run: a sandbox that is named, or nowhere.

In each of them the code has processes, a /tmp, a home and an environment of its own, the repo to
write to, and nothing else of this machine but programs to read. Without `network` it reaches
nobody, not this machine either.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import assert_never

from modelyard.errors import NotReady, Usage

HOME = "/home/verify"
WORK = PurePosixPath("/work")
NAMES = "bwrap, podman:IMAGE@sha256:DIGEST or docker:IMAGE@sha256:DIGEST"
_IMAGE = re.compile(r"[a-z0-9][\w./:-]*@sha256:[0-9a-f]{64}")
# Of /etc only what programs need to run and to trust a server: keys and passwords are there too.
_SETTINGS = (
    "alternatives",
    "ca-certificates",
    "group",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "nsswitch.conf",
    "passwd",
    "pki/ca-trust",
    "pki/tls/certs",
    "ssl/certs",
    "ssl/openssl.cnf",
)
_NETWORK_SETTINGS = ("hosts", "resolv.conf")


class SandboxKind(StrEnum):
    """What makes it."""

    BWRAP = "bwrap"
    PODMAN = "podman"
    DOCKER = "docker"


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that somebody has named.

    Attributes:
        kind: What makes it.
        image: The image of a container, by digest.
        network: Whether the network of this machine is there, its loopback too.
    """

    kind: SandboxKind
    image: str = ""
    network: bool = False


def parse(text: str, network: bool = False) -> Sandbox:
    """Read the name of a sandbox.

    Raises:
        Usage: It is not one, or an image is not named by its digest.
    """
    name, _, image = text.partition(":")
    try:
        kind = SandboxKind(name)
    except ValueError:
        raise Usage(f"--sandbox {text!r} is no sandbox that is known here", NAMES) from None
    if kind is SandboxKind.BWRAP and not image:
        return Sandbox(kind, network=network)
    # A tag is whatever its registry says today.
    if kind is SandboxKind.BWRAP or not _IMAGE.fullmatch(image):
        raise Usage(f"--sandbox {text!r} does not name an image by its digest", NAMES)
    return Sandbox(kind, image, network)


def require(sandbox: Sandbox) -> None:
    """Refuse a sandbox that does not run here, before any repo is visited.

    Raises:
        NotReady: It is not installed, or this machine does not let it run.
    """
    name = sandbox.kind.value
    if not shutil.which(name):
        package = "bubblewrap" if sandbox.kind is SandboxKind.BWRAP else name
        raise NotReady(f"{name} is not installed here", f"install it: apt-get install {package}")
    tried = [name, "version"]
    if sandbox.kind is SandboxKind.BWRAP:
        if not sys.platform.startswith("linux"):
            raise NotReady("bwrap runs on Linux only", f"--sandbox {NAMES}")
        tried = [*_bwrap(sandbox), "--", "true"]
    done = subprocess.run(tried, env=client_environment(sandbox), capture_output=True)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").split("\n", 1)[0]
        raise NotReady(
            f"{name} cannot make a sandbox on this machine: {said}",
            "allow user namespaces, or name another one with --sandbox",
        )


def command(sandbox: Sandbox, folder: Path, prefix: str, script: str, name: str) -> list[str]:
    """Return the command that runs a shell script in a folder, and lets it write there alone.

    Args:
        sandbox: The sandbox.
        folder: The root of the repo.
        prefix: The folder in it where the script begins.
        script: What a shell runs.
        name: What a container is called; nothing else may be called so.
    """
    start, shell = str(WORK / prefix), ("sh", "-c", script)
    match sandbox.kind:
        case SandboxKind.BWRAP:
            where = ("--bind", str(folder), str(WORK), "--chdir", start)
            return [*_bwrap(sandbox), *where, "--", *shell]
        case SandboxKind.PODMAN | SandboxKind.DOCKER:
            return [*_container(sandbox, name, folder, start), sandbox.image, *shell]
        case _:
            assert_never(sandbox.kind)


def end(sandbox: Sandbox, name: str) -> None:
    """End what may still run in a container; other sandboxes end with the process that made them.

    Args:
        sandbox: The sandbox.
        name: What the container was called.
    """
    if sandbox.image:
        gone = [sandbox.kind.value, "rm", "--force", name]
        subprocess.run(gone, env=client_environment(sandbox), capture_output=True)


def environment() -> dict[str, str]:
    """Return the whole environment of what runs in a sandbox."""
    return {
        "CI": "true",
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }


def client_environment(sandbox: Sandbox) -> Mapping[str, str]:
    """Return the environment of what makes the sandbox.

    bwrap hands its own on; the client of a container engine needs ours, and hands on what it is
    told to.
    """
    return os.environ if sandbox.image else environment()


def _bwrap(sandbox: Sandbox) -> list[str]:
    """Return all of a bwrap command but where it works and what it runs."""
    settings = _SETTINGS + (_NETWORK_SETTINGS if sandbox.network else ())
    # Ended with this process, not to be typed at, and in nobody's name.
    limits = ("--die-with-parent", "--new-session", "--cap-drop", "ALL")
    who = ("--unshare-user", "--uid", "1000", "--gid", "1000")
    shared = ("--share-net",) if sandbox.network else ()
    return [
        *("bwrap", "--unshare-all", *shared, *who, *limits),
        *("--ro-bind", "/usr", "/usr", *_below_root()),
        *(word for one in settings for word in ("--ro-bind-try", f"/etc/{one}", f"/etc/{one}")),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", HOME),  # noqa: S108 (the sandbox's)
    ]


def _below_root() -> list[str]:
    """Return how bwrap makes /bin, /lib and their like as they are here."""
    found: list[str] = []
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/", name)
        if path.is_symlink():
            found += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            found += ["--ro-bind", str(path), str(path)]
    return found


def _container(sandbox: Sandbox, name: str, folder: Path, start: str) -> list[str]:
    """Return how a container is started, without image and command."""
    who = f"{os.getuid()}:{os.getgid()}"
    mine = ("--userns", "keep-id") if sandbox.kind is SandboxKind.PODMAN and os.getuid() else ()
    network = () if sandbox.network else ("--network", "none")
    variables = environment()
    # Of a container the image says where programs are.
    del variables["PATH"]
    return [
        *(sandbox.kind.value, "run", "--rm", "--name", name, "--user", who, *mine, *network),
        *("--cap-drop", "all", "--security-opt", "no-new-privileges", "--pids-limit", "4096"),
        *("--read-only", "--tmpfs", "/tmp:exec,mode=1777"),  # noqa: S108 (it is the container's)
        *("--tmpfs", f"{HOME}:exec,mode=1777"),
        *(word for key, value in variables.items() for word in ("--env", f"{key}={value}")),
        *("--volume", f"{folder}:{WORK}:Z", "--workdir", start),
    ]
