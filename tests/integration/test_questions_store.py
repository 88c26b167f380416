# SPDX-License-Identifier: Apache-2.0
"""Questions over stored records, on both databases: corrections, as known at, who may see what."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind, audience_for
from nguon.store import Store
from nguon.trace import Direction, trace
from nguon.trace.asking.balance import Account, Flag, ledger
from nguon.trace.asking.gaps import gaps_of
from nguon.trace.asking.holdings import Holding, HoldingState, holdings_of, seen_holdings
from tests.records import OPERATOR

LOT = "01/09521101000016/10/A1"
FARM, MILL, SHOP = "9521101000009", "9521302000006", "9521105000005"
ORGANISATIONS = {f"{kind}/{number}": index for index, number in enumerate((FARM, MILL, SHOP), 1)
                 for kind in ("414", "417")}  # fmt: skip
BASE = "https://id.gs1.org/"


class Told:
    """Records sent by three parties to one store."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        store.named_organisations = lambda keys: {
            key: ORGANISATIONS[key] for key in keys if key in ORGANISATIONS
        }
        limits = Limits(2**24, 10_000, 10_000, 2**24)
        self.capture = CaptureService(store, folder / "spool", limits, 0)

    def say(self, by: str, day: int, step: str, amount: float, **more: Any) -> int:
        """An event about so much of the lot; gives its place in the log."""
        event = {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "ObjectEvent",
            "eventTime": f"2026-08-{day:02d}T08:00:00.000+07:00",
            "eventTimeZoneOffset": "+07:00",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "quantityList": [{"epcClass": BASE + LOT, "quantity": amount, "uom": "KGM"}],
            "bizLocation": {"id": f"{BASE}414/{by}"},
        } | more
        event = {name: value for name, value in event.items() if value is not None}
        who = Principal(
            ORGANISATIONS[f"417/{by}"], "test", KeyKind.MEMBER,
            frozenset({Scope.CAPTURE, Scope.READ}), strict=False,
        )  # fmt: skip
        capturing = self.capture.event(who, json.dumps(event).encode())
        capturing.receipt(capturing.receipts.result(30))
        return self.store.events.head()[0]

    def between(self, source: str, target: str) -> dict[str, Any]:
        return {
            "sourceList": _side("source", source),
            "destinationList": _side("destination", target),
        }


def _side(name: str, number: str) -> list[dict[str, str]]:
    return [
        {"type": "possessing_party", name: f"{BASE}417/{number}"},
        {"type": "location", name: f"{BASE}414/{number}"},
    ]


@pytest.fixture
def told(store: Store, tmp_path: Path) -> Iterator[Told]:
    made = Told(store, tmp_path)
    yield made
    made.capture.close()


def _parts(found: tuple[Holding, ...]) -> dict[tuple[str, str | None], str]:
    return {
        (one.state.value, one.party): quantity.text
        for one in found
        for _, quantity in one.quantities
    }


def _reader(number: str) -> Audience:
    scopes = frozenset({Scope.TRACE})
    return audience_for(
        Principal(ORGANISATIONS[f"417/{number}"], "k", KeyKind.MEMBER, scopes, strict=False)
    )


def test_a_correction_changes_the_answer_from_then_on(told: Told) -> None:
    """1,000 made; 400 shipped by mistake for 300; 250 to the shop. Before the correction 350 are
    left, after it 1,000 - 300 - 250 = 450.
    """
    told.say(FARM, 1, "commissioning", 1000)
    ship = told.between(FARM, MILL)
    number = "urn:uuid:00000000-0000-4000-8000-000000000002"
    told.say(FARM, 2, "shipping", 400, eventID=number, **ship)
    before = told.say(FARM, 3, "shipping", 250, **told.between(FARM, SHOP))
    declared = {"declarationTime": "2026-08-04T08:00:00.000+07:00", "reason": "incorrect_data"}
    told.say(FARM, 2, "shipping", 400, eventID=number, errorDeclaration=declared, **ship)
    told.say(FARM, 2, "shipping", 300, **ship)
    assert _parts(holdings_of(told.store, [LOT], upto_seq=before).holdings) == {
        ("held", f"417/{FARM}"): "350",
        ("moving", f"417/{MILL}"): "400",
        ("moving", f"417/{SHOP}"): "250",
    }
    assert _parts(holdings_of(told.store, [LOT]).holdings) == {
        ("held", f"417/{FARM}"): "450",
        ("moving", f"417/{MILL}"): "300",
        ("moving", f"417/{SHOP}"): "250",
    }


