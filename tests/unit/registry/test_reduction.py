# SPDX-License-Identifier: Apache-2.0
"""Register entries by reader: people appear with their commune only."""

import pytest

from nguon.base.audience import Audience
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry.model import LAND, Organisation, OrganisationKind, Place, PlaceKind, Words
from nguon.registry.reduction import organisation_for, place_for

HOUSEHOLD, COOPERATIVE, REGISTRAR, STRANGER = 1, 2, 3, 4
WHERE_VI, WHERE_EN = "xã Tân Hưng, tỉnh Hưng Yên", "Tan Hung Commune, Hung Yen Province"


def _reader(organisation: int, kind: KeyKind = KeyKind.MEMBER) -> Audience:
    return Principal(organisation, "k", kind, frozenset({Scope.READ}), strict=False).audience


WHOLE = [
    _reader(HOUSEHOLD),
    _reader(COOPERATIVE),
    _reader(REGISTRAR),
    _reader(STRANGER, KeyKind.INSPECTOR),
    _reader(STRANGER, KeyKind.OPERATOR),
]
REDUCED = [PUBLIC, _reader(STRANGER)]


def _organisation(kind: OrganisationKind, tax_code: str | None = "001085123456") -> Organisation:
    return Organisation(
        id=HOUSEHOLD,
        code="ho-01",
        kind=kind,
        name=Words("Hộ ông Đỗ Văn Lạc", "Do Van Lac household"),
        address="Thôn Nội",
        commune="11977",
        tax_code=tax_code,
        gln="9521101001013",
        member_of=COOPERATIVE,
    )


@pytest.mark.parametrize("kind", [OrganisationKind.HOUSEHOLD, OrganisationKind.PERSON])
@pytest.mark.parametrize("audience", REDUCED)
def test_people_are_shown_with_their_commune_only(
    kind: OrganisationKind, audience: Audience
) -> None:
    whole = _organisation(kind)
    reduced = organisation_for(audience, whole)
    assert reduced == Organisation(
        id=HOUSEHOLD,
        code="ho-01",
        kind=kind,
        name=Words(f"Hộ sản xuất, {WHERE_VI}", f"Household producer, {WHERE_EN}"),
        commune="11977",
        gln="9521101001013",
        member_of=COOPERATIVE,
        reduced=True,
    )
    named = organisation_for(audience, whole, cooperative=Words("HTX Tân Hưng", "Tan Hung Coop"))
    assert named.name == Words(
        f"Hộ thành viên HTX Tân Hưng, {WHERE_VI}", f"Member household of Tan Hung Coop, {WHERE_EN}"
    )
    published = organisation_for(audience, whole, public_name="Vườn nhãn bà Nhài")
    assert published.name == Words("Vườn nhãn bà Nhài")
    assert published.tax_code is None
    assert published.address is None


@pytest.mark.parametrize("audience", WHOLE)
def test_those_concerned_see_people_whole(audience: Audience) -> None:
    whole = _organisation(OrganisationKind.HOUSEHOLD)
    assert organisation_for(audience, whole, registrar=REGISTRAR) == whole


@pytest.mark.parametrize("audience", REDUCED)
def test_organisations_are_public_with_enterprise_tax_codes_only(audience: Audience) -> None:
    firm = _organisation(OrganisationKind.ENTERPRISE, "0100233488")
    assert organisation_for(audience, firm) == firm
    odd = organisation_for(audience, _organisation(OrganisationKind.ENTERPRISE))
    assert odd.tax_code is None
    assert odd.name == firm.name


def _place(kind: PlaceKind) -> Place:
    return Place(
        key="414/9521101002010",
        kind=kind,
        name=Words("Vườn ông Lạc"),
        holder=HOUSEHOLD,
        address="Thôn Nội",
        commune="11977",
        latitude=20.641,
        longitude=106.0958,
        national_code="VN-HYOR-9521",
    )


@pytest.mark.parametrize("kind", list(PlaceKind))
@pytest.mark.parametrize("holder", list(OrganisationKind))
@pytest.mark.parametrize("audience", REDUCED)
def test_places_to_the_public(
    kind: PlaceKind, holder: OrganisationKind, audience: Audience
) -> None:
    whole = _place(kind)
    seen = place_for(audience, whole, holder_kind=holder)
    private = holder in {OrganisationKind.HOUSEHOLD, OrganisationKind.PERSON}
    if not private and kind not in LAND:
        assert seen == whole
        return
    assert (seen.latitude, seen.longitude, seen.address) == (None, None, None)
    assert (seen.reduced, seen.commune, seen.national_code) == (True, "11977", "VN-HYOR-9521")
    assert (seen.name == whole.name) is not private
    if private:
        assert seen.name.vi.endswith(WHERE_VI)
        assert seen.name.in_language("en").endswith(WHERE_EN)


@pytest.mark.parametrize("audience", WHOLE)
def test_those_concerned_see_places_whole(audience: Audience) -> None:
    whole = _place(PlaceKind.FARM)
    seen = place_for(
        audience,
        whole,
        holder_kind=OrganisationKind.HOUSEHOLD,
        cooperative=COOPERATIVE,
        registrar=REGISTRAR,
    )
    assert seen == whole


def test_a_public_map_marks_the_commune() -> None:
    assert _place(PlaceKind.FARM).map_point == pytest.approx((20.6, 106.1), abs=0.15)
    assert Place(key="k", kind=PlaceKind.FARM, name=Words("x"), holder=1).map_point is None
