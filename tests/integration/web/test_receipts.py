# SPDX-License-Identifier: Apache-2.0
"""Receipts over HTTP: by number, event, item and capture; for whom they are opened; pages."""

import io
import json
import re
import time
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image

from nguon.evidence import packed
from nguon.evidence.findings import Code, Finding, failed
from nguon.evidence.package_reading import read_package
from nguon.evidence.receipts import read_ours
from nguon.evidence.verifying import verify
from nguon.transparency.judging import Clock
from tests.integration.web.conftest import THEIRS, Server
from tests.integration.web.samples import bare, document, event

ITEM = "01/09521234543213/21/1"
API = "/api/v1/receipts"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks tests of what does not depend on the database."""
EVENT_ID = "urn:uuid:00000000-0000-4000-8000-00000000abcd"


def sent(client: httpx.Client, number: int = 1, **members: Any) -> dict[str, Any]:
    """An event captured; its receipt as answered."""
    answer = client.post("/epcis/events", json=bare(number, **members))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def proved(client: httpx.Client, address: str) -> httpx.Response:
    """The answer once the proof is there."""
    deadline = time.monotonic() + 20
    while True:
        answer = client.get(address)
        if answer.status_code != 202:
            return answer
        assert answer.headers["retry-after"] == "2"
        assert time.monotonic() < deadline
        time.sleep(0.1)


def listed(client: httpx.Client, **params: str) -> list[dict[str, Any]]:
    """The list once the log has begun."""
    deadline = time.monotonic() + 20
    while (answer := client.get(API, params=params)).status_code == 404:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["receipts"]
    return found


def judged(server: Server, octets: bytes, told: bytes | None = None) -> dict[Code, Finding]:
    policy = server.services.tlog.policy()
    assert policy is not None
    found = verify(octets, policy, Clock(int(time.time())), event=told)
    assert not failed(found)
    return {each.code: each for each in found}


def test_a_receipt_proves_the_event_to_whoever_may_see_it(server: Server) -> None:
    ours = server.member()
    body = json.dumps(bare(eventID=EVENT_ID)).encode()
    headers = {"content-type": "application/json"}
    assert ours.post("/epcis/events", content=body, headers=headers).status_code == 201
    [cited] = listed(ours, event=EVENT_ID)
    assert (cited["eventId"], cited["opened"]) == (EVENT_ID, True)
    answer = proved(ours, cited["proof"])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert f'filename="{cited["number"]}.tlog-proof"' in answer.headers["content-disposition"]
    receipt, shown = read_ours(answer.content)
    assert (shown.record, receipt.index) == (EVENT_ID, cited["index"])
    found = judged(server, answer.content, body)
    for code in (Code.LOG_SIGNATURE, Code.INCLUSION, Code.OPENING, Code.EVENT):
        assert found[code].holds is True
    same = proved(ours, f"{cited['proof']}.tlog-proof")
    assert read_ours(same.content)[1] == shown


def test_others_get_the_proof_and_not_what_opens_it(server: Server) -> None:
    ours = server.member()
    sent(ours, eventID=EVENT_ID)
    [cited] = listed(ours, event=EVENT_ID)
    proved(ours, cited["proof"])
    for stranger in (server.client(), server.member(THEIRS)):
        answer = proved(stranger, cited["proof"])
        _, shown = read_ours(answer.content)
        assert (shown.opening, shown.record) == (None, None)
        found = judged(server, answer.content)
        assert (found[Code.INCLUSION].holds, found[Code.OPENING].holds) == (True, None)
        assert EVENT_ID not in answer.text
    operator = server.member(THEIRS, "read", kind="operator")
    assert read_ours(proved(operator, cited["proof"]).content)[1].record == EVENT_ID
    nobody = server.client(authorization="Bearer x")
    assert read_ours(proved(nobody, cited["proof"]).content)[1].opening is None
    for stranger in (server.client(), server.member(THEIRS)):
        answer = stranger.get(API, params={"event": EVENT_ID})
        assert answer.status_code == 404 or not answer.json()["receipts"][0]["opened"]


@ONE
def test_the_symbol_carries_the_whole_proof(server: Server) -> None:
    ours = server.member()
    sent(ours, eventID=EVENT_ID)
    [cited] = listed(ours, event=EVENT_ID)
    receipt, shown = read_ours(proved(ours, cited["proof"]).content)
    answer = ours.get(f"{cited['proof']}.png")
    assert answer.headers["content-type"] == "image/png"
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("L"))
    assert read.text.lower().startswith(f"{server.base_url}/log/verifier#r=")
    carried = packed.read_address(read.text)
    assert (carried.index, carried.proof) == (receipt.index, receipt.proof)
    found = judged(server, read.text.encode())
    assert (found[Code.INCLUSION].holds, found[Code.OPENING].holds) == (True, True)
    drawn = ours.get(f"{cited['proof']}.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")
    assert shown.opening is not None


def test_a_package_of_an_item_proves_that_these_are_all(server: Server) -> None:
    ours, anybody = server.member(), server.client()
    for hour in range(3):
        sent(ours, eventTime=f"2026-08-01T{8 + hour:02d}:00:00.000+07:00")
    sent(ours, 2)
    assert len(listed(anybody, item=ITEM)) == 3
    tlog, completer = server.services.tlog, server.services.completer
    deadline = time.monotonic() + 40
    while True:
        completer.once()
        answer = anybody.get(API, params={"item": ITEM, "format": "package"})
        found = read_package(answer.content) if answer.status_code == 200 else None
        lists = [] if found is None else [len(each.entries) for each in found.completeness]
        if found is not None and lists == [3] and len(found.entries) == 3:
            break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert answer.headers["content-type"] == "application/json"
    told = judged(server, answer.content)
    for code in (Code.INCLUSION, Code.MAP_LOGGED, Code.COMPLETE, Code.SUBJECT):
        assert told[code].holds is True
    assert told[Code.COMPLETE].params["count"] == 3
    assert told[Code.OPENING].holds is None
    whole = ours.get(API, params={"item": f"https://id.gs1.org/{ITEM}", "format": "package"})
    opened = judged(server, whole.content)
    assert (opened[Code.OPENING].params["count"], opened[Code.EVENT].params["count"]) == (3, 3)
    part = tlog.current().name
    again = ours.get(API, params={"item": ITEM, "format": "package", "part": part})
    assert again.status_code == 200
    missing = ours.get(API, params={"item": ITEM, "format": "package", "part": "77"})
    assert missing.status_code == 404


def test_receipts_of_a_capture(server: Server) -> None:
    ours = server.member()
    answer = ours.post("/epcis/capture?sync=true", json=document(*(event(n) for n in range(4))))
    job = answer.headers["location"].rsplit("/", 1)[1]
    cited = listed(ours, job=job)
    assert len(cited) == 4
    assert [one["seq"] for one in cited] == sorted({one["seq"] for one in cited})
    made = proved(ours, f"{API}?job={job}&format=package")
    assert judged(server, made.content)[Code.EVENT].params["count"] == 4
    assert server.member(THEIRS).get(API, params={"job": job}).status_code == 404
    assert server.client().get(API, params={"job": job}).status_code == 404


@ONE
def test_a_document_with_a_context_of_its_own_is_proved_with_it(server: Server) -> None:
    ours = server.member()
    told = document(event(eventID=EVENT_ID) | {"ex:grade": "A"})
    told["@context"] = [*told["@context"], {"ex": "https://example.com/ns/"}]
    assert ours.post("/epcis/capture?sync=true", json=told).status_code in {201, 202}
    listed(ours, event=EVENT_ID)
    made = proved(ours, f"{API}?event={EVENT_ID}&format=package")
    [entry] = read_package(made.content).entries
    assert entry.context is not None
    assert judged(server, made.content)[Code.EVENT].holds is True


@ONE
def test_what_is_not_there_is_refused_with_its_reason(server: Server) -> None:
    ours = server.member()
    sent(ours, eventID=EVENT_ID)
    listed(ours, event=EVENT_ID)
    for number in ("1-999999", "9-0", "x", "1-", "1-01", "1-5.gif", "1-%20", "1-" + "9" * 17):
        answer = ours.get(f"{API}/{number}")
        assert answer.status_code == 404, number
        assert answer.json()["code"] == "receipts.unknown"
    for params in ({}, {"event": "x", "item": ITEM}, {"event": "x", "job": "y"}):
        answer = ours.get(API, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "receipts.event-or-item")
    assert ours.get(API, params={"event": "urn:uuid:none"}).json()["code"] == "web.no-event"
    assert ours.get(API, params={"job": "none"}).status_code == 404
    assert ours.get(API, params={"item": "??"}).status_code == 400
    unknown = ours.get(API, params={"item": "01/09521234543213/21/none"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "receipts.no-item")
    assert ours.get(API, params={"item": ITEM, "format": "zip"}).status_code == 400


@ONE
def test_pages_say_it_in_plain_words(server: Server) -> None:
    ours = server.client(
        authorization=f"Bearer {server.key()}", accept="text/html", **{"accept-language": "vi"}
    )
    assert "Chưa có biên nhận" in ours.get("/w/receipts").text
    sent(ours, eventID=EVENT_ID)
    deadline = time.monotonic() + 20
    while not (numbers := re.findall(r'href="/w/receipts/([\d-]+)"', ours.get("/w/receipts").text)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    [number] = numbers
    proved(ours, f"{API}/{number}")
    page = ours.get(f"/w/receipts/{number}")
    assert page.status_code == 200
    assert f"Biên nhận {number}" in page.text
    assert "Bản ghi có trong nhật ký và không bị sửa" in page.text
    assert EVENT_ID in page.text
    assert "(01)09521234543213(21)1" in page.text
    assert "/log/verifier#r=A" in page.text
    english = ours.get(f"/w/receipts/{number}?lang=en").text
    assert "The record is in the log, unchanged" in english
    for paper in ("a6", "roll"):
        printed = ours.get(f"/w/receipts/{number}/print?paper={paper}")
        assert f'class="paper {paper}"' in printed.text
        assert "<svg" in printed.text
    assert ours.get(f"/w/receipts/{number}/print?paper=a0").status_code == 400
    assert ours.get("/w/receipts/1-999").status_code == 404
    theirs = server.client(authorization=f"Bearer {server.key(THEIRS)}", accept="text/html")
    other = theirs.get(f"/w/receipts/{number}")
    assert other.status_code == 200
    assert EVENT_ID not in other.text
    assert ITEM not in other.text
    assert f'href="/w/receipts/{number}"' not in theirs.get("/w/receipts").text
