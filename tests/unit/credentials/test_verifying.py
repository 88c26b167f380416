# SPDX-License-Identifier: Apache-2.0
"""The verdict on a credential: good ones hold, every attack that we know of is refused."""

import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from nguon.base.base64url import url_octets, url_text
from nguon.base.errors import NguonError
from nguon.credentials import did, integrity, jwt
from nguon.credentials.contexts import CREDENTIALS_V2
from nguon.credentials.errors import CredentialError, InvalidCredentialError
from nguon.credentials.status import BitstringList, status_entry
from nguon.credentials.verifying import Standing, verified_list, verify
from nguon.signing import jws
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm
from tests.credentials_made import (
    ISSUER,
    KEYS,
    LIST,
    MOMENT,
    OTHER,
    OTHERS_KEY,
    RESOLVE,
    certificate,
    kid,
    list_token,
    signed,
    statuses,
)

_NO_LIST = statuses()


def _code(secured: Any) -> str:
    with pytest.raises((CredentialError, SigningError)) as refused:
        verify(secured, RESOLVE, _NO_LIST, MOMENT)
    return refused.value.code


def _token(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    head, body = (url_text(json.dumps(one).encode()) for one in (header, payload))
    return f"{head}.{body}.{url_text(signature)}"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_good_jwt_holds(algorithm: Algorithm) -> None:
    found = verify(signed(algorithm), RESOLVE, _NO_LIST, MOMENT)
    assert (found.standing, found.securing, found.kid) == (Standing.GOOD, "jwt", kid(algorithm))
    assert found.credential.issuer == ISSUER
    assert found.credential.document == certificate()


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_good_proof_holds_in_text_octets_and_members(algorithm: Algorithm) -> None:
    method = f"{ISSUER}#{KEYS[algorithm].public.multikey()}"
    made = integrity.add_proof(certificate(), KEYS[algorithm], method, MOMENT)
    suite = {Algorithm.EDDSA: "eddsa-jcs-2022", Algorithm.ES256: "ecdsa-jcs-2019"}[algorithm]
    for form in (made, json.dumps(made), json.dumps(made, indent=2).encode()):
        found = verify(form, RESOLVE, _NO_LIST, MOMENT)
        assert (found.standing, found.securing, found.kid) == (Standing.GOOD, suite, method)


def test_a_did_key_carries_its_own_key() -> None:
    key = KEYS[Algorithm.ES256]
    issuer = did.key_did(key.public)
    token = jwt.issue(
        certificate(issuer=issuer, credentialStatus=None),
        key,
        f"{issuer}#{issuer.removeprefix('did:key:')}",
    )
    assert verify(token, RESOLVE, _NO_LIST, MOMENT).standing is Standing.GOOD


def test_alg_none_is_refused() -> None:
    for name in ("none", "None", "NONE", "", None):
        token = _token({"alg": name, "kid": kid(), "typ": "vc+jwt"}, certificate())
        assert _code(token) in {"credentials.algorithm", "signing.jws-form"}
        assert _code(token[:-1] + ".AA") in {"credentials.algorithm", "signing.jws-form"}


def test_hs256_under_the_public_key_is_refused() -> None:
    public = KEYS[Algorithm.EDDSA].public
    for secret in (public.raw, public.multikey().encode(), json.dumps(public.jwk()).encode()):
        token = _token({"alg": "HS256", "kid": kid()}, certificate())
        text = token.rpartition(".")[0]
        mac = hmac.new(secret, text.encode(), sha256).digest()
        assert _code(f"{text}.{url_text(mac)}") == "credentials.algorithm"


def test_the_algorithm_is_that_of_the_key() -> None:
    """An ES256 header over an Ed25519 key, with that key's good signature."""
    head = {"alg": "ES256", "kid": kid(Algorithm.EDDSA), "typ": "vc+jwt"}
    text = _token(head, certificate()).rpartition(".")[0]
    signature = KEYS[Algorithm.EDDSA].sign(text.encode())
    assert _code(f"{text}.{url_text(signature)}") == "signing.algorithm"


def test_the_key_of_another_party_is_refused() -> None:
    payload = json.dumps(certificate()).encode()
    header = {"kid": f"{OTHER}#k1", "typ": "vc+jwt"}
    assert _code(jws.sign(payload, OTHERS_KEY, header)) == "credentials.issuer-key"
    with pytest.raises(CredentialError) as refused:
        jwt.issue(certificate(), OTHERS_KEY, f"{OTHER}#k1")
    assert refused.value.code == "credentials.issuer-key"


def test_another_partys_signature_under_the_issuers_kid_is_refused() -> None:
    payload = json.dumps(certificate()).encode()
    token = jws.sign(payload, OTHERS_KEY, {"kid": kid(), "typ": "vc+jwt"})
    assert _code(token) == "signing.signature"


def test_a_proof_of_another_party_is_refused() -> None:
    method = f"{OTHER}#{OTHERS_KEY.public.multikey()}"
    made = integrity.add_proof(certificate(), OTHERS_KEY, method, MOMENT)
    assert _code(made) == "credentials.issuer-key"


@pytest.mark.parametrize(
    "name", [None, 7, "", "k1", "https://lab.example/key", "did:web:lab.example"]
)
def test_a_kid_must_be_the_address_of_a_key(name: Any) -> None:
    payload = json.dumps(certificate()).encode()
    head = {"typ": "vc+jwt"} if name is None else {"typ": "vc+jwt", "kid": name}
    token = jws.sign(payload, KEYS[Algorithm.EDDSA], head)
    assert _code(token) in {"credentials.kid", "credentials.key-unknown"}


def test_an_unknown_issuer_and_an_unknown_key_are_refused() -> None:
    issuer = "did:web:nobody.example"
    token = jwt.issue(certificate(issuer=issuer), OTHERS_KEY, f"{issuer}#k1")
    assert _code(token) == "credentials.did-unknown"
    token = jwt.issue(certificate(), OTHERS_KEY, f"{ISSUER}#gone")
    assert _code(token) == "credentials.key-unknown"


@pytest.mark.parametrize(
    ("claim", "value", "code"),
    [
        ("iss", OTHER, "credentials.jwt-claim"),
        ("jti", "https://lab.example/certificates/2", "credentials.jwt-claim"),
        ("vc", {}, "credentials.jwt-claim"),
    ],
)
def test_claims_must_agree_with_the_credential(claim: str, value: Any, code: str) -> None:
    payload = json.dumps(certificate() | {claim: value}).encode()
    head = {"kid": kid(), "typ": "vc+jwt"}
    assert _code(jws.sign(payload, KEYS[Algorithm.EDDSA], head)) == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"crit": ["exp"]}, "signing.critical"),
        ({"b64": False}, "signing.critical"),
        ({"typ": "vp+jwt"}, "credentials.jwt-type"),
        ({"typ": "at+jwt"}, "credentials.jwt-type"),
        ({"iss": OTHER}, "credentials.jwt-claim"),
    ],
)
def test_headers_that_mean_something_else_are_refused(more: dict[str, Any], code: str) -> None:
    payload = json.dumps(certificate()).encode()
    head = {"kid": kid(), "typ": "vc+jwt"} | more
    assert _code(jws.sign(payload, KEYS[Algorithm.EDDSA], head)) == code


