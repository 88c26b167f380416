# SPDX-License-Identifier: Apache-2.0
"""UNTP documents of others, as far as we use them: which kind, about what, under which scheme."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nguon.credentials.contexts import UNTP_070
from nguon.credentials.errors import CredentialError
from nguon.credentials.model import Credential
from nguon.credentials.untp.model import Kind, Named

_NEEDED = {
    Kind.PASSPORT: ("id", "name", "idGranularity"),
    Kind.CONFORMITY: ("id", "name", "attestationType", "issuedToParty", "referenceScheme"),
    Kind.FACILITY: ("id", "name", "countryOfOperation"),
    Kind.IDENTITY: ("id", "registeredName", "registeredId", "registerType"),
    Kind.EVENT: ("id", "name", "eventDate"),
}


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """What a conformity credential attests; ids are the addresses that it names."""

    id: str
    name: str
    kind: str
    to: Named
    scheme: Named
    profile: Named | None
    authorities: tuple[Named, ...]
    products: tuple[str, ...]
    facilities: tuple[str, ...]
    organisations: tuple[str, ...]
    criteria: tuple[Named, ...]
    conforms: bool | None


def kind_of(credential: Credential) -> Kind:
    """Which document of version 0.7.0 a credential is.

    Raises `CredentialError`: ``credentials.untp-kind`` for another, ``credentials.untp-member``
    where a member is missing that its schema needs.
    """
    kinds = [kind for kind in Kind if kind in credential.types]
    if len(kinds) != 1 or UNTP_070 not in credential.document["@context"]:
        raise CredentialError("credentials.untp-kind", found=" ".join(credential.types)[:120])
    for place, subject in enumerate(credential.subjects):
        for name in _NEEDED[kinds[0]]:
            if name not in subject:
                raise _missing(f"/credentialSubject/{place}/{name}")
    return kinds[0]


def attested(credential: Credential) -> Attested:
    """What a conformity credential attests; raises as `kind_of`."""
    if kind_of(credential) is not Kind.CONFORMITY:
        raise CredentialError("credentials.untp-kind", found=" ".join(credential.types)[:120])
    told = credential.subjects[0]
    assessments = _objects(told.get("conformityAssessment"))
    verdicts = [one["conformance"] for one in assessments if "conformance" in one]
    profile = told.get("referenceProfile")
    return Attested(
        id=str(told["id"]),
        name=str(told["name"]),
        kind=str(told["attestationType"]),
        to=_named(told["issuedToParty"], "issuedToParty"),
        scheme=_named(told["referenceScheme"], "referenceScheme"),
        profile=None if profile is None else _named(profile, "referenceProfile"),
        authorities=tuple(
            _named(one.get("issuingAuthority"), "authorisation/issuingAuthority")
            for one in _objects(told.get("authorisation"))
        ),
        products=_ids(assessments, "assessedProduct", "product"),
        facilities=_ids(assessments, "assessedFacility", "facility"),
        organisations=_ids(assessments, "assessedOrganisation", None),
        criteria=tuple(
            _named(each, "assessmentCriteria")
            for one in assessments
            for each in _objects(one.get("assessmentCriteria"))
        ),
        conforms=all(one is True for one in verdicts) if verdicts else None,
    )


def _objects(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def _ids(assessments: list[Mapping[str, Any]], name: str, inner: str | None) -> tuple[str, ...]:
    def found() -> Iterator[str]:
        for assessment in assessments:
            for one in _objects(assessment.get(name)):
                about = one if inner is None else one.get(inner)
                if isinstance(about, dict) and isinstance(about.get("id"), str):
                    yield about["id"]

    return tuple(dict.fromkeys(found()))


def _named(value: Any, pointer: str) -> Named:
    found = value if isinstance(value, dict) else {}
    number, name = found.get("id"), found.get("name")
    if not isinstance(number, str) or not isinstance(name, str):
        raise _missing(f"/credentialSubject/{pointer}")
    return Named(id=number, name=name)


def _missing(pointer: str) -> CredentialError:
    return CredentialError("credentials.untp-member", pointer=pointer)
