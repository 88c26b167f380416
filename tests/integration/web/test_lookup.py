# SPDX-License-Identifier: Apache-2.0
"""The public look-up: codes and names found, what they stand as today, what stays private."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nguon.registry import history
from nguon.registry.history import OPERATOR, Status
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.settings import Settings
from tests.integration.web.conftest import Server

TABLES = {
    "organisation": """code,kind,name_vi,commune,member_of
htx-sau,cooperative,Hợp tác xã Sầu riêng Ea Yông,24490,
ho-1,household,Nguyễn Văn An,24490,htx-sau
""",
    "place": """key,kind,name_vi,holder,national_code,commune,crop
,planting_area,Vùng trồng Ea Yông,htx-sau,VN-DLOR-0017,24490,sầu riêng
,planting_area,Vùng trồng cũ,htx-sau,VN-DLOR-0018,24490,
,packing_house,Cơ sở đóng gói Ea Yông,htx-sau,VN-DLPH-0021,24490,
414/8938512345024,farm,Vườn nhà ông An,ho-1,,24490,
""",
    "product": """key,name_vi,maker
8938512345673,Sầu riêng Ri6,htx-sau
""",
    "certificate": """scheme,number,issuer,place,crop,markets,valid_from,valid_to
planting-area,VN-DLOR-0017,Cục BVTV,vn-area:VN-DLOR-0017,sầu riêng,CN,2025-01-01,2099-12-31
planting-area,VN-DLOR-0018,Cục BVTV,vn-area:VN-DLOR-0018,sầu riêng,CN,2020-01-01,2021-12-31
""",
}


@pytest.fixture
def server(start: Callable[..., Server], on_sqlite: Settings) -> Server:
    found = start(on_sqlite)
    for register, table in TABLES.items():
        report = import_csv(found.store, register, table)
        assert report.done, report.faults
    with found.store.transaction() as connection:
        begin = datetime(2025, 1, 1, tzinfo=UTC)
        for number in ("0017", "0018"):
            history.record(
                connection,
                Register.CERTIFICATE,
                f"planting-area/VN-DLOR-{number}",
                Status.APPROVED,
                valid_from=begin,
                by=OPERATOR,
            )
    return found


def _results(server: Server, text: str, kind: str = "") -> list[dict[str, str]]:
    answer = server.client().get("/api/v1/search", params={"q": text, "kind": kind})
    assert answer.status_code == 200
    found: list[dict[str, str]] = answer.json()["results"]
    return found


def test_programs_find_codes_with_their_state(server: Server) -> None:
    [area, paper] = _results(server, "vn dlor 0017")
    assert area == {
        "register": "place",
        "key": "vn-area:VN-DLOR-0017",
        "name": "Vùng trồng Ea Yông",
        "state": "approved",
        "since": "2025-01-01",
        "kind": "planting_area",
        "code": "VN-DLOR-0017",
        "holder": "Hợp tác xã Sầu riêng Ea Yông",
        "province": "Đắk Lắk",
        "page": "/r/place/vn-area%3AVN-DLOR-0017",
    }
    assert (paper["register"], paper["code"], paper["state"]) == (
        "certificate",
        "VN-DLOR-0017",
        "approved",
    )
    [old] = _results(server, "VN-DLOR-0018", "place")
    assert (old["state"], old["since"]) == ("expired", "2021-12-31")
    [house] = _results(server, "VNDLPH0021")
    assert (house["state"], "since" in house) == ("declared", False)


def test_a_suspension_is_seen_at_once(server: Server) -> None:
    begun = datetime.now(UTC) - timedelta(days=3)
    with server.store.transaction() as connection:
        history.record(
            connection,
            Register.CERTIFICATE,
            "planting-area/VN-DLOR-0017",
            Status.SUSPENDED,
            valid_from=begun,
            by=OPERATOR,
        )
    assert {one["state"] for one in _results(server, "VN-DLOR-0017")} == {"suspended"}
    page = server.client(accept="text/html").get("/r", params={"q": "dlor0017"}).text
    assert "Đang bị tạm dừng từ" in page


def test_the_page_finds_and_filters(server: Server) -> None:
    client = server.client(**{"accept": "text/html", "accept-language": "vi"})
    page = client.get("/r", params={"q": "sau rieng"}).text
    assert "Hợp tác xã Sầu riêng Ea Yông" in page
    assert "Sầu riêng Ri6" in page
    only = client.get("/r", params={"q": "sau rieng", "kind": "product"}).text
    assert "Tìm thấy 1 mục" in only
    assert "Không có mục nào khớp “&lt;zz&gt;”" in client.get("/r", params={"q": "<zz>"}).text
    assert client.get("/r").status_code == 200
    assert client.get("/r/").status_code == 200
    english = server.client(**{"accept": "text/html", "accept-language": "en"})
    assert "2 entries found" in english.get("/r", params={"q": "VN-DLOR-0017"}).text
    assert client.get("/api/v1/search", params={"q": "x", "kind": "y"}).status_code == 400


@pytest.mark.parametrize("text", ["nguyen van an", "Vườn nhà ông An", "ong an"])
def test_a_household_is_neither_found_nor_counted(server: Server, text: str) -> None:
    assert _results(server, text) == []
    member = server.member()
    assert member.get("/api/v1/search", params={"q": text}).json()["results"] == []


def test_a_codes_page_says_what_it_proves(server: Server) -> None:
    client = server.client(**{"accept": "text/html", "accept-language": "vi"})
    page = client.get("/r/place/vn-area:VN-DLOR-0017").text
    for words in (
        "Đã được duyệt từ 01/01/2025",
        "Sầu riêng",
        "Trung Quốc",
        "Cục BVTV",
        "31/12/2099",
        "Mã này nói lên điều gì",
        "ai cũng chép được mã",
    ):
        assert words in page, words
    assert "Chưa có cơ quan nào xác nhận" not in page
    house = client.get("/r/place/vn-pack:VN-DLPH-0021").text
    assert "Tự khai, chưa được xác nhận" in house
    assert "Chưa có cơ quan nào xác nhận" in house


def test_words_in_the_start_pages_box_lead_to_the_search(server: Server) -> None:
    client = server.client(accept="text/html")
    for text, place in (
        ("sầu riêng", "/r?q=s%E1%BA%A7u%20ri%C3%AAng"),
        ("VN-DLOR-0017", "/r?q=VN-DLOR-0017"),
        ("vn-area:VN-DLOR-0017", "/r/place/vn-area:VN-DLOR-0017"),
        ("8938512345673", "/p/01/08938512345673"),
    ):
        answer = client.get("/find", params={"code": text})
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    assert client.get("/find", params={"code": "8938512345674"}).status_code == 400
    assert client.get("/find", params={"code": "(01)123"}).status_code == 400
