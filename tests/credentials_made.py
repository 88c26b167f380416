# SPDX-License-Identifier: Apache-2.0
"""Credentials for tests: an issuer with both kinds of keys, its list, and a plain certificate."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nguon.credentials import did, jwt
from nguon.credentials.contexts import CREDENTIALS_V2
from nguon.credentials.status import (
    BitstringList,
    StatusList,
    status_credential,
    status_entry,
)
from nguon.credentials.verifying import verified_list
from nguon.signing.keys import Algorithm, PrivateKey

ISSUER = "did:web:lab.example"
OTHER = "did:web:other.example"
LIST = "https://lab.example/status/1"
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = {
    Algorithm.EDDSA: PrivateKey(Algorithm.EDDSA, b"\x07" * 32),
    Algorithm.ES256: PrivateKey(Algorithm.ES256, b"\x09" * 32),
}
OTHERS_KEY = PrivateKey(Algorithm.EDDSA, b"\x0b" * 32)
DOCUMENTS = {
    ISSUER: did.document(ISSUER, [(str(name), key.public) for name, key in KEYS.items()]),
    OTHER: did.document(OTHER, [("k1", OTHERS_KEY.public)]),
}
RESOLVE = did.resolver(DOCUMENTS.get)


def kid(algorithm: Algorithm = Algorithm.EDDSA) -> str:
    """The DID URL of the issuer's key."""
    return f"{ISSUER}#{algorithm}"


def certificate(**changed: Any) -> dict[str, Any]:
    """A certificate of a laboratory with a place in its status list; None takes members away."""
    made: dict[str, Any] = {
        "@context": [
            CREDENTIALS_V2,
            {"TestReport": "https://lab.example/voc#TestReport", "@protected": True},
        ],
        "id": "https://lab.example/certificates/1",
        "type": ["VerifiableCredential", "TestReport"],
        "issuer": {"id": ISSUER, "name": "Phòng thử nghiệm"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00+07:00",
        "credentialStatus": status_entry(LIST, 94_567),
        "credentialSubject": {"id": "https://id.gs1.org/01/08938500001017/10/A1", "mg": 0.01},
    }
    made |= changed
    return {name: value for name, value in made.items() if value is not None}


def signed(algorithm: Algorithm = Algorithm.EDDSA, **changed: Any) -> str:
    """A certificate as JWT."""
    return jwt.issue(certificate(**changed), KEYS[algorithm], kid(algorithm))


def list_token(bits: BitstringList, purpose: str = "revocation", url: str = LIST) -> str:
    """A status list as JWT."""
    end = MOMENT + timedelta(days=1)
    told = status_credential(url, ISSUER, purpose, bits, MOMENT - timedelta(days=1), end)
    return jwt.issue(told, KEYS[Algorithm.EDDSA], kid())


def statuses(*indexes: int, purpose: str = "revocation") -> Any:
    """Status lists with these positions set, as a verifier has them."""
    bits = BitstringList()
    for index in indexes:
        bits.set(index)
    token = list_token(bits, purpose)

    def found(url: str) -> StatusList | None:
        return verified_list(token, RESOLVE, url, MOMENT) if url == LIST else None

    return found
