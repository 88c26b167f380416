# SPDX-License-Identifier: Apache-2.0
"""Keys: forms there and back, refusals, what is never shown."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from nguon.base.base64url import url_text
from nguon.signing import base58
from nguon.signing.errors import SigningError
from nguon.signing.key_files import read_private, write_private
from nguon.signing.keys import (
    Algorithm,
    PrivateKey,
    PublicKey,
    generate,
    public_key,
    public_key_of_multikey,
)

KEYS = {each: PrivateKey(each, bytes(range(1, 33))) for each in Algorithm}
# RFC 8037, appendix A.3: an Ed25519 key and its thumbprint.
RFC_8037 = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_forms_there_and_back(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    public = key.public
    assert public_key(public.jwk()) == public
    assert public_key({**public.jwk(), "kid": "a", "use": "sig", "alg": algorithm}) == public
    assert public_key_of_multikey(public.multikey()) == public
    assert PrivateKey(algorithm, key.secret).public == public
    assert read_private(write_private(key)).public == public


def test_multikeys_begin_as_the_recommendation_says() -> None:
    """Controlled Identifiers, 2.2.2: ``z6Mk`` and ``zDn``."""
    assert KEYS[Algorithm.EDDSA].public.multikey().startswith("z6Mk")
    assert KEYS[Algorithm.ES256].public.multikey().startswith("zDn")


@pytest.mark.parametrize("algorithm", Algorithm)
def test_thumbprints_are_those_of_another_library(algorithm: Algorithm) -> None:
    public = KEYS[algorithm].public
    other = (OKPKey if algorithm is Algorithm.EDDSA else ECKey).import_key({**public.jwk()})
    assert public.thumbprint == other.thumbprint()


def test_the_thumbprint_of_the_standard() -> None:
    assert public_key(RFC_8037).thumbprint == RFC_8037_THUMBPRINT


@pytest.mark.parametrize("algorithm", Algorithm)
def test_only_the_message_that_was_signed(algorithm: Algorithm) -> None:
    key, other = KEYS[algorithm], generate(algorithm)
    made = key.sign(b"a message")
    assert len(made) == 64
    assert key.public.verify(b"a message", made)
    assert not key.public.verify(b"a messagf", made)
    assert not other.public.verify(b"a message", made)
    for at in range(64):
        changed = bytearray(made)
        changed[at] ^= 1
        assert not key.public.verify(b"a message", bytes(changed))
    for length in (0, 1, 63, 65, 128):
        assert not key.public.verify(b"a message", (made * 2)[:length])


@pytest.mark.parametrize("algorithm", Algorithm)
def test_the_secret_is_never_shown_nor_copied(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    for shown in (repr(key), str(key), f"{key}", repr(key.public)):
        assert url_text(key.secret) not in shown
        assert key.secret.hex() not in shown
        assert repr(key.secret) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(key)


SMALL_ORDER = [
    bytes(32),
    bytes([1]) + bytes(31),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
]


@pytest.mark.parametrize("raw", [*SMALL_ORDER, b"", bytes(31), bytes(33), b"\xff" * 32])
def test_ed25519_keys_under_which_anything_holds_are_refused(raw: bytes) -> None:
    with pytest.raises(SigningError) as refusal:
        PublicKey(Algorithm.EDDSA, raw)
    assert refusal.value.code == "signing.key-form"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x04" + bytes(64),
        b"\x04" + b"\1" * 64,
        KEYS[Algorithm.ES256].public.raw[:33],
        b"\x02" + KEYS[Algorithm.ES256].public.raw[1:33],
        b"\x06" + KEYS[Algorithm.ES256].public.raw[1:],
        b"\0",
    ],
)
def test_what_is_no_point_of_the_curve_is_refused(raw: bytes) -> None:
    with pytest.raises(SigningError) as refusal:
        PublicKey(Algorithm.ES256, raw)
    assert refusal.value.code == "signing.key-form"


GOOD = KEYS[Algorithm.EDDSA].public.jwk()
POINT = KEYS[Algorithm.ES256].public.jwk()


@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        ({}, "signing.key-type"),
        ({**GOOD, "d": "AA"}, "signing.key-private"),
        ({**GOOD, "crv": "X25519"}, "signing.key-type"),
        ({**GOOD, "alg": "ES256"}, "signing.key-type"),
        ({**GOOD, "x": GOOD["x"] + "="}, "signing.key-form"),
        ({**GOOD, "x": 5}, "signing.key-form"),
        ({**GOOD, "x": "AA"}, "signing.key-form"),
        ({**POINT, "y": POINT["x"]}, "signing.key-form"),
        ({"kty": "oct", "k": "AAAA"}, "signing.key-type"),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "signing.key-type"),
        ({**POINT, "crv": "P-384"}, "signing.key-type"),
    ],
)
def test_keys_that_are_refused(jwk: dict[str, str], code: str) -> None:
    with pytest.raises(SigningError) as refusal:
        public_key(jwk)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "signing.key-form"),
        ("m" + GOOD["x"], "signing.key-form"),
        ("z0OIl", "signing.base58"),
        ("z" + "1" * 300, "signing.base58"),
        ("z6Mk", "signing.key-type"),
        ("z" + base58.encode(b"\xed\x01" + bytes(31)), "signing.key-form"),
        ("z" + base58.encode(b"\x80\x24" + bytes(65)), "signing.key-form"),
        ("z" + base58.encode(b"\x81\x26" + bytes(32)), "signing.key-type"),
    ],
)
def test_multikeys_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(SigningError) as refusal:
        public_key_of_multikey(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_secrets_of_another_length_are_refused(secret: bytes) -> None:
    for algorithm in Algorithm:
        with pytest.raises(SigningError):
            PrivateKey(algorithm, secret)


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32])
def test_secrets_beyond_the_order_are_refused(secret: bytes) -> None:
    with pytest.raises(SigningError):
        PrivateKey(Algorithm.ES256, secret)


def test_a_key_file_holds_its_own_secret() -> None:
    written = write_private(KEYS[Algorithm.EDDSA])
    other = url_text(generate(Algorithm.EDDSA).secret).encode()
    own = url_text(KEYS[Algorithm.EDDSA].secret).encode()
    for octets in (written.replace(own, other), written.replace(own, b"AA"), b"{}", b"[]", b""):
        with pytest.raises(SigningError):
            read_private(octets)


@given(st.binary(max_size=100))
def test_base58_there_and_back(octets: bytes) -> None:
    assert base58.decode(base58.encode(octets)) == octets
