# SPDX-License-Identifier: Apache-2.0
"""Ordering labels over HTTP: what was recorded, boxes for China, pieces of a block, a system's own;
each file is drawn and scanned, and what is another's is never printed.
"""

import io
import re
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pypdfium2
import pytest
import zxingcpp

from nguon.cli.demonstration import default_folder, read_manifest
from nguon.cli.demonstration_works import settle
from nguon.codes import queries
from nguon.labels.service import AT_ONCE
from nguon.store import registry as rows
from tests.accounts import signed_in
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, OTHER, licensed, manager, people
from tests.integration.web.conftest import Server, settings_on, stop, up
from tests.integration.web.demonstration import loaded

DURIAN, PACKER, STRANGER = (
    "01/09521202000182/10/SR260817",
    "cao-nguyen-xanh",
    "htx-nhan-tan-hung",
)
OWN = {
    "elements": "(01)09521101000016(10)LO-1(21)A1",
    "facts": {"product": "Nhãn lồng", "lot": "LO-1", "serial": "A1"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The demonstration, read only, on each database."""
    running = up(settings_on(request, tmp_path_factory.mktemp("labels")))
    try:
        loaded(running[2])
        settle(running[2].store, default_folder(), read_manifest(default_folder()))
        yield running[2]
    finally:
        stop(*running)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server for all who order serials here, on each database; the maker has a prefix."""
    running = up(settings_on(request, tmp_path_factory.mktemp("printing")))
    try:
        people(running[2].store, running[2].services.documents.parent)
        licensed(running[2].store)
        yield running[2]
    finally:
        stop(*running)


def _clerk(server: Server, code: str, role: str = "manager") -> httpx.Client:
    with server.store.reading() as connection:
        number = rows.organisation_ids(connection, [code])[code]
    return signed_in(server.client(), server.store, role, number)


def _scanned(content: bytes, scale: float = 3) -> Counter[str]:
    found: Counter[str] = Counter()
    document = pypdfium2.PdfDocument(content)
    for page in document:
        image = page.render(scale=scale).to_pil().convert("L")
        found.update(one.text for one in zxingcpp.read_barcodes(image))
    document.close()
    return found


def test_a_lot_is_shown_and_then_printed(office: Server) -> None:
    client = _clerk(office, PACKER)
    page = client.get("/w/print", params={"code": "(01)09521202000182(10)SR260817"})
    assert page.status_code == 200
    assert "SR260817</text>" in page.text
    asked = {"code": DURIAN, "template": "a4-24", "copies": "24", "do": "file"}
    file = client.get("/w/print", params=asked)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'attachment; filename="nhan-SR260817-a4-24.pdf"'
    assert file.headers["nguon-verified"] == "24"
    assert _scanned(file.content) == {f"{office.base_url}/{DURIAN}": 24}


def test_a_box_for_china_says_what_the_registers_say(office: Server) -> None:
    client = _clerk(office, PACKER)
    asked = {"purpose": "china", "template": "china-100x70"}
    page = client.get(f"/w/label/{DURIAN}", params=asked).text
    for said in ("DURIAN", "Dak Lak, Viet Nam", "VN-DLOR-9523", "VN-DLPH-9521", "榴莲", "多乐省"):
        assert said in page, said
    assert "Exported to the People" in page
    file = client.get(f"/w/label/{DURIAN}", params={**asked, "do": "file"})
    assert _scanned(file.content) == {f"{office.base_url}/{DURIAN}": 1}


def test_a_box_without_codes_for_china_is_refused(office: Server) -> None:
    client = _clerk(office, STRANGER)
    lot = "01/09521101000023/10/TH260806H"
    asked = {"purpose": "china", "template": "china-100x70", "do": "file"}
    refused = client.get(f"/w/label/{lot}", params=asked)
    assert refused.status_code == 422
    assert "labels.mark" not in refused.text
    assert "VN-HYOR-9521" in refused.text


def test_cartons_and_pallets(office: Server) -> None:
    client = _clerk(office, PACKER)
    asked = {"purpose": "carton", "template": "carton-148x105", "do": "file"}
    made = client.get(f"/w/label/{DURIAN}", params=asked)
    assert _scanned(made.content) == {
        "(01)09521202000182(15)260907": 1,
        "(10)SR260817": 1,
    }


def test_nothing_of_others_is_printed(office: Server) -> None:
    stranger = _clerk(office, STRANGER)
    assert stranger.get("/w/print", params={"code": "nonsense"}).status_code == 404
    asked = {"code": "01/09521202000182/10/NONE"}
    assert stranger.get("/w/print", params=asked).status_code == 404
    order = {"template": "50x30", "items": ["01/09521202000182/10/NONE"]}
    assert office.member(1).post("/api/v1/labels", json=order).status_code == 404
    unknown = stranger.get("/w/print", params={"block": "none", "quantity": "5"})
    assert unknown.status_code == 404
    officer = _clerk(office, "chi-cuc-trong-trot-dak-lak", "officer")
    assert officer.get("/w/print", params={"code": DURIAN}).status_code == 403
    assert office.client().post("/api/v1/labels", json=order).status_code == 401


def test_whatever_is_typed_into_the_form(office: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.web.work.labels._MOST_COPIES", 40)
    client = _clerk(office, PACKER)
    odd = {"copies": "-1", "dpi": "9999", "start": "x", "output": "exe", "template": "../x",
           "purpose": "gold", "first": "1e9", "quantity": "99999999999999999999"}  # fmt: skip
    for name, value in odd.items():
        page = client.get("/w/print", params={"code": DURIAN, name: value})
        assert page.status_code == 200, name
    many = {"code": DURIAN, "copies": "999999", "template": "50x30", "do": "file"}
    with client.stream("GET", "/w/print", params=many) as answer:
        assert answer.status_code == 200
        assert answer.headers["nguon-verified"] == "40"
    zpl = {"code": DURIAN, "template": "a4-24", "output": "zpl", "do": "file"}
    assert client.get("/w/print", params=zpl).status_code == 422


def test_a_system_prints_its_own(server: Server) -> None:
    client = server.member()
    body = {"template": "50x30", "labels": [{**OWN, "copies": 2}]}
    made = client.post("/api/v1/labels", json=body)
    assert made.status_code == 200, made.text
    assert made.headers["nguon-verified"] == "2"
    link = f"{server.base_url}/01/09521101000016/10/LO-1/21/A1"
    assert {one.lower() for one in _scanned(made.content)} == {link.lower()}
    for output, media in (("zpl", "application/zpl"), ("png", "application/zip")):
        made = client.post("/api/v1/labels", json={**body, "output": output})
        assert made.headers["content-type"] == media
    names = [one["name"] for one in client.get("/api/v1/labels/templates").json()]
    assert {"a4-65", "30x20", "logistic-100x150", "china-100x70"} <= set(names)


def test_what_a_system_sends_wrong_is_named(server: Server) -> None:
    client = server.member()
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"template": "50x30"}, 422, "labels.nothing-to-print"),
        ({"template": "none", "labels": [OWN]}, 422, "labels.unknown-template"),
        ({"template": "50x30", "labels": [{}]}, 422, "labels.nothing-to-carry"),
        ({"template": "50x30", "labels": [{"elements": "(01)09521101000017"}]}, 400, "gs1."),
        ({"template": "50x30", "dpi": 150, "labels": [OWN]}, 400, ""),
        ({"template": "50x30", "labels": [OWN], "more": 1}, 400, ""),
        ({"template": "a4-24", "output": "zpl", "labels": [OWN]}, 422, "labels.zpl-needs-roll"),
        ({"template": "50x30", "block": {"id": "none", "quantity": 5}}, 404, ""),
    ]
    for body, status, _ in wrong:
        answer = client.post("/api/v1/labels", json=body)
        assert answer.status_code == status, (body, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert server.client().post("/api/v1/labels", json={}).status_code == 401


def test_big_orders_come_in_parts(server: Server) -> None:
    client = server.member()
    labels = [{**OWN, "copies": AT_ONCE + 100}]
    with client.stream(
        "POST", "/api/v1/labels", json={"template": "50x30", "labels": labels}
    ) as answer:
        assert answer.headers["content-type"] == "application/zip"
        content = answer.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = [archive.read(name) for name in archive.namelist()]
    assert [len(pypdfium2.PdfDocument(part)) for part in parts] == [AT_ONCE, 100]


def test_pieces_of_a_block(server: Server) -> None:
    maker = server.member(MAKER, "capture", "read", "registry")
    number = maker.post("/api/v1/codes/gtins", json={"name": "Nhãn", "request": "1"}).json()
    order = {"gtin": number["gtin"], "quantity": 70, "request": "a", "lot": "L1"}
    block = maker.post("/api/v1/codes/blocks", json=order).json()
    pieces = maker.get(f"/api/v1/codes/blocks/{block['id']}/pieces").json()
    body = {"template": "a4-65", "block": {"id": block["id"], "first": 3, "quantity": 66}}
    made = maker.post("/api/v1/labels", json=body)
    assert made.status_code == 200, made.text
    assert made.headers["nguon-verified"] == "66"
    assert len(pypdfium2.PdfDocument(made.content)) == 2
    scanned = {one.rpartition("/")[2] for one in _scanned(made.content, 300 / 72)}
    assert scanned == {one["serial"] for one in pieces[2:68]}
    for stranger in (server.member(OTHER), server.member(OTHER, "capture", "read", "registry")):
        refused = stranger.post("/api/v1/labels", json=body)
        assert refused.status_code in {403, 404}
        assert pieces[2]["serial"] not in refused.text


@pytest.fixture
def block(server: Server) -> str:
    """Forty ordered serials of a product."""
    gtin = world.product(server.store)
    return world.block(server.store, gtin, 40, lot="L1", request=secrets.token_hex(8)).id


def _clerks(server: Server, many: int) -> list[httpx.Client]:
    return [signed_in(server.client(), server.store, "clerk", MAKER) for _ in range(many)]


def _token(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _took(clerk: httpx.Client, block: str, quantity: str) -> httpx.Response:
    page = clerk.get("/w/print", params={"block": block}).text
    typed = {"_token": _token(page, "_token"), "once": _token(page, "once"),
             "quantity": quantity, "printer": "Zebra"}  # fmt: skip
    made = clerk.post(f"/w/print/blocks/{block}", data=typed)
    if made.status_code == 303:
        again = clerk.post(f"/w/print/blocks/{block}", data=typed)
        assert again.headers["location"] == made.headers["location"]
    return made


def test_two_people_who_print_a_block_at_once_have_no_piece_in_common(
    server: Server, block: str
) -> None:
    clerks = _clerks(server, 4)
    assert f"/w/print?block={block}" in clerks[0].get("/w/print").text
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda clerk: _took(clerk, block, "9"), clerks))
    assert [one.status_code for one in made] == [303] * 4
    pages = [one.headers["location"] for one in made]
    asked = {"template": "50x30", "output": "zpl", "do": "file", "first": "1", "quantity": "40"}
    files = [
        clerk.get(page, params={"export": page.partition("=")[2], **asked})
        for clerk, page in zip(clerks, pages, strict=True)
    ]
    serials = [set(re.findall("/21/([0-9A-Z]{17})", one.text)) for one in files]
    # Whatever part of the block the address asks for, only the range's pieces are printed.
    assert all(1 <= len(one) <= 9 for one in serials)
    assert sum(map(len, serials)) == len(set.union(*serials))
    refused = _took(clerks[0], block, "9")
    assert (refused.status_code, "Zebra" in refused.text) == (422, True)


