# SPDX-License-Identifier: Apache-2.0
"""What a member may not claim by registering it: office, other parties, their goods and places.

An entry names whose it is, and what events show follows from that. So a member
names itself, its members and parties that it registered; keys that others hold,
or have recorded events about, are registered by the operator or a body.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from nguon.registry import licensed
from nguon.registry.changes import Change, Registrar
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.rules import Entry
from nguon.registry.sheet import RowFault, Sheet
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.store.claims import recorded_by_others

_PARTY = {
    Register.ORGANISATION: "member_of",
    Register.PLACE: "holder",
    Register.PRODUCT: "maker",
    Register.CERTIFICATE: "organisation",
}
_KEYS = {Register.ORGANISATION: "gln", Register.PLACE: "key", Register.PRODUCT: "key"}
_AUTHORITY = OrganisationKind.AUTHORITY.value
Found = Iterator[tuple[str, str]]
"""Fields with the codes of what is wrong."""


def faults(
    connection: Connection,
    register: Register,
    sheet: Sheet,
    table: tuple[Sequence[Entry], Sequence[Change]],
    registrar: Registrar,
) -> list[RowFault]:
    """What this registrar's rows claim and may not; the operator may claim everything."""
    entries, changes = table
    if registrar.organisation is None:
        return []
    known = _Known(connection, register, changes, registrar.organisation)
    found = []
    for entry, change in zip(entries, changes, strict=True):
        wrong = [*_office(register, change)]
        if not registrar.free:
            wrong += [*known.parties(change), *known.references(change), *known.keys(change)]
        found += [
            RowFault(entry.number, sheet.headings.get(field, field), code) for field, code in wrong
        ]
    return found


def _office(register: Register, change: Change) -> Found:
    """Who is an authority, and where its seat is, says the operator alone: mandates hang on it."""
    if register is not Register.ORGANISATION:
        return
    before = {} if change.before is None else change.before
    kinds = (before.get("kind"), change.values.get("kind", before.get("kind")))
    if _AUTHORITY not in kinds:
        return
    if kinds[0] != kinds[1]:
        yield "kind", "registry.authority-not-yours"
    if change.values.get("commune", before.get("commune")) != before.get("commune"):
        yield "commune", "registry.authority-not-yours"


class _Known:
    """Whose the parties, places, products and keys are that a table names."""

    def __init__(
        self,
        connection: Connection,
        register: Register,
        changes: Sequence[Change],
        own: int,
    ) -> None:
        self._register, self._own = register, own
        new = [one for one in changes if one.differs]
        named = {n for one in new if (n := one.values.get(_PARTY[register])) is not None}
        places = [*_values(new, "place"), *_values(new, "parent")]
        glns = {gln for one in new if (gln := _gln(register, one)) is not None}
        codes = _values(new, "national_key") if register is Register.PLACE else []
        keys = [*_values(new, "key"), *codes]
        self._places = {
            **_by(connection, "national_key", [*keys, *places]),
            **_by(connection, "key", [*keys, *places, *(f"414/{gln}" for gln in glns)]),
        }
        products = rows.rows(connection, tables.product, "key", _values(new, "product"))
        self._makers = {row["key"]: row["maker"] for row in products}
        self._glns = rows.organisations_by_gln(connection, sorted(glns))
        claimed = {key for one in new for key in _claimed(register, one)}
        self._licensed = licensed.holders(connection, sorted(claimed))
        named |= {number for some in self._licensed.values() for number in some}
        named |= {*self._places.values(), *self._makers.values(), *self._glns.values(), own}
        self._parties = {
            row["id"]: row
            for row in rows.rows(connection, tables.organisation, "id", sorted(named))
        }
        ours = {number for number in named if self._mine(number)}
        self._foreign = recorded_by_others(connection, sorted(claimed), ours)

    def parties(self, change: Change) -> Found:
        """Members do not join others, nor speak for them."""
        field = _PARTY[self._register]
        number = change.values.get(field)
        before = None if change.before is None else change.before[field]
        if number is None or number == before:
            return
        strict = self._register is Register.ORGANISATION
        if number != self._own if strict else not self._mine(number):
            yield field, "registry.party-not-yours"

    def references(self, change: Change) -> Found:
        """Papers and parts hang on one's own places and products only."""
        for field in ("place", "parent", "product"):
            key = change.values.get(field)
            if key is None or (change.before is not None and change.before[field] == key):
                continue
            holder = (self._makers if field == "product" else self._places).get(key)
            if holder is not None and not self._mine(holder, cooperative=field == "parent"):
                yield field, "registry.party-not-yours"

    def keys(self, change: Change) -> Found:
        """Keys that others have, are licensed to give out, or that others' events name."""
        field = _KEYS.get(self._register)
        if field is None:
            return
        gln = _gln(self._register, change)
        holders = [self._glns.get(gln or ""), self._places.get(f"414/{gln}")]
        if change.before is None or "national_key" in change.values:
            names = ("key", "national_key") if change.before is None else ("national_key",)
            holders += [self._places.get(change.values.get(name) or "") for name in names]
        taken = any(holder is not None and not self._mine(holder) for holder in holders)
        new = [*_claimed(self._register, change)] if change.differs else []
        licensees = {number for key in new for number in self._licensed.get(key, ())}
        if taken and change.differs:
            yield field, "registry.key-of-another"
        elif licensees and not any(self._mine(number) for number in licensees):
            yield field, "registry.licensed-to-another"
        elif not self._foreign.isdisjoint(_claimed(self._register, change)):
            yield field, "registry.key-in-use"

    def _mine(self, number: int, *, cooperative: bool = False) -> bool:
        if number == self._own:
            return True
        if cooperative and self._parties[self._own]["member_of"] == number:
            return True
        party = self._parties.get(number)
        return party is not None and self._own in (party["member_of"], party["registrar"])


def _claimed(register: Register, change: Change) -> Iterator[str]:
    """The keys that a row newly makes somebody's."""
    before: Mapping[Any, Any] = {} if change.before is None else change.before
    fields = {Register.PLACE: ("key", "national_key"), Register.PRODUCT: ("key",)}
    for field in fields.get(register, ()):
        key = change.values.get(field)
        if key is not None and key != before.get(field):
            yield key
    if register is Register.ORGANISATION:
        gln = change.values.get("gln")
        if gln is not None and gln != before.get("gln"):
            yield from (f"414/{gln}", f"417/{gln}")


def _gln(register: Register, change: Change) -> str | None:
    """The GLN in a key that is new."""
    before: Mapping[Any, Any] = {} if change.before is None else change.before
    name = _KEYS.get(register, "")
    value = change.values.get(name)
    if value is None or value == before.get(name):
        return None
    if register is Register.ORGANISATION:
        return str(value)
    return value.split("/")[1] if value.startswith("414/") else None


def _values(changes: Sequence[Change], field: str) -> list[str]:
    return [one.values[field] for one in changes if one.values.get(field)]


def _by(connection: Connection, column: str, keys: Iterable[str]) -> dict[str, int]:
    found = rows.rows(connection, tables.place, column, sorted(set(keys)))
    return {row[column]: row["holder"] for row in found}
