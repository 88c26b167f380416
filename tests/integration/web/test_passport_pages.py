# SPDX-License-Identifier: Apache-2.0
"""Passports, the search box, register pages and pictures of the demonstration goods over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.cli.demonstration import read_manifest
from nguon.identity.visibility import PUBLIC
from nguon.passport.model import Passport, Unknown
from nguon.passport.service import passport
from nguon.trace import telling
from nguon.trace.itinerary import Relation
from nguon.web import start
from tests.integration.web import demonstration
from tests.integration.web.conftest import sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX, BOX_AS_SCANNED, LOT, PALLET, PRODUCT


@pytest.fixture
def goods(server: Any) -> Any:
    """The demonstration goods, on each database in turn."""
    return demonstration.loaded(server)


@pytest.fixture(scope="module")
def client(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    settings = sqlite_settings(tmp_path_factory.mktemp("passports"), sqlite_template)
    start.write(settings.data, read_manifest(demonstration.FOLDER).start)
    running = up(replace(settings, media=demonstration.FOLDER / "media"))
    yield demonstration.loaded(running[2]).client(accept="text/html")
    stop(*running)


def _longan(goods: Any) -> Passport:
    found = passport(goods.store, BOX, "vi", PUBLIC)
    assert isinstance(found, Passport)
    return found


def test_the_box_tells_its_way_from_the_orchards_to_the_shelf(goods: Any) -> None:
    found = _longan(goods)
    assert [(step.stage, step.relation) for step in found.journey] == [
        ("harvesting", Relation.SOURCE),
        ("receiving", Relation.SOURCE),
        ("transforming", Relation.OWN),
        ("commissioning", Relation.OWN),
        ("packing", Relation.OWN),
        ("storing", Relation.OWN),
        ("shipping", Relation.CARRIER),
        ("receiving", Relation.CARRIER),
        ("unpacking", Relation.OWN),
        ("stocking", Relation.OWN),
    ]
    assert {record.area for record in found.journey[0].records} == {"VN-HYOR-9521"}
    assert found.area_codes == ("VN-HYOR-9521",)
    assert len(found.origin) == 3
    assert {place.area for place in found.origin} == {"xã Tân Hưng, tỉnh Hưng Yên"}
    assert [code.ai for code in found.codes] == ["01", "10", "21"]
    assert found.packing_codes == ("VN-HYPH-9521",)
    assert found.maker == found.packer
    _shows_no_household_and_no_carrier(found)
    _knows_products_of_unknown_pieces(goods)


def _shows_no_household_and_no_carrier(found: Passport) -> None:
    harvest = found.journey[0]
    for record in harvest.records:
        assert record.who is not None
        assert record.who.name is not None
        assert record.who.name.startswith("Hộ thành viên Hợp tác xã")
        assert record.place is not None
        assert record.place.name is not None
        assert "Vườn nhãn số" not in record.place.name
    carried = [s for s in found.journey if s.relation is Relation.CARRIER]
    shown = {key for step in carried for record in step.records for key in record.products}
    assert shown == {BOX}


def _knows_products_of_unknown_pieces(goods: Any) -> None:
    found = passport(goods.store, f"{PRODUCT}/21/NOPE", "vi", PUBLIC)
    assert isinstance(found, Unknown)
    assert found.product is not None
    assert found.product.name == "Nhãn lồng Hưng Yên, hộp 2 kg"
    nothing = passport(goods.store, "01/09521234543213/21/X", "vi", PUBLIC)
    assert isinstance(nothing, Unknown)
    assert nothing.product is None


def test_pages_answer_and_are_small(client: httpx.Client) -> None:
    for path in (BOX_AS_SCANNED, BOX, LOT, PRODUCT, PALLET):
        answer = client.get(f"/p/{path}")
        assert answer.status_code == 200, path
        assert len(answer.content) < 30_000, path
        assert "<script" not in answer.text
    box = client.get(f"/p/{BOX_AS_SCANNED}")
    assert "Đã ghi nhận – chưa xác minh" in box.text
    english = client.get(f"/p/{BOX_AS_SCANNED}", headers={"accept-language": "en-GB"})
    assert '<html lang="en">' in english.text
    assert "Recorded – not verified" in english.text
    assert "Accept-Language" in english.headers["vary"]
    unknown = client.get(f"/p/{PRODUCT}/21/NOPE")
    assert "Không có trong hệ thống" in unknown.text
    bare = client.head(f"/p/{BOX_AS_SCANNED}")
    assert (bare.status_code, bare.content) == (200, b"")
    assert client.get("/p/01/09521234543213").status_code == 404
    wrong = client.get("/p/01/09521101000024")
    assert wrong.status_code == 400
    assert "/01/0952110100002<mark>4</mark>" in wrong.text


def test_what_may_only_be_unread_is_not_called_missing_without_a_word(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "ở đây chỉ xét các bản ghi gần nhất"
    assert said not in client.get(f"/p/{LOT}").text
    monkeypatch.setattr(telling, "MOST_RECORDS", 3)
    assert said in client.get(f"/p/{LOT}").text


def test_the_search_box_takes_any_code(client: httpx.Client) -> None:
    for asked, address in (
        ("https://example.com/shop/01/09521101000023?x=1", f"/p/{PRODUCT}"),
        ("urn:epc:id:sscc:95212020.00000005", None),
        ("9521101000023", f"/p/{PRODUCT}"),
        ("(01)09521101000023(10)TH260806H", f"/p/{LOT}"),
        (f" {BOX_AS_SCANNED} ", f"/p/{BOX_AS_SCANNED}"),
        ("0 9521 20200000000 52", f"/p/{PALLET}"),
        ("vn-area:VN-HYOR-9521", "/r/place/vn-area:VN-HYOR-9521"),
        ("", "/"),
    ):
        answer = client.get("/find", params={"code": asked})
        expected = (400, None) if address is None else (303, address)
        assert (answer.status_code, answer.headers.get("location")) == expected, asked


def test_a_server_that_offers_nothing_says_nothing_of_goods(server: Any) -> None:
    demonstration.loaded(server)
    page = server.client(accept="text/html").get("/")
    assert page.status_code == 200
    assert BOX_AS_SCANNED not in page.text


def test_other_pages(client: httpx.Client) -> None:
    home = client.get("/")
    assert home.status_code == 200
    assert f'href="/p/{BOX_AS_SCANNED}"' in home.text
    assert home.text.count('<img class="photo" src="/media/') == 3
    wrong = client.get("/find", params={"code": "(01)<b>hello</b>"})
    assert wrong.status_code == 400
    assert "<b>hello" not in wrong.text
    for key, address in (
        ("414/9521101000016", "/r/place/414/9521101000016"),
        ("417/9521101000009", "/r/organisation/htx-nhan-tan-hung"),
    ):
        moved = client.get(f"/p/{key}")
        assert (moved.status_code, moved.headers["location"]) == (303, address)
        assert client.get(address).status_code == 200
    product = client.get("/r/product/09521101000023")
    assert "Nhãn lồng Hưng Yên, hộp 2 kg" in product.text
    assert "<dd>0810.90</dd>" in product.text
    assert "<dd>Việt Nam</dd>" in product.text
    household = client.get("/r/organisation/ho-th-01").text
    assert "xã Tân Hưng" in household
    for private in ("Đỗ Văn Lạc", "Thôn Nội", '9521101001013"', "20.6410"):
        assert private not in household, private
    orchard = client.get("/r/place/414/9521101002010").text
    assert "Vườn nhãn số 01" not in orchard
    assert client.get("/r/organisation/nobody").status_code == 404
    assert client.get("/r/place/414/9521234000006").status_code == 404


def test_pictures_come_from_their_folder_only(client: httpx.Client) -> None:
    drawing = client.get("/media/nhan.svg")
    assert drawing.status_code == 200
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in drawing.headers["content-security-policy"]
    for name in ("../manifest.toml", "%2e%2e/manifest.toml", "..%2fmanifest.toml", "none.svg", ""):
        assert client.get(f"/media/{name}").status_code == 404, name
