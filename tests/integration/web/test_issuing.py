# SPDX-License-Identifier: Apache-2.0
"""Issuing over HTTP: a licence, a number, an order, printers' files, checks; as real clients."""

import base64
import csv
import io
from typing import Any

import httpx
import pytest

from nguon.codes import signing
from tests.accounts import signed_in, token_on
from tests.integration.codes.world import MAKER, OTHER, people
from tests.integration.web.conftest import Server

BASE = "/api/v1/codes"
SCOPES = ("capture", "read", "registry")
LICENCE = {
    "kind": "prefix",
    "value": "952 1101 00",
    "valid_from": "2024-01-01",
    "source": "GCN 7/2024",
}


@pytest.fixture
def maker(server: Server) -> httpx.Client:
    """A manager's key of an organisation with a checked prefix."""
    people(server.store, server.services.documents.parent)
    operator = server.member(0, "read", "admin", kind="operator")
    wanted = {**LICENCE, "organisation": f"to-chuc-{MAKER}"}
    assert _json(operator.post(f"{BASE}/licences", json=wanted))["steps"][0]["status"] == "checked"
    return server.member(MAKER, *SCOPES)


def _json(answer: httpx.Response) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


def _problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["hint"]
    return str(answer.json()["code"])


def _ordered(maker: httpx.Client, **more: Any) -> dict[str, Any]:
    number = _json(maker.post(f"{BASE}/gtins", json={"name": "Nhãn", "request": "1"}))
    wanted = {"gtin": number["gtin"], "quantity": 20, "request": "a", **more}
    block: dict[str, Any] = _json(maker.post(f"{BASE}/blocks", json=wanted))
    assert _json(maker.post(f"{BASE}/blocks", json=wanted)) == block
    return block


def test_from_an_order_to_two_printers_files(server: Server, maker: httpx.Client) -> None:
    block = _ordered(maker, lot="L1", hidden=True, signed=True)
    assert (block["exported"], block["hidden"], block["signed"]) == (0, True, True)
    path = f"{BASE}/blocks/{block['id']}"
    ranges = [
        _json(maker.post(f"{path}/exports", json={"quantity": n, "printer": p, "request": p}))
        for n, p in ((12, "one"), (8, "two"))
    ]
    assert [(one["first"], one["quantity"]) for one in ranges] == [(1, 12), (13, 8)]
    more = {"quantity": 1, "printer": "three", "request": "three"}
    assert _problem(maker.post(f"{path}/exports", json=more), 409) == "codes.not-left"
    files = [maker.get(f"{BASE}/exports/{one['id']}/pieces.csv") for one in ranges]
    assert files[0].headers["content-type"] == "text/csv; charset=utf-8"
    assert files[0].headers["cache-control"] == "no-store"
    rows = [row for one in files for row in csv.DictReader(io.StringIO(one.text))]
    pieces = _json(maker.get(f"{path}/pieces"))
    assert [row["serial"] for row in rows] == [one["serial"] for one in pieces]
    assert [row["digital_link"] for row in rows] == [one["link"] for one in pieces]
    stem = f"{server.base_url}/01/{block['gtin']}/10/L1/21/"
    assert all(row["digital_link"].startswith(stem + row["serial"]) for row in rows)
    hidden = maker.get(f"{BASE}/exports/{ranges[0]['id']}/hidden.csv")
    secret = list(csv.DictReader(io.StringIO(hidden.text)))
    assert [row["serial"] for row in secret] == [row["serial"] for row in rows[:12]]
    assert [row["hidden"] for row in secret] == [one["hidden"] for one in pieces[:12]]
    clerk = server.member(MAKER, "capture", "read")
    assert clerk.get(f"{BASE}/exports/{ranges[0]['id']}/pieces.csv").status_code == 200
    refused = clerk.get(f"{BASE}/exports/{ranges[0]['id']}/hidden.csv")
    assert _problem(refused, 403) == "web.scope-missing"
    assert {one["hidden"] for one in _json(clerk.get(f"{path}/pieces"))} == {None}
    whole = _json(maker.get(path))
    assert [one["fetched"] for one in whole["exports"]] == [3, 1]


def test_a_signature_is_checked_with_what_everybody_may_fetch(
    server: Server, maker: httpx.Client
) -> None:
    block = _ordered(maker, signed=True)
    keys = _json(server.client().get(f"{BASE}/keys"))["keys"]
    assert [(one["kty"], one["crv"]) for one in keys] == [("OKP", "Ed25519")]
    known = {one["kid"]: base64.urlsafe_b64decode(one["x"] + "=") for one in keys}
    [piece] = _json(maker.get(f"{BASE}/blocks/{block['id']}/pieces", params={"limit": 1}))
    text = f"(01){block['gtin']}(21){piece['serial']}"
    assert signing.verified(text, piece["signature"], known)
    assert not signing.verified(text + "X", piece["signature"], known)


