# SPDX-License-Identifier: Apache-2.0
"""Boundaries over HTTP: looked at, kept, compared with neighbours, exported; for whom."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from nguon.identity.visibility import PUBLIC
from nguon.registry import history, land
from nguon.registry.history import Actor, Status
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.settings import Settings
from nguon.store import Store
from nguon.store import registry as rows
from tests.accounts import send, session_of, signed_in, somebody, token_on, with_session
from tests.integration.web.conftest import Server

ORGANISATIONS = """code,kind,name_vi,commune,member_of
htx-sau,cooperative,Hợp tác xã Sầu riêng Ea Yông,24490,
htx-khac,cooperative,Hợp tác xã Khác,24490,
ho-1,household,Nguyễn Văn An,24490,htx-sau
"""
PLACES = """key,kind,name_vi,holder,national_code,commune,area_ha
,planting_area,Vùng trồng Ea Yông,htx-sau,VN-DLOR-0017,24490,
,planting_area,Vùng trồng Phước An,htx-khac,VN-DLOR-0018,24490,
414/8938512345024,farm,Vườn ông An,ho-1,,24490,0.5
"""
# A square of some 100 m at Krông Pắc, in VN-2000 / TM-3 108°30'.
SQUARE = (
    "1 1404567.00 478123.00\n2 1404567.00 478223.00\n3 1404467.00 478223.00\n4 1404467.00 478123.00"
)
AREA = "vn-area:VN-DLOR-0017"


@pytest.fixture
def server(start: Callable[..., Server], on_sqlite: Settings) -> Server:
    found = start(on_sqlite)
    for register, table in (("organisation", ORGANISATIONS), ("place", PLACES)):
        report = import_csv(found.store, register, table)
        assert report.done, report.faults
    return found


def _number(store: Store, code: str) -> int:
    with store.reading() as connection:
        return rows.organisation_ids(connection, [code])[code]


def _clerk(server: Server, code: str = "htx-sau") -> httpx.Client:
    return signed_in(server.client(), server.store, "clerk", _number(server.store, code))


def _kept(server: Server, key: str = AREA) -> int:
    with server.store.reading() as connection:
        from nguon.store import land as boundaries

        return len(boundaries.versions(connection, key))


def test_a_land_papers_list_is_recognised_previewed_and_kept(server: Server) -> None:
    clerk = _clerk(server)
    looked = send(clerk, f"/w/land/{AREA}", {"list": SQUARE, "step": "look", "area": "1"})
    assert looked.status_code == 200, looked.text
    assert "kinh tuyến trục 108°30′ (EPSG 9218)" in looked.text
    assert "Đã khép kín" in looked.text
    assert "Đã đổi chiều" in looked.text
    assert "0,9998 ha" in looked.text or "1,0002 ha" in looked.text
    assert "sào (1.000 m² một sào)" in looked.text
    assert _kept(server) == 0
    answer = send(clerk, f"/w/land/{AREA}", {"list": SQUARE, "step": "keep", "area": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/w/land/{AREA}?kept=1")
    assert _kept(server) == 1
    page = clerk.get(f"/w/land/{AREA}").text
    assert "Ranh đang dùng" in page
    assert "<svg" in page


def test_a_phones_degrees_need_a_choice(server: Server) -> None:
    clerk = _clerk(server)
    typed: dict[str, object] = {"list": "12.703412, 108.301233", "area": "1,2", "step": "look"}
    asked = send(clerk, f"/w/land/{AREA}", typed)
    assert asked.status_code == 422
    assert "Chưa biết các số này thuộc hệ tọa độ nào" in asked.text
    assert 'value="4326"' in asked.text
    assert 'value="4756"' in asked.text
    chosen = send(clerk, f"/w/land/{AREA}", {**typed, "system": "4326", "step": "keep"})
    assert chosen.status_code == 303
    feature = json.loads(clerk.get(f"/w/land/export?place={AREA}").content)["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [108.301233, 12.703412]}
    assert feature["properties"] == {
        "ProducerName": "Hợp tác xã Sầu riêng Ea Yông",
        "ProducerCountry": "VN",
        "ProductionPlace": "Vùng trồng Ea Yông",
        "Area": 1.2,
        "plot_id": "VN-DLOR-0017",
    }


UNREADABLE: list[tuple[dict[str, object], str]] = [
    ({"list": "a"}, "Chưa có tọa độ nào"),
    ({"list": "12.7 108.3\n12.7"}, "Dòng 2: “12.7” không có đủ hai tọa độ"),
    ({"list": "12.7 108.3\n12.8 108.4"}, "Hai đỉnh không làm thành thửa"),
    ({"list": SQUARE, "system": "4326"}, "không hợp với hệ tọa độ đã chọn"),
    ({"list": SQUARE, "system": "3857"}, "Không có hệ tọa độ số 3857"),
    ({"list": SQUARE, "area": "nhiều"}, "Diện tích “nhiều” không dùng được"),
    ({"content": "{", "list": ""}, "Không đọc được tệp GeoJSON"),
    ({"content": "<kml/>", "list": ""}, "KML"),
]


def test_what_cannot_be_read_is_named_and_nothing_is_kept(server: Server) -> None:
    clerk = _clerk(server)
    for fields, words in UNREADABLE:
        answer = send(clerk, f"/w/land/{AREA}", {"step": "keep", **fields})
        assert answer.status_code == 422, words
        assert words in answer.text
    assert _kept(server) == 0


def test_errors_keep_a_boundary_out_and_warnings_are_confirmed(server: Server) -> None:
    clerk = _clerk(server)
    bow = "\n".join(SQUARE.splitlines()[at] for at in (0, 2, 1, 3))
    crossed = send(clerk, f"/w/land/{AREA}", {"list": bow, "step": "keep", "confirmed": "1"})
    assert crossed.status_code == 200
    assert "Cạnh 1-2 cắt hoặc chạm cạnh 3-4" in crossed.text
    assert _kept(server) == 0
    typed: dict[str, object] = {"list": SQUARE, "area": "2", "step": "keep"}
    asked = send(clerk, f"/w/land/{AREA}", typed)
    assert asked.status_code == 200
    assert "lệch -50,0 % (cho phép 10 %)" in asked.text
    assert 'name="confirmed"' in asked.text
    assert _kept(server) == 0
    assert send(clerk, f"/w/land/{AREA}", {**typed, "confirmed": "1"}).status_code == 303
    assert _kept(server) == 1


def test_a_neighbours_overlap_is_told_without_the_neighbour(server: Server) -> None:
    other = "vn-area:VN-DLOR-0018"
    shifted = SQUARE.replace("478123", "478173").replace("478223", "478273")
    assert (
        send(
            _clerk(server, "htx-khac"), f"/w/land/{other}", {"list": shifted, "step": "keep"}
        ).status_code
        == 303
    )
    looked = send(_clerk(server), f"/w/land/{AREA}", {"list": SQUARE, "step": "look"})
    assert "Chồng lên thửa của người khác" in looked.text
    assert "(50,0 % thửa này)" in looked.text
    assert "0018" not in looked.text
    assert 'class="overlap"' not in looked.text
    assert 'class="beside"' not in looked.text
    with server.store.transaction() as connection:
        connection.exec_driver_sql(
            f"UPDATE place SET holder = (SELECT holder FROM place WHERE key = '{other}')"
            f" WHERE key = '{AREA}'"
        )
    own = send(_clerk(server, "htx-khac"), f"/w/land/{AREA}", {"list": SQUARE, "step": "look"})
    assert 'class="overlap"' in own.text
    assert 'class="beside"' in own.text


def test_a_garden_may_lie_in_its_planting_area_but_not_on_another_garden(server: Server) -> None:
    clerk, garden = _clerk(server), "414/8938512345024"
    for key in (AREA, garden):
        typed: dict[str, object] = {"list": SQUARE, "step": "keep", "area": "1"}
        assert send(clerk, f"/w/land/{key}", typed).status_code == 303
    import_csv(
        server.store,
        "place",
        "key,kind,name_vi,holder,commune\n414/8938512345031,plot,Thửa sau,htx-sau,24490\n",
    )
    looked = send(clerk, "/w/land/414/8938512345031", {"list": SQUARE, "step": "look"})
    assert "Chồng lên thửa Vườn ông An 10002 m² (100,0 % thửa này)" in looked.text
    assert "Vùng trồng Ea Yông 1" not in looked.text


def test_the_file_of_several_plots(server: Server) -> None:
    clerk = _clerk(server)
    ring = [[108.30, 12.70], [108.301, 12.70], [108.301, 12.701], [108.30, 12.701], [108.30, 12.70]]
    text = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                _feature("VN-DLOR-0017", {"type": "Polygon", "coordinates": [ring]}),
                _feature("414/8938512345024", {"type": "Point", "coordinates": [108.303123, 12.7]}),
            ],
        }
    ).replace("108.301,", "108.301000,")
    looked = clerk.post(
        "/w/land/import",
        data={"_token": token_on(clerk.get("/w/land").text)},
        files={"file": ("plots.geojson", text.encode())},
    )
    assert looked.status_code == 200, looked.text
    assert "Lưu cả 2 thửa" in looked.text
    assert _kept(server) == 0
    kept = send(clerk, "/w/land", {"content": text, "step": "keep"}, "/w/land/import")
    assert (kept.status_code, kept.headers["location"]) == (303, "/w/land?kept=2")
    exported = json.loads(clerk.get("/w/land/export").content)
    assert [one["properties"]["plot_id"] for one in exported["features"]] == [
        "414/8938512345024",
        "VN-DLOR-0017",
    ]
    foreign = text.replace("VN-DLOR-0017", "VN-DLOR-0018")
    refused = send(clerk, "/w/land", {"content": foreign, "step": "keep"}, "/w/land/import")
    assert "Không có địa điểm nào của bạn mang mã “VN-DLOR-0018”" in refused.text
    assert "Chưa lưu gì" in refused.text
    assert _kept(server, "414/8938512345024") == 1


def _feature(label: str, geometry: dict[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": {"plot_id": label, "Area": 1.2}, "geometry": geometry}


def test_others_neither_see_nor_change_a_boundary(server: Server) -> None:
    assert (
        send(_clerk(server), f"/w/land/{AREA}", {"list": SQUARE, "step": "keep"}).status_code == 303
    )
    other = _clerk(server, "htx-khac")
    assert other.get(f"/w/land/{AREA}").status_code == 404
    page = other.get("/w/land")
    assert "0017" not in page.text
    token = token_on(page.text)
    answer = other.post(f"/w/land/{AREA}", data={"_token": token, "list": SQUARE, "step": "keep"})
    assert answer.status_code == 404
    assert json.loads(other.get(f"/w/land/export?place={AREA}").content)["features"] == []
    assert json.loads(land.geojson(server.store, PUBLIC, [AREA]))["features"] == []
    assert _kept(server) == 1
    officer = with_session(
        server.client(), session_of(server.store, somebody(server.store, "officer", 1))
    )
    assert len(json.loads(officer.get("/w/land/export?place=" + AREA).content)["features"]) == 1


def test_the_address_helper(server: Server) -> None:
    clerk = _clerk(server)
    page = clerk.get("/w/address", params={"old": "Thôn 5, xã Ea Yông, huyện Krông Pắc, Đắk Lắk"})
    assert "Xã Krông Pắc, tỉnh Đắk Lắk" in page.text
    assert "Mã đơn vị 24490" in page.text
    assert "Giữ nguyên phần đầu: Thôn 5" in page.text
    split = clerk.get("/w/address", params={"old": "Phường Ngọc Khánh, Ba Đình, Hà Nội"}).text
    assert split.count("Mã đơn vị") == 3
    assert (
        "Phường Trảng Bom, thành phố Đồng Nai"
        in clerk.get("/w/address", params={"old": "xã Trảng Bom, tỉnh Đồng Nai"}).text
    )
    found = clerk.get("/w/address", params={"old": "krong pac dak la"}).text
    assert "Mã đơn vị 24490" in found
    answer = clerk.get("/api/v1/addresses", params={"old": "24490"}).json()
    assert (answer["how"], answer["candidates"][0]["code"]) == ("current", "24490")


def test_the_change_of_an_approved_boundary_is_shown_to_both(server: Server) -> None:
    clerk, store = _clerk(server), server.store
    send(clerk, f"/w/land/{AREA}", {"list": SQUARE, "step": "keep", "area": "1"})
    assert import_csv(store, "organisation", "code,kind,name_vi\ncc,authority,Chi cục\n").done
    body = Actor(_number(store, "cc"), "key")
    approved = datetime(2026, 1, 1, tzinfo=UTC)
    with store.transaction() as connection:
        history.record(
            connection, Register.PLACE, AREA, Status.APPROVED, valid_from=approved, by=body
        )
    larger = SQUARE.replace("478223", "478233")
    send(clerk, f"/w/land/{AREA}", {"list": larger, "step": "keep", "area": "1,1"})
    assert "Ranh mới đã gửi cơ quan cấp mã." in clerk.get(f"/w/land/{AREA}").text
    officer = signed_in(server.client(), store, "officer", _number(store, "cc"))
    case = officer.get(f"/s/approvals/entry/place?key={AREA}").text
    assert re.search(r"Ranh mới chờ duyệt: (0,9998|1,0002) ha → 1,\d+ ha", case)
    assert "<svg" in case
    assert "chờ duyệt:" not in officer.get("/s/approvals/entry/place?key=vn-area:VN-DLOR-0018").text
