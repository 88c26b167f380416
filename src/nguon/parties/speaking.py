# SPDX-License-Identifier: Apache-2.0
"""What a signature speaks for: are the keys and places in its records the signer's to name?

An event that brings a thing into being, or a pallet that nobody named before, speaks for the
thing's number; every event speaks for the place where it happened. Both must be the party's:
by its licence, by the registers, as those of a household that is its member and has made no
grant to it, or granted; and within the scope of the key. What only mentions things of others,
as everybody who receives, packs or sells them must, speaks for nobody.

Who submits without a signature speaks for the same, short of two things: numbers and places
that nobody here has are open to all, and a place of another's is only spoken for where
something is made there. Receiving at a customer's dock is no claim to the dock.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon import gs1
from nguon.base.quantity import PIECE, Quantity, in_base_unit
from nguon.base.time import HANOI, from_microseconds
from nguon.epcis.items import ItemRef, Role
from nguon.parties import owning
from nguon.parties.grants.drawing import Drawing, Use
from nguon.parties.grants.model import Grant, GrantState
from nguon.parties.grants.queries import standing
from nguon.parties.keys.model import KeyScope
from nguon.store import Store
from nguon.store import grants as rows
from nguon.store.values import Action, EventRecord, EventType

_AFTER_AI = {"01": 1, "00": 1}
_MAKING = {
    (EventType.TRANSFORMATION, Action.NONE): Role.OUTPUT,
    (EventType.OBJECT, Action.ADD): Role.EPC,
}
"""In which role events name what they bring into being."""


class Finding(msgspec.Struct, frozen=True):
    """A key or place in a record that the signer does not speak for."""

    record: int
    key: str
    code: str
    params: dict[str, Any]


class Spoken(msgspec.Struct, frozen=True):
    """What is not the signer's to say, and what the rest draws from grants."""

    findings: list[Finding]
    drawing: Drawing


def outside(
    store: Store,
    organisation: int,
    scope: KeyScope,
    records: Sequence[EventRecord],
    at: datetime | None = None,
) -> list[Finding]:
    """What an organisation's key of this scope does not speak for in these records.

    ``at``: what grants are asked as of this time; each record's own without it.
    """
    return spoken(store, organisation, scope, records, at).findings


def spoken(
    store: Store,
    organisation: int,
    scope: KeyScope | None,
    records: Sequence[EventRecord],
    at: datetime | None = None,
    submitter: int | None = None,
) -> Spoken:
    """`outside`, with what is drawn; grants count that were given to the organisation.

    ``scope``: None where nobody signed.
    """
    named = [_named(record, signed=scope is not None) for record in records]
    keys = {key for one in named for key in one.keys}
    judge = _Judge(store, organisation, scope, keys)
    judge.know({key for one in named for key in one.pallets})
    found: list[Finding] = []
    uses: list[Use] = []
    for place, (record, one) in enumerate(zip(records, named, strict=True)):
        if judge.clear(one):
            continue
        day = (at or from_microseconds(record.time)).astimezone(HANOI).date()
        wrong, granted = judge.of(place, one, day)
        found += wrong
        if not wrong:
            uses += _uses(place, record, one, granted)
    back = {
        place: record.event_id
        for place, record in enumerate(records)
        if record.correction and record.event_id is not None
    }
    acting = organisation if submitter is None else submitter
    return Spoken(found, Drawing(acting, uses, back))


