# SPDX-License-Identifier: Apache-2.0
"""Signatures of HTTP messages: the standard's examples, both ways with another library."""

import base64
import time
from hashlib import sha256, sha512
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.base64url import url_octets
from nguon.signing.components import HttpMessage, component
from nguon.signing.errors import SigningError
from nguon.signing.http import (
    COVERED,
    MINIMUM,
    HttpSignature,
    check_content_digest,
    check_times,
    content_digest,
    read_signature,
    require,
    sign,
    sign_with,
)
from nguon.signing.keys import Algorithm, PrivateKey, public_key

KEYS = {each: PrivateKey(each, bytes(range(1, 33))) for each in Algorithm}
NOW = 1_793_000_000
BODY = '{"loại":"sầu riêng"}'.encode()
# RFC 9421: keys of B.1.3 and B.1.4, the request and response of B.2, signatures B.2.4, B.2.6.
P256 = public_key(
    {
        "kty": "EC",
        "crv": "P-256",
        "x": "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA",
        "y": "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0",
    }
)
ED25519_SECRET = url_octets("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU") or b""
ED25519 = PrivateKey(Algorithm.EDDSA, ED25519_SECRET)
REQUEST = {
    "host": "example.com",
    "date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-length": "18",
}
RESPONSE = {
    "content-type": "application/json",
    "content-digest": "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWd"
    "XymyU0rjJuahq4l5aGgfLQ==:",
    "content-length": "23",
    "signature-input": 'sig-b24=("@status" "content-type" "content-digest" "content-length")'
    ';created=1618884473;keyid="test-key-ecc-p256"',
    "signature": "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5e"
    "CdlYUEkLIj+32oiasw==:",
}
B26_INPUT = (
    '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
B26 = ":wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"


def request(headers: dict[str, str], **given: Any) -> HttpMessage:
    members = {"method": "POST", "authority": "example.com", "path": "/foo"}
    members["query"] = "param=Value&Pet=dog"
    return HttpMessage(**{**members, **given}, headers=headers)


def signed(key: PrivateKey = KEYS[Algorithm.EDDSA], **given: Any) -> HttpMessage:
    """A request with a signature of the usual kind."""
    headers = {"content-type": "application/json", "content-digest": content_digest(BODY)}
    told = {"keyid": key.public.thumbprint, "created": NOW, "nonce": "n-1", **given}
    return request({**headers, **sign(request(headers), key, **told)})


def test_the_standard_s_response_under_p256() -> None:
    message = HttpMessage("POST", "example.com", "/foo", "", RESPONSE, status=200)
    read_signature(message).verify(P256)
    check_content_digest(
        RESPONSE["content-digest"], b"", sha512(b'{"message": "good dog"}').digest()
    )


def test_the_standard_s_request_under_ed25519_made_and_verified() -> None:
    headers = {**REQUEST, "signature-input": f"sig-b26={B26_INPUT}", "signature": f"sig-b26={B26}"}
    found = read_signature(request(headers))
    found.verify(ED25519.public)
    assert (found.created, found.keyid, found.nonce) == (1618884473, "test-key-ed25519", None)
    assert found.base.splitlines()[-1] == f'"@signature-params": {B26_INPUT}'.encode()
    made = sign_with(
        request(REQUEST),
        ED25519,
        found.components,
        {"created": 1618884473, "keyid": "test-key-ed25519"},
        "sig-b26",
    )
    assert made == {name: headers[name] for name in ("signature-input", "signature")}


# RFC 9421 section 2.2: the values of the derived components.
@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("@method", {"method": "get"}, "get"),
        ("@authority", {"authority": "WWW.Example.com"}, "www.example.com"),
        ("@authority", {"authority": "www.example.com:443"}, "www.example.com"),
        ("@authority", {"authority": "www.example.com:8443"}, "www.example.com:8443"),
        ("@authority", {"authority": "a.vn:80", "scheme": "http"}, "a.vn"),
        ("@scheme", {"scheme": "HTTPS"}, "https"),
        ("@path", {"path": "/path"}, "/path"),
        ("@path", {"path": ""}, "/"),
        ("@query", {"query": "queryString"}, "?queryString"),
        ("@query", {"query": ""}, "?"),
        ("@request-target", {"path": "/path", "query": "param=value"}, "/path?param=value"),
        ("@request-target", {"path": "/path", "query": ""}, "/path"),
        (
            "@target-uri",
            {"authority": "www.example.com", "path": "/path", "query": "param=value"},
            "https://www.example.com/path?param=value",
        ),
        ("x-empty", {}, ""),
        ("x-spaced", {}, "a  b"),
        ("x-folded", {}, "one two"),
    ],
)
def test_values_of_components(name: str, given: dict[str, str], value: str) -> None:
    headers = {"x-empty": "", "x-spaced": " \ta  b ", "x-folded": "one \r\n  two"}
    assert component(request(headers, **given), name) == value


