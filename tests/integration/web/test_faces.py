# SPDX-License-Identifier: Apache-2.0
"""The start pages, the state view and its lists: figures of the demonstration, each as far as its
reader may see.
"""

import csv
import io
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.base.audience import Mandate
from nguon.cli.demonstration import default_folder, read_manifest
from nguon.cli.demonstration_works import settle
from nguon.compliance import projection
from nguon.identity import mandates
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from tests.accounts import session_of, signed_in, somebody, with_session
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import loaded

OFFICE = "chi-cuc-trong-trot-dak-lak"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """The demonstration with its desks; figures have followed the log."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("faces"), sqlite_template))
    loaded(running[2])
    settle(running[2].store, default_folder(), read_manifest(default_folder()))
    store = running[2].store
    while projection.position(store) < store.events.head().seq:
        if not projection.advance(store):
            time.sleep(0.05)
    yield running[2]
    stop(*running)


def _id(server: Server, code: str) -> int:
    found = queries.organisation_by_code(server.store, PUBLIC, code)
    assert found is not None
    return found.id


@pytest.fixture(scope="module")
def officer(server: Server) -> httpx.Client:
    """An officer of Đắk Lắk."""
    return signed_in(server.client(), server.store, "officer", _id(server, OFFICE))


@pytest.fixture(scope="module")
def national(server: Server) -> httpx.Client:
    """An officer of the whole country."""
    office = _id(server, OFFICE)
    person = somebody(server.store, "officer", office)
    subject = mandates.member_subject(person, office)
    mandates.grant(server.store, subject, Mandate(), by="test", reason="toàn quốc")
    return with_session(server.client(), session_of(server.store, person))


def _rows(page: str) -> dict[str, list[str]]:
    """The table of a page: the cells after the head of each row."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.DOTALL):
        cells = re.sub(r"<svg.*?</svg>|</t[hd]>|<[^>]+>", "|", row, flags=re.DOTALL)
        name, *values = [part.strip() for part in cells.split("|") if part.strip()]
        found[name] = values
    return found


def _listed(page: str) -> int:
    """How many entries a list shows."""
    main = page.partition('<main id="main">')[2].partition("</main>")[0]
    return main.count('<span class="name">')


