# SPDX-License-Identifier: Apache-2.0
"""Every door and every kind of stop: a stopped piece is told of at each, and let go at each."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from nguon.gs1.compression import compress_link
from nguon.stoplist import service
from nguon.stoplist.model import NewStop, StopKind
from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, settings_on, stop, up
from tests.integration.web.demonstration import BOX, BOX_AS_SCANNED, LOT, PRODUCT
from tests.integration.web.samples import bare, document

SECONDS = 15.0
"""Five are promised; a machine that does much else beside takes longer."""
PLACE = "414/9521321000025"
PAGE = {"accept": "text/html", "accept-language": "vi"}
LINK = f"https://id.gs1.org/{BOX_AS_SCANNED}"
KINDS = {
    "item": (StopKind.ITEM, BOX, None),
    "lot": (StopKind.LOT, LOT, None),
    "product": (StopKind.PRODUCT, PRODUCT, None),
    "range": (StopKind.RANGE, f"{PRODUCT}/21/26080001", f"{PRODUCT}/21/26080009"),
    "place": (StopKind.PLACE, PLACE, None),
}
PLAIN = "(01)09521101000023(10)TH260806H(21)26080007"
FORMS = (
    LINK,
    f"HTTPS://SHOP.EXAMPLE/x/{BOX_AS_SCANNED}?17=271231",
    compress_link(LINK),
    compress_link(LINK, partial=True),
    PLAIN,
    "010952110100002310TH260806H\x1d2126080007",
    "]d2010952110100002310TH260806H\x1d2126080007",
    BOX,
)
Door = Callable[[Server, httpx.Client], bool]


@pytest.fixture(scope="module", params=["sqlite"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    found = up(settings_on(request, tmp_path_factory.mktemp("doors")))
    yield demonstration.loaded(found[2])
    stop(*found)


@pytest.fixture(scope="module")
def sender(server: Server) -> httpx.Client:
    return server.member(strict=True)


def _sale() -> dict[str, object]:
    at = (datetime.now(UTC) + timedelta(minutes=1)).isoformat(timespec="milliseconds")
    return bare(
        eventTime=at, eventTimeZoneOffset="+00:00", bizStep="retail_selling", epcList=[LINK]
    )


def _resolver(server: Server, _: httpx.Client) -> bool:
    return "recallStatus" in server.client().get(f"/{BOX_AS_SCANNED}").headers["link"]


def _linkset(server: Server, _: httpx.Client) -> bool:
    accept = {"accept": "application/linkset+json"}
    told = server.client().get(f"/{BOX_AS_SCANNED}", headers=accept)
    return "https://gs1.org/voc/recallStatus" in told.json()["linkset"][0]


def _passport(server: Server, _: httpx.Client) -> bool:
    page = server.client().get(f"/p/{BOX_AS_SCANNED}", headers=PAGE).text
    return "THU HỒI" in page or "TẠM GIỮ" in page


def _claims(server: Server, _: httpx.Client) -> bool:
    told = server.client().get(f"/api/v1/standing/{BOX}").json()
    return told["stop"] is not None


def _every_form(server: Server, _: httpx.Client) -> bool:
    client = server.client()
    told = [client.get("/api/v1/stops", params={"code": code}).json()["stop"] for code in FORMS]
    assert len({one is None for one in told}) == 1
    return told[0] is not None


def _many(_: Server, sender: httpx.Client) -> bool:
    answers = sender.post("/api/v1/stops", json={"codes": FORMS}).json()["answers"]
    assert len({one["stop"] is None for one in answers}) == 1
    return answers[0]["stop"] is not None


def _shop(server: Server, _: httpx.Client) -> bool:
    page = server.client().get("/stoplist/check", params={"code": PLAIN}, headers=PAGE).text
    for link in ("/stoplist", "/.well-known/did.json"):
        assert f'<a class="button plain" href="{link}">' in page
        assert server.client().get(link).status_code == 200
    assert 'data-served="unreadable"' not in page
    return 'data-served="stopped"' in page


def _one_event(_: Server, sender: httpx.Client) -> bool:
    return "capture.stopped" in sender.post("/epcis/events", json=_sale()).text


def _document(_: Server, sender: httpx.Client) -> bool:
    sale = {name: value for name, value in _sale().items() if name != "@context"}
    return "capture.stopped" in sender.post("/epcis/capture", json=document(sale)).text


DOORS: dict[str, Door] = {
    "resolver": _resolver,
    "linkset": _linkset,
    "passport": _passport,
    "claims": _claims,
    "one code": _every_form,
    "many codes": _many,
    "shop's page": _shop,
    "one event": _one_event,
    "document": _document,
}


def open_doors(server: Server, sender: httpx.Client, *, stopped: bool) -> list[str]:
    """The doors that do not say it within five seconds."""
    since = time.monotonic()
    wrong = list(DOORS)
    while wrong and time.monotonic() - since < SECONDS:
        wrong = [name for name in wrong if DOORS[name](server, sender) is not stopped]
    return wrong


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_door_tells_and_forgets(server: Server, sender: httpx.Client, kind: str) -> None:
    what, key, last = KINDS[kind]
    sources = ("recall:21", "recall:22")
    for source in sources:
        new = NewStop(kind=what, key=key, last=last, source=source, reason="recall", by="person/1")
        with server.store.transaction() as connection:
            service.put(connection, [new])
    if what is StopKind.PLACE:
        seen = {
            **_sale(),
            "bizStep": "receiving",
            "readPoint": {"id": f"https://id.gs1.org/{PLACE}"},
        }
        assert sender.post("/epcis/events", json=seen).status_code == 201
    for source in sources:
        assert open_doors(server, sender, stopped=True) == []
        with server.store.transaction() as connection:
            assert service.lift(connection, source, by="person/1") == 1
    assert open_doors(server, sender, stopped=False) == []


def test_no_cache_keeps_an_answer_longer_than_a_stop_may_wait(server: Server) -> None:
    client = server.client()
    asked: tuple[tuple[str, dict[str, str]], ...] = (
        (f"/{BOX_AS_SCANNED}", {"accept": "*/*"}),
        (f"/{BOX_AS_SCANNED}", PAGE),
        (f"/{BOX_AS_SCANNED}?linkType=linkset", {"accept": "*/*"}),
        (f"/{BOX_AS_SCANNED}?linkType=linkset", PAGE),
        (f"/{BOX_AS_SCANNED}?linkType=gs1:traceability", {"accept": "*/*"}),
        (f"/{BOX_AS_SCANNED}?linkType=gs1:nothing", {"accept": "*/*"}),
        (compress_link(LINK).removeprefix("https://id.gs1.org"), {"accept": "*/*"}),
        (f"/{PRODUCT}/10/NOBODY-KNOWS", PAGE),
        ("/01/09521234543213/21/NOBODY", {"accept": "*/*"}),
        (f"/p/{BOX_AS_SCANNED}", PAGE),
        (f"/p/{BOX_AS_SCANNED}/claims", PAGE),
        (f"/api/v1/standing/{BOX}", {}),
        (f"/api/v1/stops?code={BOX}", {}),
        ("/stoplist", {}),
        ("/stoplist/check", PAGE),
    )
    for path, headers in asked:
        answer = client.get(path, headers=headers)
        told = answer.headers.get("cache-control", "")
        assert "no-store" in told or "no-cache" in told or told == "public, max-age=2", path
