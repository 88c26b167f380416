# SPDX-License-Identifier: Apache-2.0
"""The data model of credentials (W3C VCDM 2.0): a document is checked and becomes a value."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.base64url import url_octets
from nguon.base.errors import Fault
from nguon.credentials.contexts import KNOWN, check_contexts, check_digest
from nguon.credentials.errors import InvalidCredentialError
from nguon.credentials.shapes import is_url, is_words, many, time_of, types_of

_SHA256_MULTIHASH = b"\x12\x20"
_TYPED = {
    "credentialStatus": False,
    "credentialSchema": True,
    "refreshService": False,
    "termsOfUse": False,
    "evidence": False,
    "confidenceMethod": False,
    "renderMethod": False,
    "proof": False,
}
"""Members that must say their type; True where they must have an ``id`` as well."""


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A credential that keeps to the data model. Nothing says that its signature was checked."""

    id: str | None
    types: tuple[str, ...]
    issuer: str
    issuer_name: Any
    valid_from: datetime | None
    valid_until: datetime | None
    subjects: tuple[dict[str, Any], ...]
    statuses: tuple[dict[str, Any], ...]
    document: dict[str, Any]


def check(document: Mapping[str, Any]) -> Credential:
    """The credential in a document; raises `InvalidCredentialError` with every fault.

    Addresses, types, times, languages and contexts are checked (VCDM 2.0, section 4); terms
    beyond the data model are the business of whoever reads them.
    """
    faults: list[Fault] = []
    types = types_of(document.get("type"))
    if types is None or "VerifiableCredential" not in types:
        faults.append(Fault("/type", "credentials.type", {"wanted": "VerifiableCredential"}))
    faults += check_contexts(document.get("@context"), types or ())
    _check_id(document, "", faults)
    _check_words(document, "", faults)
    issuer = _issuer(document.get("issuer"), faults)
    begin, end = _times(document, faults)
    subjects = _subjects(document, faults)
    for name, needs_id in _TYPED.items():
        if name in document:
            _check_typed(document[name], f"/{name}", needs_id, faults)
    if "relatedResource" in document:
        _check_resources(document["relatedResource"], faults)
    if faults:
        raise InvalidCredentialError(faults)
    maker = document["issuer"]
    return Credential(
        id=document.get("id"),
        types=types or (),
        issuer=issuer,
        issuer_name=maker.get("name") if isinstance(maker, dict) else None,
        valid_from=begin,
        valid_until=end,
        subjects=subjects,
        statuses=tuple(many(document.get("credentialStatus", []))),
        document=dict(document),
    )


def _check_id(value: Mapping[str, Any], place: str, faults: list[Fault]) -> None:
    if "id" in value and not is_url(value["id"]):
        faults.append(Fault(f"{place}/id", "credentials.url", {"value": str(value["id"])[:80]}))


def _check_words(value: Mapping[str, Any], place: str, faults: list[Fault]) -> None:
    faults += [
        Fault(f"{place}/{name}", "credentials.words")
        for name in ("name", "description")
        if name in value and not is_words(value[name])
    ]


def _issuer(value: Any, faults: list[Fault]) -> str:
    found = value
    if isinstance(value, dict):
        found = value.get("id")
        _check_words(value, "/issuer", faults)
    if not is_url(found):
        faults.append(Fault("/issuer", "credentials.url", {"value": str(found)[:80]}))
    return str(found)


def _times(
    document: Mapping[str, Any], faults: list[Fault]
) -> tuple[datetime | None, datetime | None]:
    read: dict[str, datetime | None] = {}
    for name in ("validFrom", "validUntil"):
        read[name] = time_of(document.get(name))
        if name in document and read[name] is None:
            shown = str(document[name])[:80]
            faults.append(Fault(f"/{name}", "credentials.time", {"value": shown}))
    begin, end = read["validFrom"], read["validUntil"]
    if begin is not None and end is not None and end < begin:
        faults.append(Fault("/validUntil", "credentials.time-order"))
    return begin, end


def _subjects(document: Mapping[str, Any], faults: list[Fault]) -> tuple[dict[str, Any], ...]:
    found = many(document.get("credentialSubject", []))
    if not found:
        faults.append(Fault("/credentialSubject", "credentials.subject"))
    for place, one in enumerate(found):
        pointer = f"/credentialSubject/{place}"
        if not isinstance(one, dict) or not one:
            faults.append(Fault(pointer, "credentials.subject"))
        else:
            _check_id(one, pointer, faults)
    return tuple(found)


def _check_typed(value: Any, place: str, needs_id: bool, faults: list[Fault]) -> None:
    for one in many(value):
        if not isinstance(one, dict) or types_of(one.get("type")) is None:
            faults.append(Fault(f"{place}/type", "credentials.type-missing"))
            continue
        _check_id(one, place, faults)
        if needs_id and "id" not in one:
            faults.append(Fault(f"{place}/id", "credentials.url", {"value": ""}))


def _check_resources(value: Any, faults: list[Fault]) -> None:
    """Related resources have an address and a digest; a context that is known has ours."""
    seen: set[str] = set()
    for one in many(value):
        address = one.get("id") if isinstance(one, dict) else None
        if not isinstance(address, str) or not is_url(address) or address in seen:
            faults.append(Fault("/relatedResource", "credentials.resource"))
            continue
        seen.add(address)
        digests = [_multibase(one.get("digestMultibase")), _integrity(one.get("digestSRI"))]
        if not ("digestMultibase" in one or "digestSRI" in one):
            faults.append(Fault("/relatedResource", "credentials.resource"))
        elif address in KNOWN and not all(
            check_digest(address, digest) for digest in digests if digest is not None
        ):
            parameters = {"url": address}
            faults.append(Fault("/relatedResource", "credentials.context-digest", parameters))


def _multibase(text: Any) -> str | None:
    """The SHA-256 in hex of a multibase multihash; None where it is another digest."""
    octets = url_octets(text[1:]) if isinstance(text, str) and text[:1] == "u" else None
    if octets is None or not octets.startswith(_SHA256_MULTIHASH):
        return None
    return octets[len(_SHA256_MULTIHASH) :].hex()


def _integrity(text: Any) -> str | None:
    """The SHA-256 in hex of a subresource integrity; None where it is another digest."""
    if not isinstance(text, str) or not text.startswith("sha256-"):
        return None
    try:
        return b64decode(text[len("sha256-") :], validate=True).hex()
    except (Error, ValueError):
        return ""