def test_an_officer_begins_at_the_desk(server: Server, officer: httpx.Client) -> None:
    answer = officer.get("/w")
    assert (answer.status_code, answer.headers["location"]) == (303, "/s")
    page = officer.get("/s").text
    assert "Phụ trách: tỉnh Đắk Lắk" in page
    assert "14 vùng trồng, vùng nuôi" in page
    assert page.count('class="area-map"') == 1
    assert "/s/list/areas?commune=24280" in page
    assert "Hưng Yên" not in page
    clerk = signed_in(server.client(), server.store, "clerk", _id(server, OFFICE))
    assert clerk.get("/s").status_code == 403


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("", "/s"),
        ("VN-DLOR-9521", "/s/approvals?find=VN-DLOR-9521"),
        ("vn-area:VN-DLOR-9521", "/s/approvals?find=vn-area%3AVN-DLOR-9521"),
        ("9521202000014", "/s/approvals?find=9521202000014"),
        ("(01)09521202000182(10)SR260817", "/w/trace?item=01%2F09521202000182%2F10%2FSR260817"),
        ("095212020000000052", "/w/trace?item=00%2F095212020000000052"),
    ],
)
def test_any_code_leads_somewhere(officer: httpx.Client, code: str, place: str) -> None:
    answer = officer.get("/s/find", params={"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_the_state_by_province(officer: httpx.Client, national: httpx.Client) -> None:
    own = _rows(officer.get("/s/state").text)
    assert list(own) == ["tỉnh Đắk Lắk", "Cộng"]
    every = _rows(national.get("/s/state").text)
    assert every["tỉnh Đắk Lắk"] == own["tỉnh Đắk Lắk"]
    assert every["tỉnh Đắk Lắk"][2:6] == ["14", "7", "33", "17"]
    assert every["tỉnh Hưng Yên"][1:3] == ["17", "18"]
    sectors = _rows(national.get("/s/state?by=sector").text)
    assert sectors["Thuốc"] == ["4", "4", "100 %"]
    falling = list(_rows(national.get("/s/state?sort=lots&down=1").text))
    assert falling[:2] == ["thành phố Hồ Chí Minh", "tỉnh Hưng Yên"]


def test_figures_open_to_as_many_entries(national: httpx.Client) -> None:
    page = national.get("/s/state").text
    for kind in ("households", "areas", "products", "lots"):
        [(link, count)] = re.findall(rf'href="(/s/list/{kind}\?province=66)">(\d+)<', page)
        assert _listed(national.get(link).text) == int(count), kind
    [(link, count)] = re.findall(r'href="(/s/list/lots\?province=66&amp;complete=1)">(\d+)<', page)
    listed = national.get(link.replace("&amp;", "&")).text
    assert _listed(listed) == int(count) == 17


def test_lists_end_at_the_border_of_the_mandate(officer: httpx.Client) -> None:
    for kind in ("organisations", "households", "areas", "products", "lots"):
        for query in ("province=33", "commune=11977", "province=none"):
            page = officer.get(f"/s/list/{kind}?{query}")
            assert page.status_code == 200
            assert _listed(page.text) == 0, (kind, query)
        assert _listed(officer.get(f"/s/list/{kind}").text) >= 1
    assert officer.get("/s/list/secrets").status_code == 404


def test_the_state_as_a_file(national: httpx.Client) -> None:
    answer = national.get("/s/state.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    [province] = [row for row in rows if row["Mã"] == "66"]
    assert (province["Vùng"], province["Lô hàng"], province["Tỷ lệ đủ"]) == ("14", "33", "51")


def test_the_public_table_keeps_small_counts_back(server: Server) -> None:
    page = server.client(accept="text/html").get("/r/state").text
    rows = _rows(page)
    assert rows["tỉnh Đắk Lắk"][1:5] == ["14", "7", "33", "17"]
    assert rows["tỉnh Cà Mau"][:2] == ["dưới 5", "dưới 5"]
    assert rows["Cộng"][0] == "–"
    assert "Quá hạn" not in page
    assert "Trong đó hộ" not in page


def test_the_day_of_a_cooperative_and_of_a_shop(server: Server) -> None:
    def tiles(code: str) -> list[str]:
        client = signed_in(server.client(), server.store, "clerk", _id(server, code))
        page = client.get("/w").text
        return re.findall(r'<li><a href="(/w/[a-z]+)"><svg', page)

    assert tiles("htx-nhan-tan-hung")[:3] == ["/w/deliveries", "/w/pack", "/w/ship"]
    assert tiles("chuoi-nong-san-sen-viet")[:3] == ["/w/receive", "/w/sell", "/w/withdraw"]
    assert "/w/deliveries" not in tiles("chuoi-nong-san-sen-viet")
    assert tiles("cao-nguyen-xanh")[:4] == ["/w/receive", "/w/pack", "/w/ship", "/w/consignments"]


def test_the_last_sheet_once_more(server: Server) -> None:
    cooperative = _id(server, "htx-nhan-tan-hung")
    client = signed_in(server.client(), server.store, "clerk", cooperative)
    form = client.get("/w/deliveries").text
    fields = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', form))
    chosen = re.findall(r'<select id="(\w+)".*?<option value="([^"]+)" selected', form, re.DOTALL)
    [first, second, *_] = re.findall(r'name="(kg-\d+)"', form)
    typed = {**fields, **dict(chosen), first: "420", second: "170,5", "_step": "record"}
    assert client.post("/w/deliveries", data=typed).status_code == 303
    page = client.get("/w").text
    assert "2 hộ, 590,5 kg" in page
    assert 'href="/w/deliveries?again=1"' in page
    again = dict(
        re.findall(r'name="(kg-\d+)" value="([^"]+)"', client.get("/w/deliveries?again=1").text)
    )
    assert again == {first: "420", second: "170,5"}
    assert re.findall(r'name="kg-\d+" value="[^"]', client.get("/w/deliveries").text) == []
