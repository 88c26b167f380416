# SPDX-License-Identifier: Apache-2.0
"""An inspector's questions on the demonstration goods: every number worked out by hand.

The comments say how; ``examples/README.md`` tells the stories.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from nguon.base.audience import Audience, Mandate
from nguon.base.quantity import Quantity
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.cli.demonstration import load, read_manifest
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind, audience_for
from nguon.registry import remembering
from nguon.store import Store, open_store
from nguon.trace import Direction, trace
from nguon.trace.asking import dispersion
from nguon.trace.asking.balance import Account, EntryKind, Flag, ledger
from nguon.trace.asking.common import CauseKind, common_causes
from nguon.trace.asking.comparing import compare
from nguon.trace.asking.errors import NoAccountError, TooFewError, TooManyError
from nguon.trace.asking.gaps import Gap, GapKind, gaps_of
from nguon.trace.asking.holdings import (
    Holding,
    Holdings,
    HoldingState,
    holdings_of,
    seen_holdings,
)
from nguon.trace.asking.origins import origins_of
from nguon.trace.model import Mode
from tests.records import OPERATOR

EXAMPLES = Path(__file__).parents[2] / "examples"
CARTON = "01/19520010000756"
SEASONING = "01/09521503000058/10/GV-2608-02"
FLOUR, OIL = "01/09521501000258/10/BM-2608-11", "01/09521502000189/10/DC-2608-1"
GREEN = "01/09521302000013/10/NX260207"
ROASTED = "01/09521305002502/10/RX260312"
FRUIT, BOXES, SECOND = "01/09521101000016", "01/09521101000023", "01/09521101000092"
LONGAN = f"{BOXES}/10/TH260806H"
CREAM = "01/09521801000507/10/SH2608A"
SHRIMP = "01/09521602000102/10/TS260721"
FEED = "01/09521605000253/10/TA-2606-1"
MAKER, DEPOT, CHAIN = "9520010000001", "9521505000001", "9521506000000"
MILL, EXPORTER, ROASTER = "9521302000006", "9521303000005", "9521305000003"
COOPERATIVE, STORES = "9521101000009", "9521105000005"
LATE = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Store]:
    """A store with all demonstration goods, as whoever sees all reads it."""
    folder = tmp_path_factory.mktemp("questions")
    (folder / "goods.db").write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{folder / 'goods.db'}") as store:
        limits = Limits(body=1 << 28, events=100_000, whole=100_000, synchronous=1 << 28)
        capture = CaptureService(store, folder / "spool", limits, 0)
        load(store, capture, EXAMPLES, read_manifest(EXAMPLES), lambda _name: None)
        capture.close()
        remembering.attach(store)
        yield store


def _reached(store: Store, start: str) -> list[str]:
    """The goods that a start went into, itself among them."""
    lineage = trace(store, OPERATOR, start, Direction.FORWARD)
    return [node.key for node in lineage.nodes if node.mode in (Mode.WHOLE, Mode.PART)]


def _of(found: tuple[Holding, ...], product: str, unit: str = "H87") -> dict[str, str]:
    """By state and place how much there is of a product; ``held 414/…0079`` shortened."""
    told: dict[str, str] = {}
    for one in found:
        for name, quantity in one.quantities:
            if (name, quantity.unit) == (product, unit):
                told[f"{one.state.value} {(one.place or '')[4:]}"] = quantity.text
    return told


def _gaps(store: Store, start: str, direction: Direction) -> list[Gap]:
    lineage = trace(store, OPERATOR, start, direction)
    return list(gaps_of(store, OPERATOR, lineage, now=LATE).gaps)


def test_where_the_recalled_noodles_are(goods: Store) -> None:
    """Batches 3, 4, 5, 6 and 9 of 144 cartons, three pallets of 48 each: 5 x 144 = 720.

    First pallets went whole: batches 3 and 4 to market ...0079 (96), 5, 6 and 9 to ...0086
    (144), where also batch 3's third pallet went (48): 192. Third pallets of 4, 5, 6 and 9 stay
    at the depot (192). Second pallets were split into halves of 24: 3 -> 0031, 0048; 4 -> 0048,
    0055; 5 -> 0055, 0062; 6 -> 0062, 0017; 9 -> 0031, 0048. Of each half 8 were sold, 16 are left.
    """
    found = holdings_of(goods, _reached(goods, SEASONING)).holdings
    assert _of(found, CARTON) == {
        "held 9521505000018": "192",
        "held 9521506000079": "96",
        "held 9521506000086": "192",
        "held 9521506000017": "16",
        "held 9521506000031": "32",
        "held 9521506000048": "48",
        "held 9521506000055": "32",
        "held 9521506000062": "32",
        "sold 9521506000017": "8",
        "sold 9521506000031": "16",
        "sold 9521506000048": "24",
        "sold 9521506000055": "16",
        "sold 9521506000062": "16",
    }
    assert _of(found, SEASONING[:17], "KGM") == {"used 9520010000018": "90"}
    assert Counter(one.party for one in found) == {
        f"417/{DEPOT}": 1, f"417/{CHAIN}": 12, f"417/{MAKER}": 1,
    }  # fmt: skip


def test_every_thing_is_in_exactly_one_holding(goods: Store) -> None:
    keys = _reached(goods, SEASONING)
    found = holdings_of(goods, keys).holdings
    counted = Counter(key for one in found for key in one.keys)
    pieces = {key for key in counted if "/21/" in key}
    assert len(pieces) == 720
    assert {counted[key] for key in pieces} == {1}
    assert set(keys) - counted.keys() == set()


def test_as_known_before_anything_was_recorded(goods: Store) -> None:
    [nothing] = holdings_of(goods, [LONGAN], upto_seq=0).holdings
    assert (nothing.state, nothing.keys, nothing.event) == (HoldingState.UNKNOWN, (LONGAN,), None)


def test_where_the_cream_is(goods: Store) -> None:
    """1,000 made; 12 of 20 boxes of 50 shipped (600), 8 kept (400). The shop sold 243, took 3
    back and destroyed them: 600 - 243 = 357 on the shelf, 240 sold for good.
    """
    assert _of(holdings_of(goods, [CREAM]).holdings, CREAM[:17]) == {
        "held 9521801000019": "400",
        "held 9521802000018": "357",
        "sold 9521802000018": "240",
        "destroyed 9521802000018": "3",
    }


def test_where_the_numbered_longan_is(goods: Store) -> None:
    """150 boxes with numbers: five pallets of 30, two to each of two shops and one to a third.
    20 of 60 sold at either of the two, 10 of 30 at the third, whose stock-taking of 20 agrees.
    """
    assert _of(holdings_of(goods, [LONGAN]).holdings, BOXES) == {
        "held 9521105000029": "40",
        "held 9521105000036": "40",
        "held 9521105000043": "20",
        "sold 9521105000029": "20",
        "sold 9521105000036": "20",
        "sold 9521105000043": "10",
    }


def test_where_the_shrimp_is(goods: Store) -> None:
    """500 cartons on ten pallets of 50, all in the container that Los Angeles received."""
    assert _of(holdings_of(goods, [SHRIMP]).holdings, SHRIMP[:17]) == {"held 9521603000019": "500"}


def test_the_coffees_known_gap_and_whom_to_ask(goods: Store) -> None:
    """The mill made 10,000 kg, shipped 7,200 for export; the roaster received 2,800 unsent."""
    found = [gap for gap in _gaps(goods, ROASTED, Direction.BACK) if gap.key == GREEN]
    assert [(one.kind, one.party_to_ask, one.params["quantity"]) for one in found] == [
        (GapKind.NEVER_SHIPPED, f"417/{MILL}", "2800 KGM")
    ]
    assert found[0].params["to"] == f"417/{ROASTER}"
    assert found[0].at == datetime(2026, 3, 11, 1, 40, tzinfo=UTC)


def test_stages_that_nobody_recorded(goods: Store) -> None:
    """The roasted coffee was never packed by any record before it was stored."""
    found = [gap for gap in _gaps(goods, ROASTED, Direction.BACK) if gap.key == ROASTED]
    assert [(one.kind, one.params["stage"]) for one in found] == [(GapKind.MISSING_STAGE, "pack")]


@pytest.mark.parametrize("start", [SEASONING, CREAM, LONGAN, SHRIMP, FEED])
def test_no_gap_where_all_is_recorded(goods: Store, start: str) -> None:
    """The feed is one of several inputs of a crop that four records tell: larvae have no mass,
    so that the crop is not judged by the feed alone.
    """
    assert _gaps(goods, start, Direction.FORWARD) == []


def test_what_three_complaints_have_in_common(goods: Store) -> None:
    """Cartons of batches 3, 4 and 9. Twelve batches of 144 are 1,728 cartons in all.

    Seasoning GV-2608-02 is in five batches: 720; reached 3 of 3: 1 / (720/1728) = 2.4.
    Flour BM-2608-11 is in batches 1 to 5: 720; reached 2 of 3: (2/3) / (720/1728) = 1.6.
    Oil DC-2608-1 is in batches 1 to 6: 864; reached 2 of 3: (2/3) / (864/1728) = 1.3333.
    The factory's place and the maker reach all 1,728: score 1.
    """
    complaints = [f"{CARTON}/21/{number}" for number in ("2603001", "2604100", "2609050")]
    found = common_causes(goods, OPERATOR, complaints)
    first = found.causes[0]
    assert (first.kind, first.key, first.explains) == (CauseKind.LOT, SEASONING, tuple(complaints))
    told = {one.key: (len(one.explains), one.touches, one.goods, one.score) for one in found.causes}
    assert told[SEASONING] == (3, 720, 1728, Decimal("2.4"))
    assert told[FLOUR] == (2, 720, 1728, Decimal("1.6"))
    assert told[OIL] == (2, 864, 1728, Decimal("1.3333"))
    assert told["414/9520010000018"] == (3, 1728, 1728, Decimal(1))
    assert told[f"417/{MAKER}"] == (3, 1728, 1728, Decimal(1))
    assert [one.key for one in found.causes if one.kind is CauseKind.LOT] == [SEASONING, FLOUR, OIL]
    assert first.distance == 1
    assert not found.truncated


def test_what_two_batches_share_and_where_they_part(goods: Store) -> None:
    """Batches 3 and 4: the same flour, oil and seasoning lots; dough and lot of their own."""
    found = compare(goods, OPERATOR, f"{CARTON}/21/2603001", f"{CARTON}/21/2604001")
    shared = {one.key: (one.depth_a, one.depth_b) for one in found.shared}
    assert shared == {
        SEASONING: (1, 1),
        FLOUR: (2, 2),
        OIL: (2, 2),
        "8004/9521505XE-51H-01": (2, 2),
    }
    assert set(found.parting) == set(shared)
    assert set(found.only_a) == {
        "01/09520010009004/10/ME2603", f"{CARTON}/10/MT2603", "00/195200100000000077",
    }  # fmt: skip
    assert f"417/{MAKER}" in found.parties
    assert "414/9520010000018" in found.places


def test_how_far_the_seasoning_is_spread(goods: Store) -> None:
    """One raw lot in five finished lots of 144 cartons: 5 down, 5 pairs, 720 cartons at worst."""
    found = dispersion.of(goods, OPERATOR, SEASONING)
    assert (found.downward, found.upward, found.total) == (5, 0, 5)
    assert found.worst == ((CARTON, Quantity(Decimal(720), "H87")),)
    assert (found.completeness, found.accounted) == (Decimal(1), Decimal(1))
    assert found.depth_back == 0


def test_how_many_raw_lots_a_carton_holds(goods: Store) -> None:
    """Batch 3: flour (5 batches), oil (6), seasoning (5): 16 pairs; 720, 864 and 720 cartons,
    768 on average.
    """
    found = dispersion.of(goods, OPERATOR, f"{CARTON}/21/2603001")
    assert (found.upward, found.total) == (3, 16)
    assert {one.source: one.lots for one in found.reaches} == {FLOUR: 5, OIL: 6, SEASONING: 5}
    assert found.worst == ((CARTON, Quantity(Decimal(864), "H87")),)
    assert [(product, one.amount) for product, one in found.mean] == [(CARTON, Decimal(768))]


def test_the_mills_ledger_runs(goods: Store) -> None:
    """12,000 and 10,000 made; 12,000 and 7,200 exported; 2,800 went unsent: 0 left of both."""
    found = ledger(goods, OPERATOR, Account(party=f"417/{MILL}", product=GREEN[:17]))
    told = [(one.kind, one.lot[-8:], one.change.text, one.stock and one.stock.text)
            for one in found.entries]  # fmt: skip
    assert told == [
        (EntryKind.MADE, "NX260205", "12000", "12000"),
        (EntryKind.MADE, "NX260207", "10000", "10000"),
        (EntryKind.OUT, "NX260205", "-12000", "0"),
        (EntryKind.OUT, "NX260207", "-7200", "2800"),
        (EntryKind.OUT, "NX260207", "-2800", "0"),
    ]
    assert [one.counterparty for one in found.entries[2:]] == [
        f"417/{EXPORTER}", f"417/{EXPORTER}", f"417/{ROASTER}",
    ]  # fmt: skip
    whole = (Decimal(0), Decimal(1))
    assert [(one.stock, one.accounted) for one in found.totals] == [whole, whole]


def test_a_window_lists_less_and_reckons_the_same(goods: Store) -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    until = datetime(2026, 3, 6, tzinfo=UTC)
    account = Account(party=f"417/{MILL}", lot=GREEN)
    found = ledger(goods, OPERATOR, account, since=since, until=until)
    assert [(one.change.text, one.stock and one.stock.text) for one in found.entries] == [
        ("-7200", "2800")
    ]
    assert [one.stock for one in found.totals] == [2800]


def test_the_packing_houses_fresh_longan_is_all_used(goods: Store) -> None:
    """Lot by lot what 17 households delivered; 260 kg of H12-260805 went into two lots."""
    found = ledger(goods, OPERATOR, Account(party=f"417/{COOPERATIVE}", product=FRUIT))
    assert {one.stock for one in found.totals} == {Decimal(0)}
    split = [one.change.text for one in found.entries if one.lot.endswith("H12-260805")]
    assert split == ["260", "-150", "-110"]
    assert all(Flag.NEGATIVE not in one.flags for one in found.entries)


def test_the_longan_balance_by_mass(goods: Store) -> None:
    """TH260806H: 140 + 150 + 120 = 410 kg went in; 150 boxes of 2 kg and 90 kg of second grade
    came out: 300 + 90 = 390 kg, within the bound of 410 x 1.02 = 418.2 kg: no flag.
    """
    found = ledger(goods, OPERATOR, Account(party=f"417/{COOPERATIVE}", lot=LONGAN))
    assert [(one.kind, one.change.text) for one in found.entries[:1]] == [(EntryKind.MADE, "150")]
    assert all(not one.flags for one in found.entries)
    assert _gaps(goods, LONGAN, Direction.BACK) == []


def test_the_stores_ledger_of_numbered_boxes(goods: Store) -> None:
    """60, 60 and 30 boxes came on pallets; 50 were sold one by one; 100 are there."""
    found = ledger(goods, OPERATOR, Account(party=f"417/{STORES}", lot=LONGAN))
    came = [one.change.text for one in found.entries if one.kind is EntryKind.IN]
    assert came == ["60", "60", "30"]
    [total] = found.totals
    assert total.sums == {EntryKind.IN: Decimal(150), EntryKind.SOLD: Decimal(50)}
    assert (total.stock, total.accounted) == (Decimal(100), Decimal(1))


def test_the_ledger_of_a_place(goods: Store) -> None:
    """At the shrimp ponds' store: 720,000 and 230,000 larvae came, all of them were stocked."""
    found = ledger(goods, OPERATOR, Account(place="414/9521601000042"))
    larvae = [one for one in found.totals if one.unit == "H87"]
    assert {one.lot[-9:]: one.sums for one in larvae} == {
        "PL-2604-1": {EntryKind.IN: Decimal(720_000), EntryKind.USED: Decimal(720_000)},
        "PL-2604-2": {EntryKind.IN: Decimal(230_000), EntryKind.USED: Decimal(230_000)},
    }


