# SPDX-License-Identifier: Apache-2.0
"""Reads of enrolments: which legal entity an organisation is at a moment, and may it sign."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RowMapping

from nguon.base.errors import NguonError
from nguon.base.time import from_microseconds
from nguon.parties.enrolment import records, rules
from nguon.parties.enrolment.errors import EnrolmentUnknownError
from nguon.parties.enrolment.model import Enrolment, Entity, EntityFacts, State, Step, Way
from nguon.parties.enrolment.rules import Told
from nguon.parties.register.model import RegisterState
from nguon.store import Store
from nguon.store import business_register as answers
from nguon.store import enrolment as rows

SECONDS = 2.0
"""How long a change by another process may stay unseen."""
_MOST = 10_000
_Heard = dict[int, tuple[float, tuple[Told, ...]]]


def entities(store: Store, organisations: Collection[int], at: datetime) -> dict[int, Entity]:
    """The legal entity behind each of these organisations at a moment; five statements.

    A household that a cooperative enrolled is known through it: ``member``, with the
    cooperative's own standing.
    """
    found = entities_at(store, [(one, at) for one in organisations])
    return {one: entity for (one, _), entity in found.items()}


def entities_at(
    store: Store, asked: Iterable[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Entity]:
    """Likewise of organisations each at its own moments; five statements for all of them."""
    wanted = set(asked)
    organisations = {one for one, _ in wanted}
    with store.reading() as connection:
        joined = rows.households(connection, list(organisations))
        known = list({*organisations, *(row["cooperative"] for row in joined.values())})
        enrolled = _by_organisation(rows.of(connection, known))
        heard = _heard(connection, known)
        checks = answers.checks(connection, known)
    found = {}
    for one, at in wanted:
        own = _entity(enrolled.get(one, ()), heard, checks, one, at)
        member = _membership(joined.get(one), at)
        if own.way is None and member is not None:
            cooperative, since = member
            through = _entity(enrolled.get(cooperative, ()), heard, checks, cooperative, at)
            own = own if through.way is None else _member(through, since)
        found[one, at] = own
    return found


def may_sign(store: Store, organisation: int, at: datetime) -> NguonError | None:
    """Why an organisation may not sign at a moment: suspended or dissolved; None where it may.

    What the register said is remembered in the process for two seconds.
    """
    return rules.refusal(rules.told(_remembered(store, organisation), at))


def anchor(store: Store, organisation: int, at: datetime) -> EntityFacts | None:
    """What a published identity document says of an organisation; None where not enrolled."""
    with store.reading() as connection:
        enrolled = [records.enrolment(row) for row in rows.of(connection, [organisation])]
        heard = _heard(connection, [organisation])
        checks = answers.checks(connection, [organisation])
    standing = rules.standing(enrolled, at)
    if standing is None or standing.since is None:
        return None
    entity = _entity(enrolled, heard, checks, organisation, at)
    return EntityFacts(
        code=standing.code,
        name=standing.name,
        way=standing.way,
        since=standing.since,
        until=standing.until,
        register_state=entity.register_state,
        as_of=entity.as_of,
        evidence=entity.evidence,
    )


def find(store: Store, number: str) -> Enrolment:
    """The enrolment with this id; raises `EnrolmentUnknownError`."""
    with store.reading() as connection:
        return find_in(connection, number)


def find_in(connection: Connection, number: str) -> Enrolment:
    """Likewise, in a transaction."""
    row = rows.find(connection, number)
    if row is None:
        raise EnrolmentUnknownError("enrolment.unknown")
    return records.enrolment(row)


def of(store: Store, organisation: int) -> list[Enrolment]:
    """The enrolments of an organisation, the latest first."""
    with store.reading() as connection:
        found = rows.of(connection, [organisation])
    return [records.enrolment(row) for row in reversed(found)]


def in_states(store: Store, states: Iterable[State], *, limit: int = 200) -> list[Enrolment]:
    """The enrolments in these states, the first begun first."""
    with store.reading() as connection:
        found = rows.page(connection, list(states), limit=limit)
    return [records.enrolment(row) for row in found]


def steps(store: Store, numbers: Sequence[str]) -> dict[str, list[Step]]:
    """What became of enrolments, in order."""
    with store.reading() as connection:
        found = rows.steps(connection, numbers)
    by_number: dict[str, list[Step]] = {number: [] for number in numbers}
    for row in found:
        by_number[row["enrolment"]].append(records.step(row))
    return by_number


def forget(store: Store, organisation: int) -> None:
    """Ask the database again what the register says of an organisation."""
    with _lock:
        _known.get(store, {}).pop(organisation, None)


_known: WeakKeyDictionary[Store, _Heard] = WeakKeyDictionary()
_lock = Lock()


def _remembered(store: Store, organisation: int) -> tuple[Told, ...]:
    known = _known.setdefault(store, {})
    entry = known.get(organisation)
    if entry is not None and monotonic() < entry[0]:
        return entry[1]
    until = monotonic() + SECONDS
    with store.reading() as connection:
        found = tuple(_heard(connection, [organisation]).get(organisation, ()))
    with _lock:
        if len(known) >= _MOST:
            known.clear()
        known[organisation] = until, found
    return found


def _heard(connection: Connection, organisations: Sequence[int]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for row in answers.standings(connection, organisations):
        as_of = records.day(row["as_of"])
        assert as_of is not None
        since, recorded = records.day(row["since"]), from_microseconds(row["recorded"])
        told = Told(RegisterState(row["state"]), since, as_of, recorded)
        found.setdefault(row["organisation"], []).append(told)
    return found


def _by_organisation(found: Iterable[RowMapping]) -> dict[int, list[Enrolment]]:
    grouped: dict[int, list[Enrolment]] = {}
    for row in found:
        grouped.setdefault(row["organisation"], []).append(records.enrolment(row))
    return grouped


def _membership(row: RowMapping | None, at: datetime) -> tuple[int, datetime] | None:
    """The cooperative of an enrolled household at a moment, and since when."""
    if row is None:
        return None
    since, ended = from_microseconds(row["recorded"]), records.moment(row["ended"])
    return (row["cooperative"], since) if since <= at and (ended is None or at < ended) else None


def _entity(
    enrolled: Iterable[Enrolment],
    heard: dict[int, list[Told]],
    checks: dict[int, RowMapping],
    organisation: int,
    at: datetime,
) -> Entity:
    standing = rules.standing(enrolled, at)
    said = heard.get(organisation, [])
    told = rules.told(said, at)
    as_of = told.as_of if told else None
    check = checks.get(organisation)
    if told and told is said[-1] and check is not None:
        as_of = records.day(check["as_of"]) or as_of
    return Entity(
        way=standing.way if standing else None,
        since=standing.since if standing else None,
        until=standing.until if standing else None,
        register_state=told.state if told else RegisterState.UNKNOWN,
        as_of=as_of,
        evidence=(standing.evidence or "") if standing else "",
        code=standing.code if standing else None,
        state_since=told.since if told else None,
    )


def _member(cooperative: Entity, since: datetime) -> Entity:
    assert cooperative.since is not None
    return Entity(
        way=Way.MEMBER,
        since=max(since, cooperative.since),
        until=cooperative.until,
        register_state=cooperative.register_state,
        as_of=cooperative.as_of,
        evidence=cooperative.evidence,
        state_since=cooperative.state_since,
    )
