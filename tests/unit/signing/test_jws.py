# SPDX-License-Identifier: Apache-2.0
"""JSON Web Signatures: both ways with another library, and everything that is refused."""

import hmac
import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as other
from joserfc.jwk import ECKey, OKPKey

from nguon.base.base64url import url_octets, url_text
from nguon.signing import jws
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, PrivateKey

KEYS = {each: PrivateKey(each, bytes(range(1, 33))) for each in Algorithm}
# RFC 9864 prefers the name "Ed25519"; W3C and DIDs still say "EdDSA".
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
PAYLOAD = '{"điều khai":"sầu riêng"}'.encode()


def theirs(key: PrivateKey) -> OKPKey | ECKey:
    members: dict[str, str | list[str]] = {**key.public.jwk(), "d": url_text(key.secret)}
    return (OKPKey if key.algorithm is Algorithm.EDDSA else ECKey).import_key(members)


def refused(text: str, payload: bytes | None = None) -> str:
    """The code with which the key that the header asks for refuses it; no key accepts it."""
    codes = {}
    for algorithm, key in KEYS.items():
        with pytest.raises(SigningError) as refusal:
            jws.read(text, payload).verify(key.public)
        codes[algorithm] = refusal.value.code
    others = set(codes.values()) - {"signing.algorithm"}
    return others.pop() if others else "signing.algorithm"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_accepts_ours(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    made = jws.sign(PAYLOAD, key, {"kid": key.public.thumbprint, "typ": "a+jws"})
    found = other.deserialize_compact(made, theirs(key), algorithms=[algorithm])
    assert found.payload == PAYLOAD
    assert found.protected["kid"] == key.public.thumbprint


@pytest.mark.parametrize("algorithm", Algorithm)
def test_we_accept_another_library_s(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    made = other.serialize_compact(
        {"alg": algorithm, "kid": "k"}, PAYLOAD, theirs(key), algorithms=[algorithm]
    )
    read = jws.read(made)
    read.verify(key.public)
    assert (read.payload, read.header["kid"]) == (PAYLOAD, "k")


@pytest.mark.parametrize("algorithm", Algorithm)
def test_detached(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    made = jws.sign_detached(PAYLOAD, key, {"kid": "k"})
    assert ".." in made
    jws.read(made, PAYLOAD).verify(key.public)
    assert refused(made, PAYLOAD + b" ") == "signing.signature"
    assert refused(made) == "signing.jws-form"
    assert refused(jws.sign(PAYLOAD, key, {}), PAYLOAD) == "signing.jws-form"


@settings(max_examples=30)
@given(
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(["kid", "typ", "cty", "iat", "jti"]),
        st.text() | st.integers(-(2**50), 2**50),
    ),
    st.sampled_from(list(Algorithm)),
)
def test_there_and_back(payload: bytes, header: dict[str, str | int], algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    try:
        made = jws.sign(payload, key, header)
    except UnicodeEncodeError:
        return
    if not payload:
        return
    read = jws.read(made)
    read.verify(key.public)
    assert read.payload == payload
    assert read.header == {"alg": algorithm, **header}


def compact(header: bytes, payload: bytes = PAYLOAD, signature: bytes = bytes(64)) -> str:
    return ".".join(map(url_text, (header, payload, signature)))


ED = KEYS[Algorithm.EDDSA]
MADE = jws.sign(PAYLOAD, ED, {"kid": "k"})
HEAD, BODY, TAIL = MADE.split(".")
HEADS = {name: url_text(json.dumps({"alg": name}).encode()) for name in ("none", "HS256")}


def keyed(secret: bytes) -> str:
    """HS256 under what everybody knows (RFC 8725 section 2.1)."""
    signed = HEADS["HS256"] + "." + BODY
    return f"{signed}.{url_text(hmac.digest(secret, signed.encode(), sha256))}"


def header_signed(header: bytes) -> str:
    """Any header under a signature that holds."""
    signed = f"{url_text(header)}.{BODY}"
    return f"{signed}.{url_text(ED.sign(signed.encode()))}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (compact(b'{"alg":"none"}', signature=b""), "signing.algorithm"),
        (f"{HEADS['none']}.{BODY}.{TAIL}", "signing.algorithm"),
        (keyed(ED.public.raw), "signing.algorithm"),
        (keyed(json.dumps(ED.public.jwk()).encode()), "signing.algorithm"),
        (header_signed(b'{"alg":"ES256"}'), "signing.signature"),
        (header_signed(b'{"alg":"eddsa"}'), "signing.algorithm"),
        (header_signed(b'{"alg":null}'), "signing.algorithm"),
        (header_signed(b'{"alg":["EdDSA"]}'), "signing.algorithm"),
        (header_signed(b"{}"), "signing.algorithm"),
        (header_signed(b'{"alg":"EdDSA","crit":["exp"],"exp":1}'), "signing.critical"),
        (header_signed(b'{"alg":"EdDSA","crit":[]}'), "signing.critical"),
        (header_signed(b'{"alg":"EdDSA","b64":false}'), "signing.critical"),
        (header_signed(b'{"alg":"EdDSA","alg":"EdDSA"}'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA","a":{"b":1,"b":2}}'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA","a":NaN}'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA","a":9007199254740993}'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA","a":"\\ud800"}'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA","a":"\xff"}'), "signing.json"),
        (header_signed(b'["EdDSA"]'), "signing.json"),
        (header_signed(b'{"alg":"EdDSA"} {}'), "signing.json"),
        (
            header_signed(b'{"alg":"EdDSA","a":' + b"[" * 20000 + b"]" * 20000 + b"}"),
            "signing.json",
        ),
        (header_signed(b""), "signing.json"),
        (f"{HEAD}=.{BODY}.{TAIL}", "signing.jws-form"),
        (f"{HEAD}.{BODY}==.{TAIL}", "signing.jws-form"),
        (f"{HEAD}.{BODY}.{TAIL}==", "signing.jws-form"),
        (f"{HEAD}.{BODY}.{TAIL[:-1]}+", "signing.jws-form"),
        (f"{HEAD}.{BODY}\n.{TAIL}", "signing.jws-form"),
        (f"{HEAD}.{BODY}.{TAIL}.{TAIL}.a.b", "signing.jws-form"),
        (f"{HEAD}.{BODY}", "signing.jws-form"),
        ("", "signing.jws-form"),
        (f"{HEAD}.{BODY}.", "signing.signature"),
        (f"{'A' * 70000}.{BODY}.{TAIL}", "signing.too-long"),
        ("A" * (jws.LIMIT + 1), "signing.too-long"),
        (f"{HEAD}.{url_text(PAYLOAD + b' ')}.{TAIL}", "signing.signature"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    assert refused(text) == code


def test_the_last_letter_has_one_spelling() -> None:
    """Bits of base64url beyond the octets are zero: a second spelling is no second signature."""
    octets = url_octets(TAIL)
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        spelled = TAIL[:-1] + letter
        if spelled != TAIL and url_octets(spelled) == octets:
            pytest.fail(spelled)


def test_signing_keeps_to_the_key_s_algorithm() -> None:
    with pytest.raises(SigningError):
        jws.sign(PAYLOAD, ED, {"alg": "ES256"})