def test_members_may_not_be_repeated() -> None:
    text = json.dumps(certificate())[:-1] + ',"issuer":"did:web:other.example"}'
    head = {"kid": kid(), "typ": "vc+jwt"}
    assert _code(jws.sign(text.encode(), KEYS[Algorithm.EDDSA], head)) == "signing.json"


def test_any_changed_letter_of_a_jwt_is_seen() -> None:
    token = signed()
    for place in range(0, len(token), 7):
        letter = "A" if token[place] != "A" else "B"
        with pytest.raises(NguonError):
            verify(token[:place] + letter + token[place + 1 :], RESOLVE, _NO_LIST, MOMENT)


@pytest.mark.parametrize(
    "contexts",
    [
        [CREDENTIALS_V2, {"VerifiableCredential": "https://evil.example/#Bad"}],
        [
            CREDENTIALS_V2,
            {"TestReport": "https://lab.example/voc#TestReport"},
            "https://evil.example/c",
        ],
        [CREDENTIALS_V2, "https://evil.example/context"],
        ["https://evil.example/context", CREDENTIALS_V2],
        [CREDENTIALS_V2, {"@import": "https://evil.example/context", "TestReport": "urn:x:T"}],
        [
            CREDENTIALS_V2,
            {"TestReport": "https://lab.example/voc#TestReport", "@protected": True},
            {"TestReport": "https://evil.example/#Other"},
        ],
    ],
)
def test_contexts_that_could_change_a_type_are_refused(contexts: list[Any]) -> None:
    token = jwt.issue(certificate(**{"@context": contexts}), KEYS[Algorithm.EDDSA], kid())
    assert _code(token) == "credentials.invalid"


