"""Signatures of lineages: made and verified by ssh-keygen, with keys that git users have.

A signature is of the bytes of lineage.json, in a namespace of its own, so that no other text that
the same key signs can stand in for a lineage. By hand:

    ssh-keygen -Y verify -f ALLOWED -I SIGNER -n modelyard-lineage -s SIGNATURE < lineage.json
"""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..errors import SetupError

KEY = "MODELYARD_SIGNING_KEY"
NAMESPACE = "modelyard-lineage"
# A signature has some hundred bytes.
MOST_BYTES = 64 * 1024


class State(Enum):
    """What a signature proves."""

    GOOD = "signed"
    UNKNOWN = "signed by a key that is not among the allowed signers"
    NONE = "not signed"
    UNASKED = "not asked for: params.yaml names nobody who signs"
    BAD = "not what was signed"


@dataclass(frozen=True)
class Signature:
    """The signature of a lineage: what it proves, and who signed it, if it is good."""

    state: State
    signer: str = ""

    def __str__(self) -> str:
        return f"signed by {self.signer}" if self.state is State.GOOD else self.state.value


def key() -> Path | None:
    """Return the key to sign with, private or a `.pub` whose private half an agent holds."""
    named = os.environ.get(KEY, "")
    if not named:
        return None
    path = Path(named).expanduser().absolute()
    if not path.is_file():
        raise SetupError(f"{KEY} names {path}, which is no file", f"correct it, or unset {KEY}")
    return path


def sign(content: bytes, path: Path) -> bytes:
    """Return the signature of a content by the key in `path`."""
    done = _ssh_keygen(content, "sign", "-q", "-f", str(path), "-n", NAMESPACE)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        hint = f"try it: ssh-keygen -Y sign -n {NAMESPACE} -f {path} params.yaml"
        raise SetupError(f"ssh-keygen cannot sign with {path}: {lines[-1]}", hint)
    return done.stdout


def verify(content: bytes, signature: bytes | None, allowed: Path | None) -> Signature:
    """Return what a signature proves of a content, where `allowed` says who may sign."""
    if signature is None:
        return Signature(State.NONE)
    if len(signature) > MOST_BYTES:
        return Signature(State.BAD)
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "signature")
        file.write_bytes(signature)
        given = ("-n", NAMESPACE, "-s", str(file))
        # The armour holds the key that made it; whether that one may sign is asked after.
        if _ssh_keygen(content, "check-novalidate", *given).returncode:
            return Signature(State.BAD)
        if allowed is None:
            return Signature(State.UNKNOWN)
        found = _ssh_keygen(b"", "find-principals", "-s", str(file), "-f", str(allowed))
        for signer in found.stdout.decode("utf-8", "replace").splitlines():
            check = ("-f", str(allowed), "-I", signer, *given)
            if not _ssh_keygen(content, "verify", *check).returncode:
                return Signature(State.GOOD, signer)
    return Signature(State.UNKNOWN)


def _ssh_keygen(content: bytes, action: str, *words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", action, *words], input=content, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        what = "ssh-keygen is not installed: lineages can be neither signed nor verified"
        hint = f"install OpenSSH; or unset {KEY}, and lineage.allowed_signers in params.yaml"
        raise SetupError(what, hint) from error
