# SPDX-License-Identifier: Apache-2.0
"""Pages of recalls: what is typed wrong stays on the form and changes nothing; who may open what;
a voluntary recall from the quality desk to the public page; a maker's own hold.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.base.audience import Mandate
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.inspections import service as visits
from nguon.inspections.model import Visit
from nguon.recall import previewing, scoping
from nguon.recall import queries as cases
from nguon.registry import queries
from nguon.registry.documents import Folder
from nguon.stoplist import queries as stops
from nguon.store import Store
from nguon.trace.asking.holdings import Holdings, holdings_of
from tests.accounts import proved_session_of, send, signed_in, somebody, with_session
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import loaded

MAKER, CENTRE, SHOPS = "mi-song-tien", "phan-phoi-nam-sao", "chuoi-bep-am"
OFFICE = "so-an-toan-thuc-pham-hcm"
SEASONING, FLOUR = "01/09521503000058/10/GV-2608-02", "01/09521501000258/10/BM-2608-13"
LOT = "01/19520010000756/10/MT2612"
TITLE = "Mì ăn liền, mẻ 12"
WORDS = {"words_vi": "Thu hồi mẻ 12, không ăn.", "words_en": "Batch 12 is recalled."}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """The demonstration, of which nothing is recalled."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("recalls"), sqlite_template))
    loaded(running[2])
    yield running[2]
    stop(*running)


def _somebody(server: Server, role: str, code: str, *, proved: bool = True) -> httpx.Client:
    found = queries.organisation_by_code(server.store, PUBLIC, code)
    assert found is not None
    if not proved:
        return signed_in(server.client(), server.store, role, found.id)
    number = somebody(server.store, role, found.id)
    return with_session(server.client(), proved_session_of(server.store, number))


@pytest.fixture(scope="module")
def officer(server: Server) -> httpx.Client:
    return _somebody(server, "officer", OFFICE)


@pytest.fixture(scope="module")
def maker(server: Server) -> httpx.Client:
    return _somebody(server, "manager", MAKER)


def _opened(client: httpx.Client, base: str, key: str, **more: str) -> str:
    form = "/s/recalls/new" if base == "/s/recalls" else "/w/recalls/new"
    answer = send(client, form, {"title": TITLE, "keys": key, **more}, f"{base}/new")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _seen(client: httpx.Client, page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(page).text)
    assert found is not None
    return found[1]


def test_what_is_no_code_stays_on_the_form_and_opens_nothing(officer: httpx.Client) -> None:
    page = officer.get(f"/s/recalls/new?key={SEASONING}")
    assert "(01)09521503000058(10)GV-2608-02" in page.text
    before = officer.get("/s/recalls").text.count(TITLE)
    wrong = send(officer, "/s/recalls/new", {"title": TITLE, "keys": "không phải mã"})
    assert wrong.status_code == 400
    assert "Không đọc được mã: không phải mã" in wrong.text
    assert f'value="{TITLE}"' in wrong.text
    assert officer.get("/s/recalls").text.count(TITLE) == before


def test_who_may_open_what(server: Server, officer: httpx.Client, maker: httpx.Client) -> None:
    case = _opened(officer, "/s/recalls", SEASONING)
    number = case.rpartition("/")[2]
    elsewhere = _somebody(server, "officer", "chi-cuc-trong-trot-dak-lak")
    assert elsewhere.get(case).status_code == 404
    assert maker.get(case).status_code == 403
    assert maker.get(f"/w/quality/recalls/{number}").status_code == 404
    assert server.client().get(f"/recalls/{number}").status_code == 404
    assert server.client().get(f"/recalls/{number}.json").status_code == 404
    stale = _somebody(server, "officer", OFFICE, proved=False)
    answer = stale.get(f"{case}/decide")
    assert "/account/confirm" in str(answer.headers.get("location", answer.text))


