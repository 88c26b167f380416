# SPDX-License-Identifier: Apache-2.0
"""In which province the parties and places are that events name, and who submitted them."""

from collections.abc import Collection, Mapping

from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from nguon.vn.units import commune


def located(
    store: Store, keys: Collection[str], organisations: Collection[int]
) -> tuple[Mapping[str, str], Mapping[int, str]]:
    """The provinces of party and place keys and of organisations, where they are registered.

    A place without a commune is where its holder is.
    """
    glns = {key: key.split("/")[1] for key in keys if key.startswith(("414/", "417/"))}
    wanted = [*keys, *(f"414/{gln}" for gln in glns.values())]
    with store.reading() as connection:
        sites = {row["key"]: row for row in rows.rows(connection, tables.place, "key", wanted)}
        holders = [row["holder"] for row in sites.values()]
        parties = rows.organisations_by_gln(connection, list(glns.values()))
        numbers = {*organisations, *holders, *parties.values()}
        found = rows.rows(connection, tables.organisation, "id", list(numbers))
    seats = {row["id"]: at for row in found if (at := _province(row["commune"])) is not None}
    places: dict[str, str] = {}
    for key in keys:
        gln = glns.get(key, "")
        site = None if key.startswith("417/") else sites.get(key) or sites.get(f"414/{gln}")
        own = None if site is None else _province(site["commune"]) or seats.get(site["holder"])
        province = own or seats.get(parties.get(gln, 0))
        if province is not None:
            places[key] = province
    return places, {one: seats[one] for one in organisations if one in seats}


def _province(code: str | None) -> str | None:
    unit = None if code is None else commune(code)
    return None if unit is None else unit.province.code
