# SPDX-License-Identifier: Apache-2.0
"""What issuers say of codes: the licence behind a product's number, the block behind a serial."""

from datetime import date

from nguon.codes import control, licences, standing
from nguon.codes.errors import KeysLostError
from nguon.codes.life import State
from nguon.ladder.model import Issued
from nguon.store import Store

_NOT = {State.NOT_ISSUED: "not-issued", State.VOID: "void"}


def product(store: Store, key: str, maker: int, to: str, day: date) -> Issued:
    """Whether its maker holds a checked licence under which the number could be given."""
    with store.reading() as connection:
        licence = licences.covering(connection, maker, key[3:], day)
    if licence is None:
        return Issued(key=key, state="", to=to)
    return Issued(key=key, state="issued", to=to, reference=licence.value)


def piece(store: Store, key: str, to: str) -> Issued | None:
    """What the blocks say of a serial; no word where its numbers are given elsewhere."""
    if not standing.is_serial(key):
        return None
    try:
        with store.reading() as connection:
            found = standing.issued(store, connection, [key])[key]
    except KeysLostError:
        return Issued(key=key, state="")
    controlled = key[:17] in control.controlled(store)
    state = _NOT.get(found.state, "issued")
    if state == "not-issued" and not controlled:
        state = ""
    return Issued(key=key, state=state, to=to, reference=found.block)
