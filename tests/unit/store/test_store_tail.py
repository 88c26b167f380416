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


def test_threads_may_tell_in_another_order_than_they_wrote() -> None:
    tail = Tail()
    tail.wrote(1, 2, [1])
    tail.expect(3)
    tail.expect(5)
    tail.wrote(5, 5, [2])
    assert not tail.untouched([9], 0, 5)
    tail.wrote(3, 4, [3])
    assert tail.untouched([9], 0, 5)
    assert not tail.untouched([3], 2, 5)
    assert not tail.untouched([2], 4, 5)
    assert tail.untouched([1, 3], 4, 5)


def test_what_failed_is_not_waited_for() -> None:
    tail = Tail()
    tail.wrote(1, 2, [1])
    tail.expect(3)
    tail.expect(4)
    tail.wrote(4, 4, [2])
    tail.failed(3)
    assert not tail.untouched([9], 2, 4)
    assert tail.untouched([9], 3, 4)


def test_numbers_of_what_failed_are_used_again() -> None:
    tail = Tail()
    tail.wrote(1, 1, [1])
    tail.expect(2)
    tail.failed(2)
    tail.expect(2)
    tail.wrote(2, 3, [2])
    assert tail.untouched([1], 1, 3)
    assert not tail.untouched([2], 1, 3)


def test_behind_an_entry_of_another_what_is_expected_is_waited_for() -> None:
    tail = Tail()
    tail.wrote(1, 1, [1])
    tail.expect(3)
    tail.expect(4)
    tail.wrote(4, 4, [2])
    assert not tail.untouched([9], 3, 4)
    tail.wrote(3, 3, [3])
    assert tail.untouched([9], 2, 4)
    assert not tail.untouched([9], 1, 4)


def test_the_writer_tells_what_it_wrote(store: Store) -> None:
    before = store.events.head().seq
    first = make_record(1)
    store.writer.submit([first], Submitter(1, "k")).result(20)
    store.writer.submit([first, make_record(2)], Submitter(1, "k")).result(20)
    tail = store._database.tail
    assert tail.untouched([7], before, before + 2)
    assert not tail.untouched([key_hash(first.items[0].key)], before, before + 2)
    assert not tail.untouched([7], before, before + 3)
