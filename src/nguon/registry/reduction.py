# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of a register entry: people are shown with their commune only.

Organisations are public with legal name, address and enterprise tax code.
Households and persons are public under the name that they or their cooperative
publish, else as "a household" of their commune; never with address, tax code
(it is a personal number) or a position. Land is public to its commune,
whoever holds it. Owner, cooperative, registrar, inspector and operator see all.
"""

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.identity.visibility import is_self
from nguon.registry.model import LAND, PRIVATE_KINDS, Organisation, OrganisationKind, Place, Words
from nguon.vn.tax import TaxCodeKind, parse_tax_code
from nguon.vn.units import Commune


def organisation_for(
    audience: Audience,
    whole: Organisation,
    *,
    public_name: str | None = None,
    cooperative: Words | None = None,
    registrar: int | None = None,
) -> Organisation:
    """An organisation as its reader may see it."""
    if any(is_self(audience, one) for one in (whole.id, whole.member_of, registrar)):
        return whole
    if whole.kind not in PRIVATE_KINDS:
        return msgspec.structs.replace(whole, tax_code=_public_tax_code(whole.tax_code))
    named = Words(public_name) if public_name else _household(whole.unit, cooperative)
    return msgspec.structs.replace(whole, name=named, address=None, tax_code=None, reduced=True)


def place_for(
    audience: Audience,
    whole: Place,
    *,
    holder_kind: OrganisationKind,
    cooperative: int | None = None,
    registrar: int | None = None,
) -> Place:
    """A place as its reader may see it."""
    if any(is_self(audience, one) for one in (whole.holder, cooperative, registrar)):
        return whole
    private = holder_kind in PRIVATE_KINDS
    if not private and whole.kind not in LAND:
        return whole
    name = _by_commune(f"registry.place-{whole.kind}", whole.unit) if private else whole.name
    return msgspec.structs.replace(
        whole, name=name, address=None, latitude=None, longitude=None, reduced=True
    )


def _public_tax_code(tax_code: str | None) -> str | None:
    if tax_code is None or parse_tax_code(tax_code).kind is TaxCodeKind.PERSON:
        return None
    return tax_code


def _household(unit: Commune | None, cooperative: Words | None) -> Words:
    if cooperative is None:
        return _by_commune("registry.household", unit)
    code = "registry.household-of"
    vi = text(code, "vi", cooperative=cooperative.vi) + _where(unit, "vi")
    en = text(code, "en", cooperative=cooperative.in_language("en")) + _where(unit, "en")
    return Words(vi, en)


def _by_commune(code: str, unit: Commune | None) -> Words:
    return Words(text(code, "vi") + _where(unit, "vi"), text(code, "en") + _where(unit, "en"))


def _where(unit: Commune | None, language: Language) -> str:
    return "" if unit is None else f", {unit.label(language)}"
