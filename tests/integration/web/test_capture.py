# SPDX-License-Identifier: Apache-2.0
"""Documents and events over HTTP: what is answered, and what is recorded."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from nguon.settings import Settings
from tests.integration.web.conftest import OURS, THEIRS, Server
from tests.integration.web.samples import CONTEXT, bare, document, event, many

JSON = {"content-type": "application/json"}


def finished(client: httpx.Client, location: str) -> dict[str, Any]:
    """The job at an address once it has ended."""
    deadline = time.monotonic() + 30
    while True:
        job: dict[str, Any] = client.get(location).raise_for_status().json()
        if not job["running"]:
            return job
        assert time.monotonic() < deadline
        time.sleep(0.05)


def listed(response: httpx.Response) -> list[dict[str, Any]]:
    """The events of a query document."""
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ]
    return found


def test_a_document_is_recorded_before_the_answer(server: Server) -> None:
    client = server.member()
    answer = client.post("/epcis/capture", json=document(event(1), event(2)))
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"{server.base_url}/epcis/capture/{job['captureID']}"
    assert (job["running"], job["success"]) == (False, True)
    assert (job["events"], job["captured"], job["repeated"]) == (2, 2, 0)
    assert job["captureErrorBehaviour"] == "rollback"
    assert (job["errors"], job["warnings"]) == ([], [])
    assert server.events() == 2
    assert client.get(answer.headers["location"]).json() == job


def test_events_come_back_as_captured(server: Server) -> None:
    client = server.member()
    sent = event(7, eventID="urn:uuid:a", **{"example:note": {"vi": "nhãn lồng"}})
    context = [CONTEXT, {"example": "https://example.org/"}]
    client.post("/epcis/capture", json=document(sent) | {"@context": context}).raise_for_status()
    [back] = listed(client.get("/epcis/events"))
    assert back.pop("recordTime").endswith("Z")
    assert back.pop("@context") == context
    assert back == sent


def test_one_event(server: Server) -> None:
    client = server.member()
    answer = client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["eventID"] == "urn:uuid:1"
    log, tlog = server.services.store.log, server.services.tlog
    assert [entry.kind for entry in log.entries(receipt["seq"], receipt["seq"] + 1)] == [1]
    shard = tlog.shard_of(receipt["seq"])
    number = f"{shard.name}-{receipt['seq'] - shard.first}"
    assert answer.headers["nguon-receipt"] == number
    assert answer.headers["link"] == (
        f'<{server.base_url}/api/v1/receipts/{number}>; rel="receipt"'
    )
    assert receipt["repeated"] is False
    assert receipt["possibleDuplicate"] is False
    assert receipt["warnings"] == []
    [back] = listed(client.get(answer.headers["location"]))
    assert back["eventID"] == "urn:uuid:1"
    assert back["recordTime"] == receipt["recordTime"]


def test_an_event_without_an_id_goes_by_its_hash(server: Server) -> None:
    client = server.member()
    answer = client.post("/epcis/events", json=bare(1))
    name = answer.json()["eventID"]
    assert name.startswith("ni:///sha-256;")
    assert name.endswith("?ver=CBV2.0")
    assert answer.headers["location"] == f"{server.base_url}/epcis/events/{quote(name, safe='')}"
    [back] = listed(client.get(answer.headers["location"]))
    assert back["eventID"] == name


def test_an_exact_repeat_gets_the_first_receipt(server: Server) -> None:
    client = server.member()
    first = client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    again = client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert server.events() == 1


def test_the_same_id_with_other_content_clashes(server: Server) -> None:
    client = server.member()
    client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    answer = client.post("/epcis/events", json=bare(2, eventID="urn:uuid:1"))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert "urn:uuid:1" in answer.json()["detail"]
    assert server.events() == 1


def test_identities_counted(server: Server) -> None:
    """Deliveries of one fact in every way, each as promised: exactly five records."""
    ours, theirs = server.member(OURS), server.member(THEIRS)
    named = bare(1, eventID="urn:uuid:1")
    declared = named | {
        "errorDeclaration": {
            "declarationTime": "2026-08-02T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:2"],
        }
    }
    expected: list[tuple[httpx.Client, dict[str, Any], int, bool]] = [
        (ours, named, 201, False),
        (ours, named, 200, False),
        (ours, declared, 201, False),
        (ours, declared, 200, False),
        (theirs, named, 201, True),
        (ours, bare(1), 201, True),
        (ours, bare(1), 200, True),
        (ours, bare(1, eventID="urn:uuid:2"), 201, True),
        (ours, bare(9, eventID="urn:uuid:1"), 409, False),
        (theirs, bare(9, eventID="urn:uuid:1"), 409, False),
    ]
    for step, (client, sent, status, duplicate) in enumerate(expected):
        answer = client.post("/epcis/events", json=sent)
        assert answer.status_code == status, (step, answer.text)
        if status != 409:
            assert answer.json()["possibleDuplicate"] is duplicate, step
    assert server.events() == 5
    assert server.store.log.gaps() == []
    by_id = listed(ours.get(f"/epcis/events/{quote('urn:uuid:1', safe='')}"))
    assert ["errorDeclaration" in one for one in by_id].count(True) == 1


def test_a_document_with_a_clash_is_recorded_not_at_all(server: Server) -> None:
    client = server.member()
    client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    clashing = document(event(2), event(3, eventID="urn:uuid:1"), event(4))
    answer = client.post("/epcis/capture", json=clashing)
    assert answer.status_code == 202
    job = answer.json()
    assert (job["running"], job["success"], job["captured"]) == (False, False, 0)
    [error] = job["errors"]
    assert error["pointer"] == "/epcisBody/eventList/1/eventID"
    assert error["code"] == "capture.event-id-clash"
    assert error["type"] == "epcisException:ResourceAlreadyExistsException"
    assert server.events() == 1


def test_proceed_records_all_but_what_is_refused(server: Server) -> None:
    client = server.member()
    client.post("/epcis/events", json=bare(1, eventID="urn:uuid:1"))
    mixed = document(
        event(2),
        event(3, eventID="urn:uuid:1"),
        event(4, action="LOOK"),
        event(5),
        event(1, eventID="urn:uuid:1"),
    )
    answer = client.post(
        "/epcis/capture", json=mixed, headers={"GS1-Capture-Error-Behaviour": "proceed"}
    )
    assert answer.status_code == 202
    job = answer.json()
    assert (job["running"], job["success"]) == (False, False)
    assert (job["events"], job["captured"], job["repeated"]) == (5, 2, 1)
    assert sorted(error["pointer"] for error in job["errors"]) == [
        "/epcisBody/eventList/1/eventID",
        "/epcisBody/eventList/2/action",
    ]
    assert server.events() == 3


def test_an_idempotency_key_answers_the_first_job(server: Server) -> None:
    client = server.member()
    headers = {"idempotency-key": "delivery 17"}
    first = client.post("/epcis/capture", json=document(event(1)), headers=headers)
    again = client.post("/epcis/capture", json=document(event(1)), headers=headers)
    assert again.json() == first.json()
    other = client.post("/epcis/capture", json=document(event(2)), headers=headers)
    assert other.status_code == 409
    assert (
        server.member(THEIRS)
        .post("/epcis/capture", json=document(event(2)), headers=headers)
        .status_code
        == 202
    )
    assert server.events() == 2


def test_jobs_are_listed_newest_first_and_paged(server: Server) -> None:
    client = server.member()
    sent = [
        client.post("/epcis/capture", json=document(event(n))).json()["captureID"] for n in range(5)
    ]
    server.member(THEIRS).post("/epcis/capture", json=document(event(9)))
    found: list[str] = []
    address = "/epcis/capture?perPage=2"
    sizes = []
    while address:
        page = client.get(address)
        found += [job["captureID"] for job in page.json()]
        sizes.append(len(page.json()))
        address = page.links.get("next", {}).get("url", "")
    assert found == sent[::-1]
    assert sizes == [2, 2, 1]


def test_a_large_document_is_captured_afterwards(
    start: Callable[..., Server], settings: Settings
) -> None:
    server = start(settings, sync_body=10_000)
    client = server.member()
    answer = client.post("/epcis/capture", content=many(300), headers=JSON)
    assert answer.status_code == 202
    job = finished(client, answer.headers["location"])
    assert (job["success"], job["events"], job["captured"]) == (True, 300, 300)
    assert server.events() == 300
    assert list(server.spool.iterdir()) == []


@pytest.mark.parametrize("faulty", ["[", json.dumps(document(event(1), event(2, action="LOOK")))])
def test_a_large_faulty_document_is_refused_as_a_job(
    start: Callable[..., Server], settings: Settings, faulty: str
) -> None:
    server = start(settings, sync_body=10)
    client = server.member()
    answer = client.post("/epcis/capture", content=faulty + " " * 20, headers=JSON)
    assert answer.status_code == 202
    job = finished(client, answer.headers["location"])
    assert (job["success"], job["captured"]) == (False, 0)
    assert len(job["errors"]) == 1
    assert server.events() == 0


def test_beyond_the_limit_of_whole_documents_only_with_proceed(
    start: Callable[..., Server],
    settings: Settings,
) -> None:
    server = start(settings, max_whole=10, max_events=2500, sync_body=100)
    client = server.member()
    whole = client.post("/epcis/capture", content=many(11), headers=JSON)
    job = finished(client, whole.headers["location"])
    assert [error["code"] for error in job["errors"]] == ["capture.needs-proceed"]
    proceed = JSON | {"GS1-Capture-Error-Behaviour": "proceed"}
    piecewise = client.post("/epcis/capture", content=many(2100), headers=proceed)
    job = finished(client, piecewise.headers["location"])
    assert (job["success"], job["captured"]) == (True, 2100)
    over = client.post("/epcis/capture", content=many(2501), headers=proceed)
    job = finished(client, over.headers["location"])
    assert [error["code"] for error in job["errors"]] == ["capture.too-many-events"]
    assert server.events() == 2100
    assert server.store.log.gaps() == []


def test_strict_keys_refuse_malformed_identifiers_and_say_where(server: Server) -> None:
    wrong = "https://id.gs1.org/01/09521234543214/21/1"
    sent = bare(1, epcList=[wrong])
    refused = server.member(strict=True).post("/epcis/events", json=sent)
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert fault["pointer"] == "/epcList/0"
    assert fault["message_vi"] != fault["message_en"]
    in_document = server.member(strict=True).post(
        "/epcis/capture", json=document(event(1), event(2, epcList=[wrong]))
    )
    assert in_document.status_code == 400
    assert [fault["pointer"] for fault in in_document.json()["errors"]] == [
        "/epcisBody/eventList/1/epcList/0"
    ]
    assert server.events() == 0


def test_lenient_keys_keep_them_with_a_warning(server: Server) -> None:
    wrong = "https://id.gs1.org/01/09521234543214/21/1"
    client = server.member()
    answer = client.post("/epcis/events", json=bare(1, epcList=[wrong]))
    assert answer.status_code == 201
    assert [warning["pointer"] for warning in answer.json()["warnings"]] == ["/epcList/0"]
    job = client.post(
        "/epcis/capture", json=document(event(2, action="ADD", epcList=[wrong]))
    ).json()
    assert job["success"] is True
    assert [warning["pointer"] for warning in job["warnings"]] == [
        "/epcisBody/eventList/0/epcList/0"
    ]
    assert len(listed(client.get("/epcis/events", params={"MATCH_epc": wrong}))) == 2


def test_options_announce_limits_and_versions(server: Server) -> None:
    answer = server.client().options("/epcis/capture")
    assert answer.status_code == 204
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == {"GET", "POST", "OPTIONS"}
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    assert answer.headers["gs1-epcis-capture-limit"] == "1000000"
    assert answer.headers["gs1-epcis-capture-file-size-limit"] == str(256 * 1024 * 1024)
    assert answer.headers["gs1-capture-error-behaviour"] == "all"


def test_one_idempotency_key_for_several_documents_at_once(server: Server) -> None:
    """Only the document that came first is recorded, whatever the others hold."""
    client = server.member(OURS)
    documents = [document(event(100 * n), event(100 * n + 1)) for n in range(1, 5)]

    def send(sent: Any) -> int:
        headers = {"Idempotency-Key": "the same"}
        return client.post("/epcis/capture", json=sent, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(send, documents))
    assert answers == [202, 409, 409, 409]
    assert client.get("/healthz").json()["events"] == 2
    assert len(client.get("/epcis/capture").json()) == 1
