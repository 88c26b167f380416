# SPDX-License-Identifier: Apache-2.0
"""What a trace finds and, as important, what it leaves out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.trace import Direction, Limits, Lineage, LinkKind, trace
from nguon.trace.model import Mode
from tests.unit.trace.history import OTHER, PACKER, History

GTIN = "01/09521234543213"
FRUIT = "01/09521234543220"
CRATE = "8003/09521234543213100"


def _lot(number: str, product: str = GTIN) -> str:
    return f"{product}/10/{number}"


def _piece(serial: str, product: str = GTIN) -> str:
    return f"{product}/21/{serial}"


def _sscc(number: int) -> str:
    return f"00/09521234500000{number:04d}"


def _see_all(audience: Audience, facts: EventFacts) -> Disclosure:
    return Disclosure.FULL


def _by_custody(audience: Audience, facts: EventFacts) -> Disclosure:
    own = facts.submitter == audience.organisation or facts.custody
    return Disclosure.FULL if own else Disclosure.PUBLIC


OPERATOR = Audience(AudienceKind.OPERATOR, None, _see_all)
PACKERS = Audience(AudienceKind.OWNER, PACKER, _by_custody)


def back(history: History, key: str, audience: Audience = OPERATOR, **more: object) -> Lineage:
    return trace(history.store(), audience, key, Direction.BACK, **more)  # type: ignore[arg-type]


def forward(history: History, key: str, audience: Audience = OPERATOR, **more: object) -> Lineage:
    return trace(history.store(), audience, key, Direction.FORWARD, **more)  # type: ignore[arg-type]


def test_an_unknown_thing_is_only_itself() -> None:
    found = back(History(), _piece("1"))
    assert found.keys() == {_piece("1")}
    assert found.links == ()
    assert not found.truncated


def test_transformations_are_followed_both_ways() -> None:
    history = History()
    history.make(2, [_lot("A", FRUIT), _lot("B", FRUIT)], [_lot("P")])
    history.make(3, [_lot("P")], [_lot("Q")])
    assert back(history, _lot("Q")).keys() == {
        _lot("Q"),
        _lot("P"),
        _lot("A", FRUIT),
        _lot("B", FRUIT),
    }
    assert forward(history, _lot("A", FRUIT)).keys() == {_lot("A", FRUIT), _lot("P"), _lot("Q")}


def test_what_was_made_before_the_goods_came_is_not_theirs() -> None:
    history = History()
    history.make(5, [_lot("A", FRUIT)], [_lot("P")])
    history.make(4, [_lot("P")], [_lot("EARLY")])
    history.make(6, [_lot("P")], [_lot("LATE")])
    assert forward(history, _lot("A", FRUIT)).keys() == {_lot("A", FRUIT), _lot("P"), _lot("LATE")}


def test_what_came_after_the_making_is_no_origin() -> None:
    history = History()
    history.make(3, [_lot("EARLY", FRUIT)], [_lot("P")])
    history.make(9, [_lot("LATE", FRUIT)], [_lot("P")])
    history.make(5, [_lot("P")], [_lot("Q")])
    assert back(history, _lot("Q")).keys() == {_lot("Q"), _lot("P"), _lot("EARLY", FRUIT)}


def test_a_shared_transformation_id_joins_inputs_and_outputs() -> None:
    history = History()
    process = "uri:urn:epc:id:gdti:9521234.00001.7"
    history.make(1, [_lot("A", FRUIT)], process=process)
    history.make(2, [_lot("B", FRUIT)], process=process)
    history.make(3, [], [_lot("P")], process=process)
    assert back(history, _lot("P")).keys() == {_lot("P"), _lot("A", FRUIT), _lot("B", FRUIT)}
    assert forward(history, _lot("A", FRUIT)).keys() == {_lot("A", FRUIT), _lot("P")}


def test_a_pallet_holds_what_was_inside_then() -> None:
    history = History()
    history.pack(1, _sscc(1), _piece("1"), _piece("2"))
    history.unpack(3, _sscc(1), _piece("1"))
    history.pack(4, _sscc(1), _piece("3"))
    history.make(5, [_sscc(1)], [_lot("P")])
    assert back(history, _lot("P")).keys() == {_lot("P"), _sscc(1), _piece("2"), _piece("3")}


def test_unpacking_without_names_empties_the_pallet() -> None:
    history = History()
    history.pack(1, _sscc(1), _piece("1"), _piece("2"))
    history.unpack(2, _sscc(1))
    history.pack(3, _sscc(2), _sscc(1))
    assert forward(history, _sscc(1)).keys() == {_sscc(1), _piece("1"), _piece("2"), _sscc(2)}
    assert forward(history, _piece("1")).keys() == {_piece("1"), _sscc(1)}


def test_packing_elsewhere_ends_the_stay_of_a_piece() -> None:
    history = History()
    history.pack(1, _sscc(1), _piece("1"))
    history.pack(2, _sscc(2), _piece("1"))
    history.pack(3, _sscc(9), _sscc(1))
    found = forward(history, _piece("1"))
    assert found.keys() == {_piece("1"), _sscc(1), _sscc(2)}
    stays = {(n.target, n.start, n.end) for n in found.links if n.kind is LinkKind.CONTAINED}
    assert {(target, start) for target, start, _ in stays} == {(_sscc(1), 1), (_sscc(2), 2)}
    assert (_sscc(1), 1, 2) in stays


def test_parts_of_a_lot_may_be_on_many_pallets() -> None:
    history = History()
    history.pack(1, _sscc(1), _lot("A"))
    history.pack(2, _sscc(2), _lot("A"))
    history.pack(3, _sscc(9), _sscc(1))
    assert forward(history, _lot("A")).keys() == {_lot("A"), _sscc(1), _sscc(2), _sscc(9)}


def test_neighbours_on_a_pallet_are_not_lineage() -> None:
    history = History()
    history.pack(1, _sscc(1), _piece("1"), _piece("2"))
    history.pack(2, _sscc(9), _sscc(1), _sscc(2))
    assert forward(history, _piece("1")).keys() == {_piece("1"), _sscc(1), _sscc(9)}
    assert back(history, _piece("1")).keys() == {_piece("1"), _sscc(1), _sscc(9)}


def test_a_piece_moved_between_pallets_follows_only_its_own_way() -> None:
    history = History()
    history.pack(1, _sscc(1), _piece("1"), _piece("2"))
    history.unpack(2, _sscc(1), _piece("1"))
    history.pack(3, _sscc(2), _piece("1"), _piece("7"))
    found = forward(history, _sscc(1))
    assert found.keys() == {_sscc(1), _piece("1"), _piece("2"), _sscc(2)}
    modes = {node.key: node.mode for node in found.nodes}
    assert modes[_sscc(2)] is Mode.CARRIER


def test_a_piece_has_the_origin_of_its_lot_but_not_of_its_siblings() -> None:
    history = History()
    history.make(1, [_lot("A", FRUIT)], [_lot("P")])
    history.make(2, [_lot("S", FRUIT)], [f"{GTIN}/21/8"])
    one = ItemKeys.piece_of_lot(history, 3, "7", "P")
    other = ItemKeys.piece_of_lot(history, 3, "8", "P")
    assert back(history, one).keys() == {one, _lot("P"), _lot("A", FRUIT)}
    assert back(history, other).keys() == {other, _lot("P"), _lot("A", FRUIT), _lot("S", FRUIT)}


class ItemKeys:
    """Pieces whose record names their lot."""

    @staticmethod
    def piece_of_lot(history: History, day: int, serial: str, lot: str) -> str:
        event = history.see(day, _piece(serial))
        from msgspec.structs import replace

        from nguon.epcis.items import ItemRef, Role

        items = (*event.items, ItemRef(_lot(lot), Role.MEMBER, of=0))
        history.events[-1] = replace(event, items=items)
        return _piece(serial)


def test_a_lot_goes_where_its_pieces_go() -> None:
    history = History()
    piece = ItemKeys.piece_of_lot(history, 1, "7", "P")
    history.pack(2, _sscc(1), piece)
    assert forward(history, _lot("P")).keys() == {_lot("P"), piece, _sscc(1)}
    alone = forward(history, piece)
    assert alone.keys() == {piece, _lot("P"), _sscc(1)}
    assert {n.key: n.mode for n in alone.nodes}[_lot("P")] is Mode.LOT
    assert back(history, _lot("P")).keys() == {_lot("P"), piece, _sscc(1)}


def test_a_logger_is_shown_and_not_followed() -> None:
    history = History()
    history.attach(1, _sscc(1), CRATE)
    history.detach(3, _sscc(1), CRATE)
    history.attach(4, _sscc(2), CRATE)
    found = forward(history, _sscc(1))
    assert found.keys() == {_sscc(1), CRATE}
    assert {link.kind for link in found.links} == {LinkKind.ASSOCIATED}


def test_a_record_declared_in_error_is_left_out() -> None:
    history = History()
    wrong = history.make(1, [_lot("A", FRUIT)], [_lot("P")])
    history.make(1, [_lot("B", FRUIT)], [_lot("P")])
    before = len(history.events)
    history.void(wrong)
    assert back(history, _lot("P")).keys() == {_lot("P"), _lot("B", FRUIT)}
    earlier = back(history, _lot("P"), upto_seq=before)
    assert earlier.keys() == {_lot("P"), _lot("A", FRUIT), _lot("B", FRUIT)}
    assert earlier.as_of == before


def test_nobody_voids_the_record_of_another() -> None:
    history = History()
    right = history.make(1, [_lot("A", FRUIT)], [_lot("P")])
    history.void(right, submitter=OTHER)
    assert back(history, _lot("P")).keys() == {_lot("P"), _lot("A", FRUIT)}


def test_cycles_end() -> None:
    history = History()
    history.make(1, [_lot("A")], [_lot("B")])
    history.make(1, [_lot("B")], [_lot("A")])
    history.pack(1, _sscc(1), _sscc(2))
    history.pack(1, _sscc(2), _sscc(1))
    history.pack(1, _sscc(1), _lot("A"))
    expected = {_lot("A"), _lot("B"), _sscc(1), _sscc(2)}
    assert back(history, _lot("A")).keys() == expected
    assert forward(history, _lot("A")).keys() == expected


def test_a_limit_is_said_and_not_silent() -> None:
    history = History()
    history.make(1, [_lot("A")], [_lot(f"P{n}") for n in range(50)])
    cut = forward(history, _lot("A"), limits=Limits(nodes=10))
    assert cut.truncated
    assert len(cut.nodes) == 10
    chain = History()
    for day in range(9):
        chain.make(day, [_lot(f"L{day}")], [_lot(f"L{day + 1}")])
    short = forward(chain, _lot("L0"), limits=Limits(depth=3))
    assert short.truncated
    assert short.keys() == {_lot(f"L{n}") for n in range(4)}
    assert not forward(chain, _lot("L0")).truncated


def test_of_too_many_records_some_are_read_and_custody_is_not_concluded_from_them() -> None:
    history = History()
    history.make(1, [_lot("A")], [_lot("P")], submitter=PACKER)
    history.pack(2, _sscc(1), _lot("P"), submitter=OTHER)
    assert forward(history, _lot("A"), PACKERS).keys() >= {_lot("P"), _sscc(1)}
    cut = forward(history, _lot("A"), PACKERS, limits=Limits(records=1))
    assert cut.truncated
    assert cut.keys() == {_lot("A"), _lot("P")}


def test_reads_go_by_level_not_by_item() -> None:
    history = History()
    history.make(1, [_lot("A")], [_lot(f"P{n}") for n in range(200)])
    forward(history, _lot("A"))
    assert history.reads == 2


def test_another_partys_containers_and_quantities_are_withheld() -> None:
    history = History()
    history.make(1, [_lot("A", FRUIT)], [_lot("P")])
    history.see(2, _lot("P"), submitter=PACKER)
    history.pack(3, _sscc(1), _lot("Q"), submitter=OTHER)
    history.make(3, [_lot("P")], [_lot("Q")], submitter=OTHER)
    history.pack(4, _sscc(2), _sscc(1), submitter=OTHER)
    mine = forward(history, _lot("A", FRUIT), audience=PACKERS)
    assert mine.keys() == {_lot("A", FRUIT), _lot("P"), _lot("Q")}
    assert mine.withheld == 2
    everything = forward(history, _lot("A", FRUIT))
    assert everything.keys() == {*mine.keys(), _sscc(1), _sscc(2)}
    assert everything.withheld == 0


def test_nobody_gains_sight_by_claiming_the_goods_of_others() -> None:
    history = History()
    history.make(1, [_lot("A", FRUIT)], [_lot("P")], submitter=OTHER)
    history.pack(2, _sscc(1), _lot("P"), submitter=OTHER)
    before = forward(history, _lot("A", FRUIT), audience=PACKERS)
    assert before.keys() == {_lot("A", FRUIT), _lot("P")}
    assert before.withheld == 1
    history.see(3, _lot("P"), _sscc(1), submitter=PACKER)
    after = forward(history, _lot("A", FRUIT), audience=PACKERS)
    assert (after.keys(), after.withheld) == (before.keys(), 1)
    history.see(3, _sscc(1), submitter=OTHER, sent_to="417/9521000000012")
    received = forward(history, _lot("A", FRUIT), audience=PACKERS)
    assert received.keys() == {_lot("A", FRUIT), _lot("P"), _sscc(1)}
    assert received.withheld == 0


_KEYS = st.sampled_from([_lot("A"), _lot("B"), _piece("1"), _piece("2"), _sscc(1), _sscc(2)])
_STEPS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["make", "pack", "unpack"]), _KEYS, _KEYS),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_any_history_ends_and_back_mirrors_forward_over_transformations(
    steps: list[tuple[int, str, str, str]],
) -> None:
    history = History()
    for day, what, one, other in steps:
        if what == "make":
            history.make(day, [one], [other])
        elif what == "pack":
            history.pack(day, one, other)
        else:
            history.unpack(day, one, other)
    for key in {key for _, _, one, other in steps for key in (one, other)}:
        for found in (back(history, key), forward(history, key)):
            assert not found.truncated
            ends = {end for link in found.links for end in (link.source, link.target)}
            assert ends <= found.keys()


@pytest.mark.parametrize("direction", list(Direction))
def test_the_start_is_always_there(direction: Direction) -> None:
    found = trace(History().store(), PACKERS, _sscc(1), direction)
    assert [node.key for node in found.nodes] == [_sscc(1)]