def test_where_the_longan_came_from(goods: Store) -> None:
    """Three households' harvests, each at an orchard of the coded area."""
    found = origins_of(goods, OPERATOR, [LONGAN])
    assert {one.key[-10:]: (one.place, one.area, one.party) for one in found.origins} == {
        "H11-260805": ("414/9521101002119", "vn-area:VN-HYOR-9521", "417/9521101001112"),
        "H12-260805": ("414/9521101002126", "vn-area:VN-HYOR-9521", "417/9521101001129"),
        "H13-260805": ("414/9521101002133", "vn-area:VN-HYOR-9521", "417/9521101001136"),
    }
    assert not any(one.brought for one in found.origins)


def test_where_the_creams_materials_came_from(goods: Store) -> None:
    """Their maker recorded nothing; the first record is the receipt from it."""
    found = origins_of(goods, OPERATOR, [CREAM])
    assert {(one.key[-9:], one.party, one.brought) for one in found.origins} == {
        ("CG-2607-1", "417/9521803000000", True),
        ("NN-2607-4", "417/9521803000000", True),
    }


def test_questions_that_cannot_be_answered(goods: Store) -> None:
    with pytest.raises(TooFewError):
        common_causes(goods, OPERATOR, [LONGAN, LONGAN])
    with pytest.raises(TooManyError) as many:
        common_causes(goods, OPERATOR, [f"{CARTON}/21/{n}" for n in range(51)])
    assert many.value.params == {"most": 50}
    with pytest.raises(TooFewError):
        compare(goods, OPERATOR, LONGAN, LONGAN)
    with pytest.raises(NoAccountError):
        ledger(goods, OPERATOR, Account())


