# SPDX-License-Identifier: Apache-2.0
"""A register's answer as it is written, in files and over HTTP: the same fields in both."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from nguon.parties.register.errors import RegisterError
from nguon.parties.register.model import RegisterEntry, RegisterState
from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import TaxCodeKind, parse_tax_code

_LONGEST = 500


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a register: what holds of a business ``from`` a day on."""

    code: str
    name: str
    kind: str = "enterprise"
    state: RegisterState
    state_since: date | None = None
    address: str | None = None
    commune: str | None = None
    founded: date | None = None
    representative_name: str | None = None
    begins: date | None = msgspec.field(name="from", default=None)
    as_of: date | None = None
    source: str | None = None


def enterprise_code(text: str) -> str:
    """An enterprise code as it is written, its check digit right.

    Raises `RegisterError`: ``register.code``, ``register.personal`` for a personal number. No
    digits stand in either.
    """
    try:
        found = parse_tax_code(text)
    except NationalCodeError as error:
        raise RegisterError("register.code") from error
    if found.kind is not TaxCodeKind.ENTERPRISE:
        raise RegisterError("register.personal")
    return found.text


def written(values: Mapping[str, Any]) -> Written:
    """One row from text or JSON values, nulls and empty texts left out.

    Raises `RegisterError` (``register.form``, with the reason).
    """
    told = {name: value for name, value in values.items() if value not in (None, "")}
    try:
        row = msgspec.convert(told, Written, strict=False)
    except msgspec.ValidationError as error:
        raise RegisterError("register.form", reason=str(error)[:200]) from error
    texts = (row.name, row.kind, row.address or "", row.representative_name or "")
    if not row.name.strip() or any(len(text) > _LONGEST for text in texts):
        raise RegisterError("register.form", reason="name")
    return msgspec.structs.replace(row, code=enterprise_code(row.code))


def entry(row: Written, *, as_of: date, source: str) -> RegisterEntry:
    """A row as an answer; the row's own day and source go before those given."""
    return RegisterEntry(
        code=row.code,
        name=row.name.strip(),
        kind=row.kind,
        state=row.state,
        as_of=row.as_of or as_of,
        source=row.source or source,
        address=row.address,
        commune=row.commune,
        founded=row.founded,
        representative_name=row.representative_name,
        state_since=row.state_since,
    )
