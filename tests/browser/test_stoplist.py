# SPDX-License-Identifier: Apache-2.0
"""The stop list on a phone: kept after one visit, believed and looked up in without a network."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from nguon.gs1 import parse
from nguon.registry.links.keys import levels
from nguon.stoplist import offline, service
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.publishing import publisher_of
from nguon.web.services import Services

PRODUCT = "01/09521101000023"
BAD_LOT, GOOD_LOT = f"{PRODUCT}/10/BAD-1", f"{PRODUCT}/10/GOOD-1"


def pieces(count: int) -> list[str]:
    made = random.Random(7)
    return [f"01/09521101000016/21/{made.randrange(10**9):09d}" for _ in range(count)]


def _stop(kind: StopKind, key: str, last: str | None = None) -> NewStop:
    return NewStop(
        kind=kind,
        key=key,
        last=last,
        source="recall:offline",
        reason="recall",
        by="person/1",
        words_vi="Mang trả hàng.",
        words_en="Bring it back.",
    )


@pytest.fixture(scope="module")
def stopped(running: tuple[str, Services]) -> Iterator[tuple[str, Services]]:
    store = running[1].store
    stops = [
        _stop(StopKind.LOT, BAD_LOT),
        _stop(StopKind.RANGE, "01/09521101000030/21/100", "01/09521101000030/21/199"),
        *(_stop(StopKind.ITEM, key) for key in pieces(600)),
    ]
    with store.transaction() as connection:
        service.put(connection, stops)
    yield running
    with store.transaction() as connection:
        service.lift(connection, "recall:offline", by="person/1")


@pytest.fixture
def phone(browser: Browser, stopped: tuple[str, Services]) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, locale="vi-VN", service_workers="allow"
    )
    page = context.new_page()
    page.goto(f"{stopped[0]}/stoplist/check")
    page.locator("html[data-kept]").wait_for()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    yield page
    context.close()


def asked(page: Page, code: str) -> str | None:
    page.locator("#code").fill(code)
    page.locator("form[data-stoplist] button").click()
    page.locator("[data-answer]:visible").wait_for()
    return page.locator("[data-answer]").get_attribute("data-answer")


def test_a_shop_without_a_network(phone: Page, stopped: tuple[str, Services]) -> None:
    phone.context.set_offline(True)
    phone.goto(f"{stopped[0]}/stoplist/check?code={BAD_LOT}")
    phone.locator("[data-answer=stopped]:visible").wait_for()
    said = phone.locator("[data-answer]").inner_text()
    assert "CÓ TRONG DANH SÁCH CHẶN" in said
    assert "Mang trả hàng." in said
    assert "còn hạn dùng" in phone.locator("[data-age]").inner_text()
    assert asked(phone, "(01)09521101000023(10)GOOD-1") == "free"
    assert asked(phone, "(01)09521101000030(21)150") == "stopped"
    assert asked(phone, "(01)09521101000030(21)200") == "free"
    assert asked(phone, f"https://somebody.example/x/{BAD_LOT}/21/7?a=b") == "stopped"
    assert asked(phone, "0109521101000023\u001d10BAD-1") == "stopped"
    assert asked(phone, "hello") == "unreadable"


def test_python_and_the_browser_agree(phone: Page, stopped: tuple[str, Services]) -> None:
    publisher = publisher_of(stopped[1].store)
    found = publisher.current()
    manifest = found.manifest
    mine = offline.OfflineList(
        manifest, found.filter, found.causes, lambda n: publisher.shard(manifest.version, n)
    )
    others = [f"01/09521101000047/10/{number}" for number in range(3000)]
    keys = [*pieces(600), BAD_LOT, GOOD_LOT, PRODUCT, *others]
    expected = [mine.check([key]) for key in keys]
    phone.context.set_offline(True)
    answers = phone.evaluate(
        """async (keys) => {
          const list = await nguonStoplist.onDevice();
          const found = [];
          for (const key of keys) found.push(await nguonStoplist.checkKeys(list, [key]));
          return found;
        }""",
        keys,
    )
    assert [(one["answer"], one["falseHits"]) for one in answers] == [
        (one.answer.value, one.false_hits) for one in expected
    ]
    assert sum(one.answer is offline.Answer.STOPPED for one in expected) == 601
    assert sum(one.false_hits for one in expected) > 0


CODES = (
    "https://id.gs1.org/01/09521101000023/10/BAD-1/21/A%2FB",
    "http://shop.example/p/01/09521101000023/22/2A/10/L%251?17=271231",
    "(01)09521101000023(17)271231(10)A/B(21)9",
    "]C10109521101000023112608061729080610AB\u001d21XY",
    "9521101000023",
    "95211017",
    "(00)095211010000000018",
    "095211010000000018",
    "01/09521101000023/21/x",
)


def test_codes_are_read_like_on_the_server(phone: Page) -> None:
    def read(code: str) -> list[str]:
        from nguon.scans.reading import read as reading

        found = reading(code, "").identifier
        return [] if found is None else [key for key in levels(found) if "/22/" not in key]

    expected = [read(code) for code in CODES]
    answers = phone.evaluate("(codes) => codes.map(nguonStoplist.keysOf)", list(CODES))
    assert [sorted(one) for one in answers] == [sorted(one) for one in expected]
    assert parse(CODES[0]).key == f"{PRODUCT}/21/A%2FB"


def test_a_changed_octet_is_refused_on_the_phone(
    phone: Page, stopped: tuple[str, Services]
) -> None:
    found = phone.evaluate(
        """async () => {
          const store = await caches.open("nguon-stoplist");
          const at = "/stoplist/kept/filter";
          const octets = new Uint8Array(await (await store.match(at)).arrayBuffer());
          octets[40] ^= 1;
          await store.put(at, new Response(octets));
          return await nguonStoplist.onDevice();
        }"""
    )
    assert found is None
    phone.context.set_offline(True)
    phone.goto(f"{stopped[0]}/stoplist/check?code={BAD_LOT}")
    phone.locator("[data-answer=unsure]:visible").wait_for()
    assert "chưa có danh sách đáng tin" in phone.locator("[data-age]").inner_text()
