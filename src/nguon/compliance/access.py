# SPDX-License-Identifier: Apache-2.0
"""Who may act on goods here: those through whose hands they went, and inspectors in charge."""

from collections.abc import Collection, Sequence

from nguon import gs1
from nguon.base.audience import Audience, AudienceKind, Disclosure
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
    """A fault for each lot that the actor neither handled nor is in charge of."""
    known = concerned(store, actor.audience, lots)
    return [
        Fault(f"/lots/{number}", "compliance.lot-not-yours", {"lot": lot})
        for number, lot in enumerate(lots)
        if lot not in known
    ]


def concerned(store: Store, audience: Audience, lots: Sequence[str]) -> set[str]:
    """Those of the lots that went through the reader's hands, or are in its charge.

    To have recorded something about another's lot is not enough: anybody can do that.
    """
    if audience.kind not in {AudienceKind.INSPECTOR, AudienceKind.OPERATOR}:
        return store.events.handled(audience.organisation, lots)
    return {
        lot
        for lot in lots
        if any(
            one.disclosure is Disclosure.FULL
            for one in store.events.by_items(audience, [lot], limit=3)
        )
    }


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
