# SPDX-License-Identifier: Apache-2.0
"""Reading the bridge: what a foreign name means here, and what others call an item.

Everybody sees what is published and not refused; the parties to a mapping, officers
in charge of its owner's province and the operator see the rest.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.gs1 import key_hash
from nguon.identity.visibility import is_self
from nguon.registry import queries
from nguon.registry.bridge import records, rules
from nguon.registry.bridge.errors import BridgeUnknownError
from nguon.registry.bridge.model import Identity, Match, Status
from nguon.registry.cases import province_of
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store import identities as rows
from nguon.store import registry as register_rows
from nguon.store import registry_tables as tables

PAGE = 50


def resolve(
    store: Store, audience: Audience, foreign_id: str, *, on: date | None = None
) -> list[Match]:
    """What a foreign name means, whichever system gave it; empty where nobody said.

    Upper and lower case, white space and the width of letters do not matter. Those
    that stand on the day (today unless told) come first, confirmed and uncontested
    ones before others. Never raises for a strange name.
    """
    folded = rules.folded(foreign_id[: rules.MOST_NAME])
    if not folded:
        return []
    with store.reading() as connection:
        found = records.identities(connection, rows.by_foreign_ids(connection, [folded]))
        homes = _homes(connection, found)
    return _matches(store, audience, found, homes, on or _today())


def item_of(store: Store, audience: Audience, text: str) -> str | None:
    """The one item that a foreign name stands for today; None where none or several might be."""
    found = [match for match in resolve(store, audience, text) if match.holds]
    items = {match.item for match in found}
    contested = any(match.contested for match in found)
    return None if contested or len(items) != 1 else items.pop()


def of_items(
    store: Store, audience: Audience, items: Sequence[str], *, on: date | None = None
) -> dict[str, list[Match]]:
    """What other systems call these items, by item key; items without a name are absent."""
    with store.reading() as connection:
        stored = rows.by_items(connection, [key_hash(item) for item in items])
        found = records.identities(connection, [r for r in stored if r["item"] in set(items)])
        names = [rules.folded(one.foreign_id) for one in found]
        others = records.identities(connection, rows.by_foreign_ids(connection, names))
        homes = _homes(connection, others)
    named = {one.id for one in found}
    told: dict[str, list[Match]] = {}
    for match in _matches(store, audience, others, homes, on or _today()):
        if match.id in named:
            told.setdefault(match.item, []).append(match)
    return told


def page(
    store: Store, audience: Audience, *, before: str | None = None, limit: int = PAGE
) -> list[Match]:
    """The mappings that concern the reader's organisation and its members, the newest first."""
    if audience.organisation is None:
        return []
    with store.reading() as connection:
        parties = own_parties(connection, audience.organisation)
        found = rows.page(connection, parties, before=before, limit=limit)
        shown = records.identities(connection, found)
        names = [rules.folded(one.foreign_id) for one in shown]
        others = records.identities(connection, rows.by_foreign_ids(connection, names))
        homes = _homes(connection, others)
    wanted = {one.id for one in shown}
    matches = _matches(store, audience, others, homes, _today(), set(parties))
    return sorted((m for m in matches if m.id in wanted), key=lambda m: m.id, reverse=True)


def one(store: Store, audience: Audience, identity: str) -> Identity:
    """A mapping with everything said of it, for those whom it concerns.

    Raises `BridgeUnknownError` where there is none that the reader may know of.
    """
    with store.reading() as connection:
        found = records.identities(connection, rows.by_ids(connection, [identity]))
        parties = own_parties(connection, audience.organisation)
        homes = _homes(connection, found)
    for kept in found:
        if _near(audience, kept, homes, set(parties)):
            return kept
    raise BridgeUnknownError("bridge.unknown")


def own_parties(connection: Connection, organisation: int | None) -> list[int]:
    """An organisation and the members that it speaks for."""
    if organisation is None:
        return []
    members = register_rows.rows(connection, tables.organisation, "member_of", [organisation])
    return [organisation, *(row["id"] for row in members)]


def _homes(connection: Connection, found: Iterable[Identity]) -> dict[int, str | None]:
    """The provinces of owners."""
    owners = sorted({one.owner for one in found})
    stored = register_rows.rows(connection, tables.organisation, "id", owners)
    return {row["id"]: province_of(row["commune"]) for row in stored}


def _near(
    audience: Audience, kept: Identity, homes: dict[int, str | None], parties: set[int]
) -> bool:
    concerned = (kept.owner, kept.declarer, kept.foreign_owner)
    if not parties.isdisjoint(concerned):
        return True
    home = homes.get(kept.owner)
    return any(is_self(audience, party, home) for party in concerned)


def _matches(
    store: Store,
    audience: Audience,
    found: Sequence[Identity],
    homes: dict[int, str | None],
    day: date,
    parties: set[int] | None = None,
) -> list[Match]:
    seen = [one for one in found if _sees(audience, one, homes, parties or set())]
    owners = queries.organisations(store, audience, {one.owner for one in seen}) if seen else {}
    told = [_match(one, found, day, owners.get(one.owner)) for one in seen]
    return sorted(told, key=lambda m: (not m.holds, m.contested, m.status is not Status.CONFIRMED))


def _sees(
    audience: Audience, kept: Identity, homes: dict[int, str | None], parties: set[int]
) -> bool:
    published = kept.public and kept.status is not Status.REFUSED
    return published or _near(audience, kept, homes, parties)


def _match(
    kept: Identity, others: Sequence[Identity], day: date, owner: Organisation | None
) -> Match:
    names = ("id", "system", "source", "foreign_id", "item", "status", "valid_from", "valid_to")
    return Match(
        holds=kept.holds(day),
        contested=rules.contested(kept, others, day),
        public=kept.public,
        owner=kept.owner,
        owner_vi="" if owner is None else owner.name.vi,
        owner_en=None if owner is None else owner.name.en,
        **{name: getattr(kept, name) for name in names},
    )


def _today() -> date:
    return datetime.now(HANOI).date()
