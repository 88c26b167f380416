# SPDX-License-Identifier: Apache-2.0
"""Hand-overs as confirmations: each record by the other side, with amounts for few."""

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from nguon.assurance.handed import HandedOver
from nguon.base.quantity import Quantity
from nguon.entries import confirmations
from nguon.entries.answers import Said
from nguon.entries.handover import State
from nguon.entries.model import Line

GIVER, RECEIVER = 1, 2
CODES = {GIVER: "htx", RECEIVER: "p-secret"}
AT = datetime(2026, 11, 20, tzinfo=UTC)
LOT = "01/09521101000016/10/A"


def handed(
    monkeypatch: pytest.MonkeyPatch, state: State, found: str = "20", **changes: Any
) -> HandedOver:
    given: dict[str, Any] = {
        "id": "h-1",
        "shipping_seq": 11,
        "receiving_seq": 12,
        "giver": GIVER,
        "receiver": RECEIVER,
        "state": state,
        "quantities": (Line(LOT, Quantity(Decimal(20), "KGM")),),
        "found": (Line(LOT, Quantity(Decimal(found), "KGM")),),
        "nonce_echoed": True,
        "invoice": None,
        "at": AT,
        "said": (Said(RECEIVER, "accepted", 0, "said", "kid", custodial=False, token="t"),),
    }
    one = confirmations.Confirmation(**given | changes)
    monkeypatch.setattr(confirmations, "confirmations", lambda *_: [one])
    store: Any = None
    return HandedOver(store, [LOT])


def test_each_record_is_confirmed_by_the_other_side(monkeypatch: pytest.MonkeyPatch) -> None:
    found = handed(monkeypatch, State.ACCEPTED)
    assert (found.others(11), found.others(12), found.others(13)) == ([RECEIVER], [GIVER], [])
    [shipped] = found.of(11, CODES, {12: "1-12"}, whole=False)
    assert (shipped.by, shipped.reference, shipped.agreed) == ("p-secret", "1-12", True)
    assert (shipped.signed, shipped.sent, shipped.found) == (True, None, None)
    [received] = found.of(12, CODES, {}, whole=True)
    assert (received.by, received.reference, received.signed) == ("htx", "", False)
    assert found.of(13, CODES, {}, whole=True) == ()


def test_without_a_receipt_what_was_said_is_named_by_its_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [told] = handed(monkeypatch, State.ACCEPTED).of(11, CODES, {}, whole=False)
    assert told.reference == sha256(b"said").hexdigest()


@pytest.mark.parametrize(
    ("state", "agreed", "disputed"),
    [
        (State.OFFERED, None, False),
        (State.CLAIMED, None, False),
        (State.PART, False, False),
        (State.DISPUTED, False, True),
        (State.SETTLED, True, False),
    ],
)
def test_less_is_no_denial(
    monkeypatch: pytest.MonkeyPatch, state: State, agreed: bool | None, disputed: bool
) -> None:
    [told] = handed(monkeypatch, state, "18").of(11, CODES, {}, whole=True)
    assert (told.agreed, told.disputed) == (agreed, disputed)
    assert told.sent == Quantity(Decimal(20), "KGM")
    assert told.found == Quantity(Decimal(18), "KGM")


def test_amounts_in_several_units_are_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (Line(LOT, Quantity(Decimal(1), "KGM")), Line(LOT, Quantity(Decimal(1), "H87")))
    [told] = handed(monkeypatch, State.ACCEPTED, quantities=lines).of(11, CODES, {}, whole=True)
    assert told.sent is None
