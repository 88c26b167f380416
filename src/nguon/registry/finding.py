# SPDX-License-Identifier: Apache-2.0
"""Entries that a body looks up by code: places, products, papers in its charge; as stored."""

from nguon.gs1 import IdentifierError, Mode, parse
from nguon.identity.model import Principal
from nguon.registry import entries, holdings
from nguon.registry.documents import concerned
from nguon.registry.history import code_key
from nguon.registry.holdings import Holding
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_MOST = 20


def find(store: Store, principal: Principal, text: str) -> list[Holding]:
    """Entries whose code a text is: a national code, GLN, GTIN or a paper's number."""
    keys = _keys(text.strip()[:100])
    with store.reading() as connection:
        places = rows.rows(connection, tables.place, "national_key", keys)
        numbers = rows.rows(connection, tables.certificate, "number", [text.strip()])
        wanted = {
            Register.PLACE: [*keys, *(row["key"] for row in places)],
            Register.PRODUCT: keys,
            Register.CERTIFICATE: [
                *(code for key in keys if (code := code_key(key)) is not None),
                *(f"{row['scheme']}/{row['number']}" for row in numbers),
            ],
        }
        found: list[Holding] = []
        for register, some in wanted.items():
            known = [
                (key, row)
                for key, row in entries.rows_of(connection, register, some).items()
                if concerned(connection, principal, register, row)
            ]
            found += holdings.standing(connection, register, known)
    return found[:_MOST]


def _keys(text: str) -> list[str]:
    """The item keys that a text may be."""
    digits = "".join(filter(str.isdigit, text))
    written = [text, f"vn-area:{text}", f"vn-pack:{text}"]
    if len(digits) == 13:
        written.append(f"414/{digits}")
    if len(digits) in (8, 12, 13, 14):
        written.append(f"01/{digits.zfill(14)}")
    found = []
    for one in written:
        try:
            found.append(parse(one, mode=Mode.LENIENT).key)
        except IdentifierError:
            continue
    return found
