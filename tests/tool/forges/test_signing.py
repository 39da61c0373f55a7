"""Keys of a fleet: derived by the standard, never shown, and none that does not last."""

import pickle

import pytest

from modelyard.errors import NotReady
from modelyard.forges.by_kind import open_forge
from modelyard.forges.credentials import Token
from modelyard.forges.forge import ForgeKind
from modelyard.forges.signing import VARIABLE, SigningKeys, derive, hkdf, keys

LONG, OTHER = "a" * 64, "b" * 64
TOKEN = Token("GITHUB_TOKEN", "github_pat_sesame")


def test_the_derivation_is_that_of_rfc_5869() -> None:
    # The first case of its appendix A, of which 32 bytes are the first block.
    secret, salt = b"\x0b" * 22, bytes(range(13))
    info = bytes(range(0xF0, 0xFA))
    expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    assert hkdf(secret, salt, info).hex() == expected


def test_a_signature_counts_for_its_message_and_its_key_alone() -> None:
    one, other = derive(LONG), derive(OTHER)
    assert one.verify(b"m", one.sign(b"m"))
    assert not one.verify(b"n", one.sign(b"m")) and not other.verify(b"m", one.sign(b"m"))
    assert not one.verify(b"m", "") and not one.verify(b"m", "\udc80é")
    assert one.name != other.name


def test_nothing_shows_a_key() -> None:
    made = keys({VARIABLE: LONG}, TOKEN)
    shown = f"{made!r} {made} {vars(made)!r}"
    for key in made.keys:
        assert key.value.hex() not in shown and repr(key.value) not in shown
    assert LONG not in shown and TOKEN.value not in shown
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301


def test_the_given_key_signs_and_the_others_are_believed() -> None:
    made = keys({VARIABLE: f"{LONG}, {OTHER}"}, TOKEN)
    assert made.signer == derive(LONG)
    assert made.keys == (derive(LONG), derive(OTHER), derive(TOKEN.value))
    assert keys({}, TOKEN).signer == derive(TOKEN.value)
    assert keys({}, None) == SigningKeys() and keys({}, None).signer is None


@pytest.mark.parametrize("token", ["ghs_abc", "ghu_abc", "v1.0123", "glcbt-64_abc"])
def test_a_token_that_lives_for_an_hour_needs_a_key_beside_it(token: str) -> None:
    with pytest.raises(NotReady, match=f"{VARIABLE} is needed") as caught:
        keys({}, Token("GITHUB_TOKEN", token)).usable()
    assert "openssl rand -hex 32" in caught.value.hint and token not in str(caught.value)
    assert keys({VARIABLE: LONG}, Token("GITHUB_TOKEN", token)).usable().signer == derive(LONG)


def test_a_key_that_could_be_guessed_is_refused_when_it_is_needed() -> None:
    forge = open_forge(ForgeKind.LOCAL, "somewhere", env={VARIABLE: "sesame"})
    with pytest.raises(NotReady, match="fewer than 32 characters") as caught:
        forge.signing_keys()
    assert "sesame" not in str(caught.value)
