# SPDX-License-Identifier: Apache-2.0
"""What happens on the bridge: mappings put, confirmed, refused and ended; nothing is edited."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import HANOI
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.registry.bridge import queries, records, rules
from nguon.registry.bridge.errors import (
    BridgeConflictError,
    BridgeError,
    BridgeForbiddenError,
    BridgeTableError,
)
from nguon.registry.bridge.model import Claim, Identity, Status, Step
from nguon.registry.bridge.owning import owners
from nguon.registry.bridge.rules import Checked
from nguon.store import Store
from nguon.store import identities as rows
from nguon.store import registry as register_rows

MOST_ROWS = 1000
MOST_REASON = 500


def put(store: Store, actor: Principal, claims: Sequence[Claim]) -> list[Identity]:
    """Keep mappings, all or none; one that is kept already comes back as it is.

    Only of goods of the actor's organisation and its members (the operator: of
    anybody's). That another party says something else of the same name is no
    hindrance: both are kept, and shown as contested.

    Raises:
        BridgeTableError: rows that cannot be kept, each with its reason.
        BridgeError: too many rows.
    """
    if len(claims) > MOST_ROWS:
        raise BridgeError("bridge.too-many", most=MOST_ROWS)
    now = datetime.now(UTC)
    faults: list[Fault] = []
    wanted = _checked(claims, now.astimezone(HANOI).date(), faults)
    with store.transaction() as connection:
        register_rows.hold(connection)
        parties = queries.own_parties(connection, actor.organisation)
        owned = owners(connection, [key for one in wanted.values() for key in one.owned], parties)
        names = [one.folded for one in wanted.values()]
        kept = records.identities(connection, rows.by_foreign_ids(connection, names))
        made = _Table(actor, frozenset(parties), owned, kept, now)
        ids = [made.row(number, one, faults) for number, one in wanted.items()]
        if faults:
            raise BridgeTableError("bridge.table-wrong", faults, count=len(faults))
        rows.add(connection, made.new)
        return _in_order(connection, ids)


def end(
    store: Store, actor: Principal, identity: str, reason: str, *, effective: date | None = None
) -> Identity:
    """End a mapping from a day on (today unless told); its owner's to do.

    Raises `BridgeUnknownError`, `BridgeForbiddenError`, `BridgeConflictError`.
    """
    return _say(store, actor, identity, Status.ENDED, reason, effective)


def answer(
    store: Store, actor: Principal, identity: str, *, confirmed: bool, reason: str = ""
) -> Identity:
    """What the party whose system it is says of a mapping: confirmed, or refused with a reason.

    Raises as `end`.
    """
    status = Status.CONFIRMED if confirmed else Status.REFUSED
    return _say(store, actor, identity, status, reason, None)


class _Table:
    """One table of claims against what is known; ``new`` are the rows to add."""

    def __init__(
        self,
        actor: Principal,
        parties: frozenset[int],
        owned: dict[str, int],
        kept: list[Identity],
        now: datetime,
    ) -> None:
        self._actor, self._parties, self._owned = actor, parties, owned
        self._now = now
        self._kept: dict[str, list[Identity]] = defaultdict(list)
        for one in kept:
            self._kept[rules.folded(one.foreign_id)].append(one)
        self.new: list[dict[str, Any]] = []

    def row(self, number: int, wanted: Checked, faults: list[Fault]) -> str:
        """The id of the mapping, kept or new; an empty text and a fault where it is neither."""
        fault = self._foreign(wanted)
        if fault is not None:
            faults.append(Fault(f"/{number}/item", *fault))
            return ""
        owner = self._owned[wanted.owned[0]]
        before = rules.in_the_way(wanted, owner, self._kept[wanted.folded])
        if before is None:
            declarer, key = self._actor.organisation, self._actor.key_id
            made = records.row_of(wanted, owner, declarer, key, self._now)
            self._kept[wanted.folded].append(records.identity(made))
            self.new.append(made)
            return str(made["id"])
        if not rules.same(before, wanted):
            params = {"named": wanted.claim.foreign_id, "item": before.item}
            faults.append(Fault(f"/{number}/foreign_id", "bridge.said-already", params))
        return before.id

    def _foreign(self, wanted: Checked) -> tuple[str, dict[str, Any]] | None:
        for key in wanted.owned:
            owner = self._owned.get(key)
            if owner is None:
                return "bridge.goods-unknown", {"item": key}
            if owner not in self._parties and self._actor.kind is not KeyKind.OPERATOR:
                return "bridge.not-yours", {"item": key}
        return None


def _checked(claims: Sequence[Claim], today: date, faults: list[Fault]) -> dict[int, Checked]:
    found: dict[int, Checked] = {}
    for number, claim in enumerate(claims):
        try:
            found[number] = rules.checked(claim, today)
        except BridgeError as error:
            faults.append(Fault(f"/{number}/{_FIELDS[error.code]}", error.code, error.params))
    return found


_FIELDS = {
    "bridge.foreign-id": "foreign_id",
    "bridge.retail": "foreign_id",
    "bridge.source": "source",
    "bridge.item": "item",
    "bridge.days": "valid_to",
}


def _in_order(connection: Connection, ids: Sequence[str]) -> list[Identity]:
    stored = records.identities(connection, rows.by_ids(connection, ids))
    known = {one.id: one for one in stored}
    return [known[number] for number in ids]


def _say(
    store: Store,
    actor: Principal,
    identity: str,
    status: Status,
    reason: str,
    effective: date | None,
) -> Identity:
    said, now = reason.strip(), datetime.now(UTC)
    if len(said) > MOST_REASON or (status is not Status.CONFIRMED and not said):
        raise BridgeError("bridge.reason", most=MOST_REASON)
    seen = queries.one(store, actor.audience, identity)
    with store.transaction() as connection:
        register_rows.hold(connection)
        [before] = records.identities(connection, rows.by_ids(connection, [seen.id]))
        parties = frozenset(queries.own_parties(connection, actor.organisation))
        _check_right(actor, before, status, parties)
        _check_state(before, status)
        step = Step(
            status=status,
            effective=effective or now.astimezone(HANOI).date(),
            reason=said,
            organisation=actor.organisation,
            recorded=now,
        )
        rows.add_steps(connection, [records.step_row(before, step, actor.key_id)])
        return msgspec.structs.replace(before, steps=(*before.steps, step))


def _check_right(
    actor: Principal, before: Identity, status: Status, parties: frozenset[int]
) -> None:
    if actor.kind is KeyKind.OPERATOR:
        return
    if status is Status.ENDED:
        if before.owner not in parties and before.declarer != actor.organisation:
            raise BridgeForbiddenError("bridge.owner-ends")
    elif before.foreign_owner is None or before.foreign_owner != actor.organisation:
        raise BridgeForbiddenError("bridge.system-answers")


def _check_state(before: Identity, status: Status) -> None:
    if before.status is Status.ENDED:
        raise BridgeConflictError("bridge.ended-already")
    if before.status is status:
        raise BridgeConflictError("bridge.answered-already")
    if before.status is Status.REFUSED and status is Status.ENDED:
        raise BridgeConflictError("bridge.refused-already")
