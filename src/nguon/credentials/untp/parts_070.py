# SPDX-License-Identifier: Apache-2.0
"""The small parts of UNTP 0.7.0 documents, by the members of its schemas."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from nguon.credentials.untp.model import (
    Category,
    Facility,
    Handled,
    Link,
    Named,
    Party,
    Product,
)

_SHA256 = b"\x12\x20"


def known(**given: Any) -> dict[str, Any]:
    """Members that have a value."""
    return {name: value for name, value in given.items() if value not in (None, [], ())}


def named(kind: str, one: Named) -> dict[str, Any]:
    """An address and a name under a type."""
    return {"type": [kind], "id": one.id, "name": one.name}


def scheme(one: Named) -> dict[str, Any]:
    """An identifier scheme."""
    return named("IdentifierScheme", one)


def country(code: str) -> dict[str, Any]:
    """A country by its letters."""
    return {"countryCode": code}


def party(one: Party) -> dict[str, Any]:
    """A party with its number in a register."""
    return {"type": ["Party"], "id": one.id, "name": one.name} | known(
        registeredId=one.registered_id,
        idScheme=None if one.register is None else scheme(one.register),
        registrationCountry=None if one.country is None else country(one.country),
    )


def roles(parties: Sequence[tuple[str, Party]]) -> list[dict[str, Any]]:
    """Parties by what they did."""
    return [{"role": role, "party": party(one)} for role, one in parties]


def category(one: Category) -> dict[str, Any]:
    """A code of a classification."""
    return {
        "code": one.code,
        "name": one.name,
        "schemeId": one.scheme.id,
        "schemeName": one.scheme.name,
    }


def link(one: Link) -> dict[str, Any]:
    """A document elsewhere, with its digest where that is known."""
    digest = None
    if one.sha256 is not None:
        octets = _SHA256 + bytes.fromhex(one.sha256)
        digest = "u" + urlsafe_b64encode(octets).decode().rstrip("=")
    made = {"linkURL": one.url, "linkName": one.name}
    return made | known(mediaType=one.media_type, digestMultibase=digest)


def facility_named(one: Facility) -> dict[str, Any]:
    """A facility as others refer to it."""
    made = {"type": ["Facility"], "id": one.id, "name": one.name}
    return made | known(registeredId=one.registered_id)


def product_named(one: Product) -> dict[str, Any]:
    """A product as others refer to it."""
    made = {"type": ["Product"], "id": one.id, "name": one.name}
    return made | known(batchNumber=one.batch, itemNumber=one.item)


def handled(goods: Sequence[Handled], disposition: str) -> list[dict[str, Any]]:
    """Goods of an event."""
    made = []
    for one in goods:
        product = product_named(one.product) | {"idGranularity": one.product.granularity}
        told = {"product": product, "disposition": disposition}
        if one.quantity is not None:
            value, unit = one.quantity
            told["quantity"] = {"value": value, "unit": unit}
        made.append(told)
    return made
