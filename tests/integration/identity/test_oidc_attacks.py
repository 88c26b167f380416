# SPDX-License-Identifier: Apache-2.0
"""A provider that lies, and others who pretend to be one: each is refused by a code of its own."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from nguon.identity.accounts import sealing, steps
from nguon.identity.oidc import config, discovery, flow
from nguon.identity.oidc.errors import ProviderAwayError, ProviderError, ProviderFileError
from nguon.identity.oidc.flow import Answer, Away
from nguon.identity.oidc.model import Identified, Purpose
from nguon.store import Store, open_store
from tests.providers import KEY, Liar, configured, liar, query_of

BASE = "https://nguon.example"
HOLDER = "this browser"


@pytest.fixture
def lying() -> Iterator[Liar]:
    """A provider that says what a test wants."""
    with liar() as found:
        yield found


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, lying: Liar) -> Iterator[Store]:
    """A store whose people may use it, as ``gate`` and as ``twin``."""
    with open_store(sqlite_url) as opened:
        sealing.attach(opened, tmp_path / "accounts.key")
        config.attach(opened, configured(tmp_path, gate=lying.issuer))
        yield opened


def begun(store: Store, lying: Liar, purpose: Purpose = Purpose.LOGIN) -> dict[str, str]:
    """Somebody goes there; gives what was sent along."""
    address = flow.begin(store, BASE, HOLDER, Away("gate", purpose, "", "", "/w"))
    sent = query_of(address)
    lying.nonce = sent["nonce"]
    return sent


def ended(store: Store, sent: dict[str, str], **changed: Any) -> Identified:
    """The browser comes back."""
    answer = Answer(**{"state": sent["state"], "code": "code", **changed})
    return flow.finish(store, BASE, HOLDER, "gate", answer)[1]


def refused(store: Store, sent: dict[str, str], **changed: Any) -> str:
    """Why it is refused."""
    with pytest.raises(ProviderError) as caught:
        ended(store, sent, **changed)
    return caught.value.code


def test_an_honest_answer_is_taken_with_the_verifier(store: Store, lying: Liar) -> None:
    sent = begun(store, lying)
    found = ended(store, sent)
    assert (found.issuer, found.provider) == (lying.issuer, "gate")
    (form,) = lying.forms
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).rstrip(b"=").decode() == sent["code_challenge"]
    assert form["redirect_uri"] == sent["redirect_uri"]
    assert "client_secret" not in form


def test_a_state_is_good_once_and_in_one_browser(store: Store, lying: Liar) -> None:
    sent = begun(store, lying)
    ended(store, sent)
    assert refused(store, sent) == "oidc.state"
    sent = begun(store, lying)
    with pytest.raises(ProviderError) as caught:
        flow.finish(store, BASE, "another", "gate", Answer(sent["state"], "code"))
    assert caught.value.code == "oidc.state"
    assert refused(store, sent) == "oidc.state"
    assert refused(store, {"state": ""}) == "oidc.state"
    assert len(lying.forms) == 1


def test_a_state_is_good_for_a_while(
    store: Store, lying: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = begun(store, lying)
    monkeypatch.setattr(steps, "_now", lambda: int((time.time() + 601) * 1e6))
    assert refused(store, sent) == "oidc.state"


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "another sign-in's nonce": ({"nonce": "other"}, "oidc.nonce"),
    "no nonce": ({"nonce": None}, "oidc.nonce"),
    "another issuer": ({"iss": "https://evil.example"}, "oidc.issuer"),
    "another audience": ({"aud": "other"}, "oidc.audience"),
    "no audience": ({"aud": None}, "oidc.audience"),
    "several audiences and no party": ({"aud": ["nguon", "other"]}, "oidc.audience"),
    "another authorised party": ({"azp": "other"}, "oidc.audience"),
    "expired": ({"exp": 1_000_000_000}, "oidc.expired"),
    "no end": ({"exp": None}, "oidc.expired"),
    "an end in words": ({"exp": "tomorrow"}, "oidc.expired"),
    "no beginning": ({"iat": None}, "oidc.expired"),
    "made long ago": ({"iat": 1_000_000_000}, "oidc.expired"),
    "made tomorrow": ({"iat": 4_000_000_000}, "oidc.early"),
    "not yet": ({"nbf": 4_000_000_000}, "oidc.early"),
    "another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "oidc.access-token"),
    "nobody": ({"sub": None}, "oidc.subject"),
    "a number": ({"sub": 7}, "oidc.subject"),
    "an endless name": ({"sub": "x" * 256}, "oidc.subject"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_that_are_not_for_us(store: Store, lying: Liar, name: str) -> None:
    lying.claims, code = CLAIMS[name]
    assert refused(store, begun(store, lying)) == code


def test_claims_that_are_for_us(store: Store, lying: Liar) -> None:
    half = hashlib.sha256(b"access").digest()[:16]
    lying.claims = {
        "aud": ["nguon", "other"],
        "azp": "nguon",
        "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
    }
    assert ended(store, begun(store, lying)).issuer == lying.issuer


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [msgspec.json.encode(part) for part in ({"alg": "none"}, claims)]
    return ".".join([*(urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts), ""])


def _with_public_key(claims: dict[str, Any]) -> str:
    pem = KEY.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [msgspec.json.encode(part) for part in ({"alg": "HS256", "kid": "one"}, claims)]
    signed = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = urlsafe_b64encode(hmac.digest(pem, signed, "sha256")).rstrip(b"=")
    return f"{signed.decode()}.{mac.decode()}"


def _with_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key(b"very secret and long enough for the library")
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"])


def _with_own_key(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "one", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key, algorithms=["RS256"])


def _with_unknown_key(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": "two"}, claims, key, algorithms=["RS256"])


def _with_other_kind(claims: dict[str, Any]) -> str:
    key = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, key, algorithms=["ES256"])


def _changed(claims: dict[str, Any]) -> str:
    honest = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY, algorithms=["RS256"])
    head, _, signature = honest.split(".")
    body = msgspec.json.encode({**claims, "sub": "admin"})
    return f"{head}.{urlsafe_b64encode(body).rstrip(b'=').decode()}.{signature}"


def _disallowed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS512", "kid": "one"}, claims, KEY, algorithms=["RS512"])


TOKENS: dict[Callable[[dict[str, Any]], str], str] = {
    _unsigned: "oidc.algorithm",
    _with_public_key: "oidc.algorithm",
    _with_secret: "oidc.algorithm",
    _disallowed: "oidc.algorithm",
    _with_own_key: "oidc.signature",
    _changed: "oidc.signature",
    _with_unknown_key: "oidc.key",
    _with_other_kind: "oidc.key",
    lambda _: "": "oidc.token",
    lambda _: "a.b.c": "oidc.token",
    lambda _: "x" * 40_000: "oidc.token",
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("signing", TOKENS)
def test_tokens_that_the_provider_did_not_sign(
    store: Store, lying: Liar, signing: Callable[[dict[str, Any]], str]
) -> None:
    lying.signing = signing
    assert refused(store, begun(store, lying)) == TOKENS[signing]


def test_keys_that_are_none_of_ours_to_use(store: Store, lying: Liar) -> None:
    secret = OctKey.import_key(b"s" * 64).as_dict()
    lying.keys = [{**secret, "kid": "one"}, {"kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB"}]
    assert refused(store, begun(store, lying)) == "oidc.key"
    lying.keys = [{**KEY.as_dict(private=False), "use": "enc"}]
    assert refused(store, begun(store, lying)) == "oidc.key"


def test_invented_key_names_do_not_make_us_ask(store: Store, lying: Liar) -> None:
    lying.signing = _with_unknown_key
    for _ in range(3):
        assert refused(store, begun(store, lying)) == "oidc.key"
    assert lying.asked.count("/keys") == 1
    lying.signing = None
    ended(store, begun(store, lying))
    assert lying.asked.count("/keys") == 1


def test_a_new_key_is_found_after_a_while(
    store: Store, lying: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(store, begun(store, lying))
    new = RSAKey.generate_key(2048, {"kid": "two"})
    lying.keys = [new.as_dict(private=False)]
    lying.signing = lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, new)
    assert refused(store, begun(store, lying)) == "oidc.key"
    monkeypatch.setattr(discovery, "AGAIN", 0.0)
    ended(store, begun(store, lying))


def test_the_account_of_another_in_the_userinfo(store: Store, lying: Liar) -> None:
    lying.userinfo = {"sub": "other", "enterprise_code": "0300000001"}
    assert refused(store, begun(store, lying)) == "oidc.subject"


def test_the_token_says_more_than_the_userinfo(store: Store, lying: Liar) -> None:
    lying.claims = {"enterprise_code": "0309999999"}
    lying.userinfo = {"enterprise_code": "0300000001", "citizen_id": "001099012345"}
    found = ended(store, begun(store, lying))
    assert found.organisation_code == "0309999999"
    assert "001099012345" not in str(found)
    assert len(found.claims["personal"]) == 64


def test_mix_up(store: Store, lying: Liar, tmp_path: Path) -> None:
    with liar() as other:
        config.attach(store, configured(tmp_path, gate=lying.issuer, evil=other.issuer))
        sent = begun(store, lying)
        with pytest.raises(ProviderError) as caught:
            flow.finish(store, BASE, HOLDER, "evil", Answer(sent["state"], "code"))
        assert caught.value.code == "oidc.issuer"
        assert other.forms == []
    assert refused(store, begun(store, lying), issuer="https://evil.example") == "oidc.issuer"
    assert lying.forms == []


def test_an_issuer_that_must_be_named(store: Store, lying: Liar) -> None:
    lying.metadata = {"authorization_response_iss_parameter_supported": True}
    assert refused(store, begun(store, lying)) == "oidc.issuer"
    ended(store, begun(store, lying), issuer=lying.issuer)


def test_whoever_declines_is_not_signed_in(store: Store, lying: Liar) -> None:
    assert refused(store, begun(store, lying), error="access_denied") == "oidc.denied"
    assert refused(store, begun(store, lying), code="") == "oidc.denied"
    assert lying.forms == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": 7},
    ],
)
def test_metadata_that_lead_elsewhere(store: Store, lying: Liar, metadata: dict[str, Any]) -> None:
    lying.metadata = metadata
    with pytest.raises(ProviderError):
        begun(store, lying)


def test_a_provider_that_is_away(store: Store, lying: Liar, tmp_path: Path) -> None:
    config.attach(store, configured(tmp_path, gate="http://localhost:9"))
    with pytest.raises(ProviderAwayError) as caught:
        begun(store, lying)
    assert caught.value.code == "oidc.away"


@pytest.mark.parametrize(
    "wrong",
    [
        'issuer = "http://evil.example"',
        'issuer = "https://user@evil.example"',
        'algorithms = ["none"]',
        'algorithms = ["HS256"]',
        "algorithms = []",
        'scopes = ["profile"]',
        'client_secret_file = "nowhere.txt"',
        'secret = "in the file"',
        'anything = "else"',
        'purposes = ["rule"]',
    ],
)
def test_files_that_are_not_taken(tmp_path: Path, wrong: str) -> None:
    lines = ['issuer = "https://id.example"', 'client_id = "x"', 'name_vi = "X"']
    kept = [line for line in lines if line.split(" ")[0] != wrong.split(" ", maxsplit=1)[0]]
    path = tmp_path / "oidc.toml"
    path.write_text("\n".join(["[gate]", *kept, wrong]), "utf-8")
    with pytest.raises(ProviderFileError):
        config.read(path)


def test_the_secret_is_not_shown(store: Store) -> None:
    provider = config.provider_of(store, "gate")
    assert provider.secret == "very secret"
    assert "very secret" not in repr(provider)
