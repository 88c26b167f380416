# SPDX-License-Identifier: Apache-2.0
"""Whose a key or a place is: by checked licence, else by the registers, else by nobody.

Remembered for two seconds: every signed submission asks.
"""

from collections.abc import Collection, Iterable
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

import msgspec

from nguon import gs1
from nguon.registry import licensed, queries
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

SECONDS = 2.0
_MOST = 20_000
_LICENSED = ("01", "414", "417")
_NUMBERED = {"00": 1, "253": 0, "254": 0, "255": 0, "401": 0, "402": 0, "8003": 1, "8018": 0}
"""Other keys that begin with a company prefix, after so many digits."""
_PREFIX_DIGITS = 12


class Party(msgspec.Struct, frozen=True):
    """What of an organisation decides what it speaks for."""

    prefix: str | None
    """Company prefix of its own GLN."""
    member_of: int | None


def base(key: str) -> str:
    """What a thing's number belongs to: its product, pallet, asset."""
    return "/".join(key.split("/")[:2])


def owners(store: Store, keys: Collection[str]) -> dict[str, frozenset[int]]:
    """The organisations to whom keys belong: who have a licence, else the registered one."""
    known = _known.setdefault(store, {})
    now = monotonic()
    found = {key: known[key][1] for key in keys if key in known and now < known[key][0]}
    lacking = [key for key in keys if key not in found]
    if not lacking:
        return found
    asked = {key: _spelled(key) for key in lacking}
    with store.reading() as connection:
        held = licensed.holders(connection, set(asked.values()))
    registered = queries.named_organisations(store, lacking)
    for key in lacking:
        told = held.get(asked[key]) or frozenset(
            () if registered.get(key) is None else (registered[key],)
        )
        found[key] = told
    _keep(store, {key: found[key] for key in lacking})
    return found


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


def forget(store: Store) -> None:
    """Ask the registers anew."""
    with _lock:
        _known.pop(store, None)


_Entry = tuple[float, frozenset[int]]
_known: WeakKeyDictionary[Store, dict[str, _Entry]] = WeakKeyDictionary()
_lock = Lock()


def _keep(store: Store, found: dict[str, frozenset[int]]) -> None:
    until = monotonic() + SECONDS
    with _lock:
        known = _known.setdefault(store, {})
        if len(known) > _MOST:
            known.clear()
        known.update((key, (until, owner)) for key, owner in found.items())


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
