"""Keys that a fleet signs with: derived from its token, or from a key that is given to it.

By HKDF with SHA-256 (RFC 5869), so that a signature tells nothing of the token, and by a purpose
of its own, so that it counts for nothing else. In the standard library it is these few lines.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from modelyard.errors import NotReady
from modelyard.forges.credentials import Token
from modelyard.redaction import remember

VARIABLE = "MODELYARD_FLEET_KEY"
MAKE_ONE = f'export {VARIABLE}="$(openssl rand -hex 32)"    # once, and keep it beside the token'
_LEAST = 32
_SALT = b"modelyard"
_SIGN, _NAME = b"marks of requests, 1: sign", b"marks of requests, 1: name"
# Those of an app's installation and of Actions live an hour, of an app's user eight, of a job as
# long as it: the next run has another one, and would not know the marks of this one.
_SHORT_LIVED = ("ghs_", "ghu_", "v1.", "glcbt-")


@dataclass(frozen=True)
class SigningKey:
    """One key; nothing prints it.

    Attributes:
        value: The key.
        name: What a signature names it by; it tells nothing of the key.
    """

    value: bytes = field(repr=False)
    name: str

    def sign(self, message: bytes) -> str:
        """Return the signature of a message."""
        return hmac.new(self.value, message, hashlib.sha256).hexdigest()

    def verify(self, message: bytes, signature: str) -> bool:
        """Tell whether a signature is that of a message."""
        given = signature.encode("utf-8", "surrogatepass")
        return hmac.compare_digest(self.sign(message).encode(), given)


@dataclass(frozen=True)
class SigningKeys:
    """The first key signs, and each is believed; without one, everything is.

    Attributes:
        keys: The keys.
        problem: Why these are not enough to work with, for who needs them.
    """

    keys: tuple[SigningKey, ...] = ()
    problem: NotReady | None = None

    def usable(self) -> "SigningKeys":
        """Return the keys.

        Raises:
            NotReady: A key is missing, or too short.
        """
        if self.problem:
            raise self.problem
        return self

    @property
    def signer(self) -> SigningKey | None:
        """The key that signs."""
        return self.keys[0] if self.keys else None

    def named(self, name: str) -> SigningKey | None:
        """Return the key of a name."""
        return next((key for key in self.keys if key.name == name), None)


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return a key of 32 bytes: HKDF with SHA-256, the first block of its expansion."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def derive(secret: str) -> SigningKey:
    """Return the key of a token, or of a key that is given."""
    data = secret.encode()
    return SigningKey(hkdf(data, _SALT, _SIGN), hkdf(data, _SALT, _NAME).hex()[:12])


def keys(env: Mapping[str, str], token: Token | None) -> SigningKeys:
    """Return the keys of a fleet: those given, then the token's.

    So marks stay valid when a key is given for the first time, and for as long as an old one is
    given behind the new one. What is wrong with them is told to who needs them, and to nobody else.
    """
    given = env.get(VARIABLE, "").replace(",", " ").split()
    for one in given:
        remember(one)
    if any(len(one) < _LEAST for one in given):
        short = f"a key in {VARIABLE} has fewer than {_LEAST} characters"
        return SigningKeys(problem=NotReady(short, MAKE_ONE))
    if token and not given and token.value.startswith(_SHORT_LIVED):
        lives = f"the token in {token} lives for hours at most"
        needs = (
            f"so the next run would not know what this one signs: {VARIABLE} is needed beside it"
        )
        return SigningKeys(problem=NotReady(f"{lives}, {needs}", MAKE_ONE))
    secrets = [*given, *([token.value] if token else [])]
    return SigningKeys(tuple(derive(one) for one in dict.fromkeys(secrets)))
