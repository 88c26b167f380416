# SPDX-License-Identifier: Apache-2.0
"""A small world with marked secrets, and readers of every kind, by key and by session."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
from msgspec import structs

from nguon.attesting import receiving
from nguon.attesting.model import Kind as Attests
from nguon.attesting.model import PaperAsked
from nguon.base.audience import Mandate
from nguon.base.quantity import Quantity
from nguon.codes import blocks, licences, printing
from nguon.codes.model import LicenceAsked, LicenceKind, OrderAsked
from nguon.compliance.consignments import service as consignments
from nguon.compliance.consignments.model import Load, Plan
from nguon.compliance.model import Market
from nguon.compliance.samples import service as samples
from nguon.compliance.samples.model import NewSample
from nguon.disputes import service as disputes
from nguon.disputes import subjects
from nguon.disputes.model import Kind, Report, Step
from nguon.disputes.service import Said
from nguon.entries import handovers
from nguon.entries.model import Harvest, Line, Receive, Ship
from nguon.entries.service import Sending, record
from nguon.identity import consents, mandates
from nguon.identity.consents import Means, Purpose, Sheet
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.parties.enrolment import officers
from nguon.parties.grants import service as party_grants
from nguon.parties.grants import terms as grant_terms
from nguon.parties.grants.model import GrantAsked
from nguon.parties.keys import service as signing_keys
from nguon.parties.keys.model import KeyScope
from nguon.recall import service as recalls
from nguon.recall.inputs import Opening
from nguon.recall.model import Origin
from nguon.registry import erasure, service
from nguon.registry.bridge import service as bridge
from nguon.registry.bridge.model import Claim, System
from nguon.registry.ledger import granting
from nguon.registry.ledger import service as ledger
from nguon.registry.model import Register
from nguon.signing import jws
from nguon.signing.keys import Algorithm, PrivateKey
from nguon.store import Store
from nguon.store import registry as rows
from tests.accounts import send, session_of, somebody, token_on, with_session
from tests.integration.registry.codes import (
    COOPERATIVE,
    DAK_LAK,
    DURIAN,
    OFFICE,
    OTHER_OFFICE,
    PACKER,
    STRANGER,
    grant,
    member,
    officer,
    registered,
    use,
)
from tests.integration.web.conftest import Server
from tests.integration.web.samples import bare

ELSEWHERE = "22"
FRUIT, MADE = "01/09521101000016", "01/09521102000015"
LOT, FLOUR, SOLD = f"{FRUIT}/10/KIN1", "01/09521103000014/10/B1", f"{MADE}/10/M1"
PLOT, HOUSE, SHOP_PLACE = "414/9521101002010", "414/9521101000030", "414/9521102000015"
MILL_PLACE = "414/9521103000014"
LINK = "https://id.gs1.org/"
EVENT_ID = "urn:uuid:00000000-0000-4000-8000-0000000000aa"
OWN_SCOPES = ("capture", "read", "trace", "registry")
"""What a member's key carries here."""

_HEADINGS = (
    *("mã", "loại", "tên pháp lý", "địa chỉ", "mã xã", "mã số thuế", "GLN"),
    *("thành viên của", "điện thoại", "thư điện tử", "người đại diện"),
)
ORGANISATIONS = "\n".join(
    ",".join(row)
    for row in (
        _HEADINGS,
        (
            *("ho-kin", "hộ", "Hộ bà Xuyến Chi", "Xóm Kín 77", "24502", "001085904321"),
            *("9521101001013", f"to-chuc-{COOPERATIVE}", "0912987001", "kin.ho@vi-du.vn", ""),
        ),
        (
            *("htx-kin", "hợp tác xã", "Hợp tác xã Bờ Sông", "Thôn 3", "24502", ""),
            *("9521101000009", "", "0912987002", "kin.htx@vi-du.vn", "Ông Đại Diện Kín"),
        ),
        (
            *("xay-kin", "doanh nghiệp", "Nhà máy xay Ẩn Danh", "Đường 5", "24490", ""),
            *("9521103000007", "", "0912987003", "kin.xay@vi-du.vn", ""),
        ),
    )
)
PLACES = f"""mã địa điểm,loại,tên,đơn vị quản lý,mã xã,địa chỉ,vĩ độ,kinh độ,diện tích
9521101002010,thửa,Vườn bà Xuyến Chi,ho-kin,24502,Xóm Kín 77,12.6413777,108.0958333,0.4177
9521101000030,cơ sở đóng gói,Nhà đóng gói Bờ Sông,to-chuc-{COOPERATIVE},24502,Thôn 3,,,
9521102000015,cửa hàng,Cửa hàng Sông Tiền,to-chuc-{PACKER},24490,,,,
9521103000014,nhà máy,Xưởng Ẩn Danh,xay-kin,24490,,,,
"""
PRODUCTS = f"""GTIN,tên,nhà sản xuất
09521101000016,Sầu riêng,to-chuc-{COOPERATIVE}
09521102000015,Bánh sầu riêng,to-chuc-{PACKER}
09521103000014,Bột gạo,xay-kin
"""


