# SPDX-License-Identifier: Apache-2.0
"""DIDs: where documents are, what they give, what they do not."""

import copy

import pytest

from nguon.credentials import did
from nguon.credentials.errors import CredentialError
from nguon.signing.keys import Algorithm, PrivateKey

_KEY = PrivateKey(Algorithm.EDDSA, b"\x05" * 32).public
_DID = "did:web:nguon.example:parties:hop-tac-xa"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("did:web:example.com", "https://example.com/.well-known/did.json"),
        ("did:web:example.com:user:alice", "https://example.com/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        (_DID, "https://nguon.example/parties/hop-tac-xa/did.json"),
    ],
)
def test_a_did_web_is_an_address(name: str, url: str) -> None:
    """The first three are those of the method's specification, 3.2."""
    assert did.web_url(name) == url


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:key:z6Mk",
        "did:web:example.com/evil",
        "did:web:user@example.com",
        "did:web:example.com%2Fevil",
        "did:web:example.com%40evil.example",
        "did:web:example.com:..:secret",
        "did:web:example.com:%2E%2E:secret",
        "did:web:example.com?x",
        "did:web:example.com#k",
        "did:web:[::1]",
    ],
)
def test_what_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(CredentialError) as refused:
        did.web_url(name)
    assert refused.value.code == "credentials.did"


@pytest.mark.parametrize(
    ("base", "code", "made"),
    [
        ("https://nguon.example", "hop-tac-xa", _DID),
        ("http://localhost:8000/", "a", "did:web:localhost%3A8000:parties:a"),
    ],
)
def test_parties_have_a_did(base: str, code: str, made: str) -> None:
    assert did.web_did(base, code) == made
    assert did.web_url(made).endswith(f"/parties/{code}/did.json")


def test_a_document_gives_its_keys_in_both_forms() -> None:
    made = did.document(_DID, [("k1", _KEY)], also_known_as=["https://nguon.example/x"])
    assert did.key_of(made, f"{_DID}#k1") == _KEY
    assert did.key_of(made, f"{_DID}#{_KEY.multikey()}") == _KEY
    assert made["alsoKnownAs"] == ["https://nguon.example/x"]
    assert "d" not in made["verificationMethod"][0]["publicKeyJwk"]


def _refusal(document: dict[str, object], kid: str) -> str:
    with pytest.raises(CredentialError) as refused:
        did.key_of(document, kid)
    return refused.value.code


def test_a_document_gives_no_other_keys() -> None:
    made = did.document(_DID, [("k1", _KEY)])
    assert _refusal(made, f"{_DID}#k2") == "credentials.key-unknown"
    assert _refusal(made, "did:web:other.example#k1") == "credentials.did-document"
    for name, value in (
        ("assertionMethod", []),
        ("assertionMethod", [f"{_DID}#k2"]),
        ("assertionMethod", None),
    ):
        assert _refusal(made | {name: value}, f"{_DID}#k1") == "credentials.key-unknown"


def test_a_key_of_another_controller_is_not_given() -> None:
    made = copy.deepcopy(did.document(_DID, [("k1", _KEY)]))
    made["verificationMethod"][0]["controller"] = "did:web:other.example"
    assert _refusal(made, f"{_DID}#k1") == "credentials.key-unknown"


def test_relative_and_embedded_methods_are_read() -> None:
    method = {"id": "#k1", "type": "Multikey", "controller": _DID}
    method["publicKeyMultibase"] = _KEY.multikey()
    relative = {"id": _DID, "verificationMethod": [method], "assertionMethod": ["#k1"]}
    embedded = {"id": _DID, "assertionMethod": [method]}
    assert did.key_of(relative, f"{_DID}#k1") == did.key_of(embedded, f"{_DID}#k1") == _KEY


def test_a_did_key_is_its_key() -> None:
    resolve = did.resolver(lambda name: None)
    name = did.key_did(_KEY)
    text = name.removeprefix("did:key:")
    assert resolve(f"{name}#{text}") == resolve(name) == _KEY
    for kid in (f"{name}#k1", f"{name}#{text}x", "did:key:z6Mk", "did:key:#"):
        with pytest.raises(CredentialError) as refused:
            resolve(kid)
        assert refused.value.code == "credentials.key-unknown"