class Resolver(HTTPSignatureKeyResolver):
    """Our keys for the other library."""

    def resolve_private_key(self, key_id: str) -> Any:
        key = next(each for each in KEYS.values() if each.public.thumbprint == key_id)
        if key.algorithm is Algorithm.EDDSA:
            own = ed25519.Ed25519PrivateKey.from_private_bytes(key.secret)
            return own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        other = ec.derive_private_key(int.from_bytes(key.secret), ec.SECP256R1())
        return other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def resolve_public_key(self, key_id: str) -> Any:
        private = load_pem_private_key(self.resolve_private_key(key_id), None)
        return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


THEIRS = {
    Algorithm.EDDSA: algorithms.ED25519,
    Algorithm.ES256: algorithms.ECDSA_P256_SHA256,
}
URL = "https://example.com/foo?param=Value&Pet=dog"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_accepts_ours(algorithm: Algorithm) -> None:
    message = signed(KEYS[algorithm], created=int(time.time()))
    verifier = HTTPMessageVerifier(signature_algorithm=THEIRS[algorithm], key_resolver=Resolver())
    found = verifier.verify(SimpleNamespace(method="POST", url=URL, headers=dict(message.headers)))
    assert len(found) == 1


@pytest.mark.parametrize("algorithm", Algorithm)
def test_we_accept_another_library_s(algorithm: Algorithm) -> None:
    key = KEYS[algorithm]
    headers = {"content-type": "application/json", "content-digest": content_digest(BODY)}
    theirs = SimpleNamespace(method="POST", url=URL, headers=dict(headers))
    HTTPMessageSigner(signature_algorithm=THEIRS[algorithm], key_resolver=Resolver()).sign(
        theirs,
        key_id=key.public.thumbprint,
        covered_component_ids=(*COVERED, "@target-uri", "@scheme", "@request-target"),
        nonce='quoted "nonce" \\',
        use_existing_digest=True,
    )
    lower = {name.lower(): value for name, value in theirs.headers.items()}
    found = read_signature(request(lower))
    found.verify(key.public)
    assert found.nonce == 'quoted "nonce" \\'
    require(found)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"authority": "example.org"},
        {"path": "/foo/"},
        {"query": "param=Value"},
        {"headers": {"content-type": "text/plain"}},
        {"headers": {"content-digest": content_digest(b"other")}},
    ],
)
def test_nothing_that_is_covered_may_change(change: dict[str, Any]) -> None:
    message = signed()
    read_signature(message).verify(KEYS[Algorithm.EDDSA].public)
    headers = {**message.headers, **change.pop("headers", {})}
    with pytest.raises(SigningError) as refusal:
        read_signature(request(headers, **change)).verify(KEYS[Algorithm.EDDSA].public)
    assert refusal.value.code == "signing.signature"


def test_parameters_are_signed_too() -> None:
    message = signed()
    told = message.headers["signature-input"]
    for old, new in ((str(NOW), str(NOW + 1)), ("n-1", "n-2"), ('"@method" ', "")):
        headers = {**message.headers, "signature-input": told.replace(old, new)}
        with pytest.raises(SigningError):
            read_signature(request(headers)).verify(KEYS[Algorithm.EDDSA].public)