def test_an_outsider_sees_no_quantities_and_no_parties(told: Told) -> None:
    """The shop was sent 250 and sees those; of the mill's 400 only that some of the lot move."""
    told.say(FARM, 1, "commissioning", 1000)
    told.say(FARM, 2, "shipping", 400, **told.between(FARM, MILL))
    told.say(FARM, 3, "shipping", 250, **told.between(FARM, SHOP))
    whole = seen_holdings(told.store, OPERATOR, [LOT]).holdings
    assert len(whole) == 3
    assert not any(one.hidden for one in whole)
    seen = seen_holdings(told.store, _reader(SHOP), [LOT]).holdings
    shown = [one for one in seen if not one.hidden]
    assert _parts(tuple(shown)) == {("moving", f"417/{SHOP}"): "250"}
    rest = [one for one in seen if one.hidden]
    assert {one.state for one in rest} == {HoldingState.HELD, HoldingState.MOVING}
    for one in rest:
        assert (one.party, one.organisation, one.quantities, one.event) == (None, None, (), None)
        assert (one.since, one.sender, one.origin) == (None, None, None)
        assert one.keys == (LOT,)


def test_an_outsiders_ledger_tells_nothing_of_others_stock(told: Told) -> None:
    told.say(FARM, 1, "commissioning", 1000)
    told.say(FARM, 2, "shipping", 400, **told.between(FARM, MILL))
    told.say(FARM, 3, "shipping", 250, **told.between(FARM, SHOP))
    account = Account(party=f"417/{FARM}", lot=LOT)
    whole = ledger(told.store, OPERATOR, account)
    assert [one.stock and one.stock.text for one in whole.entries] == ["1000", "600", "350"]
    assert whole.withheld == 0
    seen = ledger(told.store, _reader(SHOP), account)
    assert [(one.change.text, one.stock) for one in seen.entries] == [("-250", None)]
    assert (seen.withheld, seen.totals) == (2, ())


def test_the_gap_is_told_to_whom_the_record_is_open(told: Told) -> None:
    """The mill received 400 that the farm never recorded as sent."""
    told.say(FARM, 1, "commissioning", 1000)
    told.say(MILL, 2, "receiving", 400, **told.between(FARM, MILL))
    found = {}
    for name, reader in (("all", OPERATOR), ("mill", _reader(MILL)), ("shop", _reader(SHOP))):
        lineage = trace(told.store, reader, LOT, Direction.FORWARD)
        found[name] = [
            (gap.kind.value, gap.party_to_ask, gap.params["quantity"])
            for gap in gaps_of(told.store, reader, lineage).gaps
            if gap.kind.value == "never-shipped"
        ]
    expected = [("never-shipped", f"417/{FARM}", "400 KGM")]
    assert found == {"all": expected, "mill": expected, "shop": []}


def _changes(told: Told, **more: Any) -> list[tuple[str, str, str | None]]:
    found = ledger(told.store, OPERATOR, Account(place=f"414/{FARM}", lot=LOT), **more)
    return [
        (one.kind.value, one.change.text, one.stock.text if one.stock else None)
        for one in found.entries
    ]


