# SPDX-License-Identifier: Apache-2.0
"""Whose hands a thing went through: handed on by its custodians, never claimed."""

from nguon.epcis.items import ItemRef, Role
from nguon.store.custody import Handling, in_custody

LOT = "01/09521234543213/10/A1"
MAKER, CARRIER, SHOP, STRANGER, ACCOMPLICE = range(1, 6)
HOLDERS = {f"417/{number}": number for number in range(1, 6)}


def told(seq: int, submitter: int, named: int | None = None) -> Handling:
    """A record about the lot, naming a party or nobody."""
    party = () if named is None else (ItemRef(f"417/{named}", Role.DESTINATION),)
    return Handling(seq, submitter, (ItemRef(LOT, Role.EPC), *party))


def custodians(*records: Handling) -> set[int]:
    """Every organisation that has the lot in its chain of custody."""
    return {one for one in HOLDERS.values() if in_custody(one, records, HOLDERS) == {LOT}}


def test_custody_is_handed_on_from_the_first_record() -> None:
    chain = (
        told(1, MAKER, CARRIER),
        told(2, CARRIER, SHOP),
        told(3, SHOP),
    )
    assert custodians(*chain) == {MAKER, CARRIER, SHOP}


def test_the_order_in_which_custodians_tell_does_not_matter() -> None:
    late = (told(1, MAKER), told(2, SHOP), told(3, CARRIER, SHOP), told(4, MAKER, CARRIER))
    assert custodians(*late) == {MAKER, CARRIER, SHOP}


def test_recording_an_event_about_anothers_goods_gives_no_custody() -> None:
    assert custodians(told(1, MAKER), told(2, STRANGER)) == {MAKER}


def test_an_accomplice_who_has_no_custody_cannot_give_it() -> None:
    claimed = (told(1, MAKER), told(2, STRANGER, ACCOMPLICE), told(3, ACCOMPLICE, STRANGER))
    assert custodians(*claimed) == {MAKER}


def test_who_is_named_but_recorded_nothing_has_no_custody() -> None:
    assert custodians(told(1, MAKER, SHOP)) == {MAKER}


def test_who_records_a_makers_lot_before_the_maker_has_no_custody() -> None:
    registered = HOLDERS | {LOT.partition("/10/")[0]: MAKER}
    records = (told(1, STRANGER, ACCOMPLICE), told(2, MAKER, SHOP), told(3, SHOP))
    found = {one for one in HOLDERS.values() if in_custody(one, records, registered) == {LOT}}
    assert found == {MAKER, SHOP}
