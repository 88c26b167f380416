# SPDX-License-Identifier: Apache-2.0
"""The standing of an item for programs: as JSON, and as a verification summary that we sign.

The summary has the shape of SLSA 1.2's (verifier, time, resource, policy with its digest,
digests of what was looked at, result, levels) and is a W3C credential secured as JWT, so
that somebody abroad sees the result without the confidential records behind it.
"""

from datetime import timedelta
from typing import Any

import msgspec

from nguon.assurance.model import ItemStanding
from nguon.base.time import rfc3339
from nguon.credentials import jwt
from nguon.credentials.contexts import CREDENTIALS_V2
from nguon.gs1 import digital_link
from nguon.ladder.model import LADDER, Standing
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.store import Store

MEDIA_TYPE = jwt.MEDIA_TYPE
POLICY = "/docs/ladder"
"""Where the rules are described, under the platform's address."""
_SUMMARY, _TYPE = "https://slsa.dev/verification_summary/v1", "VerificationSummary"
_DAYS = timedelta(days=30)
"""How long a summary is to be believed; its result is of the moment that it names."""


def told(found: ItemStanding) -> dict[str, Any]:
    """A standing as JSON members: every claim with rungs, results, numbers, digests of facts."""
    members: dict[str, Any] = msgspec.to_builtins(found)
    members.pop("steps")
    claims = zip(found.claims, members["claims"], strict=True)
    members["claims"] = [{"id": one.claim.id, **each} for one, each in claims]
    members["lowest"] = None if found.lowest is None else found.lowest.claim.id
    return members


def signed(store: Store, found: ItemStanding, base_url: str) -> str:
    """The summary as a JWT by the platform's own key; raises `CustodyLostError`."""
    key, secret = custodian_of(store).platform()
    issuer = naming.did(store, key.party)
    document = {
        "@context": [CREDENTIALS_V2, {"@vocab": f"{_SUMMARY}#", _TYPE: _SUMMARY}],
        "type": ["VerifiableCredential", _TYPE],
        "issuer": issuer,
        "validFrom": rfc3339(found.checked),
        "validUntil": rfc3339(found.checked + _DAYS),
        "credentialSubject": _subject(found, issuer, base_url),
    }
    return jwt.issue(document, secret, f"{issuer}#{key.kid}")


def _subject(found: ItemStanding, issuer: str, base_url: str) -> dict[str, Any]:
    resource = digital_link(found.item)
    weakest = found.lowest
    return {
        "id": resource,
        "type": _TYPE,
        "verifier": {"id": issuer},
        "timeVerified": rfc3339(found.checked),
        "resourceUri": resource,
        "policy": {"uri": f"{base_url}{POLICY}", "digest": {"sha256": found.rules}},
        "inputAttestations": [_input(one, base_url) for one in found.claims],
        "verificationResult": "FAILED" if found.flags else "PASSED",
        "flags": [flag.value for flag in found.flags],
        "verifiedLevels": [] if weakest is None else [_level(weakest)],
        "claims": [
            {
                "id": f"urn:nguon:claim:{one.claim.id}",
                "kind": one.claim.kind.value,
                "satisfied": [each.value for each in LADDER if each in one.satisfied],
                "flags": [flag.value for flag in one.flags],
                "level": one.level,
            }
            for one in found.claims
        ],
        "complete": not found.truncated,
    }


def _input(one: Standing, base_url: str) -> dict[str, Any]:
    """The facts that a claim was judged by, and the entry of the log that they begin with."""
    receipt = one.claim.receipt
    about = (
        f"{base_url}/api/v1/receipts/{receipt}" if receipt else f"urn:nguon:claim:{one.claim.id}"
    )
    return {"uri": about, "digest": {"sha256": one.facts}}


def _level(one: Standing) -> str:
    return f"NGUON_LADDER_{one.level}"