def test_an_unknown_context_that_can_change_nothing_is_let_be() -> None:
    contexts = [*certificate()["@context"], "https://more.example/context"]
    token = jwt.issue(certificate(**{"@context": contexts}), KEYS[Algorithm.EDDSA], kid())
    assert verify(token, RESOLVE, _NO_LIST, MOMENT).standing is Standing.GOOD


def test_a_context_with_another_digest_is_refused() -> None:
    for digest, refused in (
        ("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734", False),
        ("00" * 32, True),
    ):
        text = "sha256-" + base64.b64encode(bytes.fromhex(digest)).decode()
        resource = {"id": CREDENTIALS_V2, "digestSRI": text}
        token = signed(relatedResource=resource)
        if refused:
            with pytest.raises(InvalidCredentialError) as error:
                verify(token, RESOLVE, _NO_LIST, MOMENT)
            assert error.value.faults[0].code == "credentials.context-digest"
        else:
            assert verify(token, RESOLVE, _NO_LIST, MOMENT).standing is Standing.GOOD


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({"validUntil": "2026-05-31T23:59:59Z"}, Standing.EXPIRED),
        ({"validUntil": "2026-06-01T00:00:00Z"}, Standing.GOOD),
        ({"validFrom": "2026-06-01T00:00:00.001Z"}, Standing.NOT_YET),
        ({"validFrom": "2026-06-01T00:00:00Z"}, Standing.GOOD),
        ({"validFrom": None, "validUntil": None}, Standing.GOOD),
        ({"credentialStatus": None}, Standing.GOOD),
        ({"credentialStatus": {"type": "urn:other:Status"}}, Standing.UNKNOWN),
        ({"credentialStatus": status_entry("https://lab.example/status/2", 1)}, Standing.UNKNOWN),
    ],
)
def test_time_and_status_are_findings(changed: dict[str, Any], standing: Standing) -> None:
    found = verify(signed(**changed), RESOLVE, _NO_LIST, MOMENT)
    assert found.standing is standing
    assert bool(found.findings) is (standing is not Standing.GOOD)


@pytest.mark.parametrize(
    ("purpose", "standing"),
    [
        ("revocation", Standing.REVOKED),
        ("suspension", Standing.SUSPENDED),
    ],
)
def test_a_set_bit_counts_for_its_purpose(purpose: str, standing: Standing) -> None:
    token = signed(credentialStatus=status_entry(LIST, 94_567, purpose))
    found = verify(token, RESOLVE, statuses(94_567, purpose=purpose), MOMENT)
    assert [one.code for one in found.findings] == [f"credentials.{standing}"]
    assert verify(token, RESOLVE, statuses(94_566, purpose=purpose), MOMENT).findings == ()


def test_a_list_of_another_purpose_tells_nothing() -> None:
    found = verify(signed(), RESOLVE, statuses(94_567, purpose="suspension"), MOMENT)
    assert [one.code for one in found.findings] == ["credentials.status-purpose"]


