# SPDX-License-Identifier: Apache-2.0
"""What entries need of the registers to become events: the URIs of parties, places, papers.

A book is filled for the organisations and places of some entries in two reads;
making events of them is then pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon import gs1
from nguon.entries import model
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables


class Book(msgspec.Struct, frozen=True):
    """``owner`` is the organisation that records; ``glns`` by organisation, ``codes`` likewise.

    ``holders`` are the organisations that hold the places, ``countries`` the ISO
    codes of where the places lie. ``base_url`` is the address under which an
    organisation without a GLN is named.
    """

    owner: int
    base_url: str
    glns: Mapping[int, str] = {}
    codes: Mapping[int, str] = {}
    holders: Mapping[str, int] = {}
    countries: Mapping[str, str] = {}
    national: Mapping[str, str] = {}
    """The planting-area or packing-house keys of places that have one."""

    def party(self, number: int) -> str:
        """The URI of an organisation."""
        gln = self.glns.get(number)
        if gln is not None:
            return gs1.digital_link(f"417/{gln}")
        code = self.codes.get(number, str(number))
        return f"{self.base_url}/r/organisation/{quote(code, safe='')}"

    def document(self, number: str, issuer: int | None = None) -> str:
        """The URI of a paper by its number, of the organisation that wrote it."""
        by = self.owner if issuer is None else issuer
        name = quote(number, safe="-._~!$'()*+,;=:@")
        gln = self.glns.get(by)
        if gln is not None:
            return f"urn:epcglobal:cbv:bt:{gln}:{name}"
        return (
            f"{self.base_url}/r/organisation/{quote(self.codes.get(by, str(by)), safe='')}#{name}"
        )


def open_book(store: Store, owner: int, entries: Iterable[model.Entry], base_url: str) -> Book:
    """The book for these entries."""
    keys, parties = _named(entries)
    with store.reading() as connection:
        places = _places(connection, list(keys))
        wanted = {owner, *parties, *(row["holder"] for row in places.values())}
        known = rows.rows(connection, tables.organisation, "id", list(wanted))
    return Book(
        owner,
        base_url,
        glns={row["id"]: row["gln"] for row in known if row["gln"]},
        codes={row["id"]: row["code"] for row in known},
        holders={key: row["holder"] for key, row in places.items()},
        countries={key: "VN" for key, row in places.items() if row["commune"]},
        national={key: row["national_key"] for key, row in places.items() if row["national_key"]},
    )


def _places(connection: Connection, keys: Sequence[str]) -> dict[str, RowMapping]:
    """Places by the keys asked for, which may be their national ones."""
    found = {row["key"]: row for row in rows.rows(connection, tables.place, "key", keys)}
    others = [key for key in keys if key not in found]
    for row in rows.rows(connection, tables.place, "national_key", others):
        found.setdefault(row["national_key"], row)
    return found


def _named(entries: Iterable[model.Entry]) -> tuple[Collection[str], Collection[int]]:
    places: set[str] = set()
    parties: set[int] = set()
    for entry in entries:
        match entry:
            case model.Harvest(grower=grower, area=area, plot=plot):
                places |= {area, plot or area}
                parties.add(grower)
            case model.Receive(place=place, giver=giver, origin=origin):
                places |= {place, origin or place}
                parties.add(giver)
            case model.Ship(place=place, receiver=receiver, destination=destination):
                places |= {place, destination or place}
                parties.add(receiver)
            case _:
                places.add(entry.place)
    return places, parties
