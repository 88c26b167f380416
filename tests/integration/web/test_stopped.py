# SPDX-License-Identifier: Apache-2.0
"""What another process stops is honoured everywhere within five seconds, and let go again."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from nguon.cli import cli
from nguon.stoplist import queries, service
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.publishing import publisher_of
from nguon.store import Store, open_store
from nguon.store import registry as rows
from tests.accounts import signed_in
from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, settings_on, stop, up
from tests.integration.web.demonstration import BOX, LOT, PALLET
from tests.integration.web.samples import bare

LOT_AS_SCANNED = "010952110100002310TH260806H"
MAKER = "htx-nhan-tan-hung"
PAGE = {"accept": "text/html", "accept-language": "vi"}
LINKSET = {"accept": "application/linkset+json"}
SECONDS = 15.0
"""Five are promised; a machine that does much else beside takes longer."""
ELSEWHERE = """
import sys
from nguon.store import open_store
from nguon.stoplist import service
from nguon.stoplist.model import NewStop, StopKind
for line in sys.stdin:
    url, what, source, kind, *keys = line.split()
    with open_store(url) as store, store.transaction() as connection:
        if what == "put":
            service.put(connection, [
                NewStop(kind=StopKind(kind), key=key, source=source, reason="recall", by="person/1")
                for key in keys])
        else:
            service.lift(connection, source, by="person/1")
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def another() -> Iterator[subprocess.Popen[str]]:
    """A process of its own that does what its lines say."""
    call = [sys.executable, "-c", ELSEWHERE]
    with subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def elsewhere(process: subprocess.Popen[str], *words: str) -> float:
    """Stops or lets go in that process; gives when that was committed."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(" ".join(words) + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"
    return time.monotonic()


def within(since: float, told: Callable[[], bool]) -> None:
    while not told():
        assert time.monotonic() - since < SECONDS
        time.sleep(0.05)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    another: subprocess.Popen[str],
) -> Iterator[tuple[Server, str]]:
    settings = settings_on(request, tmp_path_factory.mktemp("stopped"))
    found = up(settings)
    yield demonstration.loaded(found[2]), settings.database_url
    stop(*found)


def put(store: Store, source: str, kind: StopKind, key: str) -> None:
    new = NewStop(
        kind=kind,
        key=key,
        source=source,
        reason="recall",
        by="person/1",
        level=1,
        mandatory=True,
        words_vi="Trả lại cửa hàng.",
        words_en="Bring it back.",
    )
    with store.transaction() as connection:
        service.put(connection, [new])


def lift(store: Store, source: str) -> None:
    with store.transaction() as connection:
        service.lift(connection, source, by="person/1")


@pytest.fixture
def stopped(running: tuple[Server, str]) -> Iterator[tuple[Server, str]]:
    store = running[0].store
    put(store, "recall:7", StopKind.LOT, LOT)
    yield running
    lift(store, "recall:7")


def _leads_to_recall(client: httpx.Client, path: str) -> bool:
    answer = client.get(f"/{path}", headers=PAGE)
    return "recallStatus" in answer.headers.get("link", "")


def _band(client: httpx.Client, path: str) -> bool:
    return "THU HỒI" in client.get(f"/p/{path}", headers=PAGE).text


def _told(client: httpx.Client, path: str) -> Any:
    return client.get("/api/v1/stops", params={"code": path}).json()["stop"]


def test_everywhere_within_five_seconds(
    running: tuple[Server, str], another: subprocess.Popen[str]
) -> None:
    server, url = running
    client = server.client()
    for path in (LOT, BOX):
        assert not _leads_to_recall(client, path)
        assert not _band(client, path)
        assert _told(client, path) is None
    since = elsewhere(another, url, "put", "recall:3", "lot", LOT)
    for path in (LOT, BOX):
        within(since, lambda path=path: _leads_to_recall(client, path))  # type: ignore[misc]
        within(since, lambda path=path: _band(client, path))  # type: ignore[misc]
        within(since, lambda path=path: _told(client, path) is not None)  # type: ignore[misc]
    since = elsewhere(another, url, "lift", "recall:3", "lot")
    for path in (LOT, BOX):
        within(since, lambda path=path: not _leads_to_recall(client, path))  # type: ignore[misc]
        within(since, lambda path=path: not _band(client, path))  # type: ignore[misc]
        within(since, lambda path=path: _told(client, path) is None)  # type: ignore[misc]


def test_people_are_led_to_the_recall_machines_keep_their_links(
    stopped: tuple[Server, str],
) -> None:
    client = stopped[0].client()
    base = str(client.base_url).rstrip("/")
    within(time.monotonic(), lambda: _leads_to_recall(client, LOT))
    person = client.get(f"/{LOT}?linkType=gs1:traceability", headers=PAGE)
    assert person.headers["location"].startswith(f"{base}/p/{LOT}")
    machine = client.get(f"/{LOT}?linkType=gs1:traceability", headers={"accept": "*/*"})
    assert machine.status_code == 307
    assert "lang=" in machine.headers["location"]
    recall = client.get(f"/{LOT}?linkType=gs1:recallStatus", headers={"accept": "*/*"})
    assert recall.headers["location"].startswith(f"{base}/p/{LOT}?lang=vi")
    [first, *_] = client.get(f"/{LOT}", headers=LINKSET).json()["linkset"]
    told = first["https://gs1.org/voc/recallStatus"]
    assert [one["href"] for one in told] == [f"{base}/p/{LOT}?lang={lang}" for lang in ("vi", "en")]
    assert first["https://gs1.org/voc/defaultLink"][0]["href"] == f"{base}/p/{LOT}"


def test_the_page_and_the_answers_say_what_to_do(stopped: tuple[Server, str]) -> None:
    client = stopped[0].client()
    page = client.get(f"/p/{LOT}", headers=PAGE)
    assert page.headers["cache-control"] == "no-store"
    assert page.text.index("THU HỒI") < page.text.index("Trả lại cửa hàng.")
    assert "Ngừng bán, ngừng dùng ngay." in page.text
    unknown = f"{LOT.partition('/10/')[0]}/10/NEVER-SEEN"
    assert "THU HỒI" not in client.get(f"/p/{unknown}", headers=PAGE).text
    told = _told(client, BOX)
    assert (told["state"], told["kind"], told["key"]) == ("recalled", "lot", LOT)
    assert (told["level"], told["mandatory"]) == (1, True)
    standing = client.get(f"/api/v1/standing/{LOT}").json()
    assert standing["stop"]["state"] == "recalled"
    answers = stopped[0].member().post("/api/v1/stops", json={"codes": [LOT, "hello", unknown]})
    assert [list(one) for one in answers.json()["answers"]] == [
        ["code", "stop"],
        ["code", "unreadable"],
        ["code", "stop"],
    ]
    assert [one.get("stop") and one["stop"]["key"] for one in answers.json()["answers"]] == [
        LOT,
        None,
        None,
    ]


def test_a_pallet_that_holds_stopped_goods(stopped: tuple[Server, str]) -> None:
    server = stopped[0]
    client, sender = server.client(), server.member()
    assert _told(client, PALLET) is None
    for action, told in (("ADD", LOT), ("DELETE", None)):
        event = _event("packing", "in_progress", 1 if action == "ADD" else 2)
        sent = {
            **{name: value for name, value in event.items() if not name.endswith("List")},
            "type": "AggregationEvent",
            "action": action,
            "parentID": f"https://id.gs1.org/{PALLET}",
            "childEPCs": [f"https://id.gs1.org/{BOX}"],
        }
        assert sender.post("/epcis/events", json=sent).status_code == 201
        found = _told(client, PALLET)
        assert (found and found["key"]) == told
        if told is not None:
            assert found["inside"] == BOX
            assert "BÊN TRONG" in client.get(f"/p/{PALLET}", headers=PAGE).text


def _event(step: str, disposition: str, minutes: int) -> dict[str, Any]:
    at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
    lot = f"https://id.gs1.org/{LOT}"
    return bare(
        eventTime=at,
        eventTimeZoneOffset="+00:00",
        bizStep=step,
        disposition=disposition,
        epcList=[],
        quantityList=[{"epcClass": lot, "quantity": 1}],
    )


@pytest.mark.parametrize(
    ("step", "disposition", "minutes", "warned"),
    [
        ("shipping", "in_transit", 1, True),
        ("retail_selling", "retail_sold", 1, True),
        ("shipping", "in_transit", -600, False),
        ("shipping", "returned", 1, False),
        ("receiving", "in_progress", 1, False),
        ("holding", "recalled", 1, False),
        ("destroying", "destroyed", 1, False),
        ("inspecting", "in_progress", 1, False),
    ],
    ids=["shipped", "sold", "before", "returned", "received", "held", "destroyed", "inspected"],
)
def test_capture_keeps_what_happened_and_points_it_out(
    stopped: tuple[Server, str], step: str, disposition: str, minutes: int, warned: bool
) -> None:
    server = stopped[0]
    sent = _event(step, disposition, minutes)
    before = server.events()
    strict = server.member(strict=True).post("/epcis/events", json=sent)
    assert (strict.status_code == 400) is warned
    assert server.events() == before + (not warned)
    if warned:
        assert [one["code"] for one in strict.json()["errors"]] == ["capture.stopped"]
        kept = server.member().post("/epcis/events", json=sent)
        assert kept.status_code == 201
        assert [one["code"] for one in kept.json()["warnings"]] == ["capture.stopped"]
        assert server.events() == before + 1


def test_no_labels_for_a_stopped_lot_until_it_is_let_go(running: tuple[Server, str]) -> None:
    server = running[0]
    with server.store.reading() as connection:
        maker = rows.organisation_ids(connection, [MAKER])[MAKER]
    client = signed_in(server.client(), server.store, "manager", maker)
    asked = {"code": LOT, "template": "a4-24", "copies": "24", "do": "file"}
    put(server.store, "recall:8", StopKind.LOT, LOT)
    try:
        refused = client.get("/w/print", params=asked)
        assert refused.status_code == 422
        assert "TH260806H" in refused.text
        assert "application/pdf" not in refused.headers["content-type"]
    finally:
        lift(server.store, "recall:8")
    file = client.get("/w/print", params=asked)
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")


def test_after_a_restart(running: tuple[Server, str]) -> None:
    _, url = running
    store = running[0].store
    put(store, "recall:9", StopKind.ITEM, BOX)
    try:
        with open_store(url) as again:
            assert queries.stopped(again, [BOX, LOT])[BOX].source == "recall:9"
            assert set(queries.stopped(again, [BOX, LOT])) == {BOX}
    finally:
        lift(store, "recall:9")


def test_everything_that_was_at_a_place(running: tuple[Server, str]) -> None:
    server = running[0]
    place = "414/9521321000025"
    sent = _event("receiving", "in_progress", 1)
    sent["readPoint"] = {"id": f"https://id.gs1.org/{place}"}
    put(server.store, "hold:4", StopKind.PLACE, place)
    try:
        assert queries.stopped(server.store, [LOT, BOX]) == {}
        assert server.member().post("/epcis/events", json=sent).status_code == 201
        found = queries.stopped(server.store, [LOT, BOX])
        assert found[LOT].key == place
    finally:
        lift(server.store, "hold:4")


def test_the_list_by_http(stopped: tuple[Server, str], tmp_path: Path) -> None:
    client = stopped[0].client()
    told = client.get("/stoplist").json()
    base = f"/stoplist/{told['version']}"
    assert told["count"] == 1
    assert client.get(f"{base}/filter").headers["cache-control"].endswith("immutable")
    [line] = client.get(f"{base}/shards/0").text.splitlines()
    assert line.split("\t")[1:] == ["1", line.split("\t")[2], LOT]
    changed = client.get(f"/stoplist/changes/{told['version'] - 1}").json()
    assert [one[3] for one in changed["added"]] == [LOT]
    for path in (f"{base}/shards/1", "/stoplist/999999/filter", "/stoplist/changes/999999"):
        assert client.get(path).status_code == 404
    folder = str(tmp_path / "list")

    def run(*words: str) -> int:
        return CliRunner().invoke(cli, ["stoplist", *words]).exit_code

    assert run("fetch", str(client.base_url), folder) == 0
    assert run("verify", folder) == 0
    assert run("check", folder, LOT) == 1
    assert run("check", folder, "01/09521101000047/10/X") == 0
    assert run("check", folder, f"]d2{LOT_AS_SCANNED}") == 1
    put(stopped[0].store, "recall:6", StopKind.ITEM, BOX)
    try:
        publisher_of(stopped[0].store)._rest = 0.0
        assert run("fetch", str(client.base_url), folder) == 0
        assert run("check", folder, BOX) == 1
    finally:
        lift(stopped[0].store, "recall:6")
    [file] = (tmp_path / "list").glob("filter-*")
    octets = bytearray(file.read_bytes())
    octets[30] ^= 1
    file.write_bytes(octets)
    assert run("verify", folder) == 1
    assert run("check", folder, "01/09521101000047/10/X") == 1
