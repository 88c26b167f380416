# SPDX-License-Identifier: Apache-2.0
"""What happens to links: given, ended, chosen as the default. Nothing is deleted."""

from collections.abc import Sequence

from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.identity.model import Principal
from nguon.registry.links import holding, queries, records, rules, types
from nguon.registry.links.errors import (
    LinkForbiddenError,
    LinksRefusedError,
    LinkUnknownError,
)
from nguon.registry.links.model import KeyLinks, LinkAsked
from nguon.store import Store
from nguon.store import links as rows
from nguon.store import registry as registers


def put(
    store: Store,
    principal: Principal,
    key: str,
    asked: Sequence[LinkAsked],
    default: str | None,
    *,
    own: str,
) -> KeyLinks:
    """Make these the links of a key: new ones are added, missing ones end, equal ones stay.

    ``default`` is the link type the key leads to by default (None: its
    passport); ``own`` the address of this server. The same again changes nothing.

    Raises:
        LinkForbiddenError: somebody else's key.
        LinksRefusedError: something is wrong with the links; nothing was changed.
    """
    links, faults = rules.checked(asked, own)
    chosen = None if default is None else types.known(default) or default
    wrong = rules.default_fault(chosen, links)
    with store.transaction() as connection:
        registers.hold(connection)
        holder = holding.require(connection, principal, key)
        _refuse([*faults, *([wrong] if wrong else [])])
        before = queries.of(connection, key)
        standing = {records.asked(one): one for one in before.links}
        gone = [one.id for asked_so, one in standing.items() if asked_so not in links]
        rows.end(connection, gone, records.now(), principal.key_id)
        new = [(place, one) for place, one in enumerate(links) if one not in standing]
        _add(connection, principal, (key, holder), new)
        _choose(connection, principal, (key, holder), before.default, chosen)
        return queries.of(connection, key)


def add(
    store: Store, principal: Principal, key: str, asked: LinkAsked, *, default: bool, own: str
) -> KeyLinks:
    """Add one link, and lead there by default if wanted; raises as `put`.

    A link that is there already stays as it is.
    """
    links, faults = rules.checked([asked], own)
    with store.transaction() as connection:
        registers.hold(connection)
        holder = holding.require(connection, principal, key)
        before = queries.of(connection, key)
        if len(before.links) >= rules.MOST_LINKS:
            faults.append(Fault("/links", "links.too-many", {"most": rules.MOST_LINKS}))
        wrong = rules.default_fault(links[0].type, links) if default else None
        _refuse([*faults, *([wrong] if wrong else [])])
        if links[0] not in map(records.asked, before.links):
            _add(connection, principal, (key, holder), [(len(before.links), links[0])])
        if default:
            _choose(connection, principal, (key, holder), before.default, links[0].type)
        return queries.of(connection, key)


def end(store: Store, principal: Principal, number: str) -> KeyLinks:
    """End a link; ending it twice changes nothing. A default without links ends with it.

    Raises `LinkUnknownError`: no such link of a key that this principal may speak for.
    """
    with store.transaction() as connection:
        registers.hold(connection)
        row = rows.find(connection, number)
        if row is None:
            raise LinkUnknownError("links.unknown")
        try:
            holder = holding.require(connection, principal, row["key"])
        except LinkForbiddenError:
            raise LinkUnknownError("links.unknown") from None
        rows.end(connection, [number], records.now(), principal.key_id)
        left = queries.of(connection, row["key"])
        if left.default is not None and all(one.type != left.default for one in left.links):
            _choose(connection, principal, (row["key"], holder), left.default, None)
        return queries.of(connection, row["key"])


def choose(store: Store, principal: Principal, key: str, default: str | None) -> KeyLinks:
    """Lead to a link type by default, or (None) to the passport; raises as `put`."""
    with store.transaction() as connection:
        registers.hold(connection)
        holder = holding.require(connection, principal, key)
        before = queries.of(connection, key)
        wrong = rules.default_fault(default, [records.asked(one) for one in before.links])
        _refuse([wrong] if wrong else [])
        _choose(connection, principal, (key, holder), before.default, default)
        return queries.of(connection, key)


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise LinksRefusedError("links.refused", faults)


def _add(
    connection: Connection,
    principal: Principal,
    place: tuple[str, int],
    new: Sequence[tuple[int, LinkAsked]],
) -> None:
    key, holder = place
    made = {"key": key, "organisation": holder}
    values = [
        {**records.made(principal.key_id), **made, **records.row(one, position)}
        for position, one in new
    ]
    rows.add(connection, values)


def _choose(
    connection: Connection,
    principal: Principal,
    place: tuple[str, int],
    before: str | None,
    chosen: str | None,
) -> None:
    if before == chosen:
        return
    key, holder = place
    rows.end_default(connection, key, records.now(), principal.key_id)
    if chosen is not None:
        made = records.made(principal.key_id)
        rows.add_default(connection, {**made, "key": key, "organisation": holder, "type": chosen})
