# SPDX-License-Identifier: Apache-2.0
"""What the register says of an organisation now is written down where it changed."""

from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.parties.register.model import RegisterEntry
from nguon.store import business_register as rows

EVERY = timedelta(hours=24)
AGAIN = timedelta(hours=1)
"""After a question without an answer."""
_random = SystemRandom()


def heard(
    connection: Connection, organisation: int, code: str, entry: RegisterEntry, now: datetime
) -> bool:
    """Write what was heard, and when to ask again; gives whether it differs from before."""
    before = rows.standings(connection, [organisation])
    since = entry.state_since and entry.state_since.isoformat()
    told = (code, entry.state.value, since)
    last = before[-1] if before else None
    differs = last is None or (last["code"], last["state"], last["since"]) != told
    if differs:
        values = {
            "organisation": organisation,
            "code": code,
            "state": entry.state.value,
            "since": since,
            "as_of": entry.as_of.isoformat(),
            "source": entry.source,
            "recorded": to_microseconds(now),
        }
        rows.add_standing(connection, values)
    _due(connection, organisation, code, now, EVERY, entry.as_of.isoformat())
    return differs


def silent(
    connection: Connection, organisation: int, code: str, failure: str, now: datetime
) -> None:
    """Note that the register gave no answer; what it said before goes on."""
    known = rows.checks(connection, [organisation]).get(organisation)
    as_of = known["as_of"] if known is not None else None
    _due(connection, organisation, code, now, AGAIN, as_of, failure)


def _due(
    connection: Connection,
    organisation: int,
    code: str,
    now: datetime,
    every: timedelta,
    as_of: str | None,
    failure: str | None = None,
) -> None:
    # Not all at the same minute: the register has other users.
    due = now + every * _random.uniform(0.8, 1.2)
    values = {
        "organisation": organisation,
        "code": code,
        "due": to_microseconds(due),
        "as_of": as_of,
        "failure": failure,
        **({} if failure else {"checked": to_microseconds(now)}),
    }
    rows.keep_check(connection, values)