def test_what_is_not_recorded_is_unknown(goods: Store) -> None:
    nothing = "01/09521101000023/10/NONE"
    [one] = holdings_of(goods, [nothing]).holdings
    assert (one.state, one.keys) == (HoldingState.UNKNOWN, (nothing,))
    assert ledger(goods, OPERATOR, Account(lot=nothing)).entries == ()
    spread = dispersion.of(goods, OPERATOR, nothing)
    assert (spread.downward, spread.upward, spread.worst, spread.accounted) == (0, 0, (), None)
    assert holdings_of(goods, []) == Holdings(())


def _officer(province: str) -> Audience:
    """An officer in charge of one province."""
    return audience_for(
        Principal(
            999, "k", KeyKind.INSPECTOR, frozenset({Scope.TRACE}), strict=False,
            mandate=Mandate(frozenset({province})),
        )
    )  # fmt: skip


def test_an_officer_sees_the_ways_of_things_that_touch_his_province(goods: Store) -> None:
    """The longan grew in Hung Yen (33): its officer sees it in the shops too. The officer of
    Dak Lak (66) learns of it what the public may know.
    """
    home = seen_holdings(goods, _officer("33"), [LONGAN]).holdings
    assert _of(home, BOXES)["held 9521105000029"] == "40"
    assert not any(one.hidden for one in home)
    away = seen_holdings(goods, _officer("66"), [LONGAN]).holdings
    assert away
    assert all(one.hidden and not one.quantities and one.party is None for one in away)
    assert seen_holdings(goods, _officer("33"), [SHRIMP]).holdings[0].hidden


def test_many_things_take_few_statements(goods: Store) -> None:
    """750 things with their pallets and lorries: as many statements as levels need, not things."""
    keys = _reached(goods, SEASONING)
    holdings_of(goods, keys)
    taken: list[str] = []
    here = threading.get_ident()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() == here:
            taken.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        holdings_of(goods, keys)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(taken) <= 40
