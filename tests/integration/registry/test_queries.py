# SPDX-License-Identifier: Apache-2.0
"""What each reader finds in the registers, on both databases."""

from datetime import date

import pytest

from nguon.base.audience import Audience
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry import personal, queries
from nguon.registry.model import Words
from nguon.registry.service import attach, import_csv
from nguon.store import Store
from tests.integration.registry.test_import import ALL

SECRETS = ("Lạc", "Thôn Nội", "001085123456", "20.641", "106.0958", "Vườn số 1")


@pytest.fixture
def filled(store: Store) -> Store:
    for register, text in ALL:
        assert import_csv(store, register, text).done
    return store


def _member(organisation: int, kind: KeyKind = KeyKind.MEMBER) -> Audience:
    return Principal(organisation, "k", kind, frozenset({Scope.READ}), strict=False).audience


def _ids(store: Store) -> dict[str, int]:
    operator = _member(0, KeyKind.OPERATOR)
    return {found.code: found.id for found in queries.list_organisations(store, operator)}


def test_the_public_never_finds_a_persons_data(filled: Store) -> None:
    household = _ids(filled)["ho-01"]
    found = [
        queries.organisation(filled, PUBLIC, household),
        queries.organisation_by_code(filled, PUBLIC, "ho-01"),
        queries.place(filled, PUBLIC, "414/9521101002010"),
        *queries.places_of(filled, PUBLIC, household),
    ]
    for value in (*found, *queries.list_organisations(filled, PUBLIC)[:1]):
        assert value is not None
        assert not any(secret in repr(value) for secret in SECRETS)
    organisation = found[0]
    assert organisation is not None
    assert organisation.name.vi == "Hộ thành viên HTX Tân Hưng, xã Tân Hưng, tỉnh Hưng Yên"


def test_nobody_else_learns_a_personal_number(filled: Store) -> None:
    ids = _ids(filled)
    stranger = _member(max(ids.values()) + 1)
    assert personal.reveal(filled, PUBLIC, ids["ho-01"]) is None
    assert personal.reveal(filled, stranger, ids["ho-01"]) is None
    assert personal.reveal(filled, _member(ids["htx"]), ids["htx"]) is None
    with filled.transaction() as connection:
        personal.erase(connection, [ids["ho-01"]])
    assert personal.reveal(filled, _member(ids["ho-01"]), ids["ho-01"]) is None
    found = queries.organisation(filled, _member(ids["ho-01"]), ids["ho-01"])
    assert found is not None
    assert found.tax_code is None


@pytest.mark.parametrize("reader", ["ho-01", "htx", "operator", "inspector"])
def test_those_concerned_find_everything(filled: Store, reader: str) -> None:
    ids = _ids(filled)
    audience = _member(ids[reader]) if reader in ids else _member(0, KeyKind(reader))
    organisation = queries.organisation_by_code(filled, audience, "ho-01")
    assert organisation is not None
    assert organisation.name == Words("Hộ ông Lạc")
    assert organisation.tax_code == "\u2022" * 8 + "3456"
    assert personal.reveal(filled, audience, ids["ho-01"]) == "001085123456"
    place = queries.place(filled, audience, "414/9521101002010")
    assert place is not None
    assert (place.latitude, place.longitude) == (20.641, 106.0958)


def test_places_by_any_of_their_keys(filled: Store) -> None:
    found = queries.places(
        filled,
        PUBLIC,
        [
            "414/9521101000016",
            "414/9521101000016/254/kho-lanh",
            "vn-pack:VN-HYPH-9521",
            "vn-area:VN-HYOR-9522",
            "vn-area:VN-HYOR-9521",
            "414/9521101009999",
            "uri:x",
        ],
    )
    assert {key: place.key for key, place in found.items()} == {
        "414/9521101000016": "414/9521101000016",
        "414/9521101000016/254/kho-lanh": "414/9521101000016",
        "vn-pack:VN-HYPH-9521": "414/9521101000016",
        "vn-area:VN-HYOR-9522": "vn-area:VN-HYOR-9522",
        "vn-area:VN-HYOR-9521": "414/9521101002010",
    }
    assert queries.place(filled, PUBLIC, "nothing") is None


def test_products_and_certificates(filled: Store) -> None:
    product = queries.product(filled, PUBLIC, "01/09521101000023")
    assert product is not None
    assert product.gtin == "09521101000023"
    assert product.standards == ("TCVN 1", "VietGAP")
    assert product.storage == Words("Giữ lạnh")
    assert product.warnings is None
    ids = _ids(filled)
    assert queries.products_of(filled, PUBLIC, ids["htx"]) == [product]
    assert queries.list_products(filled, PUBLIC, after="01/09521101000023") == []
    assert queries.product(filled, PUBLIC, "01/0") is None
    papers = queries.certificates(
        filled,
        PUBLIC,
        organisations=[ids["htx"]],
        places=["vn-area:VN-HYOR-9522"],
        products=[product.key],
    )
    assert [paper.number for paper in papers] == ["O-4", "VN-HYOR-9522", "V-1"]
    assert papers[2].valid_from == date(2025, 9, 15)
    assert papers[2].valid_on(date(2025, 9, 15))
    assert not papers[2].valid_on(date(2025, 9, 14))
    assert not papers[2].valid_on(date(2027, 9, 15))
    assert papers[0].valid_on(date(1900, 1, 1))
    assert queries.certificates(filled, PUBLIC) == []


def test_pages_of_organisations(filled: Store) -> None:
    first = queries.list_organisations(filled, PUBLIC, limit=1)
    second = queries.list_organisations(filled, PUBLIC, after=first[0].code, limit=1)
    assert [found.code for found in (*first, *second)] == ["ho-01", "htx"]


def test_named_organisations(filled: Store) -> None:
    ids = _ids(filled)
    attach(filled)
    assert filled.named_organisations(
        [
            "417/9521101001013",
            "414/9521101000009",
            "414/9521101002010",
            "414/9521101000016/254/x",
            "vn-area:VN-HYOR-9522",
            "417/9521101000016",
            "417/9521109999999",
            "01/09521101000023",
        ]
    ) == {
        "417/9521101001013": ids["ho-01"],
        "414/9521101000009": ids["htx"],
        "414/9521101002010": ids["ho-01"],
        "414/9521101000016/254/x": ids["htx"],
        "vn-area:VN-HYOR-9522": ids["htx"],
        "417/9521101000016": ids["htx"],
        "01/09521101000023": ids["htx"],
    }
    assert queries.organisations(filled, PUBLIC, []) == {}