def test_a_life_as_the_public_sees_it(server: Server, maker: httpx.Client) -> None:
    block = _ordered(maker, hidden=True)
    gtin = block["gtin"]
    assert maker.post(f"{BASE}/gtins/{gtin}/control", json={"controlled": True}).status_code == 201
    first, second = _json(maker.get(f"{BASE}/blocks/{block['id']}/pieces", params={"limit": 2}))
    anybody = server.client()

    def told(serial: str) -> str:
        asked = {"gtin": gtin, "serial": serial}
        return str(_json(anybody.get(f"{BASE}/check", params=asked))["state"])

    def event(serial: str, step: str, minute: int) -> httpx.Response:
        body = {
            "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "type": "ObjectEvent",
            "eventTime": f"2026-08-01T08:{minute:02d}:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "epcList": [f"https://id.gs1.org/01/{gtin}/21/{serial}"],
        }
        return maker.post("/epcis/events", json=body)

    assert told(first["serial"]) == "inactive"
    assert event(first["serial"], "commissioning", 1).status_code == 201
    assert event(first["serial"], "retail_selling", 2).status_code == 201
    assert [told(first["serial"]), told(second["serial"])] == ["sold", "inactive"]
    refused = event("26080007", "commissioning", 3)
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/epcList/0", "codes.never-issued")
    assert fault["message_vi"] != fault["message_en"]
    assert told("26080007") == "not-issued"
    wanted = {"gtin": gtin, "serial": first["serial"], "hidden": first["hidden"]}
    answers = [_json(anybody.post(f"{BASE}/check", json=wanted)) for _ in range(2)]
    assert [(one["hidden"], one["times"]) for one in answers] == [("first", 1), ("again", 2)]
    wrong = [anybody.post(f"{BASE}/check", json={**wanted, "hidden": "2" * 8}) for _ in range(4)]
    assert [one.status_code for one in wrong] == [200, 200, 200, 429]
    assert _problem(wrong[3], 429) == "codes.too-many"


def test_others_learn_nothing_and_change_nothing(server: Server, maker: httpx.Client) -> None:
    block = _ordered(maker)
    other = server.member(OTHER, *SCOPES)
    path = f"{BASE}/blocks/{block['id']}"
    assert _json(other.get(f"{BASE}/blocks")) == []
    more = {"quantity": 1, "printer": "p", "request": "p"}
    for answer in (
        other.get(path),
        other.get(f"{path}/pieces"),
        other.post(f"{path}/exports", json=more),
        other.post(f"{path}/marks", json={"kind": "printed", "first": 1, "quantity": 1}),
        other.get(path.replace(block["id"], "none")),
    ):
        assert _problem(answer, 404) == "codes.unknown-block"
    wanted = {"gtin": block["gtin"], "quantity": 5, "request": "x"}
    refused = other.post(f"{BASE}/blocks", json=wanted)
    assert _problem(refused, 403) == "codes.prefix-of-another"
    assert _problem(other.post(f"{BASE}/licences", json=LICENCE), 409) == "codes.prefix-of-another"
    quota = {"organisation": f"to-chuc-{MAKER}", "pieces": 1, "reason": "x"}
    assert _problem(maker.post(f"{BASE}/quota", json=quota), 403) == "web.scope-missing"
    assert _json(maker.get(path))["block"] == block
    assert _json(maker.get(f"{BASE}/quota")) == {"pieces": 100_000, "used": 20}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("blocks", {"gtin": "1", "quantity": 1, "request": "x"}, 400, "codes.gtin-shape"),
        ("gtins", {"name": " ", "request": "x"}, 400, "codes.name-missing"),
        (
            "lots",
            {"gtin": "09521101000009", "pattern": "{what}", "request": "x"},
            400,
            "codes.pattern-field",
        ),
        (
            "check",
            {"gtin": "09521101000009", "serial": "", "hidden": ""},
            400,
            "codes.serial-shape",
        ),
        ("blocks", {"gtin": "09521101000009", "quantity": "many"}, 400, "web.bad-request"),
    ],
)
def test_bad_requests_say_what_is_wrong(
    maker: httpx.Client, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    assert _problem_code(maker.post(f"{BASE}/{path}", json=body), status) == code


def _problem_code(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["code"])


def test_pages_order_hand_out_and_mark(server: Server, maker: httpx.Client) -> None:
    block = _ordered(maker)
    client = signed_in(server.client(), server.store, "manager", MAKER)
    assert "20 serials" in client.get("/w/codes", headers={"accept-language": "en"}).text
    page = client.get("/w/codes/order", params={"gtin": block["gtin"]})
    once = page.text.partition('name="once" value="')[2].partition('"')[0]
    form = {"_token": token_on(page.text), "once": once, "gtin": block["gtin"], "quantity": "1.000"}
    made = [client.post("/w/codes/order", data=form) for _ in range(2)]
    assert [one.status_code for one in made] == [303, 303]
    assert made[0].headers["location"] == made[1].headers["location"]
    address = made[0].headers["location"].partition("?")[0]
    wrong = client.post("/w/codes/order", data={**form, "once": "2", "quantity": "9 999 999"})
    assert wrong.status_code == 400
    assert 'id="quantity-error"' in wrong.text
    taken = {"_token": form["_token"], "once": "p", "quantity": "600", "printer": "Nhà in"}
    assert client.post(f"{address}/exports", data=taken).status_code == 303
    said = {"_token": form["_token"], "kind": "printed", "first": "1", "many": "500"}
    assert client.post(f"{address}/marks", data=said).status_code == 303
    clash = client.post(f"{address}/marks", data={**said, "many": "10"})
    assert clash.status_code == 400
    assert 'id="first-error"' in clash.text
    whole = _json(maker.get(f"{BASE}/blocks/{address.rpartition('/')[2]}"))["block"]
    assert (whole["quantity"], whole["exported"], whole["printed"]) == (1000, 600, 500)