class _Named(msgspec.Struct, frozen=True):
    """What a record speaks for: numbers of new things, pallets, places."""

    things: tuple[str, ...] = ()
    pallets: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    made: Sequence[ItemRef] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them."""
        return self.things + self.pallets + self.places


def _named(record: EventRecord, *, signed: bool) -> _Named:
    if record.correction:
        return _Named()
    begins = _MAKING.get((record.type, record.action))
    adds = record.action is Action.ADD
    made: list[ItemRef] = []
    pallets, places = list[str](), list[str]()
    for item in record.items:
        role = item.role
        if role is begins:
            made.append(item)
        elif role is Role.READ_POINT or role is Role.BIZ_LOCATION:
            if item.key.startswith(owning.PLACES):
                places.append(item.key)
        elif adds and role is Role.PARENT and item.key.startswith("00/"):
            pallets.append(item.key)
    things = dict.fromkeys(owning.base(item.key) for item in made if _is_number(item.key))
    if not (signed or made):
        places = []
    return _Named(tuple(things), tuple(pallets), tuple(dict.fromkeys(places)), made)


def _is_number(key: str) -> bool:
    """National numbers and other addresses are nobody's by their form."""
    return key[0].isdecimal()


_Granted = Mapping[str, Grant]


class _Judge:
    """Asks the registers once for all keys of a submission, grants only where they are needed."""

    def __init__(
        self, store: Store, organisation: int, scope: KeyScope | None, keys: Collection[str]
    ) -> None:
        self._store = store
        self._own = organisation
        self._scope = scope or KeyScope()
        self._open = scope is None
        """Whether what nobody has is open to all."""
        self._owned = owning.owned(store, keys) if keys else {}
        if self._open:
            self._owned = self._protected(self._owned)
        others = {
            owner
            for one in self._owned.values()
            if organisation not in one.owners
            for owner in one.owners
        }
        asked = {organisation, *others} if others or self._asks_own() else ()
        self._parties = owning.parties(store, asked) if asked else {}
        self._grants, self._givers = self._given(others)
        self._known: Collection[str] = ()
        self._fine = {key for key in keys if self._within(self._scope, key) and self._ours(key)}

    def _protected(self, owned: Mapping[str, owning.Owned]) -> dict[str, owning.Owned]:
        """Whose keys are closed to strangers: by licence, or whose holder was identified.

        What a register was told by anybody keeps nobody from recording, and a household keeps
        its own plots, under whoever's number they are.
        """
        held = {each for one in owned.values() if not one.licensed for each in one.owners}
        others = held - {self._own}
        known = owning.identified(self._store, others) if others else set()
        closed = {
            key
            for key, one in owned.items()
            if one.registered != self._own and (one.licensed or one.owners & known)
        }
        return {
            key: one if key in closed else owning.Owned(names=one.names)
            for key, one in owned.items()
        }

    def know(self, pallets: Collection[str]) -> None:
        """Pallets that some record named before are not new."""
        asked = [key for key in pallets if key not in self._fine]
        self._known = self._store.lineage.events_of(asked).keys() if asked else ()

    def clear(self, one: _Named) -> bool:
        """Whether nothing is wrong in a record, nor by a grant."""
        return self._fine.issuperset(one.keys)

    def of(self, place: int, one: _Named, day: date) -> tuple[list[Finding], _Granted]:
        """What is wrong in a record, and by which grant each key of others is spoken for."""
        wrong: list[Finding] = []
        granted: dict[str, Grant] = {}
        pallets = (key for key in one.pallets if key not in self._known)
        for key in (*one.things, *pallets, *one.places):
            if not self._within(self._scope, key):
                wrong.append(Finding(place, key, "parties.outside-scope", {"key": key}))
                continue
            if self._ours(key):
                continue
            found = self._grant(key, day)
            if isinstance(found, Grant):
                granted[key] = found
            else:
                wrong.append(Finding(place, key, found, {"key": key}))
        bounded = {each.id: each for each in granted.values() if each.quantity is not None}
        wrong += [
            Finding(place, item.key, "parties.grant-unit", {"key": item.key, "unit": bound})
            for each in bounded.values()
            for item, bound in _uncountable(one.made, each)
        ]
        return wrong, granted

    def _within(self, scope: KeyScope, key: str) -> bool:
        """Under any of the names of a place."""
        return scope.whole or any(within(scope, name) for name in (key, *self._owned[key].names))

    def _asks_own(self) -> bool:
        """Whether what nobody has may be under the party's own prefix."""
        return not self._open and any(not one.owners for one in self._owned.values())

    def _given(self, others: Collection[int]) -> tuple[list[Grant], Collection[int]]:
        if not others:
            return [], ()
        with self._store.reading() as connection:
            return (
                standing(connection, others, self._own),
                rows.ever(connection, others, self._own),
            )

    def _ours(self, key: str) -> bool:
        held = self._owned[key].owners
        if self._own in held:
            return True
        party = self._parties.get(self._own)
        if not held:
            if self._open:
                return True
            prefix = gs1.company_prefix(key) if key.startswith("00/") else None
            return prefix is not None and party is not None and party.prefix == prefix
        return any(self._member(owner) for owner in held)

    def _member(self, owner: int) -> bool:
        """A household of ours, unless it says by grants how far we speak for it."""
        party = self._parties.get(owner)
        return party is not None and party.member_of == self._own and owner not in self._givers

    def _grant(self, key: str, day: date) -> Grant | str:
        held = self._owned[key].owners
        if not held:
            return "parties.key-of-nobody"
        of_owner = [
            one for one in self._grants if one.giver in held and self._within(one.scope, key)
        ]
        if not of_owner:
            return "parties.key-of-another"
        today = [one for one in of_owner if one.covers(day) and _stands(one, day)]
        if not today:
            return "parties.grant-season"
        return max(today, key=_room)