def test_the_gravest_finding_is_the_standing() -> None:
    token = signed(validUntil="2026-02-01T00:00:00Z")
    found = verify(token, RESOLVE, statuses(94_567), MOMENT)
    assert len(found.findings) == 2
    assert found.standing is Standing.REVOKED


@pytest.mark.parametrize("index", ["131072", "999999999999999999", 131072])
def test_an_index_outside_the_list_is_refused(index: Any) -> None:
    status = status_entry(LIST, 0) | {"statusListIndex": index}
    assert _code(signed(credentialStatus=status)) == "credentials.status-index"


@pytest.mark.parametrize("index", ["-1", "", "0x10", "1.0", "٣", 1.0, True, None, "007", "9" * 30])
def test_an_index_that_is_no_number_is_refused(index: Any) -> None:
    status = status_entry(LIST, 0) | {"statusListIndex": index}
    assert _code(signed(credentialStatus=status)) == "credentials.status-entry"


def test_a_list_of_another_issuer_tells_nothing() -> None:
    token = jwt.issue(
        certificate(issuer=OTHER, credentialStatus=status_entry(LIST, 94_567)),
        OTHERS_KEY,
        f"{OTHER}#k1",
    )
    found = verify(token, RESOLVE, statuses(94_567), MOMENT)
    assert [one.code for one in found.findings] == ["credentials.status-issuer"]


def test_a_status_list_is_verified_like_any_credential() -> None:
    token = list_token(BitstringList())
    assert verified_list(token, RESOLVE, LIST, MOMENT).bits.get(0) is False
    for secured, url, moment, code in (
        (token, LIST + "x", MOMENT, "credentials.status-address"),
        (token, LIST, MOMENT + timedelta(days=2), "credentials.status-stale"),
        (signed(id=LIST), LIST, MOMENT, "credentials.status-form"),
    ):
        with pytest.raises(CredentialError) as refused:
            verified_list(secured, RESOLVE, url, moment)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "secured", ["", "{}", "not a token", b"\xff\xfe", "a.b.c", "{", "[]", "null"]
)
def test_what_is_no_credential_is_refused(secured: Any) -> None:
    with pytest.raises(NguonError):
        verify(secured, RESOLVE, _NO_LIST, MOMENT)


def test_an_unsigned_document_is_refused() -> None:
    assert _code(certificate()) == "credentials.unsecured"


def test_an_expired_proof_is_a_finding() -> None:
    key = KEYS[Algorithm.EDDSA]
    method = f"{ISSUER}#{key.public.multikey()}"
    made = integrity.add_proof(certificate(), key, method, MOMENT)
    assert integrity.expired(made, MOMENT) is False
    made["proof"]["expires"] = "2026-05-01T00:00:00Z"
    assert integrity.expired(made, MOMENT) is True
    assert _code(made) == "credentials.signature"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "Ed25519Signature2020"),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("proofPurpose", "authentication"),
        ("previousProof", "urn:uuid:1"),
        ("created", "yesterday"),
        ("verificationMethod", "https://lab.example/key"),
        ("proofValue", "u" + url_text(b"\0" * 64)),
        ("proofValue", "z0OIl"),
        ("proofValue", "z" + "2" * 400),
        ("cryptosuite", "ecdsa-jcs-2019"),
    ],
)
def test_a_proof_of_another_form_is_refused(name: str, value: str) -> None:
    key = KEYS[Algorithm.EDDSA]
    method = f"{ISSUER}#{key.public.multikey()}"
    made = integrity.add_proof(certificate(), key, method, MOMENT)
    made["proof"][name] = value
    with pytest.raises(CredentialError):
        verify(made, RESOLVE, _NO_LIST, MOMENT)


def test_a_token_is_base64url_in_one_spelling() -> None:
    token = signed()
    assert url_octets(token.split(".")[2]) is not None
    assert _code(token + "=") == "signing.jws-form"
