# SPDX-License-Identifier: Apache-2.0
"""Entries are found by the beginnings of their words, and only by what a reader may know."""

import pytest

from nguon.base.audience import Audience
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry import indexing, search
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import search as words

ORGANISATIONS = """code,kind,name_vi,name_en,public_name,commune,tax_code,gln,member_of
htx-nhan,cooperative,Hợp tác xã Nhãn lồng Phố Hiến,Pho Hien Longan,,11977,,8938512345017,
cty-sau,enterprise,Công ty TNHH Sầu riêng Krông Pắc,,,24490,0100233488,,
ho-17,household,Nguyễn Thị Hòa,,,11977,,,htx-nhan
ho-18,household,Trần Văn Bình,,Vườn ông Bình,11977,,,htx-nhan
"""
PLACES = """key,kind,name_vi,holder,national_code,commune
,planting_area,Vùng nhãn Tân Hưng,htx-nhan,VN-HYOR-0017,11977
414/8938512345024,farm,Vườn nhà bà Hoà,ho-17,,11977
"""
PRODUCTS = """key,name_vi,name_en,maker,brand
8938512345673,Nhãn lồng Hưng Yên,Hung Yen longan,htx-nhan,Phố Hiến
"""
CERTIFICATES = """scheme,number,issuer,organisation
VietGAP,VG-2026-0412,Trung tâm Chứng nhận,htx-nhan
"""


@pytest.fixture
def filled(store: Store) -> Store:
    for register, table in (
        ("organisation", ORGANISATIONS),
        ("place", PLACES),
        ("product", PRODUCTS),
        ("certificate", CERTIFICATES),
    ):
        report = import_csv(store, register, table)
        assert report.done, report.faults
    return store


def _number(store: Store, code: str) -> int:
    with store.reading() as connection:
        return rows.organisation_ids(connection, [code])[code]


def _reader(organisation: int, kind: KeyKind = KeyKind.MEMBER) -> Audience:
    scopes = frozenset({Scope.READ})
    return Principal(organisation, "k", kind, scopes, strict=False).audience


def _keys(store: Store, audience: Audience, text: str, *kinds: Register) -> list[str]:
    return [hit.key for hit in search.find(store, audience, text, kinds)]


FOUND: list[tuple[str, list[str]]] = [
    ("dak lak", ["cty-sau"]),
    ("Đắk Lắk", ["cty-sau"]),
    ("DAK LA", ["cty-sau"]),
    ("sau rieng krong", ["cty-sau"]),
    ("cong ty sầu", ["cty-sau"]),
    ("nhãn lồng pho hien", ["htx-nhan", "01/08938512345673"]),
    ("longan", ["htx-nhan", "01/08938512345673"]),
    ("0100233488", ["cty-sau"]),
    ("8938512345017", ["htx-nhan"]),
    ("8938512345673", ["01/08938512345673"]),
    ("08938512345673", ["01/08938512345673"]),
    ("89385123456", ["01/08938512345673"]),
    ("VN-HYOR-0017", ["vn-area:VN-HYOR-0017"]),
    ("vnhyor0017", ["vn-area:VN-HYOR-0017"]),
    ("HYOR 0017", ["vn-area:VN-HYOR-0017"]),
    ("vg 2026 0412", ["vietgap/VG-2026-0412"]),
    ("vietgap", ["vietgap/VG-2026-0412"]),
    ("vườn ông bình", ["ho-18"]),
    ("ho-18", ["ho-18"]),
    ("khongco", []),
    ("nhan khongco", []),
    ("", []),
    ("%", []),
    ("xq_z", []),
]


def test_the_public_finds(filled: Store) -> None:
    for text, keys in FOUND:
        assert _keys(filled, PUBLIC, text) == keys, text


def test_kinds_and_limit(filled: Store) -> None:
    assert _keys(filled, PUBLIC, "nhan", Register.PRODUCT) == ["01/08938512345673"]
    assert len(search.find(filled, PUBLIC, "nhan", limit=1)) == 1


HIDDEN = ("Nguyễn Thị Hòa", "nguyen thi hoa", "hoà", "nguy", "Trần Văn Bình", "vuon nha ba hoa")


def test_a_household_is_not_found_by_its_name(filled: Store) -> None:
    other, cooperative = _number(filled, "cty-sau"), _number(filled, "htx-nhan")
    for text in HIDDEN:
        assert _keys(filled, PUBLIC, text) == []
        assert _keys(filled, _reader(other), text) == []
        assert _keys(filled, _reader(cooperative), text) != []
        assert _keys(filled, _reader(other, KeyKind.OPERATOR), text) != []
    with filled.reading() as connection:
        for word in ("nguyen", "tran"):
            assert words.numbers(connection, [words.EVERYBODY, other], word, 10) == []


def test_owner_finds_both_tone_styles(filled: Store) -> None:
    cooperative = _reader(_number(filled, "htx-nhan"))
    for text in ("hoà", "hòa", "HOA"):
        assert _keys(filled, cooperative, text) == ["ho-17", "414/8938512345024"]
    assert _keys(filled, _reader(_number(filled, "ho-17")), "hoa") == ["ho-17", "414/8938512345024"]


def test_words_follow_the_registers(filled: Store) -> None:
    table = "code,kind,name_vi\ncty-sau,enterprise,Công ty Cà phê Ea Tu\n"
    assert import_csv(filled, "organisation", table).updated == 1
    assert _keys(filled, PUBLIC, "sau rieng") == []
    assert _keys(filled, PUBLIC, "ca phe ea tu") == ["cty-sau"]
    shown = "code,kind,name_vi,public_name\nho-17,household,Nguyễn Thị Hòa,Vườn cô Hòa\n"
    assert import_csv(filled, "organisation", shown).updated == 1
    assert _keys(filled, PUBLIC, "vườn cô hoà") == ["ho-17"]


def test_a_household_that_becomes_a_firm_opens_its_places(filled: Store) -> None:
    table = "code,kind,name_vi\nho-17,enterprise,Công ty Nhãn Hòa\n"
    assert import_csv(filled, "organisation", table).updated == 1
    assert _keys(filled, PUBLIC, "vuon nha ba hoa") == ["414/8938512345024"]


def test_a_rebuilt_index_is_the_same(filled: Store) -> None:
    with filled.reading() as connection:
        before = _content(connection)
    assert indexing.rebuild(filled) == 8
    with filled.reading() as connection:
        assert _content(connection) == before
    with filled.transaction() as connection:
        connection.execute(words.search_entry.delete())
        connection.execute(words.search_word.delete())
    indexing.ensure(filled)
    with filled.reading() as connection:
        assert _content(connection) == before


def _content(connection: object) -> tuple[list[object], list[object]]:
    from sqlalchemy import Connection, select

    assert isinstance(connection, Connection)
    entries = connection.execute(select(words.search_entry).order_by("id")).all()
    found = connection.execute(select(words.search_word).order_by("reader", "word", "entry")).all()
    return list(entries), list(found)
