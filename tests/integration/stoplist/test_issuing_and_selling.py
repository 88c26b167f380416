# SPDX-License-Identifier: Apache-2.0
"""No serials for what is stopped, and listings say that it is recalled; until it is let go."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nguon.codes import pieces, printing, queries, stops
from nguon.codes.blocks import order
from nguon.codes.errors import IssuingConflictError
from nguon.codes.keyring import of as keys_of
from nguon.codes.model import OrderAsked
from nguon.entries.model import lot_key
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.labels.errors import LabelError
from nguon.listings import recalls, sellers
from nguon.listings import service as listings
from nguon.listings.model import Answer, Asked, Judged, Question
from nguon.listings.sellers import Registered
from nguon.parties.keys import custody
from nguon.stoplist import service
from nguon.stoplist.model import NewStop, StopKind
from nguon.stoplist.queries import stopped
from nguon.stoplist.recalls import Stops
from nguon.store import Store
from nguon.store import codes as blocks
from nguon.web.work import label_orders
from nguon.web.work.label_orders import Order
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, OPERATOR, manager

MARKETPLACE = Principal(204, "key-m", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)


@pytest.fixture
def gtin(store: Store, tmp_path: Path) -> str:
    """A product of the maker, where the stop list is attached as the server does it."""
    world.people(store, tmp_path)
    world.licensed(store)
    custody.attach(store, tmp_path / "parties.key")
    stops.attach(store, stopped)
    recalls.attach(store, Stops())
    return world.product(store)


def put(store: Store, kind: StopKind, key: str, source: str = "recall:1") -> None:
    new = NewStop(kind=kind, key=key, source=source, reason="recall", by="person/1")
    with store.transaction() as connection:
        service.put(connection, [new])


def lift(store: Store, source: str = "recall:1") -> None:
    with store.transaction() as connection:
        assert service.lift(connection, source, by="person/1") == 1


@pytest.mark.parametrize(
    ("kind", "end"), [(StopKind.LOT, "/10/L1"), (StopKind.PRODUCT, "")], ids=["lot", "product"]
)
def test_no_new_serials_until_it_is_let_go(
    store: Store, gtin: str, kind: StopKind, end: str
) -> None:
    maker = manager(MAKER)
    before = order(store, maker, OrderAsked(gtin=gtin, quantity=10, request="1", lot="L1"))
    put(store, kind, f"01/{gtin}{end}")
    asked = OrderAsked(gtin=gtin, quantity=10, request="2", lot="L1")
    with pytest.raises(IssuingConflictError) as refused:
        order(store, maker, asked)
    assert (refused.value.code, refused.value.params) == ("codes.stopped", {"lot": "L1"})
    assert queries.given(store, OPERATOR.audience) == [before]
    with pytest.raises(IssuingConflictError) as refused:
        printing.hand_out(store, maker, before.id, 10, printer="Xưởng in", request="3")
    assert refused.value.code == "codes.stopped"
    with store.reading() as connection:
        assert printing.exports_of(connection, before.id) == []
    lift(store)
    after = order(store, maker, asked)
    assert [one.id for one in queries.given(store, OPERATOR.audience)].count(after.id) == 1
    done = printing.hand_out(store, maker, before.id, 10, printer="Xưởng in", request="3")
    assert done.quantity == 10


def test_a_lot_whose_name_has_a_slash(store: Store, gtin: str) -> None:
    put(store, StopKind.LOT, lot_key(f"01/{gtin}", "L/1%"))
    asked = OrderAsked(gtin=gtin, quantity=10, request="1", lot="L/1%")
    with pytest.raises(IssuingConflictError) as refused:
        order(store, manager(MAKER), asked)
    assert refused.value.code == "codes.stopped"
    lift(store)
    assert order(store, manager(MAKER), asked).lot == "L/1%"


def test_no_labels_of_pieces_that_are_stopped(store: Store, gtin: str) -> None:
    made = world.block(store, gtin, 3)
    with store.reading() as connection:
        [row] = blocks.blocks(connection, "id", [made.id])
    bad = [f"01/{gtin}/21/{one.serial}" for one in pieces.made(keys_of(store), row, 0, 3)][1]

    def printed(first: int) -> int:
        wanted = Order(block=made.id, first=first, quantity=1)
        base = "https://nguon.example"
        return len(label_orders.labels(store, manager(MAKER), wanted, base, "vi"))

    for kind, key in ((StopKind.PRODUCT, f"01/{gtin}"), (StopKind.ITEM, bad)):
        put(store, kind, key)
        with pytest.raises(LabelError) as refused:
            printed(2)
        assert refused.value.code == "labels.stopped"
        assert kind is StopKind.PRODUCT or printed(1) == 1
        lift(store)
    assert printed(2) == 1


def test_listings_say_recalled_and_free_again(store: Store, gtin: str) -> None:
    sellers.register(
        store, MARKETPLACE, MARKETPLACE.audience, [Registered("s", f"to-chuc-{MAKER}")]
    )
    made = world.block(store, gtin, 2)
    with store.reading() as connection:
        [row] = blocks.blocks(connection, "id", [made.id])
    bad, good = (f"01/{gtin}/21/{one.serial}" for one in pieces.made(keys_of(store), row, 0, 2))

    def recalled() -> list[Judged]:
        asked = [Asked("s", key) for key in (bad, good)]
        signed = listings.check(store, MARKETPLACE, asked, datetime.now(UTC))
        return [dict(one.answers)[Question.RECALLED] for one in signed.listings]

    free = Judged(Answer.NO, "not-recalled")
    assert recalled() == [free, free]
    put(store, StopKind.ITEM, bad)
    assert recalled() == [Judged(Answer.YES, "recalled"), free]
    lift(store)
    put(store, StopKind.ITEM, bad, source="hold:1")
    assert recalled() == [free, free]
