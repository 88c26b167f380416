# SPDX-License-Identifier: Apache-2.0
"""A credential is written: a place in a list, the document, the signature, the rows, at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.attesting import lists, subjects
from nguon.attesting.changing import note, one
from nguon.attesting.errors import AttestingError, AttestingForbiddenError
from nguon.attesting.model import Issued, Source, Standing, State, day_of
from nguon.attesting.signing import Keys, Signer, signer
from nguon.base.time import HANOI, to_microseconds
from nguon.credentials import jwt
from nguon.credentials.heading import Heading
from nguon.credentials.status import status_entry
from nguon.identity.model import Principal, Scope
from nguon.parties.enrolment.queries import may_sign
from nguon.parties.keys.naming import OPERATOR, base_of
from nguon.store import Store
from nguon.store import attesting as rows

LONGEST = 300
Row = Mapping[str, Any]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be issued, by whom, once for each ``request``; the last day counts."""

    issuer: int
    request: str
    kind: str
    name: str
    title: str
    purpose: str
    first_day: date
    last_day: date | None = None
    holder: int | None = None

    @property
    def id(self) -> str:
        """The credential's id: the same for the same wish."""
        return sha256(f"{self.issuer}\0{self.request}".encode()).hexdigest()[:24]

    @property
    def begin(self) -> datetime:
        """Since when it counts."""
        return datetime.combine(self.first_day, time(), HANOI)

    @property
    def end(self) -> datetime | None:
        """Until when it counts."""
        if self.last_day is None:
            return None
        return datetime.combine(self.last_day, time(), HANOI) + timedelta(days=1, seconds=-1)


class Says(msgspec.Struct, frozen=True, kw_only=True):
    """What a credential attests: of which kind, under which scheme, about which keys."""

    kind: str
    scheme: str
    number: str
    about: frozenset[str]
    scope: str = ""


def address(store: Store, number: str) -> str:
    """Where a credential issued here is served."""
    return f"{base_of(store)}/api/v1/credentials/{number}"


def write(
    store: Store,
    by: Principal,
    wish: Wish,
    keys: Keys,
    document: Callable[[Heading], dict[str, Any]],
    more: Callable[[Connection, Row, Signer], None] | None = None,
) -> Issued:
    """Issue a credential; ``document`` makes it under a heading, ``more`` writes what else
    belongs to it.

    Raises:
        AttestingError: terms that cannot be; ``field`` says which.
        AttestingConflictError: there is no key to sign with.
        NguonError: the issuer is suspended or dissolved.
    """
    _check(wish)
    now = datetime.now(UTC)
    refused = None if wish.issuer == OPERATOR else may_sign(store, wish.issuer, now)
    if refused is not None:
        raise refused
    with store.reading() as connection:
        before = rows.asked_before(connection, wish.issuer, wish.request)
    if before is not None:
        return one(store, before["id"])
    who = signer(store, wish.issuer, keys)
    speaker = _speaker(store, wish.issuer)
    with store.transaction() as connection:
        taken = lists.take(connection, wish.issuer, wish.purpose, now)
        heading = _heading(store, wish, who.did, speaker, taken)
        token = jwt.issue(document(heading), who.key, who.kid)
        row = _row(by, wish, taken, now) | {
            "kid": who.party.kid,
            "token": token,
            "digest": sha256(token.encode()).hexdigest(),
        }
        rows.add_credential(connection, row)
        note(connection, wish.id, 1, State.VALID, now, by, "")
        if more is not None:
            more(connection, row, who)
    return one(store, wish.id)


def attest(connection: Connection, row: Row, who: Signer, says: Says) -> None:
    """What is issued here is an attestation from that moment."""
    values = {
        "id": row["id"],
        "source": Source.ISSUED.value,
        "organisation": row["issuer"],
        "attester": f"organisation/{row['issuer']}",
        "attester_name": who.did,
        "kind": says.kind,
        "scheme": says.scheme,
        "number": says.number,
        "scope": says.scope,
        "valid_from": row["valid_from"],
        "valid_until": row["valid_until"],
        "digest": row["digest"],
        "credential": row["id"],
        "state": Standing.GOOD.value,
        "checked": row["issued"],
        "received": row["issued"],
        "actor": row["actor"],
        "steps": 0,
    }
    rows.add_attestation(connection, values, says.about)


def require_manager(by: Principal) -> None:
    """Raises `AttestingForbiddenError` unless somebody speaks for his organisation."""
    if not by.may(Scope.REGISTRY):
        raise AttestingForbiddenError("attesting.not-a-manager")


def require(field: str, value: str) -> str:
    """A text that must be there; raises `AttestingError`."""
    found = " ".join(value.split())
    if not 0 < len(found) <= LONGEST:
        raise AttestingError("attesting.missing", field=field, most=LONGEST)
    return found


def _check(wish: Wish) -> None:
    require("request", wish.request)
    if wish.last_day is not None and wish.last_day < wish.first_day:
        raise AttestingError("attesting.days", field="last_day")
    if wish.last_day is not None and wish.last_day < day_of(datetime.now(UTC)):
        raise AttestingError("attesting.days-over", field="last_day")


def _speaker(store: Store, issuer: int) -> str:
    if issuer == OPERATOR:
        return base_of(store).partition("://")[2]
    return subjects.party(store, subjects.organisation(store, issuer)).name


def _heading(store: Store, wish: Wish, did: str, speaker: str, taken: tuple[str, int]) -> Heading:
    name, place = taken
    return Heading(
        id=address(store, wish.id),
        issuer=did,
        issuer_name=speaker,
        name=wish.name,
        valid_from=wish.begin,
        valid_until=wish.end,
        status=(status_entry(lists.address(store, name), place, wish.purpose),),
    )


def _row(by: Principal, wish: Wish, taken: tuple[str, int], now: datetime) -> dict[str, Any]:
    return {
        "id": wish.id,
        "issuer": wish.issuer,
        "request": wish.request,
        "kind": wish.kind,
        "title": wish.title,
        "holder": wish.holder,
        "list": taken[0],
        "place": taken[1],
        "state": State.VALID.value,
        "valid_from": to_microseconds(wish.begin),
        "valid_until": None if wish.end is None else to_microseconds(wish.end),
        "issued": to_microseconds(now),
        "actor": by.key_id,
        "steps": 1,
    }