def test_a_key_of_another_algorithm_is_refused() -> None:
    with pytest.raises(SigningError) as refusal:
        read_signature(signed()).verify(KEYS[Algorithm.ES256].public)
    assert refusal.value.code == "signing.algorithm"


HEADERS = dict(signed().headers)
VALUE = HEADERS["signature"]
MANY = " ".join(f'"x{number}"' for number in range(33))
PLAIN = 'sig=("@method");created=1;keyid="k"'


@pytest.mark.parametrize(
    ("told", "value", "code"),
    [
        ("", "", "signing.signature-absent"),
        (PLAIN, "", "signing.signature-absent"),
        ("", VALUE, "signing.signature-absent"),
        (PLAIN, VALUE.replace("sig", "other"), "signing.signature-absent"),
        ('sig="a"', VALUE, "signing.signature-absent"),
        (PLAIN, "sig=(1)", "signing.signature-absent"),
        (PLAIN, "sig=5", "signing.signature-absent"),
        (f"{PLAIN}, b=()", VALUE, "signing.signature-several"),
        (f"{PLAIN}, {PLAIN}", VALUE, "signing.field-form"),
        (PLAIN, f"{VALUE}, {VALUE}", "signing.field-form"),
        (PLAIN + ";created=2", VALUE, "signing.field-form"),
        (PLAIN + ",", VALUE, "signing.field-form"),
        (PLAIN + " x", VALUE, "signing.field-form"),
        ("sig=(", VALUE, "signing.field-form"),
        ('sig=("a""b")', VALUE, "signing.field-form"),
        ('sig=("a\\n")', VALUE, "signing.field-form"),
        ('sig=("à")', VALUE, "signing.field-form"),
        (PLAIN, "sig=:abc!:", "signing.field-form"),
        (PLAIN, "sig=:abc=d:", "signing.field-form"),
        (PLAIN, "sig=:A:", "signing.field-form"),
        ("x" * 20000, VALUE, "signing.field-too-long"),
        (PLAIN.replace("created=1", 'created="1"'), VALUE, "signing.parameter"),
        (PLAIN.replace("created=1", "created=1.5"), VALUE, "signing.parameter"),
        (PLAIN.replace("created=1", "created=?1"), VALUE, "signing.parameter"),
        (PLAIN.replace('"k"', "k"), VALUE, "signing.parameter"),
        (PLAIN.replace('"k"', ":aaaa:"), VALUE, "signing.parameter"),
        ('sig=("@METHOD")', VALUE, "signing.component-unsupported"),
        ('sig=("@method";req)', VALUE, "signing.component-unsupported"),
        ('sig=("content-type";sf)', VALUE, "signing.component-unsupported"),
        ('sig=("content-type";bs)', VALUE, "signing.component-unsupported"),
        ('sig=("content-type";key="a")', VALUE, "signing.component-unsupported"),
        ('sig=("@query-param";name="a")', VALUE, "signing.component-unsupported"),
        ('sig=("@signature-params")', VALUE, "signing.component-unsupported"),
        ('sig=("@unknown")', VALUE, "signing.component-unsupported"),
        ("sig=(content-type)", VALUE, "signing.component-unsupported"),
        ('sig=("@status")', VALUE, "signing.component-absent"),
        ('sig=("x-absent")', VALUE, "signing.component-absent"),
        ('sig=("")', VALUE, "signing.component-absent"),
        ('sig=("x-lines")', VALUE, "signing.component-value"),
        ('sig=("x-letters")', VALUE, "signing.component-value"),
        ('sig=("x-control")', VALUE, "signing.component-value"),
        ('sig=("@method" "@method")', VALUE, "signing.component-repeated"),
        (f"sig=({MANY})", VALUE, "signing.component-many"),
        ('sig=("@method")', VALUE, "signing.signature"),
        (PLAIN + ';alg="hmac-sha256"', VALUE, "signing.algorithm"),
        (PLAIN + ';alg="none"', VALUE, "signing.algorithm"),
        (PLAIN, "sig=::", "signing.signature"),
        (PLAIN, "sig=:AAAA:", "signing.signature"),
    ],
)
def test_what_is_refused(told: str, value: str, code: str) -> None:
    more = {"x-lines": "a\nb", "x-letters": "đ", "x-control": "a\0b"}
    headers = {**HEADERS, **more, "signature-input": told, "signature": value}
    with pytest.raises(SigningError) as refusal:
        read_signature(request(headers)).verify(KEYS[Algorithm.EDDSA].public)
    assert refusal.value.code == code


