# SPDX-License-Identifier: Apache-2.0
"""What a giver signs: the terms of a grant in one spelling, so that both sides make the same."""

from typing import Any

from nguon.base.canonical_json import canonical
from nguon.base.quantity import plain
from nguon.parties.grants.errors import GrantError
from nguon.parties.grants.model import GrantAsked
from nguon.parties.keys import scopes

TYPE = "nguon-grant+jws"
VERSION = 1
MOST_DAYS = 3 * 366
_MOST_NOTE = 500
_MOST_REQUEST = 100


def checked(asked: GrantAsked, giver: int) -> GrantAsked:
    """The same in one spelling; raises `GrantError` or `PartyKeyError` naming the field."""
    if asked.taker == giver:
        raise GrantError("grants.to-itself", field="taker")
    if asked.season_to < asked.season_from:
        raise GrantError("grants.season-wrong", field="season_to")
    if (asked.season_to - asked.season_from).days > MOST_DAYS:
        raise GrantError("grants.season-long", field="season_to", most=MOST_DAYS)
    quantity = asked.quantity
    if quantity is not None and not (plain(quantity.amount) and quantity.amount > 0):
        raise GrantError("grants.quantity", field="amount")
    return GrantAsked(
        taker=asked.taker,
        scope=scopes.scope(asked.scope.prefixes, asked.scope.places),
        season_from=asked.season_from,
        season_to=asked.season_to,
        quantity=quantity,
        note=" ".join(asked.note.split())[:_MOST_NOTE],
        request=asked.request[:_MOST_REQUEST],
        signature=asked.signature,
    )


def payload(asked: GrantAsked, giver: str, taker: str) -> bytes:
    """The terms as JCS (RFC 8785); both parties by their codes in the register."""
    told: dict[str, Any] = {
        "giver": giver,
        "note": asked.note,
        "places": list(asked.scope.places),
        "prefixes": list(asked.scope.prefixes),
        "request": asked.request,
        "season_from": asked.season_from.isoformat(),
        "season_to": asked.season_to.isoformat(),
        "taker": taker,
        "v": VERSION,
    }
    if asked.quantity is not None:
        told["quantity"] = {"amount": asked.quantity.text, "unit": asked.quantity.unit}
    return canonical(told)
