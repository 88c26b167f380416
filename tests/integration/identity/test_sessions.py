# SPDX-License-Identifier: Apache-2.0
"""Sessions in the store: hashed, ended by time and by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from nguon.identity import cache
from nguon.identity.accounts import people, sessions
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.store import Store
from nguon.store.accounts_tables import session
from tests.accounts import session_of, somebody

_SECOND = 1_000_000


def _shift(store: Store, **columns: int) -> None:
    with store.transaction() as connection:
        for name, seconds in columns.items():
            column = session.c[name]
            connection.execute(update(session).values({name: column - seconds * _SECOND}))


def _rows(store: Store) -> int:
    with store.reading() as connection:
        return len(connection.execute(select(session)).all())


def test_a_session_makes_the_principal_of_its_role(store: Store) -> None:
    person = somebody(store, "officer", 7, "Anh Minh")
    signed = sessions.recognise(store, session_of(store, person))
    assert signed is not None
    assert replace(signed.principal, mandate=None) == Principal(
        organisation=7,
        key_id=f"person-{person}",
        kind=KeyKind.INSPECTOR,
        scopes=Role.OFFICER.scopes,
        strict=False,
        person=person,
        name="Anh Minh",
    )


def test_the_token_itself_is_not_kept(store: Store) -> None:
    token = session_of(store, somebody(store))
    assert len(token) == 43
    with store.reading() as connection:
        row = connection.execute(select(session)).one()
    assert token.encode() not in bytes(row.token_hash)
    assert sessions.recognise(store, row.id) is None
    assert sessions.recognise(store, token + "x") is None
    assert sessions.recognise(store, "\udcff") is None


@pytest.mark.parametrize(
    ("age", "stands"),
    [
        ({"seen": sessions.IDLE - 60}, True),
        ({"seen": sessions.IDLE}, False),
        ({"expires": sessions.LONGEST - 60}, True),
        ({"expires": sessions.LONGEST}, False),
    ],
)
def test_time_ends_a_session(store: Store, age: dict[str, int], stands: bool) -> None:
    person = somebody(store)
    token = session_of(store, person)
    _shift(store, **age)
    assert (sessions.recognise(store, token) is not None) is stands
    assert len(sessions.of_person(store, person)) == int(stands)
    session_of(store, person)
    assert _rows(store) == 1 + int(stands)


def test_use_keeps_it_alive(store: Store) -> None:
    token = session_of(store, somebody(store))
    for _ in range(3):
        _shift(store, seen=sessions.IDLE - 60)
        assert sessions.recognise(store, token) is not None


def test_signing_out_is_seen_at_once_here_and_soon_elsewhere(
    store: Store, reopened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(cache, "monotonic", lambda: clock)
    token = session_of(store, somebody(store))
    other = reopened()
    assert sessions.recognise(store, token) is not None
    assert sessions.recognise(other, token) is not None
    sessions.end(store, token)
    sessions.end(store, token)
    assert sessions.recognised(store, token) is None
    assert sessions.recognised(other, token) is not None
    clock += cache.SECONDS
    assert sessions.recognised(other, token) is None
    assert sessions.recognise(other, token) is None


def test_leaving_the_organisation_ends_what_speaks_for_it(store: Store) -> None:
    person, manager = somebody(store, "clerk", 1), somebody(store, "manager", 1)
    people.join(store, person, 2, Role.CLERK)
    first, second = session_of(store, person, 1), session_of(store, person, 2)
    by = sessions.recognise(store, session_of(store, manager))
    assert by is not None
    assert sessions.recognise(store, first) is not None
    place = next(one.id for one in people.memberships(store, person) if one.organisation == 1)
    people.leave(store, by.principal, place)
    assert sessions.recognised(store, first) is None
    assert sessions.recognise(store, first) is None
    assert sessions.recognise(store, second) is not None


def test_nobody_ends_another_persons_session(store: Store) -> None:
    one, two = somebody(store), somebody(store)
    token = session_of(store, one)
    line = sessions.of_person(store, one)[0]
    assert sessions.end_one(store, two, line.id) is False
    assert sessions.recognise(store, token) is not None
    assert sessions.end_one(store, one, line.id) is True
    assert sessions.recognise(store, token) is None
