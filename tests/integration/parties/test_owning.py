# SPDX-License-Identifier: Apache-2.0
"""Whose keys are: parts of a place are whose the place is, a company's own number the company's."""

from collections.abc import Iterator

import pytest

from nguon.parties.owning import forget, owned
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.store import registry as rows

ORGANISATIONS = (
    "code,kind,name_vi,gln\n"
    "htx-kin,cooperative,HTX Kín,9521101000009\nvan-tai,enterprise,Vận tải,9521203000006\n"
)
PLACES = (
    "key,kind,name_vi,holder,national_code,commune\n"
    "9521101000016,packing_house,Nhà đóng gói,htx-kin,,11977\n"
)


@pytest.fixture
def numbers(store: Store) -> Iterator[dict[str, int]]:
    for register, table in ((Register.ORGANISATION, ORGANISATIONS), (Register.PLACE, PLACES)):
        report = import_csv(store, register, table)
        assert report.done, report.faults
    forget(store)
    with store.reading() as connection:
        yield rows.organisation_ids(connection, ["htx-kin", "van-tai"])


def test_a_part_of_a_place_is_whose_the_place_is(store: Store, numbers: dict[str, int]) -> None:
    whole, truck = "414/9521101000016", "414/9521203000006"
    asked = [whole, f"{whole}/254/LINE-1", f"{truck}/254/XE-29H", "414/9521999000002/254/A"]
    found = owned(store, asked)
    assert found[asked[0]].owners == found[asked[1]].owners == {numbers["htx-kin"]}
    assert found[asked[2]].owners == {numbers["van-tai"]}
    assert found[asked[3]].owners == frozenset()


def test_a_part_alone_finds_its_place(store: Store, numbers: dict[str, int]) -> None:
    part = "414/9521101000016/254/LINE-1"
    assert owned(store, [part])[part].owners == {numbers["htx-kin"]}
