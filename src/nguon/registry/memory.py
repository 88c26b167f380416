# SPDX-License-Identifier: Apache-2.0
"""What the register said at another time, reduced to its reader as today's entry is."""

from datetime import datetime

from nguon.base.audience import Audience
from nguon.registry import entries, queries, versions
from nguon.registry.model import Certificate, Organisation, Place, Product, Register
from nguon.registry.versions import Version
from nguon.store import Store
from nguon.store.schema import metadata

Said = Organisation | Place | Product | Certificate


def as_known(
    store: Store, audience: Audience, register: Register, key: str, known: datetime
) -> Said | None:
    """The entry as the register had it at a time; None where it had none then.

    Whom an entry belonged to is told as it was; who may see it whole is decided
    by whose it is in that version.
    """
    with store.reading() as connection:
        found = versions.known(versions.of_entry(connection, register, key), known)
    if found is None:
        return None
    return queries.from_content(store, audience, register, whole(register, found))


def current(store: Store, audience: Audience, register: Register, key: str) -> Said:
    """The entry as it is; raises `UnknownEntryError`."""
    with store.reading() as connection:
        row = dict(entries.entry(connection, register, key))
    return queries.from_content(store, audience, register, row)


def whole(register: Register, version: Version) -> dict[str, object]:
    """A version with every column that the register has today."""
    columns = dict.fromkeys(column.name for column in metadata.tables[register.value].columns)
    return {**columns, **version.content}
