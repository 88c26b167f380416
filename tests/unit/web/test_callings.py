# SPDX-License-Identifier: Apache-2.0
"""What an organisation does, and the tasks that stand first for it."""

import pytest

from nguon.web.work.callings import ICONS, Calling, calling, tasks
from nguon.web.work.navigation import NAV

EVERYTHING = [entry.id for entry in NAV]


@pytest.mark.parametrize(
    ("kinds", "members", "expected"),
    [
        ({"packing_house"}, True, Calling.COOPERATIVE),
        ({"packing_house", "shop"}, False, Calling.PACKER),
        ({"farm", "pond"}, False, Calling.GROWER),
        ({"shop", "warehouse"}, False, Calling.SHOP),
        ({"laboratory", "factory"}, False, Calling.LABORATORY),
        ({"warehouse"}, False, Calling.TRADER),
        (set(), False, Calling.TRADER),
    ],
)
def test_the_calling_of_an_organisation(kinds: set[str], members: bool, expected: Calling) -> None:
    assert calling(kinds, members=members) is expected


@pytest.mark.parametrize("what", Calling)
def test_four_tasks_stand_first_and_none_twice(what: Calling) -> None:
    first, others = tasks(what, EVERYTHING)
    assert len(first) == 4
    assert len({*first, *others}) == len(first) + len(others)
    assert {*first, *others} <= ICONS.keys()
    assert ("deliveries" in [*first, *others]) is (what is Calling.COOPERATIVE)


def test_only_what_the_menu_offers() -> None:
    assert tasks(Calling.SHOP, ["receive", "trace"]) == (["receive"], ["trace"])