def test_a_correction_changes_the_ledger_from_then_on(told: Told) -> None:
    """1 t made; 400 kg shipped, declared in error and told anew as 300 kg. As known before the
    declaration 600 were left, between it and the new record 1,000, then 700.
    """
    told.say(FARM, 1, "commissioning", 1000)
    ship = told.between(FARM, MILL)
    number = "urn:uuid:00000000-0000-4000-8000-000000000003"
    before = told.say(FARM, 2, "shipping", 400, eventID=number, **ship)
    declared = {"declarationTime": "2026-08-04T08:00:00.000+07:00", "reason": "incorrect_data"}
    between = told.say(FARM, 2, "shipping", 400, eventID=number, errorDeclaration=declared, **ship)
    told.say(FARM, 2, "shipping", 300, **ship)
    made = ("made", "1000", "1000")
    assert _changes(told, upto_seq=before) == [made, ("out", "-400", "600")]
    assert _changes(told, upto_seq=between) == [made]
    assert _changes(told) == [made, ("out", "-300", "700")]


def test_what_is_recorded_late_is_reckoned_at_its_time(told: Told) -> None:
    """Shipped on the 3rd, recorded first: 400 too many until what was made on the 1st is told."""
    told.say(FARM, 3, "shipping", 400, **told.between(FARM, MILL))
    owing = ledger(told.store, OPERATOR, Account(party=f"417/{FARM}", lot=LOT))
    [left] = owing.entries
    assert (left.stock and left.stock.text, left.flags) == ("-400", (Flag.NEGATIVE,))
    told.say(FARM, 1, "commissioning", 1000)
    found = ledger(told.store, OPERATOR, Account(party=f"417/{FARM}", lot=LOT))
    assert _changes(told) == [("made", "1000", "1000"), ("out", "-400", "600")]
    assert not any(one.flags for one in found.entries)


def test_windows_never_begin_at_nothing(told: Told) -> None:
    """Five days, each its own window: put together they are the whole ledger."""
    told.say(FARM, 1, "commissioning", 1000)
    for day, amount in ((2, 100), (3, 200), (5, 300)):
        told.say(FARM, day, "shipping", amount, **told.between(FARM, MILL))
    days = [datetime(2026, 8, day, tzinfo=HANOI) for day in range(1, 7)]
    parts = [
        entry
        for first, last in pairwise(days)
        for entry in _changes(told, since=first, until=last - timedelta(microseconds=1))
    ]
    assert parts == _changes(told)
    assert [stock for _, _, stock in parts] == ["1000", "900", "700", "400"]


def test_answers_say_that_records_were_left_unread(told: Told) -> None:
    """Four records; of three, two or one read, every question says that there are more."""
    told.say(FARM, 1, "commissioning", 1000)
    told.say(FARM, 2, "shipping", 400, **told.between(FARM, MILL))
    told.say(FARM, 3, "shipping", 250, **told.between(FARM, SHOP))
    told.say(MILL, 4, "receiving", 400, **told.between(FARM, MILL))
    store = told.store
    lineage = trace(store, OPERATOR, LOT, Direction.FORWARD)
    account = Account(party=f"417/{FARM}", lot=LOT)
    for most, cut in ((1, True), (3, True), (5, False), (None, False)):
        assert holdings_of(store, [LOT], most=most).truncated is cut
        assert seen_holdings(store, OPERATOR, [LOT], most=most).truncated is cut
        assert gaps_of(store, OPERATOR, lineage, most=most).truncated is cut
        assert ledger(store, OPERATOR, account, most=most).truncated is cut


def test_boxes_deeper_than_followed_are_said(told: Told) -> None:
    """Nine boxes, each in the next; six levels are followed."""
    told.say(FARM, 1, "commissioning", 10)
    inner: dict[str, Any] = {
        "childQuantityList": [{"epcClass": BASE + LOT, "quantity": 10, "uom": "KGM"}]
    }
    for level in range(9):
        box = f"{BASE}00/09521101000000{level:04d}"
        told.say(FARM, 2 + level, "packing", 0, type="AggregationEvent", action="ADD",
                 parentID=box, quantityList=None, **inner)  # fmt: skip
        inner = {"childEPCs": [box]}
        assert holdings_of(told.store, [LOT]).truncated is (level > 5)
