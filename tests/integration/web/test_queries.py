# SPDX-License-Identifier: Apache-2.0
"""Queries over HTTP: conditions, order, limits, pages that add up, forms of identifiers."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.integration.web.conftest import OURS, THEIRS, Server
from tests.integration.web.samples import CONTEXT, document, event

URN = "urn:epc:id:sgtin:952123454.0321.1"


def found(response: httpx.Response) -> list[dict[str, Any]]:
    """The events of a query document."""
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["type"] == "EPCISQueryDocument"
    events: list[dict[str, Any]] = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def names(response: httpx.Response) -> list[str]:
    """The eventIDs of an answer, in order."""
    return [one["eventID"] for one in found(response)]


@pytest.fixture
def filled(server: Server) -> httpx.Client:
    """A client; twelve events at four times, three with each, every second one receiving."""
    client = server.member()
    events = [
        event(
            n,
            eventID=f"urn:uuid:{n}",
            eventTime=f"2026-08-0{1 + n % 4}T00:00:00Z",
            bizStep="receiving" if n % 2 else "shipping",
        )
        for n in range(12)
    ]
    client.post("/epcis/capture", json=document(*events)).raise_for_status()
    return client


def test_conditions(filled: httpx.Client) -> None:
    assert len(found(filled.get("/epcis/events"))) == 12
    assert len(found(filled.get("/epcis/events?EQ_bizStep=receiving"))) == 6
    assert len(found(filled.get("/epcis/events?EQ_bizStep=receiving|shipping"))) == 12
    assert found(filled.get("/epcis/events?EQ_bizStep=packing")) == []
    assert found(filled.get("/epcis/events?eventType=AggregationEvent")) == []
    early = filled.get("/epcis/events?LT_eventTime=2026-08-02T00:00:00Z")
    assert sorted(names(early)) == ["urn:uuid:0", "urn:uuid:4", "urn:uuid:8"]


def test_any_spelling_of_an_identifier_finds_it(filled: httpx.Client) -> None:
    for spelling in (
        "https://id.gs1.org/01/09521234543213/21/3",
        "https://example.org/some/01/09521234543213/21/3?11=260801",
    ):
        answer = filled.get("/epcis/events", params={"MATCH_epc": spelling})
        assert names(answer) == ["urn:uuid:3"]


def test_order_and_limits(filled: httpx.Client) -> None:
    newest = filled.get("/epcis/events?orderBy=eventTime&eventCountLimit=3")
    assert {one["eventTime"] for one in found(newest)} == {"2026-08-04T00:00:00Z"}
    oldest = filled.get("/epcis/events?orderBy=eventTime&orderDirection=ASC&eventCountLimit=4")
    assert [one["eventTime"][:10] for one in found(oldest)] == [
        "2026-08-01",
        "2026-08-01",
        "2026-08-01",
        "2026-08-02",
    ]
    recorded = filled.get("/epcis/events?orderBy=recordTime&orderDirection=ASC")
    assert names(recorded) == [f"urn:uuid:{n}" for n in range(12)]
    assert filled.get("/epcis/events?maxEventCount=12").status_code == 200
    refused = filled.get("/epcis/events?maxEventCount=11&perPage=2")
    assert refused.status_code == 413
    assert refused.json()["type"] == "epcisException:QueryTooLargeException"
    paged = filled.get("/epcis/events?orderBy=eventTime&eventCountLimit=5&perPage=2")
    sizes = [len(found(paged))]
    while "next" in paged.links:
        paged = filled.get(paged.links["next"]["url"])
        sizes.append(len(found(paged)))
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize(
    "order", ["", "&orderBy=recordTime", "&orderBy=eventTime&orderDirection=ASC"]
)
def test_pages_add_up_to_the_state_at_the_first(filled: httpx.Client, order: str) -> None:
    expected = names(filled.get(f"/epcis/events?perPage=1000{order}"))
    page = filled.get(f"/epcis/events?perPage=5{order}")
    collected = names(page)
    late = 100
    while "next" in page.links:
        for time in ("2026-07-01", "2026-08-02", "2026-09-01"):
            late += 1
            sent = event(late, eventID=f"urn:uuid:{late}", eventTime=f"{time}T00:00:00Z")
            filled.post("/epcis/capture", json=document(sent)).raise_for_status()
        page = filled.get(page.links["next"]["url"])
        collected += names(page)
    assert collected == expected
    assert len(set(collected)) == 12


def test_a_page_token_belongs_to_its_query_and_reader(filled: httpx.Client, server: Server) -> None:
    page = filled.get("/epcis/events?perPage=5&EQ_bizStep=receiving")
    token = page.links["next"]["url"].partition("nextPageToken=")[2]
    moved = filled.get(f"/epcis/events?perPage=5&EQ_bizStep=shipping&nextPageToken={token}")
    assert (moved.status_code, moved.json()["code"]) == (400, "web.page-token")
    other = server.member(THEIRS).get(page.links["next"]["url"])
    assert (other.status_code, other.json()["code"]) == (400, "web.page-token")


def test_others_find_nothing(server: Server) -> None:
    """What others recorded about their goods is not found, by no condition and by no ID."""
    order = {"type": "po", "bizTransaction": "urn:example:order:7"}
    lot = {"epcClass": "https://id.gs1.org/01/09521234543213/10/L1", "quantity": 200, "uom": "KGM"}
    sent = event(1, bizTransactionList=[order], quantityList=[lot])
    ours, theirs = server.member(OURS), server.member(THEIRS)
    ours.post("/epcis/capture", json=document(sent)).raise_for_status()
    [whole] = found(ours.get("/epcis/events"))
    assert whole["bizTransactionList"] == [order]
    assert whole["quantityList"] == [lot]
    assert found(theirs.get("/epcis/events")) == []
    query = "/epcis/events?EQ_bizTransaction_po=urn:example:order:7"
    assert len(found(ours.get(query))) == 1
    assert found(theirs.get(query)) == []
    by_hash = "/epcis/events/" + quote(whole["eventID"], safe="")
    assert ours.get(by_hash).status_code == 200
    assert theirs.get(by_hash).status_code == 404
    inspector = server.member(THEIRS, "read", kind="inspector")
    assert found(inspector.get("/epcis/events")) == [whole]


def test_forms_of_identifiers(server: Server) -> None:
    client = server.member(OURS)
    sent = event(1, epcList=[URN])
    client.post("/epcis/capture", json=document(sent)).raise_for_status()
    expected = {
        "No_Preference": URN,
        "Never_Translates": URN,
        "Always_EPC_URN": URN,
        "Always_GS1_Digital_Link": "https://id.gs1.org/01/09521234543213/21/1",
    }
    for form, said in expected.items():
        answer = client.get("/epcis/events", headers={"GS1-EPC-Format": form})
        assert found(answer)[0]["epcList"] == [said], form
        echoed = "Never_Translates" if form == "No_Preference" else form
        assert answer.headers["gs1-epc-format"] == echoed


def test_what_cannot_be_translated_is_said(server: Server) -> None:
    client = server.member()
    lot = "https://id.gs1.org/01/09521234543213/10/LOT/21/1?11=260801"
    party = "https://id.gs1.org/8004/9521321ABC/x"
    client.post("/epcis/capture", json=document(event(1, epcList=[lot]))).raise_for_status()
    assert (
        client.get("/epcis/events", headers={"GS1-EPC-Format": "Always_EPC_URN"}).status_code == 200
    )
    client.post("/epcis/capture", json=document(event(2, epcList=[party]))).raise_for_status()
    answer = client.get("/epcis/events", headers={"GS1-EPC-Format": "Always_GS1_Digital_Link"})
    assert answer.status_code == 200


def test_media_types(filled: httpx.Client) -> None:
    for accept, given in (
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/json"),
        ("text/html, application/json;q=0.9", "application/json"),
    ):
        answer = filled.get("/epcis/events", headers={"accept": accept})
        assert answer.headers["content-type"] == given
        assert answer.json()["@context"] == CONTEXT


def test_a_record_time_that_was_sent_is_replaced(server: Server) -> None:
    client = server.member()
    sent = event(1, recordTime="2020-01-01T00:00:00Z")
    client.post(
        "/epcis/capture",
        content=json.dumps(document(sent)),
        headers={"content-type": "application/ld+json"},
    ).raise_for_status()
    [back] = found(client.get("/epcis/events"))
    assert back["recordTime"] > "2026"
