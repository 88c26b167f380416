# SPDX-License-Identifier: Apache-2.0
"""Everything malformed is refused with a clear 4xx that names every fault; nothing is written."""

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.samples import CONTEXT, bare, document, event

JSON = {"content-type": "application/json"}
ENTRANCES = ("/epcis/capture", "/epcis/events")


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """One server for all: nothing that is sent here is ever written."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("bad"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.fixture
def client(one_server: Server) -> Iterator[httpx.Client]:
    """A client with a key; afterwards the store must be empty."""
    yield one_server.member()
    assert one_server.events() == 0
    assert one_server.store.jobs.page(1, limit=1) == []


def _text(value: Any) -> bytes:
    return json.dumps(value).encode()


def _with(text: str) -> dict[str, bytes]:
    """A document and a bare event with a member written as given."""
    placed = {"/epcis/capture": document(event(1, hole=0)), "/epcis/events": bare(1, hole=0)}
    return {
        path: _text(value).replace(b'"hole": 0', text.encode()) for path, value in placed.items()
    }


DEEP = "[" * 5000 + "]" * 5000
MALFORMED: dict[str, dict[str, bytes]] = {
    "nothing": dict.fromkeys(ENTRANCES, b""),
    "only space": dict.fromkeys(ENTRANCES, b" \n"),
    "cut off": {path: body[:-5] for path, body in _with('"example:x": 0').items()},
    "trailing text": {path: body + b"x" for path, body in _with('"example:x": 0').items()},
    "not UTF-8": {path: body + b"\xff" for path, body in _with('"example:x": 0').items()},
    "byte order mark": {
        path: b"\xef\xbb\xbf" + body for path, body in _with('"example:x": 0').items()
    },
    "deep nesting": _with(f'"example:x": {DEEP}'),
    "duplicate member": _with('"action": "ADD"'),
    "duplicate in an extension": _with('"example:x": {"a": 1, "a": 2}'),
    "NaN": _with('"example:x": NaN'),
    "Infinity": _with('"example:x": -Infinity'),
    "lone surrogate": _with('"example:x": "\\ud800"'),
    "integer above 2^53": _with('"example:x": 9007199254740993'),
    "a text": dict.fromkeys(ENTRANCES, b'"EPCISDocument"'),
    "an array": dict.fromkeys(ENTRANCES, b"[]"),
    "null": dict.fromkeys(ENTRANCES, b"null"),
    "an empty object": dict.fromkeys(ENTRANCES, b"{}"),
}


@pytest.mark.parametrize("path", ENTRANCES)
@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_json(client: httpx.Client, path: str, case: str) -> None:
    answer = client.post(path, content=MALFORMED[case][path], headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "epcisException:ValidationException"
    assert problem["status"] == 400
    assert problem["detail"] != problem["code"]


IN_AN_EVENT = {
    "deep nesting",
    "duplicate member",
    "duplicate in an extension",
    "NaN",
    "Infinity",
    "lone surrogate",
    "integer above 2^53",
}


@pytest.mark.parametrize("case", sorted(MALFORMED.keys() - IN_AN_EVENT))
def test_what_is_no_document_is_refused_with_proceed_too(client: httpx.Client, case: str) -> None:
    body = MALFORMED[case]["/epcis/capture"]
    headers = JSON | {"GS1-Capture-Error-Behaviour": "proceed"}
    assert client.post("/epcis/capture", content=body, headers=headers).status_code == 400


def test_every_fault_is_named(client: httpx.Client) -> None:
    wrong = document(
        event(1, action="LOOK", bizStep="shiping"),
        event(2),
        event(3, eventTime="yesterday", epcList="one"),
    )
    del wrong["creationDate"]
    answer = client.post("/epcis/capture", json=wrong)
    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "",
        "/epcisBody/eventList/0/action",
        "/epcisBody/eventList/0/bizStep",
        "/epcisBody/eventList/2/eventTime",
        "/epcisBody/eventList/2/epcList",
    }
    for fault in answer.json()["errors"]:
        assert fault["message_vi"]
        assert fault["message_en"]
        assert fault["message_vi"] != fault["message_en"]


def test_an_event_needs_its_context(client: httpx.Client) -> None:
    answer = client.post("/epcis/events", json=event(1))
    assert answer.status_code == 400
    assert [fault["code"] for fault in answer.json()["errors"]] == ["epcis.context-missing"]


@pytest.mark.parametrize("path", ENTRANCES)
@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "application/jsonp"])
def test_other_media_types(client: httpx.Client, path: str, media_type: str) -> None:
    answer = client.post(path, content=_text(bare()), headers={"content-type": media_type})
    assert answer.status_code == 415
    assert answer.json()["type"] == "epcisException:UnsupportedMediaTypeException"
    assert "application/json" in answer.headers["accept-post"]


def test_encoded_bodies(client: httpx.Client) -> None:
    headers = JSON | {"content-encoding": "gzip"}
    answer = client.post("/epcis/events", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("GS1-Capture-Error-Behaviour", "hope", 400),
        ("GS1-EPCIS-Version", "1.2", 406),
        ("GS1-EPCIS-Version", "two", 400),
        ("GS1-EPCIS-Min", "2.1.0", 406),
        ("GS1-CBV-Max", "1.2.2", 406),
    ],
)
def test_headers(client: httpx.Client, header: str, value: str, status: int) -> None:
    answer = client.post("/epcis/capture", json=document(event()), headers={header: value})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ENTRANCES)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit(
    start: Callable[..., Server], on_sqlite: Any, path: str, announced: bool
) -> None:
    server = start(on_sqlite, max_body=2000)
    body = _text(bare(1, note="x" * 2000))
    pieces = body if announced else iter([body[:1500], body[1500:]])
    answer = server.member().post(path, content=pieces, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert answer.headers["gs1-epcis-capture-file-size-limit"] == "2000"
    assert answer.headers["gs1-epcis-capture-limit"] == "1000000"
    assert server.events() == 0
    assert server.store.jobs.page(1, limit=1) == []


def test_a_large_body_over_the_limit_leaves_nothing_behind(
    start: Callable[..., Server], on_sqlite: Any
) -> None:
    server = start(on_sqlite, max_body=5_000_000, sync_body=100)
    pieces = (b" " * 100_000 for _ in range(51))
    answer = server.member().post("/epcis/capture", content=pieces, headers=JSON)
    assert answer.status_code == 413
    assert list(server.spool.iterdir()) == []
    assert server.store.jobs.page(1, limit=1) == []


def test_too_many_events_for_one_document(start: Callable[..., Server], on_sqlite: Any) -> None:
    server = start(on_sqlite, max_events=3, max_whole=2)
    client = server.member()
    whole = client.post("/epcis/capture", json=document(*map(event, range(3))))
    assert (whole.status_code, whole.json()["code"]) == (413, "capture.needs-proceed")
    proceed = {"GS1-Capture-Error-Behaviour": "proceed"}
    over = client.post("/epcis/capture", json=document(*map(event, range(4))), headers=proceed)
    assert (over.status_code, over.json()["code"]) == (413, "capture.too-many-events")
    assert server.events() == 0


def test_a_client_that_hangs_up(start: Callable[..., Server], on_sqlite: Any) -> None:
    server = start(on_sqlite)
    address = urlsplit(server.base_url)
    key = server.key()
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(
            b"POST /epcis/capture HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"authorization: Bearer " + key.encode() + b"\r\ncontent-length: 1000\r\n\r\n{"
        )
    assert server.client().get("/healthz").json()["events"] == 0
    assert server.store.jobs.page(1, limit=1) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("EQ_bizStp=shipping", "epcis.query-parameter"),
        ("EQ_bizStep=shiping", "epcis.query-word"),
        ("GE_eventTime=yesterday", "epcis.query-time"),
        ("EQ_action=LOOK", "epcis.query-word"),
        ("eventCountLimit=1", "epcis.query-order-missing"),
        ("orderBy=eventTime&eventCountLimit=1&maxEventCount=1", "epcis.query-limits"),
        ("perPage=0", "epcis.query-number"),
        ("perPage=x", "epcis.query-number"),
        ("nextPageToken=abc", "web.page-token"),
        ("EQ_eventID=", "epcis.query-empty"),
    ],
)
def test_query_parameters(client: httpx.Client, query: str, code: str) -> None:
    answer = client.get(f"/epcis/events?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["detail"] != code


def test_a_query_beyond_reason(client: httpx.Client) -> None:
    answer = client.get("/epcis/events?EQ_eventID=" + "x" * 40_000)
    assert answer.status_code in {400, 414}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/epcis/capture/unknown", 404),
        ("/epcis/events/urn%3Auuid%3Aunknown", 404),
        ("/epcis/nothing", 404),
        ("/nothing", 404),
        ("/api/v1/nothing", 404),
        ("/epcis/capture?perPage=-1", 400),
        ("/epcis/capture?nextPageToken=x", 400),
    ],
)
def test_addresses(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_methods(client: httpx.Client) -> None:
    answer = client.delete("/epcis/events")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))


def test_forms_of_answer(client: httpx.Client) -> None:
    assert client.get("/epcis/events", headers={"accept": "application/xml"}).status_code == 406
    wrong = client.get("/epcis/events", headers={"GS1-EPC-Format": "Sometimes"})
    assert wrong.status_code == 400


def test_problems_speak_the_readers_language(client: httpx.Client) -> None:
    said = {
        language: client.get("/epcis/nothing", headers={"accept-language": language}).json()
        for language in ("vi", "en")
    }
    assert said["vi"]["title"] == "Không tìm thấy"
    assert said["en"]["title"] == "Not found"


def test_a_browser_gets_a_page(client: httpx.Client) -> None:
    answer = client.get("/nothing", headers={"accept": "text/html", "accept-language": "vi"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Không tìm thấy" in answer.text
    assert "script-src" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_what_nobody_expected_leaks_nothing(
    one_server: Server, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the password is swordfish")

    monkeypatch.setattr(one_server.store.log, "events_after", broken)
    answer = client.get("/healthz")
    monkeypatch.undo()
    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert answer.json()["code"] == "web.unexpected"


def test_the_context_constant_is_what_the_standard_says() -> None:
    assert CONTEXT in bare()["@context"]
