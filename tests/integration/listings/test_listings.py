# SPDX-License-Identifier: Apache-2.0
"""Listings checked over both databases: sellers, chains, orders, disputes, signatures."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event as events
from sqlalchemy import update
from sqlalchemy.engine import Engine

from nguon.codes import keyring, pieces
from nguon.disputes import service as disputes
from nguon.disputes import subjects
from nguon.disputes.model import Kind, Report, Step
from nguon.disputes.service import Said
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Role, Scope
from nguon.identity.visibility import KeyKind
from nguon.listings import recalls, resales, sellers, service
from nguon.listings.errors import (
    ListingError,
    ListingFaultsError,
    TooManyMissesError,
    UnknownListingError,
)
from nguon.listings.model import Answer, Asked, Judged, Question
from nguon.listings.sellers import Registered
from nguon.parties.keys import custody, naming, queries
from nguon.parties.keys import service as keys
from nguon.registry.model import Register
from nguon.registry.service import attach, import_csv
from nguon.signing import jws
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, generate
from nguon.store import Store
from nguon.store import codes as blocks
from nguon.store import compliance as orders
from nguon.store.compliance_tables import legal_hold
from nguon.store.registry_tables import organisation
from tests.integration.codes import world
from tests.integration.codes.world import BODY, MAKER, OTHER, event, sent, sold

MARKET, STRANGER = 204, BODY
PLACE = {"id": "https://id.gs1.org/414/9521102000008"}
NOW = datetime.now(UTC)
OFFICER = Principal(BODY, "person/1", KeyKind.INSPECTOR, Role.OFFICER.scopes, strict=False)
MARKETPLACE = Principal(MARKET, "key-m", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)
Checked = Callable[..., dict[Question, Judged]]


@pytest.fixture(autouse=True)
def goods(store: Store, tmp_path: Path) -> None:
    """Three parties, one of them with a GLN of a place; keys beside the data."""
    world.people(store, tmp_path)
    attach(store)
    sealing.attach(store, tmp_path / "accounts.key")
    custody.attach(store, tmp_path / "parties.key")
    own = update(organisation).where(organisation.c.id == OTHER)
    with store.transaction() as connection:
        connection.execute(own.values(gln="9521102000008", tax_code="0101234567"))
    world.licensed(store)
    given = [Registered(f"s-{number}", f"to-chuc-{number}") for number in (MAKER, OTHER, BODY)]
    sellers.register(store, MARKETPLACE, MARKETPLACE.audience, given)


@pytest.fixture
def serials(store: Store) -> list[str]:
    """Pieces of one product."""
    gtin = world.product(store)
    made = world.block(store, gtin, 10)
    with store.reading() as connection:
        [row] = blocks.blocks(connection, "id", [made.id])
    return [f"01/{gtin}/21/{one.serial}" for one in pieces.made(keyring.of(store), row, 0, 10)]


@pytest.fixture
def checked(store: Store) -> Checked:
    """The answers about one listing."""

    def checking(seller: str, key: str) -> dict[Question, Judged]:
        signed = service.check(store, MARKETPLACE, [Asked(seller, key)], NOW)
        return dict(signed.listings[0].answers)

    return checking


def _shipped(store: Store, folder: Path, keys: Sequence[str]) -> None:
    sent(store, folder, event(1, keys))
    sent(
        store,
        folder,
        event(2, keys, action="OBSERVE", bizStep="shipping", destinationList=[_to()]),
    )


def _received(store: Store, folder: Path, keys: Sequence[str]) -> None:
    received = event(3, keys, action="OBSERVE", bizStep="receiving", readPoint=PLACE)
    sent(store, folder, received, by=world.manager(OTHER))


def _to() -> dict[str, str]:
    return {"type": "possessing_party", "destination": "https://id.gs1.org/417/9521102000008"}


def _chain(found: dict[Question, Judged]) -> tuple[Answer, str]:
    return found[Question.IN_CHAIN].answer, found[Question.IN_CHAIN].reason


def test_a_piece_from_its_maker_to_a_buyer(
    store: Store, tmp_path: Path, serials: list[str], checked: Checked
) -> None:
    piece = serials[0]
    assert _chain(checked(f"s-{STRANGER}", piece)) == ("unknown", "not-recorded")
    assert checked(f"s-{MAKER}", piece)[Question.LIVE] == Judged(Answer.NO, "not-activated")
    _shipped(store, tmp_path, serials)
    assert _chain(checked(f"s-{MAKER}", piece)) == ("yes", "in-chain")
    assert _chain(checked(f"s-{OTHER}", piece)) == ("yes", "in-chain")
    assert _chain(checked(f"s-{STRANGER}", piece)) == ("unknown", "not-received")
    _received(store, tmp_path, serials)
    found = checked(f"s-{STRANGER}", piece)
    assert _chain(found) == ("no", "closed-chain")
    assert found[Question.ISSUED] == Judged(Answer.YES, "issued")
    assert found[Question.LIVE] == Judged(Answer.YES, "active")
    assert found[Question.KNOWN] == Judged(Answer.UNKNOWN, "not-identified")
    assert _chain(checked("s-nobody", piece)) == ("unknown", "seller-not-known")
    sent(store, tmp_path, sold(4, [piece]), by=world.manager(OTHER))
    assert _chain(checked(f"s-{STRANGER}", piece)) == ("unknown", "life-sold")
    assert checked(f"s-{OTHER}", piece)[Question.LIVE] == Judged(Answer.YES, "sold")


def test_what_a_stranger_records_closes_no_chain_and_opens_none(
    store: Store, tmp_path: Path, serials: list[str], checked: Checked
) -> None:
    _shipped(store, tmp_path, serials)
    _received(store, tmp_path, serials)
    claim = event(4, serials[:1], action="OBSERVE", bizStep="storing")
    sent(store, tmp_path, claim, by=world.manager(STRANGER))
    assert _chain(checked(f"s-{STRANGER}", serials[0])) == ("unknown", "contested")
    assert _chain(checked(f"s-{STRANGER}", serials[1])) == ("no", "closed-chain")


def test_a_carton_takes_its_pieces_along(
    store: Store, tmp_path: Path, serials: list[str], checked: Checked
) -> None:
    carton = "https://id.gs1.org/00/195211010000000013"
    links = [f"https://id.gs1.org/{key}" for key in serials]
    packed = event(2, [], type="AggregationEvent", bizStep="packing", parentID=carton)
    packed |= {"childEPCs": links}
    del packed["epcList"]
    shipping = event(3, [], action="OBSERVE", bizStep="shipping", destinationList=[_to()])
    sent(store, tmp_path, event(1, serials), packed, shipping | {"epcList": [carton]})
    assert _chain(checked(f"s-{OTHER}", serials[0])) == ("yes", "in-chain")
    assert _chain(checked(f"s-{STRANGER}", serials[0])) == ("unknown", "not-received")


def test_of_lots_and_products_no_is_never_said(
    store: Store, tmp_path: Path, serials: list[str], checked: Checked
) -> None:
    product = serials[0][:17]
    lot = f"{product}/10/L1"
    quantities = {"quantityList": [{"epcClass": f"https://id.gs1.org/{lot}", "quantity": 5}]}
    sent(store, tmp_path, event(1, [], **quantities))
    assert _chain(checked(f"s-{MAKER}", lot)) == ("yes", "in-chain")
    assert _chain(checked(f"s-{STRANGER}", lot)) == ("unknown", "not-serialised")
    assert _chain(checked(f"s-{STRANGER}", product)) == ("unknown", "no-lot")
    assert checked("s-x", product)[Question.ISSUED] == Judged(Answer.UNKNOWN, "not-from-here")
    table = f"GTIN,tên,nhà sản xuất\n{product[3:]},Nhãn,to-chuc-{MAKER}\n"
    assert import_csv(store, Register.PRODUCT, table).done
    assert checked("s-x", product)[Question.ISSUED] == Judged(Answer.YES, "registered")
    broken = checked("s-x", "no code at all")
    assert set(broken.values()) == {Judged(Answer.UNKNOWN, "code-unreadable")}


def test_orders_recalls_and_disputes(
    store: Store, tmp_path: Path, serials: list[str], checked: Checked
) -> None:
    piece, product = serials[0], serials[0][:17]
    assert checked("s-x", piece)[Question.RECALLED] == Judged(Answer.UNKNOWN, "no-source")
    hold: dict[str, Any] = dict.fromkeys(("body", "reason", "order_number", "actor"), "x")
    hold |= {"id": "h", "key": piece, "organisation": BODY, "begun": 1}
    with store.transaction() as connection:
        orders.add(connection, legal_hold, [hold])
    assert checked("s-x", piece)[Question.RECALLED] == Judged(Answer.UNKNOWN, "under-order")

    class Recalled:
        def recalled(self, _store: Store, keys: Any) -> set[str]:
            return set(keys) & {product}

    recalls.attach(store, Recalled())
    assert checked("s-x", piece)[Question.RECALLED] == Judged(Answer.YES, "recalled")
    assert checked("s-x", piece)[Question.DISPUTED] == Judged(Answer.NO, "nothing-open")
    told = Report(kind=Kind.COPIED, words="Cùng mã trên hai hộp.")
    case = disputes.report(store, subjects.of_item(store, piece), told).case
    assert checked("s-x", piece)[Question.DISPUTED] == Judged(Answer.NO, "nothing-open")
    disputes.take(store, OFFICER, case.id, Step.OPEN, Said(seen=case.seen, words=""))
    assert checked("s-x", piece)[Question.DISPUTED] == Judged(Answer.YES, "being-checked")
    assert checked("s-x", serials[1])[Question.DISPUTED] == Judged(Answer.NO, "nothing-open")


def test_a_seller_looked_up_by_a_keyed_tax_code(store: Store, checked: Checked) -> None:
    secret = sellers.make_key(store, MARKETPLACE)
    name = sellers.look_up(secret, "0101234567")
    assert sellers.found(store, MARKET, [name]) == {name: OTHER}
    assert sellers.found(store, MARKET + 1, [name]) == {}
    renewed = sellers.make_key(store, MARKETPLACE)
    assert sellers.found(store, MARKET, [name]) == {}
    assert sellers.look_up(renewed, "0101234567") != name
    guesses = [f"hmac:{number:064x}" for number in range(5000)]
    with pytest.raises(TooManyMissesError):
        sellers.found(store, MARKET, guesses)


def test_sellers_that_cannot_be_registered(store: Store) -> None:
    wrong = [Registered("a b", "to-chuc-201"), Registered("s-9", "nobody")]
    with pytest.raises(ListingFaultsError) as refused:
        sellers.register(store, MARKETPLACE, MARKETPLACE.audience, wrong)
    assert [(one.pointer, one.code) for one in refused.value.faults] == [
        ("/sellers/0/seller", "listings.seller-name"),
        ("/sellers/1/party", "listings.unknown-party"),
    ]
    assert sellers.found(store, MARKET, ["a b", "s-9"]) == {}


def test_answers_are_signed_and_stay_the_same_for_a_while(store: Store, serials: list[str]) -> None:
    asked = [Asked("s-x", serials[0])]
    slot = datetime(2026, 9, 1, 8, 0, 30, tzinfo=UTC)
    signed = service.check(store, MARKETPLACE, asked, slot)
    again = service.check(store, MARKETPLACE, asked, slot + timedelta(seconds=200))
    assert (signed.jws, signed.tag, signed.expires) == (again.jws, again.tag, again.expires)
    later = service.check(store, MARKETPLACE, asked, slot + timedelta(seconds=300))
    assert later.tag != signed.tag
    read = jws.read(signed.jws)
    kid = read.header["kid"].rpartition("#")[2]
    key = queries.find(store, kid)
    assert key is not None
    assert key.organisation == naming.OPERATOR
    read.verify(key.public)
    payload = msgspec.json.decode(read.payload)
    assert payload["listings"] == list(msgspec.to_builtins(signed.listings))
    assert payload["exp"] - payload["iat"] == 600
    head, body, tail = signed.jws.split(".")
    with pytest.raises(SigningError):
        jws.read(f"{head}.{body[:-4]}AAAA.{tail}").verify(key.public)


def test_resales_count_while_they_are_declared(
    store: Store, serials: list[str], checked: Checked
) -> None:
    piece, seller = serials[0], f"s-{OTHER}"
    by = world.manager(OTHER)
    assert checked(seller, piece)[Question.RESALE] == Judged(Answer.UNKNOWN, "not-declared")
    [made] = resales.declare(store, by, [f"https://id.gs1.org/{piece}", piece])
    assert checked(seller, piece)[Question.RESALE] == Judged(Answer.YES, "declared")
    assert checked(f"s-{BODY}", piece)[Question.RESALE] == Judged(Answer.UNKNOWN, "not-declared")
    read = jws.read(made.signed)
    kept = queries.find(store, read.header["kid"].rpartition("#")[2])
    assert kept is not None
    assert (kept.organisation, read.header["custody"]) == (OTHER, "custodial")
    read.verify(kept.public)
    assert len(store.log.statements_of(f"listing.resale/{OTHER}/{piece}")) == 1
    resales.withdraw(store, by, piece)
    assert checked(seller, piece)[Question.RESALE] == Judged(Answer.UNKNOWN, "not-declared")
    with pytest.raises(UnknownListingError):
        resales.withdraw(store, by, piece)


def test_a_resale_under_the_sellers_own_key(store: Store, serials: list[str]) -> None:
    by, secret = world.manager(OTHER), generate(Algorithm.ES256)
    key = keys.bind(store, OTHER, secret.public, name="shop", by="test")
    claims = msgspec.json.encode({"iat": int(time.time()), "resells": [serials[0]]})
    compact = jws.sign(claims, secret, {"kid": key.kid})
    with pytest.raises(ListingError) as refused:
        resales.declare_signed(store, world.manager(MAKER), compact)
    assert refused.value.code == "listings.key-unknown"
    old = msgspec.json.encode({"iat": 1, "resells": [serials[0]]})
    with pytest.raises(ListingError):
        resales.declare_signed(store, by, jws.sign(old, secret, {"kid": key.kid}))
    forged = jws.sign(claims, generate(Algorithm.ES256), {"kid": key.kid})
    with pytest.raises(SigningError):
        resales.declare_signed(store, by, forged)
    assert resales.of(store, OTHER) == []
    [made] = resales.declare_signed(store, by, compact)
    assert (made.key, made.signed) == (serials[0], compact)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    here = threading.get_ident()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.get_ident() == here:
            seen.append(statement)

    events.listen(Engine, "before_cursor_execute", note)
    yield seen
    events.remove(Engine, "before_cursor_execute", note)


def test_many_listings_take_few_statements(
    store: Store, tmp_path: Path, serials: list[str], statements: list[str]
) -> None:
    _shipped(store, tmp_path, serials)
    _received(store, tmp_path, serials)
    few = [Asked(f"s-{MAKER}", serials[0])]
    many = [Asked(f"s-{number}", serials[number % 10]) for number in range(400)]
    taken = []
    for asked in (few, few, many):
        statements.clear()
        service.answered(store, MARKET, asked, NOW)
        taken.append(len([one for one in statements if not one.startswith("BEGIN")]))
    assert taken[2] <= taken[0] + 2
    assert taken[2] <= 24
    with pytest.raises(ListingFaultsError):
        service.check(store, MARKETPLACE, [], NOW)
    with pytest.raises(ListingFaultsError):
        service.catalogue(store, MARKETPLACE, few * 10_001, NOW)
    whole = list(service.catalogue(store, MARKETPLACE, few * 1200, NOW))
    assert [len(one.listings) for one in whole] == [500, 500, 200]
