# SPDX-License-Identifier: Apache-2.0
"""Members, competitors and former officers against registers, codes, goods and laboratories."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from nguon.app import framework
from nguon.base.audience import Mandate
from nguon.entries.model import Line, Receive
from nguon.entries.service import Sending, record
from nguon.identity import mandates
from nguon.identity.mandates import key_subject, member_subject
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.registry.ledger import registers
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.web.auth import declared
from tests.accounts import send, session_of, signed_in, somebody, with_session
from tests.integration.registry.codes import (
    COOPERATIVE,
    DURIAN,
    LONGAN,
    OFFICE,
    PACKER,
    STRANGER,
    registered,
)
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.samples import bare

SECOND_PLACE = """mã địa điểm,loại,tên,chủ,mã quốc gia
9521101000061,vùng trồng,A,to-chuc-103,VN-DLOR-9521
"""
TODAY = datetime.now(UTC).date()
OVER = Mandate(frozenset({"66"}), valid_to=TODAY - timedelta(days=1))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with codes, their holders and offices; tests keep out of each other's way."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("places"), sqlite_template))
    registered(running[2].store)
    yield running[2]
    stop(*running)


def _registrar(server: Server, organisation: int) -> httpx.Client:
    return server.member(organisation, "capture", "read", "registry")


def _import(client: httpx.Client, register: str, table: str) -> list[tuple[str, str]]:
    answer = client.post(f"/api/v1/imports/{register}", content=table.encode())
    assert answer.status_code == 200, answer.text
    return [(fault["column"], fault["code"]) for fault in answer.json()["errors"]]


def _organisation(server: Server, number: int) -> Any:
    with server.store.reading() as connection:
        return rows.rows(connection, tables.organisation, "id", [number])[0]


def _gone_officer(server: Server, mandate: Mandate = OVER) -> httpx.Client:
    number = somebody(server.store, "officer", OFFICE)
    subject = member_subject(number, OFFICE)
    mandates.grant(server.store, subject, mandate, by="test", reason="test")
    return with_session(server.client(), session_of(server.store, number))


def test_nobody_makes_himself_an_authority(places: Server) -> None:
    client = _registrar(places, STRANGER)
    table = "mã,loại,tên\nto-chuc-103,cơ quan,To chuc 103\n"
    assert _import(client, "organisation", table) == [("loại", "registry.authority-not-yours")]
    new = "mã,loại,tên\nchi-cuc-gia,cơ quan,Chi cục\n"
    assert _import(client, "organisation", new) == [("loại", "registry.authority-not-yours")]
    page = signed_in(places.client(), places.store, "manager", STRANGER)
    form: dict[str, object] = {
        "code": "to-chuc-103",
        "kind": "cơ quan",
        "name_vi": "To chuc 103",
        "known": "1",
    }
    refused = send(page, "/w/registers/organisation/new", form, "/w/registers/organisation")
    assert refused.status_code == 422
    assert _organisation(places, STRANGER)["kind"] == "enterprise"


def test_an_authority_does_not_move_to_another_province(places: Server) -> None:
    office = {"id": 201, "code": "so-66", "kind": "authority", "name_vi": "So", "commune": "24133"}
    with places.store.transaction() as connection:
        rows.add(connection, tables.organisation, [{**office, "updated": 0}])
    client = _registrar(places, 201)
    for commune in ("11977", ""):
        moved = f"mã,loại,tên,mã xã\nso-66,cơ quan,So,{commune}\n"
        assert _import(client, "organisation", moved) == [("mã xã", "registry.authority-not-yours")]
    assert _organisation(places, 201)["commune"] == "24133"


def test_nobody_joins_a_cooperative_by_himself(places: Server) -> None:
    client = _registrar(places, STRANGER)
    table = "mã,loại,tên,htx\nto-chuc-103,công ty,To chuc 103,to-chuc-101\n"
    assert _import(client, "organisation", table) == [("htx", "registry.party-not-yours")]
    assert _organisation(places, STRANGER)["member_of"] is None


@pytest.mark.parametrize(
    ("register", "table", "fault"),
    [
        (
            "place",
            "mã địa điểm,loại,tên,chủ,mã xã\n9521101000047,kho,Kho,to-chuc-101,24490\n",
            ("chủ", "registry.party-not-yours"),
        ),
        (
            "product",
            "GTIN,tên,nhà sản xuất\n9521101000054,Nhãn giả,to-chuc-101\n",
            ("nhà sản xuất", "registry.party-not-yours"),
        ),
        (
            "certificate",
            "số,loại,cơ quan cấp,đơn vị\nX-1,VietGAP,X,to-chuc-101\n",
            ("đơn vị", "registry.party-not-yours"),
        ),
        (
            "certificate",
            f"số,loại,cơ quan cấp,đơn vị,địa điểm\nX-2,VietGAP,X,to-chuc-103,{DURIAN}\n",
            ("địa điểm", "registry.party-not-yours"),
        ),
        (
            "place",
            SECOND_PLACE,
            ("key", "registry.key-of-another"),
        ),
    ],
)
def test_nobody_speaks_for_another(
    places: Server, register: str, table: str, fault: tuple[str, str]
) -> None:
    found = _import(_registrar(places, STRANGER), register, table)
    assert [code for _, code in found] == [fault[1]]


def test_custody_is_not_taken_over_by_registering(places: Server) -> None:
    """Whoever registered a GTIN or GLN that others use would read their records whole."""
    lot = "https://id.gs1.org/01/09521101000078/10/CH-1"
    gln = "9521101000078"
    sent = bare(
        900,
        epcList=[],
        quantityList=[{"epcClass": lot, "quantity": 750, "uom": "KGM"}],
        readPoint={"id": f"https://id.gs1.org/414/{gln}"},
        destinationList=[{"type": "owning_party", "destination":
            f"https://id.gs1.org/417/{gln}"}],
    )  # fmt: skip
    assert places.member(COOPERATIVE).post("/epcis/events", json=sent).status_code == 201
    thief = _registrar(places, STRANGER)
    own = bare(901, epcList=[], quantityList=[{"epcClass": lot}])
    assert thief.post("/epcis/events", json=own).status_code == 201
    product = "GTIN,tên,nhà sản xuất\n09521101000078,Nhãn,to-chuc-103\n"
    place = f"mã địa điểm,loại,tên,chủ,mã xã\n{gln},kho,Kho,to-chuc-103,24490\n"
    part = place.replace(gln, f"414/{gln}/254/9")
    party = f"mã,loại,tên,GLN\nto-chuc-103,công ty,To chuc 103,{gln}\n"
    assert [code for _, code in _import(thief, "product", product)] == ["registry.key-in-use"]
    assert [code for _, code in _import(thief, "place", place)] == ["registry.key-in-use"]
    assert [code for _, code in _import(thief, "organisation", party)] == ["registry.key-in-use"]
    holder = _registrar(places, COOPERATIVE)
    assert _import(holder, "place", place.replace("103", "101")) == []
    assert [code for _, code in _import(thief, "place", part)] == ["registry.key-of-another"]
    read = thief.get("/epcis/events", params={"MATCH_anyEPCClass": lot}).text
    assert '"quantity"' not in read


def test_an_officer_whose_mandate_is_over_sees_no_desk(places: Server) -> None:
    holder = _registrar(places, COOPERATIVE)
    asked = {"key": DURIAN}
    assert holder.post("/api/v1/registers/place/submit", json=asked).status_code == 200
    lent = places.member(STRANGER).post("/api/v1/code-uses", json=_use("CN-70")).json()["use"]
    on_duty = _gone_officer(places, Mandate(frozenset({"66"})))
    assert "VN-DLOR-9521" in on_duty.get("/s/approvals").text
    for mandate in (OVER, Mandate(None, valid_from=TODAY + timedelta(days=2))):
        gone = _gone_officer(places, mandate)
        assert "/s/approvals/entry" not in gone.get("/s/approvals").text
        assert "/s/approvals/entry" not in gone.get("/s/approvals?find=VN-DLOR-9521").text
        assert gone.get("/s/approvals/entry/place", params=asked).status_code == 403
        assert gone.get("/api/v1/registers/waiting").json() == []
        assert lent["id"] not in gone.get("/s/codes").text
        assert gone.get(f"/s/codes/{lent['id']}").status_code == 404
        assert "VN-DLOR-9521" not in gone.get("/s/overdue").text


@pytest.mark.parametrize("kind", ["member", "inspector"])
def test_a_key_that_may_supervise_reads_no_more_than_its_mandate(places: Server, kind: str) -> None:
    holder = _registrar(places, COOPERATIVE)
    holder.post("/api/v1/registers/place/submit", json={"key": DURIAN})
    secret = places.key(OFFICE, "read", "supervise", kind=kind)
    subject = key_subject(secret.split("_")[1])
    mandates.grant(places.store, subject, OVER, by="test", reason="test")
    client = places.client(authorization=f"Bearer {secret}")
    assert client.get("/api/v1/registers/waiting").json() == []
    assert "VN-DLOR-9521" not in client.get("/s/approvals", headers={"accept": "text/html"}).text


def _use(consignment: str, **changes: Any) -> dict[str, Any]:
    return {
        "code": "VN-DLOR-9521",
        "crop": "sầu riêng",
        "market": "CN",
        "used_at": "2026-08-10T10:00:00+07:00",
        "quantity": "16000",
        "consignment": consignment,
        "lots": [f"01/09521202000182/10/{consignment}"],
        **changes,
    }


def test_a_refused_borrower_learns_nothing_of_the_holders_quantities(places: Server) -> None:
    own = places.member(COOPERATIVE).post("/api/v1/code-uses", json=_use("CN-80"))
    assert own.json()["use"]["verdict"] == "accepted"
    thief = places.member(STRANGER)
    for amount in ("1000", "600000"):
        use = _use(f"CN-81-{amount}", quantity=amount)
        answer = thief.post("/api/v1/code-uses", json=use)
        found = answer.json()["use"]
        assert found["verdict"] == "refused"
        assert [one["code"] for one in found["arithmetic"]] == ["ledger.line-draw"]
        assert "ledger.ceiling" not in answer.text
        path = f"/api/v1/code-uses/{found['id']}"
        assert thief.get(path).json()["use"] == found
        listed = thief.get("/api/v1/code-uses").json()
        assert {len(one["use"]["arithmetic"]) for one in listed} == {1}
        holder = places.member(COOPERATIVE).get(path).json()["use"]
        assert len(holder["arithmetic"]) > 3


@pytest.mark.parametrize(
    "quantity", ["1e999999999", "-1e999999999", "1e-999999999", "NaN", "Infinity", 1e308]
)
def test_numbers_without_end_are_refused_at_once(places: Server, quantity: object) -> None:
    began = datetime.now(UTC)
    body = _use("CN-90", quantity=quantity)
    answer = places.member(STRANGER).post("/api/v1/code-uses", json=body)
    assert answer.status_code == 400, answer.text
    assert len(answer.content) < 5000
    plan: dict[str, Any] = {"number": "N", "market": "cn", "planned": TODAY.isoformat()}
    plan["lots"] = [{"lot": "01/09521202000199/10/A", "quantity": quantity}]
    plan["codes"] = [{"code": "VN-DLOR-9521", "kilograms": quantity}]
    answer = places.member(STRANGER).post("/api/v1/consignments", json=plan)
    assert answer.status_code == 400, answer.text
    assert len(answer.content) < 5000
    assert datetime.now(UTC) - began < timedelta(seconds=30)


def test_records_about_anothers_lot_give_no_say_over_it(places: Server) -> None:
    """A competitor's own record about a lot opens neither its laboratory's reports nor samples."""
    key = "01/09521202000199/10/SR-66"
    lot = f"https://id.gs1.org/{key}"
    made = bare(910, epcList=[], quantityList=[{"epcClass": lot}], action="ADD")
    assert places.member(COOPERATIVE).post("/epcis/events", json=made).status_code == 201
    sampling = signed_in(places.client(), places.store, "clerk", COOPERATIVE)
    taken: dict[str, object] = {
        "number": "M-1",
        "lots": lot,
        "laboratory": "to-chuc-106",
        "taken": "01/09/2026",
    }
    sample = send(sampling, "/w/samples", taken)
    assert sample.status_code == 303, sample.text
    laboratory = signed_in(places.client(), places.store, "clerk", LONGAN)
    path = sample.headers["location"]
    report: dict[str, object] = {"step": "result", "report": "PKN-0815", "value-cadmium": "0,04",
              "unit-cadmium": "mg/kg"}  # fmt: skip
    assert send(laboratory, path, report).status_code == 303
    thief = _registrar(places, STRANGER)
    claim = bare(911, epcList=[], quantityList=[{"epcClass": lot}], bizStep="inspecting")
    assert thief.post("/epcis/events", json=claim).status_code == 201
    told = thief.get("/api/v1/lots/completeness", params={"item": key, "market": "cn"})
    assert told.status_code == 200
    assert "PKN-0815" not in told.text
    browser = signed_in(places.client(), places.store, "clerk", STRANGER)
    mine = send(browser, "/w/samples", {**taken, "number": "M-9", "laboratory": "to-chuc-102"})
    assert mine.status_code == 400
    plan = {
        "number": "T-1",
        "market": "cn",
        "planned": TODAY.isoformat(),
        "lots": [{"lot": key, "quantity": "1"}],
    }
    assert thief.post("/api/v1/consignments", json=plan).status_code == 400


def test_nobody_is_his_own_laboratory(places: Server) -> None:
    lot = "https://id.gs1.org/01/09521202000199/10/SR-67"
    made = bare(912, epcList=[], quantityList=[{"epcClass": lot}], action="ADD")
    assert places.member(COOPERATIVE).post("/epcis/events", json=made).status_code == 201
    page = signed_in(places.client(), places.store, "clerk", COOPERATIVE)
    taken: dict[str, object] = {
        "number": "M-2",
        "lots": lot,
        "laboratory": "to-chuc-101",
        "taken": "01/09/2026",
    }
    assert send(page, "/w/samples", taken).status_code == 400


def test_a_claimed_pallet_tells_nothing_of_its_contents(places: Server) -> None:
    pallet, lot = "00/095212345000000025", "https://id.gs1.org/01/09521202000199/10/SECRET-7"
    packed: dict[str, Any] = {
        **bare(920, type="AggregationEvent", action="ADD"),
        "parentID": f"https://id.gs1.org/{pallet}",
        "childQuantityList": [{"epcClass": lot, "quantity": 4321, "uom": "KGM"}],
    }
    del packed["epcList"]
    made = places.member(PACKER).post("/epcis/events", json=packed)
    assert made.status_code == 201, made.text
    shop: dict[str, Any] = {"key": "414/9521101000092", "kind": "warehouse", "holder": STRANGER}
    with places.store.transaction() as connection:
        rows.add(connection, tables.place, [{**shop, "name_vi": "Kho", "updated": 0}])
    principal = Principal(STRANGER, "test", KeyKind.MEMBER, Role.CLERK.scopes, strict=False)
    parts = places.services
    sending = Sending(places.store, parts.capture, principal, parts.base_url)
    claimed = Receive(place=shop["key"], giver=PACKER, lines=(Line(pallet),), at=datetime.now(UTC))
    record(sending, [claimed], idempotency="claimed")
    browser = signed_in(places.client(), places.store, "clerk", STRANGER)
    listed = browser.get("/w/handovers").text
    found = sorted({part.split('"')[0] for part in listed.split("/w/handovers/")[1:]})
    assert found
    for page in (*(f"/w/handovers/{number}" for number in found), "/w/ship", "/w/pack", "/w/sell"):
        text = browser.get(page).text
        assert "SECRET-7" not in text, page
        assert "4321" not in text.replace(".", ""), page


def test_a_label_with_an_odd_day_is_no_fault_of_the_server(places: Server) -> None:
    lot = "01/09521202000199/10/SR-68"
    made = bare(930, epcList=[], quantityList=[{"epcClass": f"https://id.gs1.org/{lot}"}])
    made |= {"action": "ADD", "ilmd": {"cbvmda:harvestEndDate": "ngày rằm tháng bảy"}}
    assert places.member(COOPERATIVE).post("/epcis/events", json=made).status_code == 201
    page = signed_in(places.client(), places.store, "clerk", COOPERATIVE)
    assert page.get(f"/w/label/{lot}").status_code == 200


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "٣", "²", "-1", "0x1", "\ud7ff"])
def test_numbers_in_forms_are_not_trusted(places: Server, number: str) -> None:
    page = signed_in(places.client(), places.store, "manager", COOPERATIVE)
    asked = send(page, "/w/erasures", {"subject": number, "reason": "x"})
    assert asked.status_code == 400
    sheet: dict[str, object] = {
        "agree": f"{number}.name",
        "given": "01/09/2026",
        "means": "paper",
        "evidence": "x",
    }
    assert send(page, "/w/consents", sheet).status_code == 400
    gone = page.get("/w/done/" + number)
    assert gone.status_code == 404


def test_a_form_of_another_type_does_not_go_around_the_token(places: Server) -> None:
    """A JSON body announced as a form would be read without the token."""
    page = signed_in(places.client(), places.store, "manager", STRANGER)
    before = page.get("/api/v1/code-uses").json()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = page.post("/api/v1/code-uses", json=_use("CN-95"), headers=headers)
    assert answer.status_code in {403, 415}
    assert page.get("/api/v1/code-uses").json() == before


def test_a_key_for_reading_decides_nothing(places: Server) -> None:
    lot = "https://id.gs1.org/01/09521202000199/10/SR-69"
    made = bare(931, epcList=[], quantityList=[{"epcClass": lot}], action="ADD")
    assert places.member(COOPERATIVE).post("/epcis/events", json=made).status_code == 201
    browser = signed_in(places.client(), places.store, "clerk", COOPERATIVE)
    taken: dict[str, object] = {
        "number": "M-3",
        "lots": lot,
        "laboratory": "to-chuc-106",
        "taken": "01/09/2026",
    }
    path = send(browser, "/w/samples", taken).headers["location"]
    reader = places.member(COOPERATIVE, "read")
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = reader.post(path, content="step=sent", headers=form)
    assert answer.status_code == 403
    assert send(browser, path, {"step": "sent"}).status_code == 303


@pytest.mark.parametrize(
    "path", ["/w/ạ", "/w/%E1%BA%A1", "//x.example", "/\\x.example", "/w/x\r\nA: b"]
)
def test_the_way_on_after_signing_in_is_sound(places: Server, path: str) -> None:
    page = signed_in(places.client(), places.store, "clerk", STRANGER)
    answer = page.get("/account/sign-in", params={"next": path})
    assert answer.status_code == 303
    assert "x.example" not in answer.headers["location"]
    assert "a" not in {name.lower() for name in answer.headers if name == "a"}


def test_a_consignment_is_not_declared_after_it_was_cancelled(places: Server) -> None:
    maker = _registrar(places, COOPERATIVE)
    lot = "01/09521202000199/10/SR-70"
    made = bare(932, epcList=[], quantityList=[{"epcClass": f"https://id.gs1.org/{lot}"}])
    assert maker.post("/epcis/events", json={**made, "action": "ADD"}).status_code == 201
    page = signed_in(places.client(), places.store, "clerk", COOPERATIVE)
    for round_ in range(5):
        plan = {
            "number": f"R-{round_}",
            "market": "cn",
            "planned": TODAY.isoformat(),
            "lots": [{"lot": lot, "quantity": "1"}],
            "codes": [{"code": "VN-DLOR-9521", "kilograms": "1"}],
        }
        number = maker.post("/api/v1/consignments", json=plan).json()["id"]
        path = f"/w/consignments/{number}"
        declaring = threading.Thread(
            target=lambda number=number: maker.post(f"/api/v1/consignments/{number}/declaration")
        )
        declaring.start()
        cancelled = send(page, path, {"step": "cancelled", "reason": "x"}, f"{path}/step")
        declaring.join()
        state = maker.get(f"/api/v1/consignments/{number}").json()["state"]
        assert state == "cancelled" if cancelled.status_code == 303 else "declared"
        uses = maker.get("/api/v1/code-uses", params={"consignment": f"R-{round_}"}).json()
        if state == "cancelled":
            assert [one for one in uses if one["state"] == "counted"] == []


NASTY = (
    "\0",
    "%00",
    "'\"><script>alert(1)</script>",
    "9" * 40,
    "-1",
    "9" * 5000,
    "1e999999999",
    "\u202egnp.exe",
    "../../etc/passwd",
    "{0.__class__}",
    "01/09521202000199/10/" + "A" * 30,
)
ASKED = (
    *("key", "item", "start", "page", "limit", "before", "find", "q", "kind", "province"),
    *("code", "day", "from", "to", "after", "show", "place", "old", "size", "copies", "next"),
    *("sector", "verdict", "market", "register", "step", "done", "kept", "format", "consignment"),
    *("at", "known", "ministry", "name", "lang", "reader", "status", "skip", "number"),
)
QUIET = ("/docs", "/static/{file_path}", "/epcis/events")


def test_no_address_is_a_fault_of_the_server(server: Server) -> None:
    """Asked by the operator, before whom every page opens."""
    registered(server.store)
    page = signed_in(server.client(), server.store, "operator", COOPERATIVE)
    found = []
    for address in _addresses(server):
        answer = page.get(address)
        shown = "html" in answer.headers.get("content-type", "")
        if answer.status_code >= 500 or (shown and "<script>alert" in answer.text):
            found.append(f"{answer.status_code} {address[:120]}")
    assert found == []


def _addresses(server: Server) -> Iterator[str]:
    """Every page with what nobody should send in its path, and all at once in its query."""
    for method, path, _ in declared(framework()):
        if method != "GET" or path in QUIET:
            continue
        names = re.findall(r"\{(\w+)\}", path)
        for nasty in NASTY if names else ():
            yield path.format(**dict.fromkeys(names, quote(nasty, safe="")))
        sound = path.format(**dict.fromkeys(names, "x"))
        for nasty in NASTY[:6]:
            yield f"{sound}?{urlencode(dict.fromkeys(ASKED, nasty))[:8000]}"


def test_a_code_that_looks_like_anothers_gln_means_nobody(places: Server) -> None:
    gln = "9521101000115"
    with places.store.transaction() as connection:
        known = {"id": COOPERATIVE}
        rows.change(connection, tables.organisation, known, {"gln": gln})
        assert registers.party(connection, gln) == COOPERATIVE
    client = _registrar(places, STRANGER)
    assert _import(client, "organisation", f"mã,loại,tên\n{gln},công ty,Giả\n") == []
    with places.store.reading() as connection:
        assert registers.party(connection, gln) is None
