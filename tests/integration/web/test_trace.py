# SPDX-License-Identifier: Apache-2.0
"""Traces over HTTP: who may ask, what is answered to whom, and the page that shows it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.cli.workplace import operator
from nguon.registry.queries import organisation_by_code
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX, BOX_AS_SCANNED, LOT, loaded
from tests.integration.web.samples import document, event

API, PAGE = "/api/v1/trace", "/w/trace"
FRESH = "01/09521101000016/10"
CARRIER = "00/095211010000000313"
ORIGINS = {f"{FRESH}/H11-260805", f"{FRESH}/H12-260805", f"{FRESH}/H13-260805"}


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with all demonstration goods."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("trace"), sqlite_template))
    yield loaded(running[2])
    stop(*running)


@pytest.fixture(scope="module")
def inspector(goods: Server) -> httpx.Client:
    """A client that sees all."""
    return goods.member(OURS, "trace", kind="inspector")


def _of(server: Server, code: str) -> int:
    found = organisation_by_code(server.store, operator(), code)
    assert found is not None
    return found.id


def _asked(client: httpx.Client, item: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(API, params={"item": item} | parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _keys(found: dict[str, Any]) -> set[str]:
    return {thing["key"] for thing in found["things"]}


@pytest.mark.parametrize("address", [API, PAGE])
def test_without_a_key(goods: Server, address: str) -> None:
    system = goods.client(accept="application/json").get(address, params={"item": BOX})
    assert system.status_code == 401
    assert system.headers["www-authenticate"] == 'Bearer realm="nguon"'
    assert system.headers["content-type"] == "application/problem+json"
    browser = goods.client(accept="text/html,*/*;q=0.8").get(address, params={"item": BOX})
    if address == PAGE:
        assert browser.status_code == 303
        assert browser.headers["location"].startswith(
            "/account/sign-in?next=%2Fw%2Ftrace%3Fitem%3D"
        )
    else:
        assert browser.status_code == 401
    for answer in (system, browser):
        assert LOT.rpartition("/")[2] not in answer.text.replace(BOX, "")


@pytest.mark.parametrize("address", [API, PAGE])
def test_with_a_key_for_something_else(goods: Server, address: str) -> None:
    answer = goods.member(OURS, "capture", "read").get(address, params={"item": BOX})
    assert answer.status_code == 403
    assert answer.json()["code"] == "web.scope-missing"


def test_a_browser_sends_its_key_as_a_password(goods: Server) -> None:
    secret = goods.key(OURS, "trace", kind="inspector")
    answer = goods.client().get(PAGE, params={"item": BOX}, auth=("anybody", secret))
    assert answer.status_code == 200
    wrong = goods.client(accept="text/html").get(PAGE, auth=("anybody", secret + "x"))
    assert wrong.status_code == 401


@pytest.mark.parametrize(
    ("item", "code", "start", "end"),
    [
        ("01/09521101000024", "gs1.check-digit", 16, 17),
        ("(01)09521101000024(10)A", "gs1.check-digit", 17, 18),
        ("", "gs1.not-identifier", 0, 0),
    ],
)
def test_a_malformed_code_is_answered_with_its_span(
    inspector: httpx.Client, item: str, code: str, start: int, end: int
) -> None:
    answer = inspector.get(API, params={"item": item})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "epcisException:ValidationException"
    assert (problem["code"], problem["span"]) == (code, {"start": start, "end": end})


def test_a_name_that_nothing_has(inspector: httpx.Client) -> None:
    answer = inspector.get(API, params={"item": "hello"})
    assert answer.status_code == 404
    problem = answer.json()
    assert (problem["code"], "hello" in problem["detail"]) == ("trace.unknown-start", True)
    assert problem["hint"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"item": BOX, "direction": "up"},
        {"item": BOX, "maxThings": 0},
        {"item": BOX, "maxThings": 100_001},
        {"item": BOX, "asOf": -1},
        {"item": BOX, "asOf": "now"},
    ],
)
def test_a_parameter_that_says_nothing(inspector: httpx.Client, parameters: dict[str, Any]) -> None:
    assert inspector.get(API, params=parameters).status_code == 400


def test_where_a_box_came_from(inspector: httpx.Client, goods: Server) -> None:
    head = goods.store.log.head().seq
    found = _asked(inspector, BOX_AS_SCANNED)
    assert (found["item"], found["direction"]) == (BOX, "back")
    assert head <= found["asOf"] <= goods.store.log.head().seq
    assert (found["truncated"], found["withheld"]) == (False, 0)
    assert {(thing["key"], thing["mode"], thing["kind"]) for thing in found["things"]} == {
        (BOX, "whole", "piece"),
        (LOT, "lot", "lot"),
        (CARRIER, "carrier", "unit"),
        *((origin, "whole", "lot") for origin in ORIGINS),
    }
    (box,) = [thing for thing in found["things"] if thing["key"] == BOX]
    assert box["uri"] == f"https://id.gs1.org/{BOX}"
    assert box["depth"] == 0
    assert box["firstRecorded"].startswith("2026-08-06T")
    made = [link for link in found["links"] if link["kind"] == "transformed"]
    assert {link["source"] for link in made} == ORIGINS
    assert {link["target"] for link in made} == {LOT}
    assert {link["unit"] for link in made} == {"KGM"}
    others = {(link["source"], link["target"], link["kind"]) for link in found["links"]} - {
        (link["source"], link["target"], "transformed") for link in made
    }
    assert others == {(BOX, LOT, "member"), (BOX, CARRIER, "contained")}


def test_the_form_of_the_code_does_not_matter(inspector: httpx.Client) -> None:
    expected = _asked(inspector, BOX)
    for form in (f"https://shop.example/x/{BOX}?17=270101", "(01)09521101000023(21)26080007"):
        assert _asked(inspector, form, asOf=expected["asOf"]) == expected


def test_forward_and_limits(inspector: httpx.Client) -> None:
    origin = f"{FRESH}/H12-260805"
    whole = _asked(inspector, origin, direction="forward")
    assert whole["truncated"] is False
    assert BOX in _keys(whole)
    assert len(_keys(whole)) == 163
    some = _asked(inspector, origin, direction="forward", maxThings=5)
    assert some["truncated"] is True
    assert len(some["things"]) == 5
    assert _keys(some) < _keys(whole)


def test_as_known_at_a_log_position(inspector: httpx.Client) -> None:
    found = _asked(inspector, BOX, asOf=0)
    assert (found["asOf"], _keys(found), found["links"]) == (0, {BOX}, [])


def test_what_is_not_recorded_is_only_itself(inspector: httpx.Client) -> None:
    found = _asked(inspector, "01/09521234543213/21/NEVER")
    assert (len(found["things"]), found["links"]) == (1, [])
    assert found["things"][0]["firstRecorded"] is None


def test_a_stranger_sees_lots_without_quantities_or_carriers(goods: Server) -> None:
    stranger = goods.member(_of(goods, "nha-thuoc-an-tam"), "trace")
    found = _asked(stranger, BOX)
    assert found["withheld"] == 1
    assert CARRIER not in _keys(found)
    assert LOT in _keys(found)
    assert {link["quantity"] for link in found["links"]} == {None}
    page = stranger.get(PAGE, params={"item": BOX}, headers={"accept-language": "en"})
    assert "Recorded, but not yours to see: 1." in page.text
    assert CARRIER not in page.text
    assert CARRIER.partition("/")[2] not in page.text


def test_who_packed_it_sees_all(goods: Server) -> None:
    packer = goods.member(_of(goods, "htx-nhan-tan-hung"), "trace")
    found = _asked(packer, BOX)
    assert found["withheld"] == 0
    assert CARRIER in _keys(found)
    quantities = {link["quantity"] for link in found["links"] if link["kind"] == "transformed"}
    assert None not in quantities


def test_the_empty_page_asks(inspector: httpx.Client) -> None:
    answer = inspector.get(PAGE, headers={"accept-language": "vi"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="vi">' in answer.text
    assert 'name="item" value="" required' in answer.text
    assert "<svg viewBox" not in answer.text.partition("</form>")[2]


@pytest.mark.parametrize("view", ["drawing", "lanes"])
def test_the_page_draws_and_lists(inspector: httpx.Client, view: str) -> None:
    asked = {"item": BOX, "view": view}
    answer = inspector.get(PAGE, params=asked, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "Towards the origin: 5 found" in answer.text
    assert re.findall(r'<li class="tag">(.*?)</li>', answer.text) == [
        "4 lots",
        "1 pallet or case",
    ]
    body = answer.text.partition("<tbody>")[2]
    begin = rf'<a href="/w/trace\?item={BOX}&amp;direction=back&amp;view={view}&amp;thing='
    assert re.findall(begin + r'(.*?)#thing">(.*?)</a>', body) == [
        (key, name)
        for key, name in (
            (BOX, "Piece 26080007"),
            (LOT, "Lot TH260806H"),
            (CARRIER, "Pallet or case 095211010000000313"),
            *((origin, f"Lot {origin.rpartition('/')[2]}") for origin in sorted(ORIGINS)),
        )
    ]
    assert sorted(re.findall(r"^<title>(.*)</title>$", answer.text, re.MULTILINE)[1:]) == [
        "Lot H11-260805, Lot H12-260805, Lot H13-260805",
        "Lot TH260806H",
        "Pallet or case 095211010000000313",
        "Piece 26080007",
    ]


def test_nothing_found_teaches_the_next_step(inspector: httpx.Client) -> None:
    nothing = {"item": "01/09521234543213/21/NEVER", "direction": "forward"}
    answer = inspector.get(PAGE, params=nothing, headers={"accept-language": "vi"})
    assert answer.status_code == 200
    assert "Chưa có bản ghi nào về sau của hàng này" in answer.text
    assert "to-transformed" not in answer.text


def test_too_much_to_draw_is_listed_and_stands_in_lanes(inspector: httpx.Client) -> None:
    flour = {"item": "01/09521503000058/10/GV-2608-02", "direction": "forward", "view": "drawing"}
    answer = inspector.get(PAGE, params=flour, headers={"accept-language": "en"})
    assert "There are too many things to draw" in answer.text
    assert "to-transformed" not in answer.text
    assert answer.text.count('<th scope="row">') == 100
    found = re.search(r"Page 1 of (\d+)", answer.text)
    assert found is not None
    last = inspector.get(PAGE, params={**flour, "page": found[1]})
    assert 0 < last.text.count('<th scope="row">') <= 100
    lanes = inspector.get(PAGE, params={**flour, "view": "lanes"})
    assert "to-transformed" in lanes.text
    assert 0 < lanes.text.count('<g class="box') <= 300


def test_a_malformed_code_is_marked_on_the_page(inspector: httpx.Client) -> None:
    answer = inspector.get(
        PAGE,
        params={"item": "(01)09521101000024<b>"},
        headers={"accept": "text/html", "accept-language": "en"},
    )
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'value="(01)09521101000024&lt;b&gt;"' in answer.text
    assert re.search(r"<mark>[^<]+</mark>", answer.text)
    assert "<b>" not in answer.text.partition('role="alert"')[2].partition("<form")[0]


def test_on_each_database(server: Server) -> None:
    """A short chain of two parties: the second sees what reached it, the first what it sent."""
    lot, box = "https://id.gs1.org/01/09521234543220/10/A", "https://id.gs1.org/01/09521234543213"
    made = {
        "type": "TransformationEvent",
        "eventTime": "2026-07-31T08:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "inputQuantityList": [{"epcClass": lot, "quantity": 12.5, "uom": "KGM"}],
        "outputEPCList": [f"{box}/21/1"],
    }
    sent = server.member(OURS).post("/epcis/capture", json=document(made, event(1)))
    assert sent.status_code == 202
    tracer = server.member(OURS, "trace")
    found = _asked(tracer, f"{box}/21/1")
    assert _keys(found) == {"01/09521234543213/21/1", "01/09521234543220/10/A"}
    assert [(link["quantity"], link["unit"]) for link in found["links"]] == [("12.5", "KGM")]
    earlier = _asked(tracer, f"{box}/21/1", asOf=0)
    assert _keys(earlier) == {"01/09521234543213/21/1"}
    other = _asked(server.member(THEIRS, "trace"), f"{box}/21/1")
    assert [link["quantity"] for link in other["links"]] == [None]
    assert tracer.get(PAGE, params={"item": lot, "direction": "forward"}).status_code == 200
