# SPDX-License-Identifier: Apache-2.0
"""UNTP 0.7.0: the subject of each document, by its schema.

A status entry has its index as a number here, as the schema demands, though the schema's own
words and the W3C recommendation say that it is a text; and there can be one entry only.
"""

from collections.abc import Mapping
from typing import Any

from nguon.base.time import rfc3339
from nguon.credentials.contexts import UNTP_070
from nguon.credentials.heading import Heading, members
from nguon.credentials.untp import parts_070 as part
from nguon.credentials.untp.model import (
    Assessment,
    Conformity,
    Deed,
    Facility,
    Happened,
    Identity,
    Kind,
    Product,
)


def headed(heading: Heading, kind: Kind, subject: Any) -> dict[str, Any]:
    """A document with its subject."""
    made = members(heading, [UNTP_070], [])
    made["type"] = [str(kind), "VerifiableCredential"]
    made["issuer"] = {"type": ["CredentialIssuer"], **made["issuer"]}
    if heading.status:
        made["credentialStatus"] = _status(heading.status[0])
    return made | {"credentialSubject": subject}


def passport(one: Product) -> dict[str, Any]:
    """The subject of a product passport."""
    place = one.facility
    return {
        "type": ["Product"],
        "id": one.id,
        "name": one.name,
        "idScheme": part.scheme(one.scheme),
        "idGranularity": one.granularity,
        "productCategory": [part.category(each) for each in one.categories],
        "producedAtFacility": {} if place is None else part.facility_named(place),
        "countryOfProduction": part.country(one.country),
    } | part.known(
        description=one.description,
        batchNumber=one.batch,
        itemNumber=one.item,
        relatedParty=part.roles(one.parties),
        relatedDocument=[part.link(each) for each in one.documents],
        productionDate=None if one.produced is None else one.produced.isoformat(),
    )


def facility(one: Facility) -> dict[str, Any]:
    """The subject of a facility record."""
    where: dict[str, Any] = {"type": ["Location"]}
    if one.point is not None:
        where["geoLocation"] = {"latitude": one.point[0], "longitude": one.point[1]}
    parties = () if one.operator is None else (("operator", one.operator),)
    return {
        "type": ["Facility"],
        "id": one.id,
        "name": one.name,
        "countryOfOperation": part.country(one.country),
        "processCategory": [part.category(each) for each in one.processes],
        "locationInformation": where,
        "address": {
            "streetAddress": one.address.street,
            "postalCode": one.address.postcode,
            "addressLocality": one.address.locality,
            "addressRegion": one.address.region,
            "addressCountry": part.country(one.address.country),
        },
    } | part.known(
        registeredId=one.registered_id,
        idScheme=None if one.register is None else part.scheme(one.register),
        relatedParty=part.roles(parties),
        relatedDocument=[part.link(each) for each in one.documents],
    )


def conformity(one: Conformity) -> dict[str, Any]:
    """The subject of a conformity credential."""
    return {
        "type": ["ConformityAttestation"],
        "id": one.id,
        "name": one.name,
        "assessorLevel": one.assessor_level,
        "assessmentLevel": one.assessment_level,
        "attestationType": one.kind,
        "issuedToParty": part.party(one.to),
        "referenceScheme": part.named("ConformityScheme", one.scheme),
    } | part.known(
        authorisation=[
            {"name": name, "issuingAuthority": part.party(authority)}
            for name, authority in one.authorisations
        ],
        conformityCertificate=None if one.certificate is None else part.link(one.certificate),
        conformityAssessment=[_assessment(each) for each in one.assessments],
    )


def identity(one: Identity) -> dict[str, Any]:
    """The subject of an identity anchor; the scheme under both names that 0.7.0 gave it."""
    return {
        "type": ["RegisteredIdentity"],
        "id": one.did,
        "registeredName": one.name,
        "registeredId": one.registered_id,
        "registeredDate": one.since.isoformat(),
        "schemeId": part.scheme(one.register),
        "idScheme": part.scheme(one.register),
        "registerType": one.kind,
    } | part.known(
        registrar=None if one.registrar is None else part.party(one.registrar),
        registrationScope=list(one.scope),
    )


def events(happened: tuple[Happened, ...]) -> list[dict[str, Any]]:
    """The subjects of a traceability document."""
    return [_event(one) for one in happened]


def _event(one: Happened) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": [str(one.deed), "LifecycleEvent"],
        "id": one.id,
        "name": one.name,
        "eventDate": rfc3339(one.at),
        "activityType": part.category(one.activity),
    }
    made |= part.known(relatedParty=part.roles(one.parties))
    here = part.facility_named(one.facility)
    if one.deed is Deed.MAKE:
        return made | {
            "inputProduct": part.handled(one.inputs, "consumed"),
            "outputProduct": part.handled(one.goods, "new"),
            "madeAtFacility": here,
        }
    if one.deed is Deed.MODIFY:
        goods = part.handled(one.goods, "active")
        return made | {"modifiedProduct": goods, "modifiedAtFacility": here}
    return (
        made
        | {
            "movedProduct": part.handled(one.goods, "inTransit"),
            "fromFacility": here,
            "toFacility": part.facility_named(one.to or one.facility),
        }
        | part.known(consignmentId=one.consignment)
    )


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "type": ["ConformityAssessment"],
        "id": one.id,
        "name": one.name,
        "assessmentCriteria": [part.named("Criterion", each) for each in one.criteria],
        "assessmentDate": one.on.isoformat(),
        "assessedPerformance": [],
        "conformityTopic": [part.named("ConformityTopic", each) for each in one.topics],
    } | part.known(
        assessedProduct=[{"product": part.product_named(each)} for each in one.products],
        assessedFacility=[{"facility": part.facility_named(each)} for each in one.facilities],
        assessedOrganisation=None if one.organisation is None else part.party(one.organisation),
        conformance=one.conforms,
    )


def _status(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "statusListIndex": int(entry["statusListIndex"])}
