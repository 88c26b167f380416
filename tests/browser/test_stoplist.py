# SPDX-License-Identifier: Apache-2.0
"""The stop list on a phone: kept after one visit, believed and looked up in without a network."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from nguon.gs1 import IdentifierError, parse
from nguon.gs1.compression import compress_link
from nguon.registry.links.keys import levels
from nguon.scans.reading import code_in
from nguon.stoplist import offline, service, shards
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.publishing import publisher_of
from nguon.store import Store
from nguon.web.services import Services

PRODUCT = "01/09521101000023"
BAD_LOT, GOOD_LOT = f"{PRODUCT}/10/BAD-1", f"{PRODUCT}/10/GOOD-1"


def pieces(count: int) -> list[str]:
    made = random.Random(7)
    return [f"01/09521101000016/21/{made.randrange(10**9):09d}" for _ in range(count)]


def _stop(
    kind: StopKind, key: str, last: str | None = None, source: str = "recall:offline"
) -> NewStop:
    return NewStop(
        kind=kind,
        key=key,
        last=last,
        source=source,
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
    "0109521101000023310300123410AB",
    "]C1010952110100002337120\x1d10AB\x1d21S",
    "]E09521101000023",
    "^010952110100002310A/B^21C%",
    "HTTPS://X.EXAMPLE/a/01/09521101000023/10/ab#f",
    "https://x.example/01/09521101000023?10=BAD-1",
    "https://x.example/01/09521101000023/235/ABC",
    "https://x.example/01/09521101000023/21/AAAAAAAAAAAAAAAAAAAAA",
    "010952110100002310AB\x1d10CD",
)


def test_codes_are_read_like_on_the_server(phone: Page) -> None:
    def read(code: str) -> list[str]:
        try:
            found = levels(code_in(code))
        except IdentifierError:
            return []
        return [key for key in found if "/22/" not in key and "/235/" not in key]

    expected = [read(code) for code in CODES]
    answers = phone.evaluate("(codes) => codes.map(nguonStoplist.keysOf)", list(CODES))
    assert [sorted(one) for one in answers] == [sorted(one) for one in expected]
    assert parse(CODES[0]).key == f"{PRODUCT}/21/A%2FB"


def test_what_it_cannot_read_is_not_free(phone: Page) -> None:
    link = f"https://id.gs1.org/{BAD_LOT}"
    codes = [compress_link(link), compress_link(link, partial=True), f"{link}/8/x", f"{link}%"]
    assert phone.evaluate("(codes) => codes.map(nguonStoplist.keysOf)", codes) == [[], [], [], []]


def _renewed(page: Page, store: Store) -> str:
    """What comes of bringing the list level with a server that does not rest."""
    publisher_of(store)._rest = 0.0
    renewing = "nguonStoplist.renew().then(() => '', (error) => error.message)"
    told: str = page.evaluate(f"async () => await {renewing}")
    return told


def _kept(page: Page) -> tuple[int, str]:
    """The version on the device, and what it says of one more lot."""
    version, answer = page.evaluate(
        """async (key) => {
          const list = await nguonStoplist.onDevice();
          return [list.manifest.version, (await nguonStoplist.checkKeys(list, [key])).answer];
        }""",
        MORE,
    )
    return version, answer


BROKEN = """([end, body]) => {
  window.unbroken ??= window.fetch;
  window.fetch = async (address, ...more) => {
    if (!address.endsWith(end)) return window.unbroken(address, ...more);
    if (!body) throw new Error("broken");
    return new Response(body);
  };
}"""
"""A network that breaks at one address, or answers it with something else."""
MORE = f"{PRODUCT}/10/MORE-1"


def test_only_what_changed_comes_over_the_network(
    phone: Page, stopped: tuple[str, Services]
) -> None:
    store = stopped[1].store
    asked_for: list[str] = []
    phone.on("request", lambda request: asked_for.append(request.url))
    before, answer = _kept(phone)
    assert answer == "free"
    with store.transaction() as connection:
        service.put(connection, [_stop(StopKind.LOT, MORE, source="recall:more")])
    try:
        assert (_renewed(phone, store), _kept(phone)) == ("", (before + 1, "stopped"))
    finally:
        with store.transaction() as connection:
            service.lift(connection, "recall:more", by="person/1")
    assert (_renewed(phone, store), _kept(phone)) == ("", (before + 2, "free"))
    assert [url for url in asked_for if "/shards/" in url] == []
    assert len([url for url in asked_for if "/changes/" in url]) == 2
    names = phone.evaluate(
        """async () => {
          const kept = await (await caches.open("nguon-stoplist")).keys();
          return kept.filter((one) => one.url.includes("/stoplist/kept/")).length;
        }"""
    )
    assert names == 4


def test_no_older_list_and_no_half_of_one(phone: Page, stopped: tuple[str, Services]) -> None:
    store = stopped[1].store
    older = phone.request.get(f"{stopped[0]}/stoplist").text()
    with store.transaction() as connection:
        service.put(connection, [_stop(StopKind.LOT, MORE, source="recall:more")])
    try:
        before, _ = _kept(phone)
        phone.evaluate(BROKEN, ["/causes", ""])
        assert _renewed(phone, store) == "broken"
        assert _kept(phone) == (before, "free")
        phone.evaluate("window.fetch = window.unbroken")
        assert (_renewed(phone, store), _kept(phone)) == ("", (before + 1, "stopped"))
        phone.evaluate(BROKEN, ["/stoplist", older])
        assert _renewed(phone, store) == "older"
        assert _kept(phone) == (before + 1, "stopped")
    finally:
        with store.transaction() as connection:
            service.lift(connection, "recall:more", by="person/1")


def test_a_list_of_many_parts_is_whole_on_the_phone(
    phone: Page, stopped: tuple[str, Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stopped[1].store
    monkeypatch.setattr(shards, "FULL", 8)
    with store.transaction() as connection:
        service.put(connection, [_stop(StopKind.LOT, MORE, source="recall:more")])
    try:
        assert _renewed(phone, store) == ""
        phone.context.set_offline(True)
        answers = phone.evaluate(
            """async (keys) => {
              const list = await nguonStoplist.onDevice();
              const said = async (key) => (await nguonStoplist.checkKeys(list, [key])).answer;
              const found = [list.manifest.shards.length];
              for (const key of keys) found.push(await said(key));
              return found;
            }""",
            [*pieces(600), MORE, GOOD_LOT],
        )
    finally:
        with store.transaction() as connection:
            service.lift(connection, "recall:more", by="person/1")
    assert answers[0] == 128
    assert answers[1:] == ["stopped"] * 601 + ["free"]


def test_a_list_that_is_too_old_calls_nothing_free(
    phone: Page, stopped: tuple[str, Services]
) -> None:
    phone.context.set_offline(True)
    phone.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=25))
    phone.goto(f"{stopped[0]}/stoplist/check?code={GOOD_LOT}")
    phone.locator("[data-answer=stale]:visible").wait_for()
    assert "quá cũ" in phone.locator("[data-age]").inner_text()
    assert asked(phone, BAD_LOT) == "stopped"


def test_a_changed_octet_is_refused_on_the_phone(
    phone: Page, stopped: tuple[str, Services]
) -> None:
    found = phone.evaluate(
        """async () => {
          const store = await caches.open("nguon-stoplist");
          const names = (await store.keys()).map((one) => one.url);
          const at = names.find((name) => name.includes("/kept/filter-"));
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
