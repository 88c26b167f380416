# SPDX-License-Identifier: Apache-2.0
"""The keys of parties, read; a key that signs is remembered for two seconds at most."""

from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds
from nguon.identity.cache import Remembered
from nguon.parties.keys.model import Custody, KeyAction, KeyScope, KeyStep, PartyKey
from nguon.signing.keys import Algorithm, PublicKey
from nguon.store import Store
from nguon.store import party_keys as rows

_known: WeakKeyDictionary[Store, Remembered[PartyKey]] = WeakKeyDictionary()


def find(store: Store, kid: str) -> PartyKey | None:
    """A key by its thumbprint, as it stood within the last two seconds."""
    known = _known.setdefault(store, Remembered())
    found = known.get(kid.encode())
    if found is None:
        with store.reading() as connection:
            found = next(iter(by(connection, "kid", [kid])), None)
        if found is not None:
            known.put(kid.encode(), found, kid, None)
    return found


def of(store: Store, organisation: int) -> list[PartyKey]:
    """The keys of a party, the first bound first."""
    with store.reading() as connection:
        return by(connection, "organisation", [organisation])


def of_party(store: Store, party: str) -> list[PartyKey]:
    """The keys of whoever is called so in public (`nguon.parties.keys.naming`)."""
    with store.reading() as connection:
        return by(connection, "party", [party])


def at(store: Store, kids: Iterable[str]) -> dict[str, PartyKey]:
    """Keys by their thumbprints, as they stand."""
    with store.reading() as connection:
        return {key.kid: key for key in by(connection, "kid", sorted(set(kids)))}


def by(connection: Connection, column: str, wanted: Sequence[str | int]) -> list[PartyKey]:
    """Keys by ``kid``, ``organisation`` or ``party``, with what became of them."""
    found = rows.keys(connection, column, wanted)
    said: dict[str, list[KeyStep]] = {}
    for row in rows.steps(connection, [row["kid"] for row in found]):
        said.setdefault(row["kid"], []).append(_step(row))
    return [_key(row, tuple(said.get(row["kid"], ()))) for row in found]


def forget(store: Store, kid: str) -> None:
    """A key has changed: what this process remembers of it is old."""
    _known.setdefault(store, Remembered()).forget(kid)


def _key(row: RowMapping, steps: tuple[KeyStep, ...]) -> PartyKey:
    return PartyKey(
        kid=row["kid"],
        organisation=row["organisation"],
        party=row["party"],
        public=PublicKey(Algorithm(row["algorithm"]), bytes(row["public"])),
        custody=Custody(row["custody"]),
        name=row["name"],
        scope=KeyScope(tuple(row["prefixes"].split()), tuple(row["places"].split())),
        valid_from=from_microseconds(row["valid_from"]),
        valid_to=None if row["valid_to"] is None else from_microseconds(row["valid_to"]),
        steps=steps,
    )


def _step(row: RowMapping) -> KeyStep:
    return KeyStep(
        action=KeyAction(row["action"]),
        at=from_microseconds(row["at"]),
        seq=row["seq"],
        organisation=row["organisation"],
        by=row["actor"],
        reason=row["reason"],
        until=None if row["until"] is None else from_microseconds(row["until"]),
    )
