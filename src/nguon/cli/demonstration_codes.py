# SPDX-License-Identifier: Apache-2.0
"""Licences and blocks of serials of the demonstration: issued once, again they are the same."""

from nguon.cli.demonstration_desk import Licensed, SerialBlock
from nguon.codes import blocks, licences, printing
from nguon.codes.model import LicenceAsked, MarkKind, OrderAsked
from nguon.identity.model import Principal, Role
from nguon.store import Store

_KEY = "demo"
_OPERATOR = Principal(0, _KEY, Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=True)


def license_(store: Store, by: Principal, wanted: Licensed) -> None:
    """Record a licence for an organisation: checked, or left to wait as its manager declared it."""
    asked = LicenceAsked(
        kind=wanted.kind, value=wanted.value, valid_from=wanted.valid_from, source=wanted.source
    )
    if wanted.checked:
        licences.declare(store, _OPERATOR, asked, organisation=by.organisation)
    else:
        licences.declare(store, by, asked)


def issue(store: Store, by: Principal, wanted: SerialBlock) -> None:
    """Order serials, hand the first ones to a printer and mark what was printed."""
    asked = OrderAsked(
        gtin=wanted.gtin,
        quantity=wanted.quantity,
        request=f"{_KEY}/{wanted.gtin}/{wanted.lot or wanted.purpose}",
        lot=wanted.lot,
        purpose=wanted.purpose,
        hidden=wanted.hidden,
        signed=wanted.signed,
    )
    block = blocks.order(store, by, asked)
    if wanted.printer is not None:
        printing.hand_out(store, by, block.id, wanted.handed, wanted.printer, _KEY)
    if wanted.printed:
        printing.mark(store, by, block.id, MarkKind.PRINTED, (1, wanted.printed))
