# SPDX-License-Identifier: Apache-2.0
"""A recall of the demonstration noodles by programs of four roles, with its exact numbers."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from nguon.store import registry as rows
from nguon.store import registry_tables as registers
from tests.integration.web.conftest import settings_on, stop, up
from tests.integration.web.demonstration import loaded

BASE, SITES = "/api/v1/recalls", "/api/v1/recall-sites"
SEASONING, CARTON = "01/09521503000058/10/GV-2608-02", "01/19520010000756"
CENTRE, SHOP = "414/9521505000018", "414/9521506000017"
FILE = {"name": "bien-ban.pdf", "content": base64.b64encode(b"%PDF-1.4 minutes").decode()}
WORDS = "Đã kiểm tra tại chỗ, có biên bản."


@dataclass
class Programs:
    """Clients of an inspector, the maker, the distributor, the shops, a stranger."""

    officer: httpx.Client
    maker: httpx.Client
    distributor: httpx.Client
    shop: httpx.Client
    stranger: httpx.Client


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def programs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Programs]:
    """One server with the goods for all tests here."""
    running = up(settings_on(request, tmp_path_factory.mktemp(f"recalls_{request.param}")))
    server = loaded(running[2])
    codes = {
        "maker": "mi-song-tien",
        "distributor": "phan-phoi-nam-sao",
        "shop": "chuoi-bep-am",
        "stranger": "htx-nhan-tan-hung",
    }
    with server.store.reading() as connection:
        found = rows.rows(connection, registers.organisation, "code", list(codes.values()))
    numbers = {row["code"]: row["id"] for row in found}
    made = {
        name: server.member(numbers[code], "capture", "read", "registry")
        for name, code in codes.items()
    }
    officer = server.member(900, "read", "supervise", kind="inspector")
    try:
        yield Programs(officer=officer, **made)
    finally:
        stop(*running)


def _post(client: httpx.Client, path: str, body: Any = None, status: int = 201) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def _get(client: httpx.Client, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def _cartons(amount: int) -> list[Any]:
    return [[CARTON, {"amount": str(amount), "unit": "H87"}]]


def _opening(reference: str) -> dict[str, Any]:
    return {
        "title": "Gia vị GV-2608-02 không đạt",
        "origin": "lab",
        "keys": [SEASONING],
        "reference": reference,
    }


def test_from_the_signal_to_the_end(programs: Programs) -> None:
    officer = programs.officer
    case = _post(officer, BASE, _opening("mau-12"))
    assert _post(officer, BASE, _opening("mau-12"))["id"] == case["id"]
    path = f"{BASE}/{case['id']}"
    _get(programs.maker, path, 404)
    preview = _post(officer, f"{path}/preview", {}, 200)
    assert (preview["things"], preview["site_count"], preview["by_hand"]) == (726, 8, 0)
    assert (preview["held"], preview["sold"]) == (_cartons(640), _cartons(80))
    case = _post(officer, f"{path}/scope", {"choice": {}, "seen": case["seen"]})
    decision = {
        "manner": "mandatory",
        "level": 1,
        "words_vi": "Thu hồi mì có gia vị không đạt.",
        "words_en": "Noodles with bad seasoning are recalled.",
    }
    sent = {"decision": decision, "seen": case["seen"]}
    case = _post(officer, f"{path}/decision", sent)
    assert (case["state"], case["things"], case["sites"]) == ("running", 726, 8)
    _post(officer, f"{path}/decision", sent, 409)
    assert _get(programs.maker, path)["sides"] == ["concerned"]
    _get(programs.stranger, path, 404)
    sites = {one["place"]: one for one in _get(officer, f"{path}/sites")["sites"]}
    assert sites[CENTRE]["told"] == _cartons(192)
    _at_the_sites(programs, sites)
    report = _get(officer, f"{path}/report")
    assert (report["sites"], report["answered"], report["contacted"]) == (8, 25.0, 100.0)
    assert (report["disposed"], report["held"]) == (_cartons(192), _cartons(16))
    assert len(report["missing"]) == 6
    signed = _post(officer, f"{path}/report")
    assert signed["jws"].count(".") == 2
    _end(programs, path)


def _at_the_sites(programs: Programs, sites: dict[str, Any]) -> None:
    centre, shop = (f"{SITES}/{sites[place]['id']}" for place in (CENTRE, SHOP))
    for client, site, amount in (
        (programs.distributor, centre, 192),
        (programs.shop, shop, 16),
    ):
        assert _post(client, f"{site}/seen", status=200)["state"] == "seen"
        said = {"found": _cartons(amount), "held": _cartons(amount)}
        assert _post(client, f"{site}/answer", said, 200)["state"] == "held"
    _get(programs.shop, centre, 404)
    done = {"kind": "destroy", "quantity": _cartons(192), "words": WORDS, "files": [FILE]}
    done["reference"] = "phieu-1"
    made = _post(programs.distributor, f"{centre}/disposals", done)
    assert _post(programs.distributor, f"{centre}/disposals", done)["id"] == made["id"]
    judged = {"disposal": made["id"], "accepted": True}
    _post(programs.distributor, f"{centre}/verify", judged, 403)
    assert _post(programs.officer, f"{centre}/verify", judged, 200)["state"] == "verified"
    view = _get(programs.distributor, centre)
    assert (view["site"]["state"], view["site"]["disposed"]) == ("disposed", _cartons(192))
    [file] = view["files"]
    kept = programs.distributor.get(f"/api/v1/recall-files/{file['id']}")
    assert kept.content == b"%PDF-1.4 minutes"
    _get(programs.shop, f"/api/v1/recall-files/{file['id']}", 404)


def _end(programs: Programs, path: str) -> None:
    officer = programs.officer
    seen = _get(officer, path)["recall"]["seen"]
    early = _post(officer, f"{path}/close", {"words": WORDS, "seen": seen}, 409)
    assert (early["status"], "7 " in early["detail"]) == (409, True)
    free = {"keys": [f"{CARTON}/21/2603073"], "words": WORDS, "seen": seen}
    case = _post(officer, f"{path}/release", free)
    ending = {"words": WORDS, "seen": case["seen"], "missing": "Cửa hàng đã đóng cửa, hết hàng."}
    assert _post(officer, f"{path}/close", ending)["state"] == "closed"
    listed = _get(programs.shop, BASE)
    assert (len(listed["sites"]), listed["cases"]) == (7, [])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (BASE, {"title": "x", "origin": "lab", "keys": []}),
        (BASE, {"title": WORDS, "origin": "rumour", "keys": [SEASONING]}),
        (BASE, {"title": WORDS, "origin": "lab", "keys": ["no such thing"]}),
        (BASE, {"title": WORDS, "origin": "lab", "keys": ["\u0000"]}),
    ],
    ids=["empty", "origin", "unknown", "nul"],
)
def test_bad_input_is_named(programs: Programs, path: str, body: Any) -> None:
    answer = _post(programs.officer, path, body, 400)
    assert answer["title"]


@pytest.mark.parametrize("number", ["none", "0" * 300, "a-b-c", "%00"])
def test_unknown_recalls_and_sites(programs: Programs, number: str) -> None:
    for path in (f"{BASE}/{number}", f"{SITES}/{number}"):
        assert programs.officer.get(path).status_code in (400, 404)
