# SPDX-License-Identifier: Apache-2.0
"""What a reader sees of a register entry, by the policy (`nguon.identity.policy`).

One table a register says for each field of what kind it is, for firms, for
people and for their land; a field without a line fails at import, so nothing
becomes public by being forgotten. Where a kind is reduced, people stand under
the name that they or their cooperative publish, else as "a household" of their
commune.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from nguon.base.audience import Audience, AudienceKind
from nguon.base.messages import Language, text
from nguon.identity.policy import Shown, relation, shown
from nguon.registry.model import (
    LAND,
    PRIVATE_KINDS,
    Certificate,
    Organisation,
    OrganisationKind,
    Place,
    Words,
)
from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import parse_tax_code
from nguon.vn.units import Commune

_EntryT = TypeVar("_EntryT", bound=msgspec.Struct)
Kinds = Mapping[str, str | None]
"""The kind of each field; none where it only says what entry it is."""


def _kinds(entry: type[msgspec.Struct], **kinds: str | None) -> Kinds:
    fields = set(entry.__struct_fields__)
    if fields != kinds.keys():
        raise TypeError(f"{entry.__name__}: who sees {sorted(fields ^ kinds.keys())} is undecided")
    return kinds


FIRM = _kinds(
    Organisation,
    **dict.fromkeys(("id", "code", "kind", "member_of", "reduced")),
    **dict.fromkeys(("ministry", "joined"), "standing"),
    **dict.fromkeys(("phone", "email"), "contact"),
    **dict.fromkeys(("tax_code", "gln"), "party-number"),
    name="party-name",
    address="party-address",
    commune="commune",
    representative="person",
)
PEOPLE = {
    **FIRM,
    **dict.fromkeys(("phone", "email"), "household-contact"),
    "name": "household-name",
    "address": "household-address",
    "tax_code": "personal-number",
}
SITE = _kinds(
    Place,
    **dict.fromkeys(("key", "kind", "holder", "parent", "extension", "reduced")),
    **dict.fromkeys(("latitude", "longitude"), "facility-position"),
    **dict.fromkeys(("capacity", "capacity_unit"), "quantity"),
    name="place-name",
    address="party-address",
    commune="commune",
    national_code="national-code",
    crop="product",
    area_ha="plot-size",
)
FIELD = {**SITE, **dict.fromkeys(("latitude", "longitude", "address"), "exact-position")}
HOME = {
    **SITE,
    **dict.fromkeys(("latitude", "longitude"), "home-position"),
    "name": "household-name",
    "address": "household-address",
}
PAPER = _kinds(
    Certificate,
    **dict.fromkeys(("scheme", "organisation", "place", "product", "issuer_body"), None),
    **dict.fromkeys(("number", "issuer", "title", "valid_from", "valid_to"), "certificate"),
    **dict.fromkeys(("url", "markets", "crop", "scope"), "certificate"),
    **dict.fromkeys(("quantity", "unit"), "quantity"),
)


class Seen(NamedTuple):
    """A reader's nearness to an entry, and the kinds of its fields."""

    near: AudienceKind
    kinds: Kinds

    def tells(self, entry: msgspec.Struct) -> bool:
        """Whether somebody else than the owner is told what the public may not see."""
        if self.near in (AudienceKind.PUBLIC, AudienceKind.OWNER):
            return False
        return any(
            kind is not None
            and getattr(entry, name) not in (None, ())
            and shown(AudienceKind.PUBLIC, kind) < shown(self.near, kind)
            for name, kind in self.kinds.items()
        )

    def of(self, entry: _EntryT, reducers: Mapping[str, Callable[[], Any]]) -> _EntryT:
        """What is left of an entry; ``reducers`` make what a reduced field shows."""
        changes: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            level = Shown.FULL if kind is None else shown(self.near, kind)
            if level is Shown.HIDDEN:
                changes[name] = () if isinstance(getattr(entry, name), tuple) else None
            elif level is Shown.REDUCED:
                changes[name] = reducers[name]()
        return msgspec.structs.replace(entry, **changes) if changes else entry


def seen_organisation(
    audience: Audience, whole: Organisation, registrar: int | None = None, *, partner: bool = False
) -> Seen:
    """How near a reader is to an organisation, its cooperative and registrar being owners too."""
    owners = (whole.id, whole.member_of, registrar)
    near = relation(audience, owners, partner=partner, province=_province(whole.unit))
    kinds = PEOPLE if whole.kind in PRIVATE_KINDS else FIRM
    if not _is_enterprise_number(whole.tax_code):
        kinds = {**kinds, "tax_code": "personal-number"}
    return Seen(near, kinds)


def organisation_for(
    audience: Audience,
    whole: Organisation,
    *,
    public_name: str | None = None,
    cooperative: Words | None = None,
    registrar: int | None = None,
    partner: bool = False,
) -> Organisation:
    """An organisation as its reader may see it; ``partner``: of an event seen in full."""

    def name() -> Words:
        return Words(public_name) if public_name else _household(whole.unit, cooperative)

    seen = seen_organisation(audience, whole, registrar, partner=partner)
    left = seen.of(whole, {"name": name})
    private = whole.kind in PRIVATE_KINDS
    return _marked(left, seen.near, private, ("household-name", "household-address"))


def seen_place(
    audience: Audience,
    whole: Place,
    holder_kind: OrganisationKind,
    owners: Iterable[int | None] = (),
    *,
    partner: bool = False,
) -> Seen:
    """How near a reader is to a place; its holder, and whoever is given, are its owners."""
    near = relation(
        audience, (whole.holder, *owners), partner=partner, province=_province(whole.unit)
    )
    land = FIELD if whole.kind in LAND else SITE
    return Seen(near, HOME if holder_kind in PRIVATE_KINDS else land)


def place_for(
    audience: Audience,
    whole: Place,
    *,
    holder_kind: OrganisationKind,
    cooperative: int | None = None,
    registrar: int | None = None,
    partner: bool = False,
) -> Place:
    """A place as its reader may see it."""

    def name() -> Words:
        return _by_commune(f"registry.place-{whole.kind}", whole.unit)

    seen = seen_place(audience, whole, holder_kind, (cooperative, registrar), partner=partner)
    left = seen.of(whole, {"name": name})
    guarded = holder_kind in PRIVATE_KINDS or whole.kind in LAND
    return _marked(left, seen.near, guarded, ("home-position", "exact-position"))


def seen_certificate(
    audience: Audience, whole: Certificate, owners: Iterable[int | None] = ()
) -> Seen:
    """How near a reader is to a paper: its holder, issuer and whoever is given are its owners."""
    return Seen(relation(audience, (whole.organisation, whole.issuer_body, *owners)), PAPER)


def certificate_for(
    audience: Audience, whole: Certificate, *, registrar: int | None = None
) -> Certificate:
    """A certificate as its reader may see it: public but for the quantity that it covers."""
    return seen_certificate(audience, whole, (registrar,)).of(whole, {})


def _marked(left: _EntryT, near: AudienceKind, guarded: bool, kinds: Iterable[str]) -> _EntryT:
    """The entry, marked as reduced where it is people's or land and not all is told."""
    if not guarded or all(shown(near, kind) is Shown.FULL for kind in kinds):
        return left
    return msgspec.structs.replace(left, reduced=True)


def _province(unit: Commune | None) -> str | None:
    return None if unit is None else unit.province.code


def _is_enterprise_number(tax_code: str | None) -> bool:
    try:
        return tax_code is None or parse_tax_code(tax_code).public
    except NationalCodeError:
        return False


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
