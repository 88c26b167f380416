# SPDX-License-Identifier: Apache-2.0
"""JSON-LD contexts, known by address and digest and never fetched.

A context can give a type another meaning than the one that was read here. So each type of a
credential must get its meaning from a context that is known (or written out in the document),
and nothing unknown may come after it that could take the meaning away again; terms that a
context protects are protected from contexts written out, too (JSON-LD 1.1, 4.1.11).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nguon.base.errors import Fault
from nguon.credentials.shapes import is_url

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
UNTP_070 = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
GS1_LICENSE = "https://ref.gs1.org/gs1/vc/license-context"
GS1_DECLARATION = "https://ref.gs1.org/gs1/vc/declaration-context"
EPCIS = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
RENDER_METHOD = "https://w3id.org/vc/render-method/v1"


class Context(msgspec.Struct, frozen=True):
    """What is known of a context: the digest of its octets where they never change, its types.

    ``protected``: nobody may redefine its terms. ``open``: it gives every name a meaning
    (``@vocab``).
    """

    types: frozenset[str]
    sha256: str | None = None
    protected: bool = False
    open: bool = False


_VCDM = frozenset(
    [
        "VerifiableCredential",
        "EnvelopedVerifiableCredential",
        "VerifiablePresentation",
        "EnvelopedVerifiablePresentation",
        "JsonSchemaCredential",
        "JsonSchema",
        "BitstringStatusListCredential",
        "BitstringStatusList",
        "BitstringStatusListEntry",
        "DataIntegrityProof",
        "id",
        "type",
        "description",
        "digestMultibase",
        "digestSRI",
        "mediaType",
        "name",
    ]
)
_UNTP = frozenset(
    [
        "DigitalProductPassport",
        "DigitalConformityCredential",
        "DigitalFacilityRecord",
        "DigitalIdentityAnchor",
        "DigitalTraceabilityEvent",
        "RenderTemplate2024",
        "IdentifierScheme",
        "Party",
        "CredentialIssuer",
        "Entity",
        "ConformityTopic",
        "PerformanceMetric",
        "Criterion",
        "Regulation",
        "Standard",
        "Claim",
        "Facility",
        "ConformityScheme",
        "ConformityProfile",
        "Product",
        "ConformityAssessment",
        "ConformityAttestation",
        "LifecycleEvent",
        "MakeEvent",
        "MoveEvent",
        "ModifyEvent",
        "RegisteredIdentity",
    ]
)
_GS1_LICENCES = frozenset(
    [
        "GS1PrefixLicenseCredential",
        "GS18PrefixLicenseCredential",
        "GS1CompanyPrefixLicenseCredential",
        "GS1IdentificationKeyLicenseCredential",
        "GS1DelegatedPrefixLicenseCredential",
        "GS1DelegatedIdentificationKeyLicenseCredential",
    ]
)
_GS1_DECLARATIONS = frozenset(
    [
        "KeyCredential",
        "GS1KeyCredential",
        "GS1DataCredential",
        "GS1DelegationCredential",
        "ProductDataCredential",
        "OrganizationDataCredential",
    ]
)

KNOWN: Mapping[str, Context] = {
    CREDENTIALS_V2: Context(
        _VCDM,
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        protected=True,
    ),
    "https://www.w3.org/ns/credentials/examples/v2": Context(frozenset(), open=True),
    UNTP_070: Context(
        _UNTP,
        "fbd4824e30d3cfc5cba949e1efe19b4c9ebaee056abe7aaf1c6b139a7bf91b0c",
        protected=True,
    ),
    RENDER_METHOD: Context(frozenset({"TemplateRenderMethod"}), protected=True),
    GS1_LICENSE: Context(_GS1_LICENCES),
    GS1_DECLARATION: Context(_GS1_DECLARATIONS),
    "https://ref.gs1.org/gs1/vc/product-context": Context(frozenset()),
    "https://ref.gs1.org/gs1/vc/organization-context": Context(frozenset()),
    EPCIS: Context(
        frozenset(
            {
                "EPCISDocument",
                "ObjectEvent",
                "AggregationEvent",
                "TransactionEvent",
                "TransformationEvent",
                "AssociationEvent",
            }
        ),
        protected=True,
    ),
}
"""Contexts by address; those of GS1 have no digest, because GS1 changes them in place."""


class _Meanings(msgspec.Struct):
    """What is known of terms while contexts are read in their order."""

    protected: set[str] = msgspec.field(default_factory=set)
    types: set[str] = msgspec.field(default_factory=set)
    open: bool = False


def check_contexts(value: Any, types: Iterable[str]) -> list[Fault]:
    """What is wrong with the ``@context`` of a document that has these types."""
    if not isinstance(value, list) or not value or value[0] != CREDENTIALS_V2:
        return [Fault("/@context", "credentials.context-first", {"wanted": CREDENTIALS_V2})]
    meanings, faults = _Meanings(), []
    for place, one in enumerate(value):
        pointer = f"/@context/{place}"
        if isinstance(one, str):
            faults += _named(one, pointer, meanings)
        elif isinstance(one, dict):
            faults += _written_out(one, pointer, meanings)
        else:
            faults.append(Fault(pointer, "credentials.context-form"))
    for name in types:
        if not (name in meanings.types or meanings.open or is_url(name)):
            faults.append(Fault("/type", "credentials.type-unknown", {"type": name[:80]}))
    return faults


def _named(address: str, pointer: str, meanings: _Meanings) -> list[Fault]:
    if not is_url(address):
        return [Fault(pointer, "credentials.url", {"value": address[:80]})]
    known = KNOWN.get(address)
    if known is None:
        # It may give any term that is not protected another meaning.
        meanings.types &= meanings.protected
        meanings.open = False
        return []
    meanings.types |= known.types
    meanings.open = meanings.open or known.open
    if known.protected:
        meanings.protected |= known.types
    return []


def _written_out(terms: dict[str, Any], pointer: str, meanings: _Meanings) -> list[Fault]:
    names = {name for name in terms if not name.startswith("@")}
    taken = sorted(names & meanings.protected)
    if taken:
        return [Fault(pointer, "credentials.context-redefines", {"term": taken[0][:80]})]
    if "@import" in terms:
        return [Fault(pointer, "credentials.context-import")]
    if terms.get("@protected") is True:
        meanings.protected |= names
    meanings.types |= names
    return []


def check_digest(address: str, sha256: str) -> bool:
    """Whether a context of this address may have this digest (hex); unknown ones may not."""
    known = KNOWN.get(address)
    return known is not None and known.sha256 in (None, sha256)
