# SPDX-License-Identifier: Apache-2.0
"""Proofs inside a document (W3C Data Integrity): eddsa-jcs-2022 and ecdsa-jcs-2019.

What is signed is SHA-256 of the proof's options and SHA-256 of the document without its
proof, both as canonical JSON (RFC 8785); no JSON-LD is processed and nothing is fetched.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from nguon.base.canonical_json import NotCanonicalError, canonical
from nguon.base.time import rfc3339
from nguon.credentials.did import Resolve
from nguon.credentials.errors import CredentialError
from nguon.credentials.shapes import time_of
from nguon.signing import base58
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, PrivateKey

_SUITES = {"eddsa-jcs-2022": Algorithm.EDDSA, "ecdsa-jcs-2019": Algorithm.ES256}
_SUITE_OF = {algorithm: suite for suite, algorithm in _SUITES.items()}
MOST_PROOFS = 8


def add_proof(
    document: Mapping[str, Any],
    key: PrivateKey,
    method: str,
    created: datetime,
    purpose: str = "assertionMethod",
) -> dict[str, Any]:
    """The document with a proof by a key, whose DID URL is ``method``.

    Raises `CredentialError` where the document has a proof, or no canonical form.
    """
    if "proof" in document:
        raise CredentialError("credentials.proof-there")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE_OF[key.algorithm],
        "created": rfc3339(created),
        "verificationMethod": method,
        "proofPurpose": purpose,
        "@context": document.get("@context"),
    }
    signature = key.sign(_signed(document, options))
    return {**document, "proof": {**options, "proofValue": "z" + base58.encode(signature)}}


def verify_proof(
    document: Mapping[str, Any], resolve: Resolve, purpose: str = "assertionMethod"
) -> tuple[str, ...]:
    """The DID URLs of the keys that proved a document; all its proofs must hold.

    Raises `CredentialError` (``credentials.proof-…``, ``credentials.signature``) where one
    does not, is of another suite or purpose, or was made over other contexts.
    """
    proofs = document.get("proof")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if not 0 < len(proofs) <= MOST_PROOFS:
        raise CredentialError("credentials.proof-form", part="proof")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return tuple(_verified(proof, unsecured, resolve, purpose) for proof in proofs)


def expired(document: Mapping[str, Any], moment: datetime) -> bool:
    """Whether one of a document's proofs says that it no longer counts at a moment."""
    proofs = document.get("proof", [])
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        end = time_of(proof.get("expires"))
        if "expires" in proof and (end is None or end <= moment):
            return True
    return False


def _verified(proof: Any, unsecured: dict[str, Any], resolve: Resolve, purpose: str) -> str:
    algorithm, method, signature = _read(proof, purpose)
    if "@context" in proof and proof["@context"] != unsecured.get("@context"):
        # The suites let a reader go on with the signed contexts alone; we take nothing of a
        # document whose contexts somebody changed.
        raise CredentialError("credentials.context-changed")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    key = resolve(method)
    if key.algorithm is not algorithm:
        raise CredentialError("credentials.algorithm", found=str(proof["cryptosuite"])[:40])
    if not key.verify(_signed(unsecured, options), signature):
        raise CredentialError("credentials.signature")
    return method


def _read(proof: Any, purpose: str) -> tuple[Algorithm, str, bytes]:
    """Suite, method and signature of a proof (Data Integrity, 2.1)."""
    if not isinstance(proof, dict) or proof.get("type") != "DataIntegrityProof":
        raise CredentialError("credentials.proof-form", part="type")
    algorithm = _SUITES.get(str(proof.get("cryptosuite")))
    if algorithm is None:
        raise CredentialError("credentials.algorithm", found=str(proof.get("cryptosuite"))[:40])
    if proof.get("proofPurpose") != purpose:
        raise CredentialError(
            "credentials.proof-purpose", found=str(proof.get("proofPurpose"))[:40]
        )
    if "previousProof" in proof:
        raise CredentialError("credentials.proof-form", part="previousProof")
    if "created" in proof and time_of(proof["created"]) is None:
        raise CredentialError("credentials.proof-form", part="created")
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(method, str) or not method.startswith("did:"):
        raise CredentialError("credentials.kid", found=str(method)[:160])
    return algorithm, method, _signature(value)


def _signature(value: Any) -> bytes:
    try:
        octets = base58.decode(value[1:]) if isinstance(value, str) and value[:1] == "z" else b""
    except SigningError:
        octets = b""
    if len(octets) != 64:
        raise CredentialError("credentials.proof-form", part="proofValue")
    return octets


def _signed(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    try:
        return (
            sha256(canonical(dict(options))).digest() + sha256(canonical(dict(document))).digest()
        )
    except NotCanonicalError as error:
        raise CredentialError("credentials.not-canonical") from error