def test_one_of_several_signatures_by_its_label() -> None:
    message = signed()
    headers = {
        **message.headers,
        "signature-input": f"{message.headers['signature-input']}, proxy=();created=1",
        "signature": f"proxy=:AAAA:, {message.headers['signature']}",
    }
    found = read_signature(request(headers), "sig")
    found.verify(KEYS[Algorithm.EDDSA].public)
    assert found == read_signature(message)


def test_what_must_be_covered() -> None:
    require(read_signature(signed()))
    for name in MINIMUM:
        less = [each for each in COVERED if each != name]
        with pytest.raises(SigningError) as refusal:
            require(read_signature(signed(components=less)))
        assert refusal.value.params == {"component": name}


def at(created: int | None, expires: int | None = None) -> HttpSignature:
    return HttpSignature("sig", (), created, expires, None, None, None, None, b"", b"")


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (at(NOW), None),
        (at(NOW + 30), None),
        (at(NOW - 330), None),
        (at(NOW, NOW - 30), None),
        (at(NOW + 31), "signing.future"),
        (at(NOW - 331), "signing.expired"),
        (at(NOW, NOW - 31), "signing.expired"),
        (at(None), "signing.parameter"),
    ],
)
def test_times(signature: HttpSignature, code: str | None) -> None:
    if code is None:
        check_times(signature, NOW)
        return
    with pytest.raises(SigningError) as refusal:
        check_times(signature, NOW)
    assert refusal.value.code == code


# RFC 9530 appendix D has this digest of {"hello": "world"}.
RFC_9530 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"


def test_digests() -> None:
    body = b'{"hello": "world"}'
    own, other = sha256(body).digest(), sha512(body).digest()
    assert content_digest(body) == RFC_9530
    long = f"sha-512=:{base64.b64encode(other).decode()}:"
    check_content_digest(RFC_9530, own)
    check_content_digest(f"{long}, {RFC_9530}", own, other)
    check_content_digest(f"{long},{RFC_9530},md5=:AAAA:", own)
    check_content_digest(long, own, other)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (content_digest(b"other"), "signing.digest-differs"),
        ("sha-256=5", "signing.digest-differs"),
        ("sha-256=()", "signing.digest-differs"),
        ("sha-256=:AAAA:", "signing.digest-differs"),
        (f"{RFC_9530}, sha-512=:AAAA:", "signing.digest-differs"),
        ("md5=:AAAA:", "signing.digest-absent"),
        ("", "signing.digest-absent"),
        ("SHA-256=:AAAA:", "signing.field-form"),
        (f"{RFC_9530}, {RFC_9530}", "signing.field-form"),
    ],
)
def test_digests_that_are_refused(header: str, code: str) -> None:
    body = b'{"hello": "world"}'
    with pytest.raises(SigningError) as refusal:
        check_content_digest(header, sha256(body).digest(), sha512(body).digest())
    assert refusal.value.code == code


@settings(max_examples=60)
@given(
    st.sampled_from(list(Algorithm)),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    st.lists(st.sampled_from(COVERED), unique=True),
    st.binary(max_size=100),
)
def test_there_and_back(
    algorithm: Algorithm, nonce: str, components: list[str], body: bytes
) -> None:
    key = KEYS[algorithm]
    headers = {"content-type": "a/b", "content-digest": content_digest(body)}
    made = sign(request(headers), key, keyid="k", created=NOW, nonce=nonce, components=components)
    found = read_signature(request({**headers, **made}))
    found.verify(key.public)
    assert (found.nonce, found.components) == (nonce, tuple(components))
    check_content_digest(headers["content-digest"], sha256(body).digest())
