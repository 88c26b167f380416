# SPDX-License-Identifier: Apache-2.0
"""The pages of everyday entries over HTTP: nothing typed is lost, nothing is recorded twice, and
nobody sees what is another organisation's.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from nguon.base.time import HANOI
from nguon.parties import owning
from nguon.registry import service
from nguon.stoplist import service as stoplist
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import registry as rows
from nguon.store.enrolment_tables import enrolment
from nguon.store.grants_tables import party_grant
from nguon.store.registry_tables import product
from tests.accounts import signed_in, token_on
from tests.integration.web.conftest import Server

MASTER = Path(__file__).parents[3] / "examples" / "master"
COOPERATIVE, STRANGER = "htx-nhan-tan-hung", "cao-nguyen-xanh"
KEYS = {
    "product": "01/09521101000016",
    "area": "414/9521101000030",
    "place": "414/9521101000016",
}


@pytest.fixture
def numbers(server: Server) -> dict[str, int]:
    """A server with the registers of the examples: the organisations' numbers."""
    for register, name in (
        ("organisation", "to-chuc"),
        ("place", "dia-diem"),
        ("product", "san-pham"),
    ):
        assert service.import_csv(server.store, register, MASTER / f"{name}.csv").done
    with server.store.reading() as connection:
        codes = [COOPERATIVE, STRANGER, "ho-th-01", "ho-th-02"]
        return rows.organisation_ids(connection, codes)


def _clerk(server: Server, organisation: int, role: str = "clerk") -> httpx.Client:
    return signed_in(server.client(), server.store, role, organisation)


def _sheet(client: httpx.Client, numbers: dict[str, int], **fields: str) -> dict[str, str]:
    """The fields of a delivery sheet with two households."""
    page = client.get("/w/deliveries").text
    form = re.search(r'name="_form" value="([^"]+)"', page)
    assert form is not None
    first, second = numbers["ho-th-01"], numbers["ho-th-02"]
    today = f"{datetime.now(HANOI):%d/%m/%Y}"
    return {
        "_token": token_on(page),
        "_form": form[1],
        "day": today,
        **KEYS,
        f"kg-{first}": "420",
        f"lot-{first}": "LO-1",
        f"kg-{second}": "1,25 t\u1ea5n",
        f"lot-{second}": "LO-2",
        **fields,
    }


def test_a_sheet_is_recorded_once_and_its_own_organisation_reads_it(
    server: Server, numbers: dict[str, int]
) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    fields = _sheet(client, numbers)
    look = client.post("/w/deliveries", data={**fields, "_step": "look"})
    assert (look.status_code, server.events()) == (200, 0)
    assert "1.670 kg" in look.text
    first, again = (
        client.post("/w/deliveries", data={**fields, "_step": "record"}) for _ in range(2)
    )
    assert [first.status_code, again.status_code] == [303, 303]
    assert first.headers["location"] == again.headers["location"] == "/w/done/1"
    assert server.events() == 4
    receipt = client.get("/w/done/1")
    assert (receipt.status_code, "LO-1" in receipt.text) == (200, True)
    label = "/w/label/01/09521101000016/10/LO-1"
    assert client.get(label).status_code == 200
    stranger = _clerk(server, numbers[STRANGER])
    assert stranger.get("/w/done/1").status_code == 404
    assert "LO-1" not in stranger.get("/w/pack").text
    theft = {"_token": token_on(stranger.get("/w/sell").text), "_step": "record", "_form": "x",
             "day": fields["day"], "place": "414/9521202000014", "count": "5",
             "code": "(01)09521101000016(10)LO-1"}  # fmt: skip
    refused = stranger.post("/w/sell", data=theft)
    assert (refused.status_code, server.events()) == (422, 4)


def test_a_makers_own_recall_stops_his_form_and_is_shown_at_others(
    server: Server, numbers: dict[str, int]
) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    sheet = {**_sheet(client, numbers), "_step": "record"}
    assert client.post("/w/deliveries", data=sheet).status_code == 303
    lot = "01/09521101000016/10/LO-1"
    since = datetime.now(HANOI) - timedelta(hours=1)
    new = NewStop(
        kind=StopKind.LOT, key=lot, source="recall:1", reason="recall", by="person/1",
        words_vi="Nhiễm <b>cadimi</b>", since=since,
    )  # fmt: skip
    with server.store.transaction() as connection:
        stoplist.put(connection, [new])
    sale = {"_token": token_on(client.get("/w/sell").text), "_step": "look", "_form": "s1",
            "day": sheet["day"], "place": KEYS["place"], "count": "5", "code": lot}  # fmt: skip
    refused = client.post("/w/sell", data=sale)
    assert refused.status_code == 422
    assert "LO-1 đang bị chính đơn vị của bạn thu hồi hoặc tạm giữ" in refused.text
    with server.store.transaction() as connection:
        change = product.update().where(product.c.key == KEYS["product"])
        connection.execute(change.values(maker=numbers[STRANGER]))
    look = client.post("/w/sell", data=sale)
    assert look.status_code == 200
    assert "LO-1 đang bị thu hồi hoặc tạm giữ." in look.text
    assert "Nhiễm &lt;b&gt;cadimi&lt;/b&gt;" in look.text


