# SPDX-License-Identifier: Apache-2.0
"""Listings over HTTP: who may ask, what may be kept, catalogues, subscriptions, the page."""

from collections.abc import Callable

import msgspec
import pytest

from nguon.identity.visibility import PUBLIC
from nguon.listings.sellers import look_up
from nguon.registry import queries, service
from nguon.registry.model import Register
from nguon.settings import Settings
from nguon.signing import jws
from nguon.signing.keys import public_key
from tests.accounts import send, signed_in
from tests.integration.web.conftest import Server

ORGANISATIONS = """mã,loại,tên,địa chỉ,mã xã,mã số thuế
htx,hợp tác xã,HTX Bờ Sông,Thôn 3,24502,
ho,hộ,Hộ bà Xuyến,Thôn 9,24502,001085904321
san,doanh nghiệp,Sàn Chợ Quê,Phố 1,24490,0101234565
"""
PRODUCT = "GTIN,tên,nhà sản xuất\n09521101000016,Sầu riêng,htx\n"
GTIN = "01/09521101000016"
BASE = "/api/v1/listings"


@pytest.fixture
def server(start: Callable[..., Server], on_sqlite: Settings) -> Server:
    """What is asked of the web layer does not depend on the database."""
    return start(on_sqlite)


@pytest.fixture
def ids(server: Server) -> dict[str, int]:
    for register, table in ((Register.ORGANISATION, ORGANISATIONS), (Register.PRODUCT, PRODUCT)):
        report = service.import_csv(server.store, register, table)
        assert report.done, report.faults
    found = queries.list_organisations(server.store, PUBLIC, limit=50)
    return {one.code: one.id for one in found}


def test_only_a_marketplace_asks(server: Server, ids: dict[str, int]) -> None:
    body = {"seller": "s-1", "codes": [GTIN]}
    assert server.client().post(f"{BASE}/check", json=body).status_code == 401
    member = server.member(ids["htx"], "read", "capture", "registry")
    assert member.post(f"{BASE}/check", json=body).status_code == 403
    market = server.member(ids["san"], "market")
    assert market.post(f"{BASE}/check", json=body).status_code == 200
    assert market.get("/epcis/events").status_code == 403


def test_an_answer_may_be_kept_until_it_expires(server: Server, ids: dict[str, int]) -> None:
    market = server.member(ids["san"], "market")
    given = {"sellers": [{"seller": "s-1", "party": "htx"}]}
    assert market.post(f"{BASE}/sellers", json=given).status_code == 200
    asked = {"seller": "s-1", "code": f"https://id.gs1.org/{GTIN}/10/L1"}
    first = market.get(f"{BASE}/check", params=asked)
    answer = first.json()
    assert answer["listings"][0]["answers"]["in_chain"] == {
        "answer": "unknown",
        "reason": "not-recorded",
    }
    assert first.headers["cache-control"].startswith("private, max-age=")
    assert first.headers["etag"] == f'"{answer["tag"]}"'
    again = market.get(
        f"{BASE}/check", params=asked, headers={"if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) in ((304, b""), (200, again.content))
    read = jws.read(answer["jws"])
    document = server.client().get("/.well-known/did.json").json()
    [method] = [one for one in document["verificationMethod"] if one["id"] == read.header["kid"]]
    read.verify(public_key(method["publicKeyJwk"]))
    payload = msgspec.json.decode(read.payload)
    assert (payload["aud"], payload["listings"]) == (str(ids["san"]), answer["listings"])


def test_no_personal_number_comes_back(server: Server, ids: dict[str, int]) -> None:
    market = server.member(ids["san"], "market")
    secret = bytes.fromhex(market.post(f"{BASE}/key").json()["key"])
    for number, reason in (
        ("0101234565", "not-identified"),
        ("001085904321", "seller-not-known"),
        ("********4321", "seller-not-known"),
    ):
        asked = {"seller": look_up(secret, number), "codes": [GTIN]}
        answer = market.post(f"{BASE}/check", json=asked)
        assert answer.json()["listings"][0]["answers"]["known"]["reason"] == reason
    for hidden in ("001085904321", "Xuyến", '"ho"'):
        assert hidden not in answer.text
    clear = market.post(f"{BASE}/check", json={"seller": "001085904321", "codes": [GTIN]}).json()
    assert clear["listings"][0]["answers"]["known"]["reason"] == "seller-not-known"


def test_a_catalogue_comes_in_portions(server: Server, ids: dict[str, int]) -> None:
    market = server.member(ids["san"], "market")
    listings = [{"seller": "s-1", "code": f"{GTIN}/10/L{number}"} for number in range(1100)]
    answer = market.post(f"{BASE}/catalogue", json={"listings": listings})
    assert answer.headers["content-type"] == "application/x-ndjson"
    portions = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert [len(one["listings"]) for one in portions] == [500, 500, 100]
    assert [one["code"] for part in portions for one in part["listings"]] == [
        one["code"] for one in listings
    ]
    for wrong in ([], listings * 10):
        refused = market.post(f"{BASE}/catalogue", json={"listings": wrong})
        assert (refused.status_code, refused.json()["code"]) == (400, "listings.faults")


def test_subscriptions_of_another_are_not_there(server: Server, ids: dict[str, int]) -> None:
    market, other = server.member(ids["san"], "market"), server.member(ids["htx"], "market")
    for url in ("http://market.example/", "https://127.0.0.1/", "https://10.1.2.3/hook"):
        assert market.post(f"{BASE}/subscriptions", json={"url": url}).status_code == 400
    made = market.post(f"{BASE}/subscriptions", json={"url": "https://market.example/h"}).json()
    path = f"{BASE}/subscriptions/{made['id']}"
    watch = {"listings": [{"seller": "s-1", "code": GTIN}]}
    assert other.post(f"{path}/watch", json=watch).status_code == 404
    assert other.post(f"{path}/end").status_code == 404
    assert other.get(f"{BASE}/subscriptions").json() == []
    assert market.post(f"{path}/watch", json=watch).json() == {"watched": 1}
    assert market.post(f"{path}/unwatch", json=watch).json() == {"watched": 0}
    assert market.post(f"{path}/end").status_code == 204


def test_the_page(server: Server, ids: dict[str, int]) -> None:
    manager = signed_in(server.client(), server.store, "manager", ids["htx"])
    page = "/w/listings"
    assert "Chưa khai hàng bán lại nào" in manager.get(page).text
    wrong = send(manager, page, {"do": "declare", "code": "không phải mã"})
    assert (wrong.status_code, 'href="#code"' in wrong.text) == (400, True)
    assert send(manager, page, {"do": "declare", "code": GTIN}).status_code == 303
    assert "(01)09521101000016" in manager.get(page).text
    assert send(manager, page, {"do": "withdraw", "code": GTIN}).status_code == 303
    inside = send(manager, page, {"do": "subscribe", "url": "https://192.168.0.1/"})
    assert (inside.status_code, 'href="#url"' in inside.text) == (400, True)
    fields = {"do": "subscribe", "url": "https://market.example/h"}
    assert send(manager, page, fields).status_code == 303
    assert "https://market.example/h" in manager.get(page).text
    clerk = signed_in(server.client(), server.store, "clerk", ids["htx"])
    assert clerk.get(page).status_code == 403
