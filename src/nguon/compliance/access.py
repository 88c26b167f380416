# SPDX-License-Identifier: Apache-2.0
"""Who may act on goods here: whoever sees a record of the lot whole, and inspectors in charge."""

from collections.abc import Collection, Sequence

from nguon import gs1
from nguon.base.audience import AudienceKind, Disclosure
from nguon.base.errors import Fault
from nguon.identity.model import Principal, Scope
from nguon.registry import queries
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.trace.steps import is_lot


def lot_key(text: str) -> str | None:
    """The key of a lot in any of its forms; None for what is no lot."""
    try:
        key = gs1.parse(text.strip()).key
    except gs1.IdentifierError:
        return None
    return key if is_lot(key) else None


def foreign_lots(store: Store, actor: Principal, lots: Sequence[str]) -> list[Fault]:
    """A fault for each lot of which the actor sees no record whole."""
    faults = []
    for number, lot in enumerate(lots):
        seen = store.events.by_items(actor.audience, [lot], limit=3)
        if not any(one.disclosure is Disclosure.FULL for one in seen):
            faults.append(Fault(f"/lots/{number}", "compliance.lot-not-yours", {"lot": lot}))
    return faults


def in_charge(store: Store, actor: Principal, organisations: Collection[int]) -> frozenset[int]:
    """Those of these organisations that an officer's mandate covers; operators cover all."""
    audience = actor.audience
    if audience.kind not in {AudienceKind.OPERATOR, AudienceKind.INSPECTOR}:
        return frozenset()
    mandate = audience.mandate
    if audience.kind is AudienceKind.OPERATOR or mandate is None or mandate.national:
        return frozenset(organisations)
    found = queries.organisations(store, audience, organisations)
    return frozenset(one.id for one in found.values() if mandate.covers(province_of(one)))


def province_of(organisation: Organisation) -> str | None:
    """The province that an organisation is at home in."""
    return organisation.unit.province.code if organisation.unit else None


def may_supervise(actor: Principal) -> bool:
    """Whether the actor speaks for an authority."""
    return actor.may(Scope.SUPERVISE) or actor.audience.kind in {
        AudienceKind.INSPECTOR,
        AudienceKind.OPERATOR,
    }