@dataclass(frozen=True)
class Secret:
    """A marked text, in the forms in which it might be written, and who may read it."""

    name: str
    forms: tuple[str, ...]
    readers: frozenset[str]


_OWN = frozenset({"owner", "inspector", "operator"})
_NEAR = _OWN | {"partner"}
_ABOVE = frozenset({"inspector", "operator"})
SECRETS = (
    Secret("household's personal number", ("001085904321", "085904321"), _OWN),
    Secret("household's name", ("Xuyến Chi", "Xuy\\u1ebfn Chi"), _NEAR),
    Secret("household's address", ("Xóm Kín", "X\\u00f3m K\\u00edn"), _OWN),
    Secret("household's telephone", ("912987001", "912 987 001"), _OWN),
    Secret("household's e-mail", ("kin.ho@",), _OWN),
    Secret("another cooperative's telephone", ("912987002", "912 987 002"), _ABOVE),
    Secret("another cooperative's representative", ("Đại Diện Kín",), _ABOVE),
    Secret("exact position", ("12.6413777", "12,6413777", "108.0958333"), _OWN),
    Secret("boundary", ("108.09511", "108,09511"), _OWN),
    Secret("size of a plot", ("0.4177", "0,4177"), _OWN),
    Secret("quantity of an event", ("1234.567", "1.234,567", "1,234.567"), _NEAR),
    Secret("number of an order", ("PO-KIN-4711",), _NEAR),
    Secret("note in an event", ("ghi chú kín",), _NEAR),
    Secret("who prints an organisation's labels", ("Nhà in kín", "Nh\\u00e0 in k"), _OWN),
    Secret("purpose of a block", ("hộp kín", "h\\u1ed9p k"), _OWN),
    Secret("document of a licence", ("GCN kín",), _OWN),
    Secret("granted quantity", ("43219", "43.219", "43,219"), _NEAR),
    Secret("consignment's number", ("LH-KIN-1",), _NEAR),
    Secret("sample's number", ("MAU-KIN-1",), _NEAR),
    Secret("what shows a consent", ("BB-KIN-77",), _OWN),
    Secret("reason of a request", ("xin xóa kín",), _OWN),
    Secret("name of a document", ("giay-kin.pdf",), _OWN),
    Secret("paper of an enrolment", ("dinh-danh-kin",), _OWN),
    Secret("words of a report", ("lời phản ánh kín", "l\\u1eddi ph\\u1ea3n"), _ABOVE),
    Secret("how to reach a reporter", ("912987333",), _ABOVE),
    Secret("what a party is asked", ("câu hỏi kín", "c\\u00e2u h\\u1ecfi k"), _OWN),
    Secret("a case that may become a recall", ("Vụ việc kín", "V\\u1ee5 vi\\u1ec7c"), _ABOVE),
    Secret("what a case was opened upon", ("Số liệu kín",), _ABOVE),
    Secret("result in a paper", ("0,0123 mg",), _OWN),
    Secret("vehicle of a shipment", ("47C-KIN.88",), _NEAR),
)
SUPPLIER = "Ẩn Danh"
"""The mill behind the partner's cakes: on the pages of the cakes for nobody but the partner."""


@dataclass(frozen=True)
class Reader:
    """A client of one audience; ``scopes`` None: nobody is known."""

    audience: str
    way: str
    client: httpx.Client
    scopes: frozenset[str] | None
    person: bool = False

    @property
    def name(self) -> str:
        """As it stands in a test's message."""
        return f"{self.audience} by {self.way}"


@dataclass
class World:
    """The server, its readers, and the numbers that recipes fill in."""

    server: Server
    readers: list[Reader] = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)


def build(server: Server) -> World:
    """Everything that can be asked for, once."""
    world = World(server)
    _registers(world)
    _goods(world)
    _duties(world)
    _dispute(world)
    _recalled(world)
    _enrolled(world)
    world.readers.extend(_readers(server))
    _papers(world, next(r.client for r in world.readers if r.name == "owner by session"))
    return world


