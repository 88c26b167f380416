# SPDX-License-Identifier: Apache-2.0
"""A secured credential, verified: whose it is, whether it says what was signed, how it stands.

What is wrong with the text or its signature is refused; what is wrong with its standing
(not yet valid, expired, suspended, revoked, status not known) is a finding, because a reader
may still want to see what it said.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from nguon.credentials import did, integrity, jwt
from nguon.credentials.did import Resolve
from nguon.credentials.errors import CredentialError
from nguon.credentials.model import Credential, check
from nguon.credentials.status import (
    REVOCATION,
    SUSPENSION,
    StatusList,
    read_entry,
    read_list,
)
from nguon.signing.strict_json import read_object

Statuses = Callable[[str], StatusList | None]
"""The verified status list at an address; None where it cannot be had."""


class Standing(StrEnum):
    """What is told of a credential at a moment, the gravest last."""

    GOOD = "good"
    UNKNOWN = "unknown"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_GRAVITY = list(Standing)
_OF_PURPOSE = {REVOCATION: Standing.REVOKED, SUSPENSION: Standing.SUSPENDED}


class Finding(msgspec.Struct, frozen=True):
    """One thing that lowers a credential's standing."""

    standing: Standing
    code: str
    params: dict[str, Any] = {}


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A credential whose signature holds, by the key ``kid`` of its issuer."""

    credential: Credential
    securing: str
    kid: str
    findings: tuple[Finding, ...]

    @property
    def standing(self) -> Standing:
        """The gravest of what was found; `Standing.GOOD` where nothing was."""
        found = [one.standing for one in self.findings]
        return max(found, key=_GRAVITY.index, default=Standing.GOOD)


def verify(
    secured: bytes | str | Mapping[str, Any],
    resolve: Resolve,
    statuses: Statuses,
    moment: datetime,
) -> Verified:
    """A credential as JWT or as JSON with a proof, verified at a moment.

    Raises `CredentialError` or `SigningError`: not a credential, signed by nobody who may
    speak for its issuer, or not what was signed.
    """
    credential, securing, kid = authenticate(secured, resolve)
    findings = _in_time(credential, moment)
    if securing != "jwt" and integrity.expired(credential.document, moment):
        findings.append(Finding(Standing.EXPIRED, "credentials.proof-expired"))
    for status in credential.statuses:
        found = _status(credential, status, statuses, moment)
        if found is not None:
            findings.append(found)
    return Verified(credential=credential, securing=securing, kid=kid, findings=tuple(findings))


def authenticate(
    secured: bytes | str | Mapping[str, Any], resolve: Resolve
) -> tuple[Credential, str, str]:
    """A credential whose issuer signed it, how, and with which key; nothing of its standing.

    Raises as `verify`.
    """
    if isinstance(secured, bytes):
        secured = _text(secured)
    if isinstance(secured, str) and not secured.lstrip().startswith("{"):
        jws, document = jwt.read(secured.strip())
        kid = jwt.kid_of(jws)
        _same(did.subject(kid), jwt.issuer_of(document))
        jws.verify(resolve(kid))
        return check(document), "jwt", kid
    document = read_object(secured.encode(), "") if isinstance(secured, str) else dict(secured)
    credential = check(document)
    if "proof" not in document:
        raise CredentialError("credentials.unsecured")
    methods = integrity.verify_proof(document, resolve)
    mine = [one for one in methods if did.subject(one) == credential.issuer]
    _same(did.subject((mine or methods)[0]), credential.issuer)
    proof = document["proof"]
    first = proof[0] if isinstance(proof, list) else proof
    return credential, str(first["cryptosuite"]), mine[0]


def verified_list(
    secured: bytes | str | Mapping[str, Any], resolve: Resolve, url: str, moment: datetime
) -> StatusList:
    """The status list at an address, its signature verified and in time; raises as `verify`."""
    credential, _, _ = authenticate(secured, resolve)
    if credential.id is not None and credential.id != url:
        raise CredentialError("credentials.status-address", url=url[:200])
    if _in_time(credential, moment):
        raise CredentialError("credentials.status-stale", url=url[:200])
    return read_list(credential)


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise CredentialError("credentials.unsecured") from error


def _same(found: str, issuer: Any) -> None:
    if found != issuer:
        raise CredentialError("credentials.issuer-key", kid=found[:160])


def _in_time(credential: Credential, moment: datetime) -> list[Finding]:
    begin, end = credential.valid_from, credential.valid_until
    if begin is not None and moment < begin:
        return [Finding(Standing.NOT_YET, "credentials.not-yet", {"time": begin})]
    if end is not None and moment > end:
        return [Finding(Standing.EXPIRED, "credentials.expired", {"time": end})]
    return []


def _status(
    credential: Credential, status: Mapping[str, Any], statuses: Statuses, moment: datetime
) -> Finding | None:
    """What the list says at the credential's position (Bitstring Status List, 3.2)."""
    entry = read_entry(status)
    if entry is None:
        return Finding(Standing.UNKNOWN, "credentials.status-type")
    found = statuses(entry.list)
    if found is None:
        return Finding(Standing.UNKNOWN, "credentials.status-missing", {"url": entry.list[:200]})
    if found.issuer != credential.issuer:
        return Finding(Standing.UNKNOWN, "credentials.status-issuer", {"url": entry.list[:200]})
    if entry.purpose not in found.purposes:
        return Finding(
            Standing.UNKNOWN, "credentials.status-purpose", {"found": entry.purpose[:40]}
        )
    if found.valid_until is not None and found.valid_until < moment:
        return Finding(Standing.UNKNOWN, "credentials.status-stale", {"url": entry.list[:200]})
    if not found.bits.get(entry.index):
        return None
    standing = _OF_PURPOSE.get(entry.purpose)
    if standing is None:
        return None
    return Finding(standing, f"credentials.{standing}")
