# SPDX-License-Identifier: Apache-2.0
"""The records that tell a thing's way, and those of its neighbours that do not."""

from nguon.trace import Limits
from nguon.trace.itinerary import Relation, itineraries, itinerary
from tests.unit.trace.history import History

BOXES = "01/09521234543213"
BOX, OTHER_BOX = f"{BOXES}/21/A", f"{BOXES}/21/B"
FRUIT = "01/09521234543220/10/F1"
PALLET = "00/095212345000000018"


def test_own_carried_and_source_records() -> None:
    history = History()
    harvest = history.see(1, FRUIT)
    made = history.make(2, [FRUIT], [BOX])
    packed = history.pack(3, PALLET, BOX)
    beside = history.pack(3, PALLET, OTHER_BOX)
    shipped = history.see(4, PALLET)
    emptied = history.unpack(5, PALLET)
    later = history.see(6, PALLET)
    after = history.see(7, FRUIT)
    found = itinerary(history.store(), BOX, limits=Limits())
    assert found.records == {
        harvest.id: Relation.SOURCE,
        made.id: Relation.OWN,
        packed.id: Relation.OWN,
        shipped.id: Relation.CARRIER,
        emptied.id: Relation.CARRIER,
    }
    assert not {beside.id, later.id, after.id} & found.records.keys()
    assert not found.truncated


def test_a_limit_is_said_to_have_been_met() -> None:
    history = History()
    history.see(1, FRUIT)
    history.make(2, [FRUIT], [BOX])
    assert itinerary(history.store(), BOX, limits=Limits(nodes=1)).truncated


def test_what_was_declared_wrong_is_left_out() -> None:
    history = History()
    wrong = history.see(1, BOX)
    right = history.see(2, BOX)
    history.void(wrong)
    found = itinerary(history.store(), BOX, limits=Limits())
    assert found.records == {right.id: Relation.OWN}


def test_many_things_are_told_together_as_each_is_alone() -> None:
    history = History()
    history.see(1, FRUIT)
    history.make(2, [FRUIT], [BOX, OTHER_BOX])
    history.pack(3, PALLET, BOX)
    history.pack(3, PALLET, OTHER_BOX)
    history.see(4, PALLET)
    history.unpack(5, PALLET)
    store = history.store()
    keys = [BOX, OTHER_BOX, FRUIT, PALLET, f"{BOXES}/21/NEVER-SEEN"]
    alone = [itinerary(store, key, limits=Limits()) for key in keys]
    assert itineraries(store, keys, limits=Limits()) == alone
    few = [itinerary(store, key, limits=Limits(records=2)) for key in keys[:4]]
    assert itineraries(store, keys[:4], limits=Limits(records=2)) == few
    assert all(told.truncated for told in few)
