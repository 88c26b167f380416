# SPDX-License-Identifier: Apache-2.0
"""A register whose answers are kept: it is asked once in a while, and its silence is bridged.

An answer is given again within the hour. Where the register does not answer, the
last answer is given with the time it was asked for (`RegisterEntry.stale`), so
that a page can say how old it is.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.parties.register.errors import RegisterUnreachableError
from nguon.parties.register.form import enterprise_code
from nguon.parties.register.model import BusinessRegister, RegisterEntry
from nguon.store import Store
from nguon.store import business_register as rows

FRESH = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


class KeptRegister:
    """A register behind its kept answers."""

    def __init__(
        self, store: Store, register: BusinessRegister, *, clock: Callable[[], datetime] = _now
    ) -> None:
        self._store = store
        self._register = register
        self._clock = clock

    def look_up(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        """The answer of the last hour, else a new one, else the last there is, said to be stale.

        Raises `RegisterUnreachableError` where there is none at all, and `RegisterError`.
        """
        asked, day = enterprise_code(code), as_of.isoformat() if as_of else ""
        with self._store.reading() as connection:
            row = rows.answer(connection, asked, day)
        if row is not None and self._clock() - from_microseconds(row["asked"]) < FRESH:
            return _entry(row)
        try:
            return self.ask(asked, as_of)
        except RegisterUnreachableError:
            if row is None:
                raise
            found = _entry(row)
            asked_at = from_microseconds(row["asked"])
            return found and msgspec.structs.replace(found, asked=asked_at)

    def ask(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        """A new answer, kept; raises `RegisterUnreachableError`, `RegisterError`."""
        asked = enterprise_code(code)
        found = self._register.look_up(asked, as_of)
        values = {
            "code": asked,
            "day": as_of.isoformat() if as_of else "",
            "found": int(found is not None),
            "entry": None if found is None else msgspec.json.encode(found),
            "asked": to_microseconds(self._clock()),
        }
        with self._store.transaction() as connection:
            rows.keep_answer(connection, values)
        return found


def _entry(row: RowMapping) -> RegisterEntry | None:
    if not row["found"]:
        return None
    return msgspec.json.decode(bytes(row["entry"]), type=RegisterEntry)
