# SPDX-License-Identifier: Apache-2.0
"""What this process wrote itself is known without asking; what it may have missed is not."""

from nguon.gs1 import key_hash
from nguon.store import Store
from nguon.store.tail import Tail
from nguon.store.values import Submitter
from tests.records import make_record


def test_nothing_is_known_at_first() -> None:
    assert not Tail().untouched([], 0, 0)
    assert not Tail().untouched([1], 5, 6)


def test_what_entries_name_is_touched_from_then_on() -> None:
    tail = Tail()
    tail.wrote(11, 12, [1, 2])
    tail.wrote(13, 13, [3])
    assert tail.untouched([1, 2, 4], 12, 13)
    assert not tail.untouched([1], 11, 13)
    assert not tail.untouched([3], 12, 13)
    assert tail.untouched([4], 10, 13)


def test_before_and_beyond_what_was_written_nothing_is_known() -> None:
    tail = Tail()
    tail.wrote(11, 12, [1])
    assert not tail.untouched([2], 9, 12)
    assert not tail.untouched([2], 10, 13)


def test_an_entry_of_another_is_a_gap_behind_which_nothing_is_known() -> None:
    tail = Tail()
    tail.wrote(11, 12, [1])
    tail.wrote(14, 14, [2])
    assert not tail.untouched([3], 12, 14)
    assert tail.untouched([3], 13, 14)


def test_what_grows_too_large_begins_anew() -> None:
    tail = Tail(most=2)
    tail.wrote(1, 1, [1, 2, 3])
    tail.wrote(2, 2, [4])
    assert not tail.untouched([9], 0, 2)
    assert tail.untouched([9], 1, 2)


def test_the_writer_tells_what_it_wrote(store: Store) -> None:
    before = store.events.head().seq
    first = make_record(1)
    store.writer.submit([first], Submitter(1, "k")).result(20)
    store.writer.submit([first, make_record(2)], Submitter(1, "k")).result(20)
    tail = store._database.tail
    assert tail.untouched([7], before, before + 2)
    assert not tail.untouched([key_hash(first.items[0].key)], before, before + 2)
    assert not tail.untouched([7], before, before + 3)