def test_a_range_is_marked_as_printed_by_one_button(server: Server, block: str) -> None:
    [clerk, other] = _clerks(server, 2)
    page = _took(clerk, block, "5").headers["location"]
    shown = clerk.get(page)
    assert shown.status_code == 200
    export = page.partition("=")[2]
    assert clerk.get(page, params={"export": export, "do": "file"}).headers["nguon-verified"] == "5"
    where = f"/w/print/exports/{export}/printed"
    tokens = [_token(one.get(page).text, "_token") for one in (clerk, other)]
    for one, token in zip((clerk, other), tokens, strict=True):
        done = one.post(where, data={"_token": token})
        assert (done.status_code, done.headers["location"]) == (303, page)
    assert where not in clerk.get(page).text
    whole = queries.whole(server.store, manager(MAKER), block)
    assert [(one.first, one.quantity) for one in whole.marks] == [(1, 5)]
    assert (whole.block.printed, whole.exports[0].fetched) == (5, 1)
    stranger = signed_in(server.client(), server.store, "clerk", OTHER)
    assert stranger.get(page).status_code == 404
    assert stranger.get("/w/print", params={"block": block}).status_code == 404
    refused = stranger.post(where, data={"_token": "x"})
    assert refused.status_code in {403, 404}
    assert block not in stranger.get("/w/print").text


def test_lots_recorded_lately_are_there_to_choose(office: Server) -> None:
    page = _clerk(office, PACKER).get("/w/print").text
    assert f'href="/w/label/{DURIAN}"' in page
    assert DURIAN not in _clerk(office, STRANGER).get("/w/print").text
