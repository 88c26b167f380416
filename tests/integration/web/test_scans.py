# SPDX-License-Identifier: Apache-2.0
"""Scanning over HTTP: what is counted and told, photographs, codes that are not ours, choices."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image

from nguon.base.time import HANOI
from nguon.codes import keyring
from nguon.identity.accounts.attempts import Limit
from nguon.registry.bridge import service as bridge
from nguon.registry.bridge.model import Claim, System
from nguon.scans import queries
from nguon.scans.model import DayCount, Way
from nguon.scans.telling import merged
from nguon.settings import Settings
from nguon.web import scan_page, scan_photo
from tests.accounts import token_on
from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX, BOX_AS_SCANNED, LOT, PRODUCT

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile"
FOREIGN = "01/08938512345673"


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("scans"), sqlite_template))
    yield demonstration.loaded(running[2])
    stop(*running)


@pytest.fixture
def client(server: Server) -> httpx.Client:
    origin = server.base_url
    return server.client(**{"accept": "text/html", "user-agent": PHONE, "origin": origin})


def scans_of(server: Server, key: str) -> tuple[int, int]:
    assert server.services.scans.flush()
    found = queries.count(server.store, key)
    return found.scans, found.views


def picture(*texts: str, form: str = "PNG", scale: int = 6) -> bytes:
    """Codes one below the other, white around them."""
    drawn = []
    for text in texts:
        kind = zxingcpp.BarcodeFormat.EAN13 if len(text) == 13 else zxingcpp.BarcodeFormat.QRCode
        made = zxingcpp.create_barcode(text, kind)
        drawn.append(Image.fromarray(made.to_image(scale=scale, add_quiet_zones=True)))
    size = (max(one.width for one in drawn), sum(one.height for one in drawn))
    whole = Image.new("L", size, 255)
    top = 0
    for one in drawn:
        whole.paste(one, (0, top))
        top += one.height
    out = BytesIO()
    whole.save(out, form)
    return out.getvalue()


def sent(client: httpx.Client, **fields: Any) -> httpx.Response:
    """The form of the scan page, as a browser sends it."""
    token = token_on(client.get("/scan").text)
    photo = fields.pop("photo", None)
    if photo is None:
        return client.post("/scan", data={"_token": token, **fields})
    files = {"photo": ("code.png", photo, "image/png")}
    return client.post("/scan", data={"_token": token, **fields}, files=files)


@pytest.fixture
def fresh(start: Any, settings: Settings) -> Server:
    """A server of its own, on each database in turn."""
    running: Server = demonstration.loaded(start(settings))
    return running


def test_a_piece_says_how_often_its_code_was_scanned(fresh: Server) -> None:
    client = fresh.client(**{"accept": "text/html", "user-agent": PHONE})
    assert "đã được quét" not in client.get(f"/p/{BOX_AS_SCANNED}").text
    for number in range(3):
        other = fresh.client(**{"accept": "text/html", "user-agent": f"{PHONE} {number}"})
        moved = other.get(f"/{BOX_AS_SCANNED}")
        assert moved.status_code == 307
    client.get(f"/{BOX_AS_SCANNED}", headers={"user-agent": "Googlebot/2.1"})
    client.head(f"/{BOX_AS_SCANNED}")
    client.get(f"/{BOX_AS_SCANNED}", params={"linkType": "linkset"})
    assert scans_of(fresh, BOX) == (3, 1)
    today = datetime.now(UTC).astimezone(HANOI)
    page = client.get(f"/p/{BOX_AS_SCANNED}")
    assert page.headers["cache-control"] == "public, max-age=2"
    told = re.search(r"Mã này đã được quét 3 lần, lần đầu ngày (\S+) \(tính đến", page.text)
    assert told is not None
    assert told[1] == f"{today:%d/%m/%Y}"
    english = client.get(f"/p/{BOX_AS_SCANNED}", headers={"accept-language": "en"})
    assert "This code has been scanned 3 times, first on" in english.text
    for plain in (LOT, PRODUCT):
        assert "được quét" not in client.get(f"/p/{plain}").text
    assert scans_of(fresh, PRODUCT)[0] == 3


def test_codes_typed_here_count_and_lead_on(server: Server, client: httpx.Client) -> None:
    before = scans_of(server, LOT)
    for way in (client.get("/find", params={"code": f"({LOT[:2]}){LOT[3:17]}(10)TH260806H"}),):
        assert (way.status_code, way.headers["location"]) == (303, f"/p/{LOT}")
    assert sent(client, code="9521101000023").headers["location"] == f"/p/{PRODUCT}"
    assert scans_of(server, LOT) == (before[0] + 1, before[1])
    unknown = client.get("/find", params={"code": FOREIGN})
    assert unknown.headers["location"] == f"/p/{FOREIGN}"
    assert scans_of(server, FOREIGN) == (0, 0)


def test_an_unknown_number_says_who_gave_it_out(client: httpx.Client) -> None:
    page = client.get(f"/p/{FOREIGN}")
    assert page.status_code == 404
    assert "Ba số đầu 893: do tổ chức GS1 của Việt Nam cấp cho doanh nghiệp." in page.text
    assert "không cho biết hàng làm ở đâu" in page.text
    japanese = client.get("/p/01/04901234567894", headers={"accept-language": "en"}).text
    assert "licensed to a firm by the GS1 organisation of Japan" in japanese
    assert "Verified by GS1" in japanese
    inside = client.get("/p/01/02012345678903").text
    assert "số dùng nội bộ" in inside


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (f"https://shop.example/{FOREIGN}/10/A", ["Mã của nơi khác", "shop.example", "893"]),
        ("https://shop.example/x", ["Địa chỉ một trang web", "shop.example"]),
        ("javascript:alert(1)", ["chạy lệnh"]),
        ("http://192.0.2.7/01", ["không mã hóa (http)", "dãy số, không có tên"]),
        ("https://xn--fiqs8s.example/", ["chữ cái lạ", "xn--fiqs8s.example"]),
        ("000201" + "5802VN" + "5904SHOP", ["Mã thanh toán", "SHOP"]),
        ("WIFI:T:WPA;S:Quan;P:hunter2;;", ["Wi-Fi", "Quan"]),
        ("tel:+84912345678", ["+84912345678"]),
        ("1-2-3", ["Không phải mã mà chúng tôi biết"]),
        ("https://[broken", ["Địa chỉ viết sai"]),
    ],
)
def test_any_code_gets_an_honest_page(client: httpx.Client, code: str, words: list[str]) -> None:
    for answer in (client.get("/find", params={"code": code}), sent(client, code=code)):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        for word in (*words, "Điều không kiểm tra được ở đây", "Ai có thể biết"):
            assert word in answer.text, word
        links = re.findall(r'href="([^"]*)"', answer.text)
        assert [link for link in links if not link.startswith(("/", "#"))] == [], (
            "nothing leads outside"
        )


def test_private_texts_are_not_repeated(client: httpx.Client) -> None:
    for code, secret in (
        ("001099012345|123456789|TRAN VAN B|01021999|Nam|X|01022021", "TRAN VAN B"),
        ("otpauth://totp/x?secret=JBSWY3DP", "JBSWY3DP"),
        ("WIFI:T:WPA;S:Quan;P:hunter2;;", "hunter2"),
        ("BEGIN:VCARD\nFN:Le Thi C\nEND:VCARD", "Le Thi C"),
    ):
        answer = sent(client, code=code)
        assert answer.status_code == 200
        assert secret not in answer.text


def test_words_of_a_code_are_no_search_but_typed_ones_are(client: httpx.Client) -> None:
    assert client.get("/find", params={"code": "nhãn lồng"}).headers["location"].startswith("/r?q=")
    scanned = sent(client, code="nhãn lồng")
    assert scanned.status_code == 200
    assert 'href="/r?q=nh' in scanned.text


def test_malformed_codes_say_what_is_wrong(client: httpx.Client) -> None:
    for code in ("9521101000024", f"https://shop.example/{FOREIGN[:-1]}4", "]d20109521101000024"):
        for answer in (client.get("/find", params={"code": code}), sent(client, code=code)):
            assert answer.status_code == 400, code
            assert "<mark>4</mark>" in answer.text


def test_a_name_of_another_system_leads_to_what_firms_say_it_is(
    server: Server, client: httpx.Client
) -> None:
    number = queries_of_maker(server)
    claim = Claim(
        system=System.MINISTRY, source="truyxuat.example", foreign_id="TX-2026/77", item=LOT
    )
    declared(server, number, claim)
    answer = sent(client, code=" tx-2026/77 ")
    assert answer.status_code == 200
    assert "truyxuat.example" in answer.text
    assert f'href="/p/{LOT}"' in answer.text


def queries_of_maker(server: Server) -> int:
    with server.store.reading() as connection:
        from nguon.registry.links import holding

        found = holding.holder(connection, LOT)
    assert found is not None
    return found


def declared(server: Server, number: int, claim: Claim) -> None:
    from nguon.identity import keys

    secret = server.key(number, "registry", "read")
    principal = keys.authenticate(server.store, secret)
    assert principal is not None
    bridge.put(server.store, principal, [claim])


def test_a_photograph_leads_to_the_passport(server: Server, client: httpx.Client) -> None:
    link = f"https://id.gs1.org/{BOX_AS_SCANNED}"
    for form in ("PNG", "JPEG", "WEBP"):
        answer = sent(client, photo=picture(link, form=form))
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/p/{BOX_AS_SCANNED}")
    ean = sent(client, photo=picture("9521101000023"))
    assert ean.headers["location"] == f"/p/{PRODUCT}"


def test_several_codes_are_offered_to_choose_from(client: httpx.Client) -> None:
    answer = sent(client, photo=picture(f"https://id.gs1.org/{LOT}", "WIFI:S:Quan;P:hunter2;;"))
    assert answer.status_code == 200
    assert "Trong ảnh có 2 mã" in answer.text
    assert "(01) 09521101000023 (10) TH260806H" in answer.text
    chosen = re.findall(r'name="code" value="([^"]+)"', answer.text)
    assert len(chosen) == 2
    assert sent(client, code=chosen[0]).headers["location"] == f"/p/{LOT}"


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        (b"", "Chưa có ảnh nào"),
        (b"GIF89a" + b"\0" * 50, "không phải ảnh JPEG"),
        (b"<svg/>", "không phải ảnh JPEG"),
        (picture("hello")[:200], "bị hỏng"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, ""),
    ],
)
def test_what_is_no_photograph_is_refused_in_words(
    client: httpx.Client, photo: bytes, words: str
) -> None:
    answer = sent(client, photo=photo)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'href="#photo"' in answer.text


def test_bombs_are_refused_before_they_are_unpacked(client: httpx.Client) -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG", optimize=True)
    answer = sent(client, photo=out.getvalue())
    assert answer.status_code == 400
    assert "triệu điểm ảnh" in answer.text
    large = sent(client, photo=b"\xff" * (scan_photo.MOST_OCTETS + 200_000))
    assert large.status_code == 400


def test_a_picture_without_a_code_says_so(client: httpx.Client) -> None:
    out = BytesIO()
    Image.new("RGB", (300, 200), "green").save(out, "PNG")
    answer = sent(client, photo=out.getvalue())
    assert answer.status_code == 200
    assert "Không thấy mã nào trong ảnh" in answer.text


def test_photographs_are_limited_by_address(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_page, "PHOTOS", Limit(2, 3600))
    monkeypatch.setattr(scan_page, "network", lambda _: "limited")
    photo = picture("hello")
    assert [sent(client, photo=photo).status_code for _ in range(3)] == [200, 200, 429]
    assert sent(client, code="9521101000023").status_code == 303, "typing goes on"


def test_the_scan_page_alone_may_use_the_camera(client: httpx.Client) -> None:
    page = client.get("/scan")
    assert page.headers["permissions-policy"].startswith("camera=(self), geolocation=()")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    for other in ("/", f"/p/{LOT}", "/scan/about"):
        assert client.get(other).headers["permissions-policy"].startswith("camera=()")


def test_forms_from_elsewhere_are_refused(client: httpx.Client) -> None:
    token = token_on(client.get("/scan").text)
    for fields, headers in (
        ({"_token": token, "code": "1"}, {"origin": "https://evil.example"}),
        ({"_token": "x", "code": "1"}, {}),
        ({"code": "1"}, {}),
    ):
        assert client.post("/scan", data=fields, headers=headers).status_code == 403


def test_a_visitor_chooses_and_has_scans_removed(fresh: Server) -> None:
    origin = fresh.base_url
    client = fresh.client(**{"accept": "text/html", "user-agent": PHONE, "origin": origin})
    about = f"/scan/about?item={BOX}"
    page = client.get(about)
    assert page.status_code == 200
    token = token_on(page.text)
    fields = {"_token": token, "item": BOX, "place": "33", "marked": "1"}
    answer = client.post("/scan/about", data=fields)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/scan/about?done=chosen&item={BOX}"
    assert client.cookies["scans"] == "33"
    assert "Max-Age=86400" in answer.headers["set-cookie"]
    assert client.get(f"/{BOX_AS_SCANNED}").status_code == 307
    assert fresh.services.scans.flush()
    today = datetime.now(HANOI).date()
    days = queries.days(fresh.store, PRODUCT, today, today)
    assert [(one.place, one.scans) for one in days] == [("33", 1)]
    assert '<option value="33" selected>' in client.get(about).text
    gone = client.post("/scan/about/forget", data={"_token": token, "item": BOX})
    assert gone.headers["location"] == f"/scan/about?done=forgotten&item={BOX}"
    assert "Đã xóa" in client.get(gone.headers["location"]).text
    with fresh.store.reading() as connection:
        from sqlalchemy import func, select

        from nguon.store.scans_tables import scan

        assert connection.scalar(select(func.count()).select_from(scan)) == 0
    client.post("/scan/about", data={"_token": token, "place": "99"})
    assert client.cookies["scans"] == "no"
    for bad in ("", "x", "https://evil.example/"):
        away = client.post("/scan/about", data={"_token": token, "item": bad, "marked": "1"})
        assert away.headers["location"] == "/scan/about?done=chosen"


def test_the_holder_reads_counts_by_day_and_others_nothing(fresh: Server) -> None:
    number = queries_of_maker(fresh)
    for visitor in range(8):
        cookie = "scans=33" if visitor < 5 else "scans=79" if visitor < 7 else "x=1"
        scope = {
            "method": "GET",
            "headers": [(b"user-agent", PHONE.encode()), (b"cookie", cookie.encode())],
            "client": (f"198.51.100.{visitor}", 1),
        }
        fresh.services.scans.saw(BOX, scope, Way.LINK)
    assert fresh.services.scans.flush()
    today = datetime.now(HANOI).date().isoformat()
    holder = fresh.member(number, "read")
    answer = holder.get("/api/v1/scans", params={"item": PRODUCT})
    assert answer.status_code == 200
    found = answer.json()
    assert found["item"] == PRODUCT
    assert (found["total"]["scans"], found["total"]["views"]) == (8, 0)
    assert found["days"] == [
        {"day": today, "place": "", "scans": 3, "views": 0},
        {"day": today, "place": "33", "scans": 5, "views": 0},
    ]
    assert (set(found), found["unknown"]) == ({"item", "total", "days", "unknown"}, 0)
    piece = holder.get("/api/v1/scans", params={"item": BOX_AS_SCANNED}).json()
    assert piece["days"] == [{"day": today, "place": "", "scans": 8, "views": 0}]
    for params, status in (
        ({"item": PRODUCT, "from": "2026-01-01", "to": "2025-01-01"}, 400),
        ({"item": PRODUCT, "from": "x"}, 400),
        ({"item": PRODUCT, "from": "2020-01-01", "to": "2026-01-01"}, 400),
        ({"item": "01/123"}, 400),
        ({}, 400),
    ):
        assert holder.get("/api/v1/scans", params=params).status_code == status, params
    page = holder.get("/w/scans", params={"item": BOX_AS_SCANNED}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "Tổng cộng 8 lượt quét" in page.text
    listed = holder.get("/w/scans", headers={"accept": "text/html"}).text
    assert f'href="/w/scans?item={PRODUCT}"' in listed
    assert "8 lượt quét" in listed
    whole = holder.get("/w/scans", params={"item": PRODUCT, "lang": "en"})
    rows = re.findall(r"<td>([^<]+)</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>", whole.text)
    assert [row[1:] for row in rows] == [("5", "0"), ("3", "0")]
    assert rows[1][0] == "Not told"
    assert "lô hoặc món chưa ai ghi nhận" not in page.text
    wrong = holder.get("/w/scans", params={"item": "01/123"}, headers={"accept": "text/html"})
    assert wrong.status_code == 400
    assert 'href="/w/scans?item=' in holder.get(f"/w/lots/{LOT}").text
    other = fresh.member(999_999, "read")
    assert other.get("/w/scans", params={"item": PRODUCT}).status_code == 403
    assert 'href="/w/scans?item=' not in other.get(f"/w/lots/{LOT}").text
    for key in (PRODUCT, BOX, FOREIGN, "00/095212020000000052"):
        assert other.get("/api/v1/scans", params={"item": key}).status_code == 403
    assert fresh.client().get("/api/v1/scans", params={"item": PRODUCT}).status_code == 401


def test_made_up_serials_count_for_the_product_together(fresh: Server) -> None:
    client = fresh.client(**{"accept": "text/html", "user-agent": PHONE})
    issued = f"{PRODUCT}/21/{made_serial(fresh)}"
    for path in (*(f"{PRODUCT}/21/x{n}" for n in range(5)), f"{PRODUCT}/10/none", issued):
        assert client.get(f"/{path}").status_code in {307, 404}
    assert client.get("/01/08938512345673/21/x").status_code == 404
    assert scans_of(fresh, PRODUCT) == (7, 0)
    assert scans_of(fresh, f"{PRODUCT}/21/x1") == (0, 0)
    assert scans_of(fresh, issued) == (1, 0)
    assert queries.unknown(fresh.store, PRODUCT) == 6
    assert scans_of(fresh, "01/08938512345673") == (0, 0)
    holder = fresh.member(queries_of_maker(fresh), "read")
    assert holder.get("/api/v1/scans", params={"item": PRODUCT}).json()["unknown"] == 6
    page = holder.get("/w/scans", params={"item": PRODUCT, "lang": "en"})
    assert "Of these, 6 scans named a lot or piece that nobody recorded" in page.text


def made_serial(server: Server) -> str:
    """A serial that the system's key made, which no event has named."""
    ring = keyring.of(server.store)
    with server.store.transaction() as connection:
        key = ring.newest(connection)
    [serial] = ring.sealer(key.number, PRODUCT[3:]).serials(10**6, 1)
    return serial


def test_small_counts_of_provinces_stand_with_those_without_a_place() -> None:
    day = datetime.now(HANOI).date()
    lines = [DayCount(day, "", 1, 0), DayCount(day, "01", 4, 1), DayCount(day, "79", 2, 2)]
    assert merged(lines) == [DayCount(day, "", 3, 2), DayCount(day, "01", 4, 1)]
