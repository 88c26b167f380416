# SPDX-License-Identifier: Apache-2.0
"""Other systems' names of a thing, on both databases: whose to say, contested, confirmed, ended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nguon.base.time import HANOI
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry.bridge import queries, service
from nguon.registry.bridge.errors import (
    BridgeConflictError,
    BridgeError,
    BridgeForbiddenError,
    BridgeTableError,
    BridgeUnknownError,
)
from nguon.registry.bridge.model import Claim, Match, Status, System
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.store import registry as rows
from tests.integration.registry.codes import OPERATOR, member, officer

ORGANISATIONS = """code,kind,name_vi,name_en,public_name,commune,tax_code,gln,member_of
htx-nhan,cooperative,Hợp tác xã Nhãn lồng Phố Hiến,Pho Hien Longan,,11977,,8938512345017,
cty-sau,enterprise,Công ty TNHH Sầu riêng Krông Pắc,,,24490,0100233488,,
bo-nn,authority,Bộ Nông nghiệp và Môi trường,,,00004,,,
ho-17,household,Nguyễn Thị Hòa,,,11977,,,htx-nhan
"""
PRODUCTS = """key,name_vi,name_en,maker
8938512345673,Nhãn lồng Hưng Yên,Hung Yen longan,htx-nhan
9521101000016,Nhãn nhà bà Hòa,,ho-17
9521102000015,Sầu riêng,,cty-sau
"""
PLACES = """key,kind,name_vi,holder,national_code,commune
,planting_area,Vùng nhãn Tân Hưng,htx-nhan,VN-HYOR-0017,11977
"""
LONGAN = "01/08938512345673"
LOT = f"{LONGAN}/10/N26-01"
DURIAN = "01/09521102000015/10/S1"


@pytest.fixture
def filled(store: Store) -> Store:
    for register, table in (
        ("organisation", ORGANISATIONS),
        ("place", PLACES),
        ("product", PRODUCTS),
    ):
        report = import_csv(store, register, table)
        assert report.done, report.faults
    return store


@pytest.fixture
def by(filled: Store) -> Callable[[str], Principal]:
    def principal(code: str) -> Principal:
        with filled.reading() as connection:
            return member(rows.organisation_ids(connection, [code])[code])

    return principal


def claim(foreign_id: str, item: str = LOT, **said: Any) -> Claim:
    values = {"system": System.MINISTRY, "source": "truyxuat.gov.vn", **said}
    return Claim(foreign_id=foreign_id, item=item, **values)


def count(store: Store) -> int:
    with store.reading() as connection:
        return len(connection.exec_driver_sql("select id from foreign_identity").all())


def asked(store: Store, who: Principal | None, name: str) -> list[Match]:
    return queries.resolve(store, PUBLIC if who is None else who.audience, name)


Maker = Callable[[str], Principal]


def test_a_unique_code_leads_everybody_to_the_goods(filled: Store, by: Maker) -> None:
    [kept] = service.put(filled, by("htx-nhan"), [claim("VN.MOIT 0001-ab")])
    assert (kept.item, kept.status, kept.public) == (LOT, Status.DECLARED, True)
    [match] = asked(filled, None, "vn.moit0001-AB ")
    assert (match.item, match.owner_vi) == (LOT, "Hợp tác xã Nhãn lồng Phố Hiến")
    assert (match.owner_en, match.holds, match.contested) == ("Pho Hien Longan", True, False)
    assert queries.of_items(filled, PUBLIC, [LOT, DURIAN]) == {LOT: [match]}
    assert asked(filled, None, "something else") == []
    assert asked(filled, None, "  ") == []


FORMS = (
    "(01)08938512345673(10)N26-01",
    "https://any.example/01/08938512345673/10/N26-01",
    "urn:epc:class:lgtin:8938512345.067.N26-01",
)


def test_goods_are_named_in_any_form(filled: Store, by: Maker) -> None:
    claims = [claim(str(number), item) for number, item in enumerate(FORMS)]
    kept = service.put(filled, by("htx-nhan"), claims)
    assert [one.item for one in kept] == [LOT] * len(FORMS)


def test_internal_codes_stay_inside(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    [kept] = service.put(filled, own, [claim("K-7", system=System.INTERNAL, source="sổ kho")])
    assert (kept.public, kept.status) == (False, Status.CONFIRMED)
    assert asked(filled, None, "K-7") == []
    assert asked(filled, by("cty-sau"), "K-7") == []
    assert [m.id for m in asked(filled, own, "k-7")] == [kept.id]
    assert [m.id for m in asked(filled, officer(900), "k-7")] == [kept.id]
    assert [m.id for m in asked(filled, officer(900, "33"), "k-7")] == [kept.id]
    assert asked(filled, officer(900, "66"), "k-7") == []
    assert [m.id for m in asked(filled, OPERATOR, "k-7")] == [kept.id]
    assert [m.id for m in queries.page(filled, own.audience)] == [kept.id]
    assert queries.page(filled, by("cty-sau").audience) == []
    assert queries.page(filled, PUBLIC) == []


def test_a_cooperative_speaks_for_its_members(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    [kept] = service.put(filled, own, [claim("M1", "01/09521101000016/10/A")])
    assert (kept.owner, kept.declarer) == (by("ho-17").organisation, own.organisation)
    assert [m.id for m in queries.page(filled, by("ho-17").audience)] == [kept.id]
    [match] = asked(filled, None, "M1")
    assert "Hòa" not in match.owner_vi


FOREIGN = (
    (DURIAN, "bridge.not-yours"),
    ("01/09521234543213", "bridge.goods-unknown"),
    ("00/095212345432100010", "bridge.goods-unknown"),
    ("vn-area:VN-DLOR-9521", "bridge.goods-unknown"),
    ("nonsense", "bridge.item"),
)


def test_goods_of_others_are_refused(filled: Store, by: Maker) -> None:
    for item, code in FOREIGN:
        with pytest.raises(BridgeTableError) as refused:
            service.put(filled, by("htx-nhan"), [claim("A"), claim("B", item)])
        assert [(f.pointer, f.code) for f in refused.value.faults] == [("/1/item", code)]
    assert count(filled) == 0


def test_numbers_under_the_own_prefix_need_no_register(filled: Store, by: Maker) -> None:
    prefix = "8938512345"
    made = service.put(
        filled,
        by("htx-nhan"),
        [claim("pallet 1", f"00/0{prefix}0000017"), claim("area", "vn-area:VN-HYOR-0017")],
    )
    assert [one.item for one in made] == [f"00/0{prefix}0000017", "vn-area:VN-HYOR-0017"]


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"foreign_id": " "}, "bridge.foreign-id"),
    ({"foreign_id": "x" * 201}, "bridge.foreign-id"),
    ({"foreign_id": "a\x00b"}, "bridge.foreign-id"),
    ({"source": ""}, "bridge.source"),
    ({"system": System.RETAIL, "foreign_id": "8938512345674"}, "bridge.retail"),
    ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "bridge.days"),
)


def test_what_cannot_be_is_refused(filled: Store, by: Maker) -> None:
    for wrong, code in WRONG:
        values = {"foreign_id": "A", **wrong}
        with pytest.raises(BridgeTableError) as refused:
            service.put(filled, by("htx-nhan"), [claim(**values)])
        assert [f.code for f in refused.value.faults] == [code]
    assert count(filled) == 0


def test_a_retail_code_must_be_the_partys_own(filled: Store, by: Maker) -> None:
    retail: dict[str, Any] = {"system": System.RETAIL, "source": "EAN-13"}
    [kept] = service.put(filled, by("htx-nhan"), [claim("8938512345673", **retail)])
    assert kept.public
    with pytest.raises(BridgeTableError) as refused:
        service.put(filled, by("htx-nhan"), [claim("9521102000015", **retail)])
    assert [f.code for f in refused.value.faults] == ["bridge.not-yours"]


def test_sending_twice_keeps_one(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    first = service.put(filled, own, [claim("A"), claim("B"), claim("A")])
    assert first[0] == first[2]
    assert service.put(filled, own, [claim("A"), claim("b ")]) == first[:2]
    assert count(filled) == 2


def test_saying_two_things_of_one_name_is_refused(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    [kept] = service.put(filled, own, [claim("A")])
    for other in (claim("a", LONGAN), claim("A", public=False)):
        with pytest.raises(BridgeTableError) as refused:
            service.put(filled, own, [other])
        assert [f.code for f in refused.value.faults] == ["bridge.said-already"]
    with pytest.raises(BridgeTableError):
        service.put(filled, own, [claim("C"), claim("C", LONGAN)])
    assert count(filled) == 1
    service.end(filled, own, kept.id, "nhãn in lại")
    [again] = service.put(filled, own, [claim("A", LONGAN)])
    assert [(m.id, m.holds) for m in asked(filled, None, "A")] == [
        (again.id, True),
        (kept.id, False),
    ]


def test_a_second_party_is_kept_as_contested(filled: Store, by: Maker) -> None:
    [first] = service.put(filled, by("htx-nhan"), [claim("A")])
    [second] = service.put(filled, by("cty-sau"), [claim("a", DURIAN)])
    assert {(m.id, m.contested) for m in asked(filled, None, "A")} == {
        (first.id, True),
        (second.id, True),
    }
    [listed] = queries.page(filled, by("htx-nhan").audience)
    assert listed.contested
    elsewhere = claim("A", DURIAN, source="other.example", system=System.PLATFORM)
    [third] = service.put(filled, by("cty-sau"), [elsewhere])
    assert {m.id: m.contested for m in asked(filled, None, "A")}[third.id] is False
    service.end(filled, by("cty-sau"), second.id, "nhầm")
    assert {m.id: m.contested for m in asked(filled, None, "A")} == {
        first.id: False,
        second.id: True,
        third.id: False,
    }


def test_the_other_system_confirms_or_refuses(filled: Store, by: Maker) -> None:
    own, office = by("htx-nhan"), by("bo-nn")
    system: dict[str, Any] = {"foreign_owner": office.organisation}
    one, two = service.put(filled, own, [claim("A", **system), claim("B", **system)])
    assert {m.id for m in queries.page(filled, office.audience)} == {one.id, two.id}
    assert service.answer(filled, office, one.id, confirmed=True).status is Status.CONFIRMED
    with pytest.raises(BridgeError, match=r"bridge\.reason"):
        service.answer(filled, office, two.id, confirmed=False)
    refused = service.answer(filled, office, two.id, confirmed=False, reason="không cấp mã này")
    assert refused.status is Status.REFUSED
    assert asked(filled, None, "B") == []
    assert [m.status for m in asked(filled, own, "B")] == [Status.REFUSED]
    with pytest.raises(BridgeConflictError):
        service.answer(filled, office, one.id, confirmed=True)
    with pytest.raises(BridgeForbiddenError):
        service.answer(filled, own, one.id, confirmed=True)
    with pytest.raises(BridgeForbiddenError):
        service.end(filled, office, one.id, "thử")
    assert queries.one(filled, own.audience, one.id).status is Status.CONFIRMED


def test_others_cannot_touch_a_mapping(filled: Store, by: Maker) -> None:
    own, stranger = by("htx-nhan"), by("cty-sau")
    [kept] = service.put(filled, own, [claim("A")])
    with pytest.raises(BridgeUnknownError):
        service.end(filled, stranger, kept.id, "x")
    with pytest.raises(BridgeUnknownError):
        service.answer(filled, stranger, kept.id, confirmed=True)
    with pytest.raises(BridgeUnknownError):
        queries.one(filled, stranger.audience, kept.id)
    with pytest.raises(BridgeUnknownError):
        queries.one(filled, own.audience, "none")
    assert queries.one(filled, own.audience, kept.id).steps == ()
    today = datetime.now(UTC).astimezone(HANOI).date()
    ended = service.end(filled, own, kept.id, "hết vụ", effective=today + timedelta(days=5))
    assert (ended.last_day, ended.holds(today)) == (today + timedelta(days=4), True)
    with pytest.raises(BridgeConflictError, match=r"bridge\.ended-already"):
        service.end(filled, own, kept.id, "again")


def test_days_bound_a_mapping(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    spring: dict[str, Any] = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 6, 30)}
    service.put(filled, own, [claim("A", **spring), claim("A", DAYS_AFTER, **AUTUMN)])
    on = {day: queries.resolve(filled, PUBLIC, "A", on=day)[0] for day in (MAY, JULY)}
    assert (on[MAY].item, on[MAY].holds) == (LOT, True)
    assert (on[JULY].item, on[JULY].holds) == (DAYS_AFTER, True)


DAYS_AFTER = f"{LONGAN}/10/N26-02"
AUTUMN: dict[str, Any] = {"valid_from": date(2025, 7, 1), "valid_to": date(2025, 12, 31)}
MAY, JULY = date(2025, 5, 1), date(2025, 7, 1)


def test_the_operator_speaks_for_anybody_registered(filled: Store, by: Maker) -> None:
    [kept] = service.put(filled, OPERATOR, [claim("A", DURIAN)])
    assert kept.owner == by("cty-sau").organisation
    with pytest.raises(BridgeError, match=r"bridge\.too-many"):
        service.put(filled, OPERATOR, [claim("A")] * 1001)


def test_pages_go_on_before_an_id(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    service.put(filled, own, [claim(f"N{number}") for number in range(5)])
    first = queries.page(filled, own.audience, limit=3)
    rest = queries.page(filled, own.audience, before=first[-1].id, limit=3)
    assert len({m.id for m in (*first, *rest)}) == 5


def test_a_clerk_is_a_reader(filled: Store, by: Maker) -> None:
    own = by("htx-nhan")
    clerk = Principal(own.organisation, "k", KeyKind.MEMBER, Role.CLERK.scopes, strict=False)
    service.put(filled, own, [claim("A", public=False)])
    assert len(queries.page(filled, clerk.audience)) == 1
