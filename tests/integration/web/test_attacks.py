# SPDX-License-Identifier: Apache-2.0
"""What an attacker sends to a running server, and what he must not get for it."""

import re
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.capture import spool
from nguon.settings import Settings
from nguon.store.errors import StoreUnavailableError
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.samples import CONTEXT, bare, document, event, many

JSON = {"content-type": "application/json"}
PAGE = {"accept": "text/html"}
FAULTS = 20_000


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """One server for all that is refused."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("attacks"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.mark.parametrize("path", ["//evil.example/p", "///evil.example", "/\\evil.example"])
def test_no_link_of_a_page_leads_to_another_server(one_server: Server, path: str) -> None:
    target = httpx.URL(one_server.base_url).copy_with(raw_path=path.encode())
    page = one_server.client(**PAGE).get(target)
    assert page.status_code == 404
    assert re.findall(r'href="(?://|/\\)[^"]*"', page.text) == []


@pytest.mark.parametrize(
    "path", ["/static/%00", "/media/%00.svg", "/r/organisation/%00", "/r/place/a%00", "/p/%00"]
)
def test_addresses_with_nul_are_nowhere(server: Server, path: str) -> None:
    assert server.client().get(path).status_code == 404


def test_keys_and_jobs_with_nul_are_unknown(server: Server) -> None:
    key = server.client()
    assert key.get("/epcis/events", auth=("x", "nguon_\0_x")).status_code == 401
    assert server.member().get("/epcis/capture/%00").status_code == 404


def test_many_parameters_are_a_bad_request(one_server: Server) -> None:
    query = "&".join(f"a{number}=1" for number in range(1500))
    answer = one_server.member().get(f"/epcis/events?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "epcis.query-parameter"


@pytest.mark.parametrize("entrance", ["/epcis/events", "/epcis/capture"])
def test_a_submission_of_faults_is_not_answered_with_a_flood(
    one_server: Server, entrance: str
) -> None:
    sent = bare(epcList=[1] * FAULTS) if entrance.endswith("events") else document()
    if entrance.endswith("capture"):
        sent = document(*(event(number, epcList=[1] * 200) for number in range(100)))
    answer = one_server.member().post(entrance, json=sent)
    assert answer.status_code == 400
    faults = answer.json()["errors"]
    assert len(faults) == (100 if entrance.endswith("events") else 1000)
    assert answer.json()["errors"][0]["pointer"].endswith("/epcList/0")
    assert len(answer.content) < 500_000


def test_warnings_are_no_flood_either(server: Server) -> None:
    wrong = [f"https://id.gs1.org/01/09521234543214/21/{number}" for number in range(1000)]
    answer = server.member().post("/epcis/events", json=bare(epcList=wrong))
    assert answer.status_code == 201
    assert len(answer.json()["warnings"]) == 100


def test_a_hard_event_does_not_hold_up_other_requests(one_server: Server) -> None:
    hard = bare(epcList=["http://x" + "/01" * 300_000])
    sender = one_server.member()
    sender.timeout = httpx.Timeout(200)
    sending = threading.Thread(target=lambda: sender.post("/epcis/events", json=hard))
    reader = one_server.client()
    sending.start()
    longest, first = 0.0, time.monotonic()
    while sending.is_alive():
        began = time.monotonic()
        assert reader.get("/epcis/capture").status_code == 401
        longest = max(longest, time.monotonic() - began)
    sending.join()
    # On a machine with much else to do, all takes longer: still a small part of the whole.
    assert longest < max(1, (time.monotonic() - first) / 4)


def test_an_event_id_that_another_took_first_blocks_nobody(one_server: Server) -> None:
    """Neither the event alone nor a document is refused, and each party reads its own."""
    address = "/epcis/events/urn%3Auuid%3A00000000-0000-4000-8000-00000000f00d"
    name = "urn:uuid:00000000-0000-4000-8000-00000000f00d"
    thief, owner = one_server.member(71), one_server.member(72)
    taken, own = event(901, eventID=name), event(902, eventID=name)
    assert thief.post("/epcis/events", json=bare(**taken)).status_code == 201
    assert owner.post("/epcis/events", json=bare(**own)).status_code == 201
    again = owner.post("/epcis/capture", json=document(own, event(903)))
    assert (again.status_code, again.json()["success"]) == (202, True)
    other = owner.post("/epcis/events", json=bare(**event(904, eventID=name)))
    assert (other.status_code, other.json()["code"]) == (409, "capture.event-id-clash")
    for client, sent in ((thief, taken), (owner, own)):
        body = client.get(address).json()["epcisBody"]
        [seen] = body["queryResults"]["resultsBody"]["eventList"]
        assert (seen["eventID"], seen["epcList"]) == (name, sent["epcList"])


def test_spooled_documents_are_private(on_sqlite: Settings, start: Callable[..., Server]) -> None:
    server = start(replace(on_sqlite, sync_body=10))
    with server.services.capture.arrival() as arrival:
        arrival.write(b"secret")
        assert stat.S_IMODE(arrival.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(arrival.path.parent.stat().st_mode) == 0o700


def test_a_full_disk_leaves_no_piece_of_a_document(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        _spool_on_a_full_disk(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _spool_on_a_full_disk(folder: Path) -> None:
    with spool.Arrival(folder) as arrival:
        arrival._file.close()
        arrival._file = Path("/dev/full").open("wb")  # noqa: SIM115 - the arrival closes it
        arrival.write(b"x")
        arrival.durable()


def test_a_second_server_by_mistake_takes_no_document_from_the_first(
    on_sqlite: Settings, start: Callable[..., Server]
) -> None:
    settings = replace(on_sqlite, sync_body=10)
    first = start(settings)
    with first.services.capture.arrival() as arrival:
        arrival.write(many(50))
        second = start(settings)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and arrival.path.exists():
            time.sleep(0.05)
        assert arrival.path.exists()
    answer = second.member().post("/epcis/capture", content=many(50), headers=JSON)
    assert answer.status_code == 202
    deadline = time.monotonic() + 20
    while first.events() < 50 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert first.events() == 50


def test_a_position_is_hidden_however_its_scheme_is_spelt(server: Server) -> None:
    item = "https://id.gs1.org/01/09521234543213/10/A1"
    exact = {"id": "GEO:20.65123,106.05123"}
    sent = {"@context": CONTEXT, **event(epcList=[], readPoint=exact, bizLocation=exact)}
    sent["quantityList"] = [{"epcClass": item}]
    assert server.member().post("/epcis/events", json=sent).status_code == 201
    page = server.client(**PAGE).get("/p/01/09521234543213/10/A1")
    assert page.status_code == 200
    assert "106.05123" not in page.text


def test_the_page_of_a_lot_gives_no_serial_number_away(server: Server) -> None:
    lot = "https://id.gs1.org/01/09521234543213/10/A1"
    serials = ["Q4HWTHGFRX", "GUTCZYKL6O"]
    pieces = [f"{lot}/21/{serial}" for serial in serials]
    sent = [event(1, epcList=[piece]) for piece in pieces]
    carton = "https://id.gs1.org/00/095212345000000018"
    packed = event(2, type="AggregationEvent", action="ADD", parentID=carton, childEPCs=pieces)
    del packed["epcList"]
    answer = server.member().post("/epcis/capture", json=document(*sent, packed))
    assert answer.json()["success"], answer.text
    for path in ("/p/01/09521234543213/10/A1", "/p/00/095212345000000018"):
        page = server.client(**PAGE).get(path)
        assert page.status_code == 200
        assert [serial for serial in serials if serial in page.text] == []


def test_what_a_database_says_is_not_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_seq: int) -> None:
        raise StoreUnavailableError("store.unavailable", reason="10.0.0.5: no such user")

    monkeypatch.setattr(server.store.log, "events_after", down)
    answer = server.client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["code"] == "store.unavailable"
    assert "10.0.0.5" not in answer.text
