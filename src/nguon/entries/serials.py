# SPDX-License-Identifier: Apache-2.0
"""New pallet numbers (SSCC) of an organisation's own company prefix, none given out twice."""

from sqlalchemy import Connection

from nguon import gs1
from nguon.codes import licences
from nguon.codes.errors import IssuingConflictError
from nguon.codes.model import LicenceKind
from nguon.entries.errors import EntryError
from nguon.gs1.check_digits import check_digit
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store.entries import numbers

_DIGITS = 17
_EXTENSION = "0"
MOST = 200
"""Pallets of one entry."""


def pallet_numbers(
    store: Store, connection: Connection, packer: Organisation | None, count: int
) -> list[str]:
    """Item keys of so many new pallets; numbers that records know already are passed over.

    The numbers are taken in the connection's transaction, which others wait for.

    Raises:
        EntryError: the organisation has no number of its own, its prefix is not registered, or is
            licensed to another that it is no member of.
    """
    gln = None if packer is None else packer.gln
    prefix = None if gln is None else gs1.company_prefix(f"414/{gln}")
    if packer is None or prefix is None:
        raise EntryError("entries.no-prefix")
    ours = [packer.id, *([] if packer.member_of is None else [packer.member_of])]
    try:
        licences.free_of_others(connection, ours, LicenceKind.PREFIX, prefix)
    except IssuingConflictError as error:
        raise EntryError(error.code, **error.params) from error
    found: list[str] = []
    while len(found) < count:
        taken = numbers(connection, f"pallet/{prefix}", count - len(found))
        keys = [_key(prefix, number) for number in taken]
        known = store.lineage.events_of(keys)
        found += [key for key in keys if key not in known]
    return found


def _key(prefix: str, number: int) -> str:
    """The item key of the pallet with a running number of a company."""
    width = _DIGITS - len(_EXTENSION) - len(prefix)
    if number >= 10**width:
        raise EntryError("entries.prefix-full", prefix=prefix)
    body = f"{_EXTENSION}{prefix}{number:0{width}}"
    return f"00/{body}{check_digit(body)}"