def test_what_has_to_be_granted_first_is_said_at_the_form(
    server: Server, numbers: dict[str, int]
) -> None:
    """A household that was identified, and whose grant to the cooperative is over."""
    client, grower = _clerk(server, numbers[COOPERATIVE]), numbers["ho-th-01"]
    entity = {"id": "e-1", "organisation": grower, "way": "officers", "code": "x", "name": "x",
              "state": "active", "begun": 1, "begun_by": "k", "deadline": 2, "details": "{}",
              "since": 1}  # fmt: skip
    texts = ("prefixes", "places", "note", "given_by", "kid", "payload", "token")
    over = {"id": "g-1", "giver": grower, "taker": numbers[COOPERATIVE], "drawn": "0", "given": 1,
            "season_from": "2025-01-01", "season_to": "2025-12-31", "custodial": 1, "answered": 1,
            "accepted": 1, **dict.fromkeys(texts, "")}  # fmt: skip
    with server.store.transaction() as connection:
        connection.execute(enrolment.insert(), [entity])
        connection.execute(party_grant.insert(), [over])
    owning.forget(server.store)
    fields = _sheet(client, numbers, **{f"plot-{grower}": "414/9521101002010"})
    refused = client.post("/w/deliveries", data={**fields, "_step": "record"})
    assert (refused.status_code, server.events()) == (422, 0)
    assert "Ủy quyền cho 414/9521101002010 không có hiệu lực" in refused.text
    assert 'href="/w/grants">Ủy quyền</a>' in refused.text
    assert 'value="LO-2"' in refused.text, "nothing typed is lost"
    client.headers["accept-language"] = "en"
    english = client.post("/w/deliveries", data={**fields, "_step": "record"}).text
    assert "Whoever has this number or place has to grant it first" in english
    with server.store.transaction() as connection:
        standing = party_grant.update().where(party_grant.c.id == "g-1")
        connection.execute(standing.values(season_to="2099-12-31"))
    done = client.post("/w/deliveries", data={**fields, "_step": "record"})
    assert (done.status_code, server.events()) == (303, 4)


def test_a_row_with_a_mistake_keeps_everything(server: Server, numbers: dict[str, int]) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    second = numbers["ho-th-02"]
    wrong = _sheet(client, numbers, day="5/13", **{f"kg-{second}": "nhieu"})
    answer = client.post("/w/deliveries", data={**wrong, "_step": "record"})
    assert (answer.status_code, server.events()) == (422, 0)
    for kept in ('value="420"', 'value="LO-2"', 'value="nhieu"', 'value="5/13"'):
        assert kept in answer.text
    assert f'href="#kg-{second}"' in answer.text
    assert 'href="#day"' in answer.text


def test_nonsense_is_answered_in_words(server: Server, numbers: dict[str, int]) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    nonsense = {"day": "\u0000", "time": "99", "use:01/1": "5", "pallet:x/../": "1",
                "code": "' OR 1", "count": "1e9", "place": "414/1", "pallets": "99999999999",
                "party": "%" * 300, "kg-1": "5", "lot-1": "\u00d4" * 400}  # fmt: skip
    for path in ("deliveries", "harvest", "receive", "pack", "ship", "sell", "withdraw"):
        token = token_on(client.get(f"/w/{path}").text)
        for step in ("look", "record", "change", "other"):
            answer = client.post(f"/w/{path}", data={"_token": token, "_step": step, **nonsense})
            assert answer.status_code in {200, 422}, path
    assert server.events() == 0


def test_only_whoever_may_record_enters(server: Server, numbers: dict[str, int]) -> None:
    officer = _clerk(server, numbers[COOPERATIVE], "officer")
    assert officer.get("/w/deliveries").status_code == 403
    assert server.client(accept="text/html").get("/w/deliveries").status_code == 303
    client = _clerk(server, numbers[COOPERATIVE])
    unsigned = client.post("/w/deliveries", data={"_step": "record"})
    assert (unsigned.status_code, server.events()) == (403, 0)
    assert client.get("/w/handovers/0123456789abcdef").status_code == 404
    assert client.get("/w/label/01/09521101000016/10/NONE").status_code == 404
    assert client.get("/w/label/nonsense").status_code == 404
    assert client.get("/w/receive/scan", params={"code": "nonsense"}).status_code == 404


def test_labels_as_files(server: Server, numbers: dict[str, int]) -> None:
    client = _clerk(server, numbers[COOPERATIVE])
    done = client.post("/w/deliveries", data={**_sheet(client, numbers), "_step": "record"})
    assert done.headers["location"] == "/w/done/1"
    for name, pages in (("50x30", 2), ("70x50", 2), ("a4-24", 1), ("nonsense", 2)):
        paper = client.get("/w/labels/1", params={"template": name, "do": "file"})
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.headers["nguon-verified"] == "2"
        assert paper.content.count(b"/Type /Page\n") == pages
    one = "/w/label/01/09521101000016/10/LO-1"
    many = client.get(one, params={"do": "file", "copies": "3", "template": "70x50"})
    assert many.content.count(b"/Type /Page\n") == 3
    assert 'name="do" value="file"' in client.get(one).text
    stranger = _clerk(server, numbers[STRANGER])
    assert stranger.get("/w/labels/1", params={"do": "file"}).status_code == 404
