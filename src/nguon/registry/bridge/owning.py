# SPDX-License-Identifier: Apache-2.0
"""Whose an item is: by the registers, else by the company prefix of somebody's own number."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from nguon.gs1 import company_prefix
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_NATIONAL = ("vn-area:", "vn-pack:")


def owners(connection: Connection, keys: Sequence[str], parties: Collection[int]) -> dict[str, int]:
    """The owner of each of the keys; unknown ones are absent.

    ``keys`` are of the widest kind: a product, place, party or asset type. Numbers
    that no register lists belong to the one of ``parties`` under whose company
    prefix they are.
    """
    found = rows.makers(connection, [key for key in keys if key.startswith("01/")])
    found |= rows.holders(connection, [key for key in keys if key.startswith("414/")])
    national = [key for key in keys if key.startswith(_NATIONAL)]
    stored = rows.rows(connection, tables.place, "national_key", national)
    found |= {row["national_key"]: row["holder"] for row in stored}
    parties_named = {key[4:]: key for key in keys if key.startswith("417/")}
    glns = rows.organisations_by_gln(connection, list(parties_named))
    found |= {parties_named[gln]: number for gln, number in glns.items()}
    left = [key for key in keys if key not in found and not key.startswith(("01/", *_NATIONAL))]
    return found | (_by_prefix(connection, left, parties) if left else {})


def _by_prefix(
    connection: Connection, keys: Sequence[str], parties: Collection[int]
) -> dict[str, int]:
    own = rows.rows(connection, tables.organisation, "id", sorted(parties))
    prefixes = {
        prefix: row["id"]
        for row in own
        if row["gln"] and (prefix := company_prefix(f"417/{row['gln']}")) is not None
    }
    return {
        key: prefixes[prefix]
        for key in keys
        if (prefix := company_prefix(key)) is not None and prefix in prefixes
    }
