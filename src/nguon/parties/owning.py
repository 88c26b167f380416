# SPDX-License-Identifier: Apache-2.0
"""Whose a key or a place is: by checked licence, else by the registers, else by nobody.

Remembered for two seconds (`nguon.parties.recent`): every submission asks.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from nguon import gs1
from nguon.parties.enrolment.queries import entities
from nguon.parties.recent import Recent
from nguon.registry import licensed
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_LICENSED = ("01", "414", "417")
_NUMBERED = {"00": 1, "253": 0, "254": 0, "255": 0, "401": 0, "402": 0, "8003": 1, "8018": 0}
"""Other keys that begin with a company prefix, after so many digits."""
_PREFIX_DIGITS = 12
PLACES = ("414/", "vn-area:", "vn-pack:")
"""How keys of places begin that a register may have."""


class Party(msgspec.Struct, frozen=True):
    """What of an organisation decides what it speaks for."""

    prefix: str | None
    """Company prefix of its own GLN."""
    member_of: int | None


def base(key: str) -> str:
    """What a thing's number belongs to: its product, pallet, asset."""
    end = key.find("/", key.find("/") + 1)
    return key if end < 0 else key[:end]


class Owned(msgspec.Struct, frozen=True):
    """Whose a key is, and what else a place is called."""

    owners: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    registered: int | None = None
    """Whose it is by the registers, which a checked licence overrules."""
    licensed: bool = False


def owned(store: Store, keys: Collection[str]) -> dict[str, Owned]:
    """To whom keys belong: who has a licence, else the registered one."""
    classes = {key: _class(key) for key in keys}
    found = _known.of(store, set(classes.values()))
    return {key: found[one] for key, one in classes.items()}


def _class(key: str) -> str:
    """Pallets of one company are asked about once: each has a number of its own."""
    prefix = gs1.company_prefix(key) if key.startswith("00/") else None
    return key if prefix is None else f"00/0{prefix.ljust(_PREFIX_DIGITS, '0')}"


def _read(store: Store, keys: Sequence[str]) -> dict[str, Owned]:
    asked = {key: _spelled(key) for key in keys}
    with store.reading() as connection:
        held = licensed.holders(connection, set(asked.values()))
        makers = rows.makers(connection, [key for key in keys if key.startswith("01/")])
        # A part of a place, by its extension, is whose the place is.
        named = list(dict.fromkeys(part for key in keys for part in _of_place(key)))
        places = rows.by_any(connection, tables.place, {"key": named, "national_key": named})
        known = {name for row in places for name in (row["key"], row["national_key"])}
        glns = [key.split("/")[1] for key in named if key not in known and key.startswith("414/")]
        parties = rows.organisations_by_gln(connection, glns) if glns else {}
    registered = dict(makers)
    names: dict[str, tuple[str, ...]] = {}
    for row in places:
        both = tuple(filter(None, (row["key"], row["national_key"])))
        for name in both:
            registered[name], names[name] = row["holder"], both
    for key in named:
        number = key.partition("/")[2]
        if key not in registered and number in parties:
            registered[key] = parties[number]
    for key in named:
        whole = base(key)
        if key not in registered and whole in registered:
            registered[key], names[key] = registered[whole], names.get(whole, ())
    return {
        key: Owned(
            held.get(asked[key]) or frozenset((registered[key],) if key in registered else ()),
            names.get(key, ()),
            registered.get(key),
            bool(held.get(asked[key])),
        )
        for key in keys
    }


def _of_place(key: str) -> tuple[str, ...]:
    if not key.startswith(PLACES):
        return ()
    return (base(key), key) if key.startswith("414/") else (key,)


def parties(store: Store, organisations: Iterable[int]) -> dict[int, Party]:
    """What is registered of organisations."""
    with store.reading() as connection:
        found = rows.rows(connection, tables.organisation, "id", sorted(set(organisations)))
    return {
        row["id"]: Party(
            gs1.company_prefix(f"414/{row['gln']}") if row["gln"] else None, row["member_of"]
        )
        for row in found
    }


def identified(store: Store, organisations: Collection[int]) -> set[int]:
    """Those of organisations that are known legal entities: somebody established who they are."""
    return {one for one, known in _identified.of(store, organisations).items() if known}


def _established(store: Store, organisations: Collection[int]) -> dict[int, bool]:
    behind = entities(store, organisations, datetime.now(UTC))
    return {one: entity.way is not None for one, entity in behind.items()}


def forget(store: Store) -> None:
    """Ask the registers anew."""
    _known.forget(store)
    _identified.forget(store)


def _spelled(key: str) -> str:
    """A key whose company prefix is found where licences look; no number that could be one."""
    ai, _, number = key.partition("/")
    if ai in _LICENSED or ai not in _NUMBERED:
        return key
    start = _NUMBERED[ai]
    digits = number[start : start + _PREFIX_DIGITS]
    if len(digits) < _PREFIX_DIGITS or not digits.isdecimal():
        return key
    return f"414/{digits}-"


_known: Recent[str, Owned] = Recent(_read)
_identified: Recent[int, bool] = Recent(_established)
