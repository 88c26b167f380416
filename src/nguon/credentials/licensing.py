# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Licences as we issue them: company prefixes, single keys, key credentials."""

from typing import Any

import msgspec

from nguon.credentials.contexts import GS1_DECLARATION, GS1_LICENSE, RENDER_METHOD
from nguon.credentials.heading import Heading, members

_SCHEMAS = "https://id.gs1.org/vc/schema/v1"
_PICTURE = (
    (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 360 120'%3E"
        "%3Ctext x='12' y='40'%3E{{name}}%3C/text%3E%3Ctext x='12' y='80'%3E"
        "{{credentialSubject.licenseValue}}%3C/text%3E%3C/svg%3E"
    )
    .replace(" ", "%20")
    .replace("{", "%7B")
    .replace("}", "%7D")
)
"""A drawing that travels with the licence, so that nobody has to fetch one."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who is given a licence: DID, GLN (13 digits) and name."""

    did: str
    gln: str
    name: str


def company_prefix(heading: Heading, holder: Holder, prefix: str, extends: str) -> dict[str, Any]:
    """The licence of a company prefix that rests on the GS1 prefix licence at ``extends``."""
    return _licence(
        heading,
        "GS1CompanyPrefixLicenseCredential",
        "companyprefix",
        _given(holder, prefix, extends),
    )


def one_key(
    heading: Heading, holder: Holder, number: str, kind: str, extends: str
) -> dict[str, Any]:
    """The licence of a single number; ``kind`` is the key's name, such as GTIN or GLN."""
    told = _given(holder, number, extends) | {"identificationKeyType": kind}
    return _licence(heading, "GS1IdentificationKeyLicenseCredential", "idkey", told)


def key(heading: Heading, digital_link: str, extends: str) -> dict[str, Any]:
    """That a product, lot, piece or place under a licence was numbered, and nothing more."""
    made = members(heading, [GS1_DECLARATION], ["KeyCredential"])
    made["description"] = "Says that this GS1 key was given out by the holder of its licence."
    made["credentialSubject"] = {"id": digital_link, "extendsCredential": extends}
    return made | _schema("key")


def _given(holder: Holder, value: str, extends: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": holder.did,
        "organization": {"gs1:partyGLN": holder.gln, "gs1:organizationName": holder.name},
        "extendsCredential": extends,
        "licenseValue": value,
    }
    if value.startswith("0"):
        told["alternativeLicenseValue"] = value.lstrip("0")
    return told


def _licence(heading: Heading, kind: str, schema: str, told: dict[str, Any]) -> dict[str, Any]:
    made = members(heading, [GS1_LICENSE, RENDER_METHOD], [kind])
    made["description"] = "Issued in the shape of GS1 Digital Licenses by the platform it names."
    made["credentialSubject"] = told
    made["renderMethod"] = [
        {
            "type": "TemplateRenderMethod",
            "renderSuite": "svg-mustache",
            "name": "Web",
            "template": {"id": _PICTURE, "mediaType": "image/svg+xml"},
        }
    ]
    return made | _schema(schema)


def _schema(name: str) -> dict[str, Any]:
    return {"credentialSchema": {"id": f"{_SCHEMAS}/{name}", "type": "JsonSchema"}}