def _dispute(world: World) -> None:
    """A consumer's report about the lot, opened by an officer, who asked its maker."""
    store = world.server.store
    told = Report(kind=Kind.LABEL, words="Đây là lời phản ánh kín.", contact="0912987333")
    case = disputes.report(store, subjects.of_item(store, LOT), told).case
    by = officer(OFFICE)
    for step in (Step.OPEN, Step.ASK):
        said = Said(seen=case.seen, words="Đây là câu hỏi kín.")
        case = disputes.take(store, by, case.id, step, said)
    world.ids["case"] = case.id


def _recalled(world: World) -> None:
    """A case that an officer looks into: nobody is told of it yet."""
    opening = Opening(title="Vụ việc kín", origin=Origin.LAB, keys=(LOT,), words="Số liệu kín.")
    world.ids["recall"] = recalls.open_case(world.server.store, officer(OFFICE), opening).id


def _registers(world: World) -> None:
    store = world.server.store
    registered(store)
    for register, table in (
        (Register.ORGANISATION, ORGANISATIONS),
        (Register.PLACE, PLACES),
        (Register.PRODUCT, PRODUCTS),
    ):
        report = service.import_csv(store, register, table)
        assert report.done, report.faults
    with store.reading() as connection:
        codes = ["ho-kin", "htx-kin", "xay-kin"]
        world.ids |= rows.organisation_ids(connection, codes)


def _goods(world: World) -> None:
    """Flour for cakes by the partner; a harvest of the owner, handed over to the partner."""
    server = world.server
    place = {"readPoint": {"id": LINK + MILL_PLACE}, "bizLocation": {"id": LINK + MILL_PLACE}}
    milled = bare(1, epcList=[LINK + FLOUR], action="ADD", bizStep="commissioning", **place)
    server.member(world.ids["xay-kin"]).post("/epcis/events", json=milled).raise_for_status()
    sending = Sending(server.store, server.services.capture, member(COOPERATIVE), server.base_url)
    at = datetime(2026, 8, 1, 1, tzinfo=UTC)
    amount = Quantity(Decimal("1234.567"), "KGM")
    harvest = Harvest(
        at=at, grower=world.ids["ho-kin"], area=DURIAN, plot=PLOT, product=FRUIT, lot="KIN1",
        quantity=amount,
    )  # fmt: skip
    receive = Receive(
        at=at, place=HOUSE, giver=world.ids["ho-kin"], origin=PLOT, lines=(Line(LOT, amount),)
    )
    done = record(sending, [harvest, receive], idempotency="kin-harvest")
    world.ids["receipt"] = done.receipt
    ship = Ship(
        at=at.replace(hour=5), place=HOUSE, receiver=PACKER, destination=SHOP_PLACE,
        vehicle="47C-KIN.88", lines=(Line(LOT, amount),),
    )  # fmt: skip
    record(sending, [ship], idempotency="kin-ship")
    [offered] = handovers.lists(server.store, PACKER).to_me
    world.ids["handover"] = offered.id
    noted = bare(
        2, eventID=EVENT_ID, epcList=[], action="OBSERVE",
        quantityList=[{"epcClass": LINK + LOT, "quantity": 1234.567, "uom": "KGM"}],
        readPoint={"id": LINK + HOUSE}, bizLocation={"id": LINK + HOUSE},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:vd:PO-KIN-4711"}],
        **{"example:note": "ghi chú kín"},
    )  # fmt: skip
    noted["@context"] = [*noted["@context"], {"example": "https://example.vn/"}]
    server.member(COOPERATIVE).post("/epcis/events", json=noted).raise_for_status()
    received = bare(
        3, epcList=[], action="OBSERVE", bizStep="receiving", disposition="in_progress",
        quantityList=[{"epcClass": LINK + LOT}],
        readPoint={"id": LINK + SHOP_PLACE}, bizLocation={"id": LINK + SHOP_PLACE},
    )  # fmt: skip
    server.member(PACKER).post("/epcis/events", json=received).raise_for_status()
    made = bare(4, type="TransformationEvent", bizStep="creating_class_instance",
                readPoint={"id": LINK + SHOP_PLACE}, bizLocation={"id": LINK + SHOP_PLACE},
                inputQuantityList=[{"epcClass": LINK + LOT}, {"epcClass": LINK + FLOUR}],
                outputQuantityList=[{"epcClass": LINK + SOLD}])  # fmt: skip
    for name in ("epcList", "action", "disposition"):
        del made[name]
    server.member(PACKER).post("/epcis/events", json=made).raise_for_status()