def _room(one: Grant) -> Decimal:
    return Decimal("Infinity") if one.left is None else one.left.amount


def _stands(one: Grant, day: date) -> bool:
    return one.state(day) is GrantState.STANDING


def within(scope: KeyScope, key: str) -> bool:
    """Whether a scope bears a key. A list that is empty bounds nothing of its kind."""
    if key.startswith(owning.PLACES):
        return not scope.places or any(_begins(key, place) for place in scope.places)
    return not scope.prefixes or any(_starts(key, prefix) for prefix in scope.prefixes)


def _begins(key: str, place: str) -> bool:
    """A place, or one of the parts that it has by extension."""
    return key == place or key.startswith(f"{place}/")


def _starts(key: str, prefix: str) -> bool:
    if "/" in prefix:
        return key.startswith(prefix)
    ai, _, number = key.partition("/")
    return number[_AFTER_AI.get(ai, 0) :].startswith(prefix)


def _uses(place: int, record: EventRecord, one: _Named, granted: _Granted) -> Iterator[Use]:
    """What each grant bears: all that was made where it is of a place, else the things it is of."""
    by_grant: dict[str, tuple[Grant, set[str]]] = {}
    for key, grant in granted.items():
        by_grant.setdefault(grant.id, (grant, set()))[1].add(key)
    for number, (grant, keys) in by_grant.items():
        of_place = any(key in one.places for key in keys)
        items = [item for item in one.made if of_place or owning.base(item.key) in keys]
        amount = Decimal(0)
        if grant.quantity is not None:
            counted = (_in_unit(item, grant.quantity.unit) for item in items)
            amount = sum((each for each in counted if each is not None), Decimal(0))
        yield Use(number, place, amount, record.event_id, record.time)


def _uncountable(made: Iterable[ItemRef], grant: Grant) -> Iterator[tuple[ItemRef, str]]:
    assert grant.quantity is not None
    for item in made:
        if _in_unit(item, grant.quantity.unit) is None:
            yield item, grant.quantity.unit


def _in_unit(item: ItemRef, unit: str) -> Decimal | None:
    """How much of a unit an item is; None where it cannot be said."""
    amount = item.amount or Quantity(Decimal(1), PIECE)
    if amount.unit == unit:
        return amount.amount
    own, other = in_base_unit(amount), in_base_unit(Quantity(Decimal(1), unit))
    if own is None or other is None or own.unit != other.unit:
        return None
    return own.amount / other.amount