def test_the_scope_is_counted_without_what_is_left_out(officer: httpx.Client) -> None:
    case = _opened(officer, "/s/recalls", f"{SEASONING}\n{FLOUR}")
    everything = officer.get(f"{case}/scope").text
    less = officer.get(f"{case}/scope", params={"keys": SEASONING}).text
    assert _figure(everything, "vật có mã") > _figure(less, "vật có mã") == 726
    again = officer.get(f"{case}/scope", params={"keys": "không phải mã"})
    assert again.status_code == 400
    assert _figure(less, "điểm") == 8


def test_the_page_says_that_gaps_were_not_looked_for_everywhere(
    officer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _opened(officer, "/s/recalls", SEASONING)
    assert 'id="gaps-cut"' not in officer.get(f"{case}/scope").text
    monkeypatch.setattr(previewing, "_MOST_STARTS", 0)
    said = officer.get(f"{case}/scope").text
    assert "Chưa tìm hết chỗ trống" in said
    assert _figure(said, "vật có mã") == 726


def test_all_things_of_a_scope_part_by_part(
    server: Server, officer: httpx.Client, maker: httpx.Client
) -> None:
    case = _opened(officer, "/s/recalls", SEASONING)
    assert officer.get(f"{case}/things").status_code == 409
    looked = officer.get(f"{case}/scope?keys={SEASONING}").text
    link = re.search(r'href="([^"]*/things\?[^"]+)">Danh sách hàng \(726\)', looked)
    assert link is not None
    listed = _things(officer, link[1])
    assert (len(listed), len(set(listed))) == (726, 726)
    assert officer.get(f"{case}/things?keys=x").status_code == 400

    fields = {"keys": SEASONING, "least": "3", "seen": _seen(officer, f"{case}/scope")}
    assert send(officer, f"{case}/scope", fields).status_code == 303
    assert f"{case}/things" in officer.get(case).text
    assert f"{case}/things" in officer.get(f"{case}/decide").text
    assert _things(officer, f"{case}/things") == listed
    table = officer.get(f"{case}/things.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(table.content.decode("utf-8-sig").splitlines()))
    assert rows[0][:5] == ["Mã", "Sản phẩm", "Tình trạng", "Bên giữ", "Nơi"]
    held = Counter(row[2] for row in rows[1:] if "(21)" in row[0])
    assert held == {"đang giữ": 640, "đã bán": 80}
    assert {row[0] for row in rows[1:]} == set(listed)

    others = _somebody(server, "officer", "chi-cuc-trong-trot-dak-lak")
    number = case.rpartition("/")[2]
    for end in ("things", "things.csv", f"things?keys={SEASONING}"):
        assert others.get(f"{case}/{end}").status_code == 404
        assert maker.get(f"/w/quality/recalls/{number}/{end}").status_code == 404


def test_more_steps_than_a_page_shows(
    officer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _opened(officer, "/s/recalls", SEASONING)
    assert "bước mới nhất" not in officer.get(case).text
    for word in ("một", "hai"):
        fields = {"kind": "finding", "words-finding": f"Ghi {word}. Mẫu đang được kiểm."}
        fields["seen"] = _seen(officer, f"{case}/investigate")
        assert send(officer, f"{case}/investigate", fields).status_code == 303
    monkeypatch.setattr(cases, "MOST", 2)
    newest = officer.get(case).text
    assert "Chỉ hiện 2 bước mới nhất" in newest
    assert ("Ghi một." in newest, "Ghi hai." in newest) == (True, True)
    first = officer.get(f"{case}?steps=").text
    assert ("Ghi một." in first, "Ghi hai." in first) == (True, False)
    following = re.search(r'href="(\?steps=\d+)#steps"', first)
    assert following is not None
    last = officer.get(f"{case}{following[1]}").text
    assert ("Ghi một." in last, "Ghi hai." in last) == (False, True)
    assert "Các bước tiếp theo" not in last
    assert officer.get(f"{case}?steps=x").status_code == 400


def _things(client: httpx.Client, address: str) -> list[str]:
    found: list[str] = []
    page, following = address.partition("?")[0], address
    while following:
        text = client.get(following.replace("&amp;", "&")).text
        found += re.findall(r'<a class="code" href="[^"]*">([^<]+)<', text)
        more = re.search(r'href="(\?[^"]*after=[^"]+)">Phần tiếp theo', text)
        following = f"{page}{more[1]}" if more else ""
    return found


def test_every_kind_of_signal_opens_a_recall(
    server: Server, officer: httpx.Client, tmp_path: Path
) -> None:
    report = officer.get("/s/cases/new", params={"subject": SEASONING, "kind": "safety"}).text
    assert re.search(r'value="safety"[^>]*checked', report)
    links = re.findall(r'href="(/s/recalls/new\?origin=[^"]+)"', report)
    origins = ["complaint", "lab", "inspection", "consumer", "import-alert"]
    assert [re.findall("origin=([a-z-]+)", one)[0] for one in links] == origins
    for origin, link in zip(origins, links, strict=True):
        form = officer.get(link.replace("&amp;", "&")).text
        assert re.search(rf'value="{origin}"[^>]*checked', form)
        assert "(01)09521503000058(10)GV-2608-02" in form

    found = queries.organisation_by_code(server.store, PUBLIC, OFFICE)
    assert found is not None
    scopes = frozenset({Scope.READ, Scope.SUPERVISE})
    by = Principal(
        found.id, "key/visit", KeyKind.INSPECTOR, scopes, strict=False, mandate=Mandate()
    )
    seen = Visit(nonce="signal-of-a-visit", begun=datetime.now(UTC), place="Chợ", codes=(LOT,))
    minutes = visits.record(server.store, by, seen, [], Folder(tmp_path))
    page = officer.get(f"/s/inspections/{minutes.id}").text
    link = re.search(r'href="(/s/recalls/new\?origin=inspection[^"]+)"', page)
    assert link is not None
    form = officer.get(link[1].replace("&amp;", "&")).text
    assert f'value="{minutes.name}"' in form
    assert "(01)19520010000756(10)MT2612" in form


def _figure(page: str, words: str) -> int:
    found = re.search(rf"<b>([\d.]+)</b><span>{words}</span>", page)
    assert found is not None, page
    return int(found[1].replace(".", ""))


def test_a_voluntary_recall_from_the_quality_desk(server: Server, maker: httpx.Client) -> None:
    case = _opened(maker, "/w/quality/recalls", LOT)
    investigate = f"{case}/investigate"
    fields = {
        "kind": "determine",
        "words-determine": "Nhãn thiếu chất gây dị ứng.",
        "seen": _seen(maker, investigate),
    }
    determined = send(maker, investigate, fields)
    assert determined.status_code == 303, determined.text
    scope = f"{case}/scope"
    fields = {"keys": LOT, "least": "3", "seen": _seen(maker, scope)}
    assert send(maker, scope, fields).status_code == 303
    decide = f"{case}/decide"
    fields = {"do": "look", "seen": _seen(maker, decide), "level": "3", **WORDS}
    lacking = send(maker, decide, {**fields, "level": "", "words_en": ""})
    assert lacking.status_code == 400
    assert "Chọn một mức." in lacking.text
    assert WORDS["words_vi"] in lacking.text
    look = send(maker, decide, fields)
    assert look.status_code == 200
    assert "Điều sẽ xảy ra ngay" in look.text
    assert stops.stopped(server.store, [LOT]) == {}
    assert send(maker, decide, {**fields, "do": "decide"}).status_code == 303

    assert stops.stopped(server.store, [LOT])[LOT].words("en") == WORDS["words_en"]
    public = server.client()
    number = case.rpartition("/")[2]
    told = public.get(f"/recalls/{number}.json", headers={"accept-language": "en"}).json()
    assert (told["words"], told["manner"], told["level"]) == (WORDS["words_en"], "voluntary", 3)
    assert LOT in told["lots"]
    feed = public.get("/recalls/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert f"/recalls/{number}</id>" in feed.text
    assert [one["id"] for one in public.get("/recalls/all.json").json()["recalls"]] == [number]
    assert "THU HỒI" in public.get(f"/recalls/{number}", headers={"accept": "text/html"}).text

    clerk = _somebody(server, "clerk", SHOPS)
    waiting = re.search(r'href="/w/recalls" class="danger"><b>(\d+)</b>(.*?)</a>', _day(clerk))
    assert waiting is not None
    assert int(waiting[1]) == len(_sites(clerk))
    assert "thông báo thu hồi phải làm<small>gần nhất: còn " in waiting[2]
    _what_is_no_number(_somebody(server, "clerk", SHOPS))
    _what_a_site_never_had(_somebody(server, "clerk", SHOPS))


def _day(client: httpx.Client) -> str:
    return client.get("/w").text


def _sites(client: httpx.Client) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/w/recalls/[0-9a-f]+-\d+)"', _list(client))))


def _list(client: httpx.Client) -> str:
    return client.get("/w/recalls").text


def _what_is_no_number(clerk: httpx.Client) -> None:
    site = _sites(clerk)[0]
    assert send(clerk, site, {}, f"{site}/see").status_code == 303
    wrong = send(clerk, f"{site}/answer", {"found-0": "mười", "held-0": "", "sold-0": "3"})
    assert wrong.status_code == 400
    assert "Ghi một số từ 0 trở lên" in wrong.text
    assert 'value="mười"' in wrong.text
    assert "Bạn đã trả lời" not in clerk.get(site).text


def _what_a_site_never_had(clerk: httpx.Client) -> None:
    site = _sites(clerk)[0]
    fields = {"concerned": "no", "words": "Không nhận lô này."}
    assert send(clerk, f"{site}/answer", fields).status_code == 303
    assert "Không có hàng này" in clerk.get(site).text


def test_a_makers_own_hold(server: Server, maker: httpx.Client) -> None:
    own = "01/19520010000756/10/MT2611"
    other = send(maker, "/w/quality", {"lot": FLOUR, "words": "Chờ."}, "/w/quality/hold")
    assert other.status_code == 400
    assert "không phải hàng của bạn" in other.text
    silent = send(maker, "/w/quality", {"lot": own, "words": ""}, "/w/quality/hold")
    assert silent.status_code == 400
    assert stops.stopped(server.store, [own, FLOUR]) == {}
    held = send(maker, "/w/quality", {"lot": own, "words": "Chờ kiểm."}, "/w/quality/hold")
    assert held.status_code == 303
    assert stops.stopped(server.store, [own])[own].words_vi == "Chờ kiểm."
    assert stops.stopped(server.store, [own], public=True) == {}
    assert send(maker, "/w/quality", {"key": own}, "/w/quality/lift").status_code == 303
    assert stops.stopped(server.store, [own]) == {}


def test_over_a_scope_known_in_part_the_page_asks(
    server: Server, officer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(store: Store, keys: Sequence[str], **_: Any) -> Holdings:
        return holdings_of(store, keys, most=2)

    monkeypatch.setattr(scoping, "holdings_of", short)
    case = _opened(officer, "/s/recalls", FLOUR)
    determine = {"kind": "determine", "words-determine": "Có chất lạ."}
    investigate, scope, decide = (f"{case}/{page}" for page in ("investigate", "scope", "decide"))
    send(officer, investigate, {**determine, "seen": _seen(officer, investigate)})
    send(officer, scope, {"keys": FLOUR, "least": "3", "seen": _seen(officer, scope)})
    seen = _seen(officer, decide)
    fields = {"do": "decide", "seen": seen, "level": "2", "manner": "mandatory", **WORDS}
    refused = send(officer, decide, fields)
    assert refused.status_code == 400
    assert "Phạm vi chưa được dò đến cùng" in refused.text
    assert 'name="partly"' in refused.text
    assert stops.stopped(server.store, [FLOUR]) == {}
    looked = send(officer, decide, {**fields, "do": "look", "partly": "1"})
    assert "con số là tối thiểu" in looked.text
    assert send(officer, decide, {**fields, "partly": "1"}).status_code == 303
    assert set(stops.stopped(server.store, [FLOUR])) == {FLOUR}