def _issued(store: Store, ids: dict[str, Any]) -> None:
    """A licence, a block of serials and a range that a printer was handed."""
    operator = Principal(0, "test", KeyKind.OPERATOR, Role.OPERATOR.scopes, strict=False)
    licence = LicenceAsked(
        kind=LicenceKind.PREFIX, value="9521101", valid_from=date(2024, 1, 1), source="GCN kín 7"
    )
    made = licences.declare(store, operator, licence, organisation=COOPERATIVE)
    ids["licence"] = made.id
    order = OrderAsked(gtin=FRUIT[3:], quantity=5, request="1", purpose="hộp kín", hidden=True)
    owner = member(COOPERATIVE)
    ids["block"] = blocks.order(store, owner, order).id
    ids["range"] = printing.hand_out(store, owner, ids["block"], 3, "Nhà in kín", "1").id


def _keyed(store: Store, ids: dict[str, Any]) -> None:
    """A key that a household signs with."""
    public = PrivateKey(Algorithm.EDDSA, bytes([7]) * 32).public
    made = signing_keys.bind(store, ids["ho-kin"], public, name="cân kín", by="test")
    ids["signing-key"], ids["party"] = made.kid, made.party
    _attested(store, ids)
    _granted(store, ids)


def _attested(store: Store, ids: dict[str, Any]) -> None:
    """A paper that the cooperative keeps about a lot."""
    paper = PaperAsked(
        attester_name="Phòng thử nghiệm kín",
        kind=Attests.TESTING,
        scheme="MRL",
        number="KQ-KIN-77",
        about=(LOT,),
        scope="kết quả kín 0,0123 mg/kg",
    )
    ids["attestation"] = receiving.keep_paper(store, member(COOPERATIVE), paper, "7f" * 32)


def _granted(store: Store, ids: dict[str, Any]) -> None:
    """What the household lets a packing house record, signed with that key."""
    asked = GrantAsked(
        taker=PACKER, scope=KeyScope(), season_from=date(2026, 1, 1), season_to=date(2028, 1, 1),
        note="vườn kín", request="kin-1",
    )  # fmt: skip
    household = member(ids["ho-kin"])
    terms = grant_terms.payload(asked, "ho-kin", f"to-chuc-{PACKER}")
    key = PrivateKey(Algorithm.EDDSA, bytes([7]) * 32)
    header = {"typ": grant_terms.TYPE, "kid": key.public.thumbprint}
    signed = structs.replace(asked, signature=jws.sign_detached(terms, key, header))
    ids["party-grant"] = party_grants.give(store, signed, by=household).id


def _enrolled(world: World) -> None:
    """Papers that a cooperative laid before the officers."""
    store, owner = world.server.store, member(COOPERATIVE)
    files = [("dinh-danh-kin.pdf", b"%PDF-1.7 kin")]
    asked = officers.ask(store, owner, code="0100233488", files=files)
    world.ids["enrolment"] = asked.id


def _duties(world: World) -> None:
    """A grant and a use, a consignment, a sample, a plot, a paper, consents, a request."""
    store, owner, ids = world.server.store, member(COOPERATIVE), world.ids
    ids["grant"] = granting.grant(store, owner, grant(quantity=Decimal(43_219))).id
    ids["use"] = ledger.draw(store, member(PACKER), use()).id
    planned = Plan(
        number="LH-KIN-1", market=Market.CN, planned=date(2026, 9, 1),
        loads=(Load(LOT, Quantity(Decimal(900), "KGM")),),
        consignee=f"to-chuc-{PACKER}",
    )  # fmt: skip
    ids["consignment"] = consignments.plan(store, owner, planned).id
    taken = NewSample(
        number="MAU-KIN-1", lots=(LOT,), laboratory=f"to-chuc-{PACKER}",
        taken=datetime(2026, 8, 2, 2, tzinfo=UTC),
    )  # fmt: skip
    ids["sample"] = samples.take(store, owner, taken).id
    internal = Claim(
        system=System.INTERNAL, source="sổ kho kín", foreign_id="KIN-NOI-BO-7", item=LOT
    )
    ids["identity"] = bridge.put(store, owner, [internal])[0].id
    _issued(store, ids)
    _keyed(store, ids)
    sheet = Sheet([(ids["ho-kin"], Purpose.REGISTER)], Means.PAPER, date(2026, 9, 5), "BB-KIN-77")
    consents.record(store, sheet, recorder=COOPERATIVE, by="test")
    ids["consent"] = consents.of_subjects(store, [ids["ho-kin"]])[0].id
    ids["request"] = erasure.ask(
        store, ids["ho-kin"], organisation=COOPERATIVE, concerned=[ids["ho-kin"]], by="test",
        reason="xin xóa kín",
    )  # fmt: skip


_CORNERS = "12.641111 108.095111\n12.641111 108.095777\n12.641666 108.095777\n12.641666 108.095111"


def _papers(world: World, owner: httpx.Client) -> None:
    """What the owner keeps through pages: a boundary, a document, a file looked at."""
    plot = f"/w/land/{PLOT}"
    drawn: dict[str, object] = {"list": _CORNERS, "system": "4326", "area": "0,4177"}
    kept = send(owner, plot, {**drawn, "step": "keep", "confirmed": "1"})
    assert kept.status_code == 303, kept.text
    page = f"/w/registers/place?key={PLOT}"
    token = token_on(owner.get(page).text)
    pdf = {"file": ("giay-kin.pdf", b"%PDF-1.4 kin", "application/pdf")}
    sent = owner.post(
        "/w/registers/place/documents", data={"_token": token, "key": PLOT}, files=pdf
    )
    assert sent.status_code == 303, sent.text
    found = re.search(r"/w/documents/(\w+)", owner.get(page).text)
    assert found is not None
    world.ids["document"] = found[1]
    token = token_on(owner.get("/w/files").text)
    own = "\n".join(ORGANISATIONS.splitlines()[:2])
    table = {"file": ("to-chuc.csv", own.encode(), "text/csv")}
    sent = owner.post("/w/files", data={"_token": token, "kind": "organisation"}, files=table)
    assert sent.status_code == 303, sent.text
    world.ids["upload"] = sent.headers["location"].rpartition("/")[2]


def _readers(server: Server) -> Iterator[Reader]:
    yield Reader("public", "nothing", server.client(), None)
    yield Reader("public", "browser", server.client(accept="text/html"), None)
    unknown = server.client(authorization="Bearer nguon_aaaaaaaaaaaa_" + "A" * 43)
    yield Reader("public", "unknown key", unknown, None)
    for audience, organisation in (
        ("member", STRANGER), ("partner", PACKER), ("owner", COOPERATIVE),
    ):  # fmt: skip
        key = server.member(organisation, *OWN_SCOPES)
        yield Reader(audience, "key", key, frozenset(OWN_SCOPES))
        yield _session(server, audience, "manager", organisation)
    for audience, organisation, mandate in (
        ("inspector", OFFICE, Mandate(frozenset({DAK_LAK}))),
        ("inspector elsewhere", OTHER_OFFICE, Mandate(frozenset({ELSEWHERE}))),
        ("inspector of the past", OFFICE, Mandate(frozenset({DAK_LAK}), valid_to=_OVER)),
    ):
        yield _inspector(server, audience, organisation, mandate)
        person = somebody(server.store, "officer", organisation)
        _charge(server, mandates.member_subject(person, organisation), mandate)
        yield _signed(server, audience, person, {"read", "trace", "supervise"})
    scopes = (*OWN_SCOPES, "supervise", "people", "admin")
    operator = server.member(STRANGER, *scopes, kind="operator")
    yield Reader("operator", "key", operator, frozenset(scopes))
    yield _session(server, "operator", "operator", STRANGER)


_OVER = date(2026, 1, 31)
_ROLES = {
    "manager": {*OWN_SCOPES, "people"},
    "operator": {*OWN_SCOPES, "supervise", "people", "admin", "market"},
}


def _session(server: Server, audience: str, role: str, organisation: int) -> Reader:
    return _signed(server, audience, somebody(server.store, role, organisation), _ROLES[role])


def _signed(server: Server, audience: str, person: int, scopes: set[str]) -> Reader:
    client = with_session(server.client(), session_of(server.store, person))
    return Reader(audience, "session", client, frozenset(scopes), person=True)


def _inspector(server: Server, audience: str, organisation: int, mandate: Mandate) -> Reader:
    scopes = ("read", "trace", "supervise")
    secret = server.key(organisation, *scopes, kind="inspector")
    _charge(server, mandates.key_subject(secret.split("_")[1]), mandate)
    client = server.client(authorization=f"Bearer {secret}")
    return Reader(audience, "key", client, frozenset(scopes))


def _charge(server: Server, subject: str, mandate: Mandate) -> None:
    mandates.grant(server.store, subject, mandate, by="test", reason="test")
