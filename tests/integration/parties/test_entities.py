# SPDX-License-Identifier: Apache-2.0
"""What the register says later: entities that may not sign, their keys, what is over by time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from nguon.base.time import to_microseconds
from nguon.parties.enrolment import follower, queries
from nguon.parties.enrolment.follower import Follower
from nguon.parties.enrolment.model import Way
from nguon.parties.keys import custody, service
from nguon.parties.keys import queries as keys
from nguon.parties.keys.model import KeyState
from nguon.parties.register.model import RegisterState
from nguon.signing.keys import Algorithm, generate
from nguon.store import business_register as rows
from nguon.store.enrolment_tables import enrolment, register_check, register_standing
from tests.integration.parties.enrolled import World, cms, manager
from tests.integration.parties.made import OPERATOR
from tests.pki_made import TAX_CODE

DAY = timedelta(days=1)


@pytest.fixture
def place(place: World) -> World:
    return enrolled(place)


@pytest.fixture
def small(small: World) -> World:
    return enrolled(small)


def enrolled(place: World) -> World:
    begun = place.begin()
    place.answer(begun, cms(begun, place.pki.good))
    return place


def bound(place: World, name: str) -> str:
    public = generate(Algorithm.EDDSA).public
    return service.bind(place.store, place.organisation, public, name=name, by="test").kid


def state(place: World, kid: str) -> KeyState:
    found = keys.find(place.store, kid)
    assert found is not None
    return found.standing(datetime.now(UTC))


def follow(place: World, *, days: int = 2) -> int:
    return Follower(place.store).turn(datetime.now(UTC) + days * DAY)


def may(place: World, at: datetime | None = None) -> str | None:
    found = queries.may_sign(place.store, place.organisation, at or datetime.now(UTC) + 2 * DAY)
    return None if found is None else found.code


def heard(place: World) -> int:
    with place.store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(register_standing)) or 0


@pytest.mark.parametrize("word", ["suspended", "dissolved"])
def test_an_entity_that_stops_cannot_sign_and_comes_back(place: World, word: str) -> None:
    running, held, gone = bound(place, "a"), bound(place, "b"), bound(place, "c")
    own = manager(place.organisation)
    service.suspend(place.store, held, by=own, reason="máy hỏng")
    service.revoke(place.store, gone, by=own, reason="mất")
    assert may(place) is None
    place.register.say(TAX_CODE, word, since="2026-06-01")
    assert follow(place) == 1
    assert may(place) == f"enrolment.entity-{word}"
    assert place.entity(at=datetime.now(UTC) + DAY).register_state == word
    assert [state(place, kid) for kid in (running, held, gone)] == [
        KeyState.SUSPENDED,
        KeyState.SUSPENDED,
        KeyState.REVOKED,
    ]
    step = keys.of(place.store, place.organisation)[0].steps[-1]
    assert (step.by, step.organisation) == ("business-register", 0)
    before = place.store.log.head().seq
    assert follow(place, days=4) == 1
    # The same word again is no news.
    assert (heard(place), place.store.log.head().seq) == (2, before)
    place.register.say(TAX_CODE, "active", since="2026-08-01")
    assert follow(place, days=6) == 1
    assert may(place) is None
    # What the party suspended itself stays so.
    assert [state(place, kid) for kid in (running, held, gone)] == [
        KeyState.ACTIVE,
        KeyState.SUSPENDED,
        KeyState.REVOKED,
    ]


def test_what_an_officer_suspended_too_stays_suspended(small: World) -> None:
    kid = bound(small, "a")
    small.register.say(TAX_CODE, "suspended")
    follow(small)
    service.resume(small.store, kid, by=OPERATOR)
    service.suspend(small.store, kid, by=OPERATOR, reason="nghi ngờ")
    small.register.say(TAX_CODE, "active")
    follow(small, days=4)
    assert state(small, kid) is KeyState.SUSPENDED


def test_kept_keys_are_suspended_too(small: World, tmp_path: Path) -> None:
    custody.attach(small.store, tmp_path / "parties.key")
    custodian = custody.custodian_of(small.store)
    made = custodian.make(small.organisation, name="giữ hộ", by="test")
    small.register.say(TAX_CODE, "dissolved")
    follow(small)
    assert state(small, made.kid) is KeyState.SUSPENDED
    assert custodian.key(small.organisation) is None


def test_it_counts_from_the_registers_own_day(small: World) -> None:
    now = datetime.now(UTC)
    since = (now - 10 * DAY).date()
    small.register.say(TAX_CODE, "dissolved", since=since.isoformat())
    follow(small)
    assert may(small, now - 9 * DAY) == "enrolment.entity-dissolved"
    assert may(small, now - 12 * DAY) is None
    # Before the enrolment the organisation was nobody in particular.
    assert small.entity(at=now - 9 * DAY).way is None


def test_a_silent_register_changes_nothing_and_is_asked_sooner(small: World) -> None:
    kid = bound(small, "a")
    small.register.silent = True
    assert follow(small) == 1
    assert state(small, kid) is KeyState.ACTIVE
    assert may(small) is None
    with small.store.reading() as connection:
        check = rows.checks(connection, [small.organisation])[small.organisation]
    assert check["failure"] == "register.unreachable"
    assert check["checked"] < to_microseconds(datetime.now(UTC))
    assert check["due"] < to_microseconds(datetime.now(UTC) + 2 * DAY + timedelta(hours=2))


def test_a_code_that_vanished_is_unknown_and_stops_nothing(small: World) -> None:
    kid = bound(small, "a")
    small.register.entries.clear()
    follow(small)
    assert small.entity(at=datetime.now(UTC) + 3 * DAY).register_state is RegisterState.UNKNOWN
    assert state(small, kid) is KeyState.ACTIVE
    assert may(small) is None


def test_nobody_is_asked_about_twice_a_day(small: World) -> None:
    asked = small.register.asked
    assert Follower(small.store).turn(datetime.now(UTC) + timedelta(hours=19)) == 0
    assert small.register.asked == asked
    assert follow(small) == 1
    assert follow(small) == 0


def test_two_processes_share_the_work(place: World) -> None:
    now = datetime.now(UTC) + 2 * DAY
    at, until = to_microseconds(now), to_microseconds(now + timedelta(minutes=10))
    with place.store.transaction() as connection:
        taken = rows.take_due(connection, at, until, 20)
    assert [row["organisation"] for row in taken] == [place.organisation]
    assert Follower(place.store).turn(now) == 0
    # The other one was killed: after ten minutes it is due again.
    assert Follower(place.store).turn(now + timedelta(minutes=11)) == 1


def test_an_enrolment_ends_and_what_waits_runs_out(place: World) -> None:
    ends = place.pki.good.certificate.not_valid_after_utc
    waiting = place.begin()
    Follower(place.store).turn(waiting.deadline + timedelta(seconds=1))
    assert place.state(waiting) == "expired"
    assert place.entity(at=ends - timedelta(seconds=1)).way is Way.CERTIFICATE
    assert place.entity(at=ends).way is None
    Follower(place.store).turn(ends + timedelta(seconds=1))
    [_, enrolled] = queries.of(place.store, place.organisation)
    assert enrolled.state == "lapsed"
    again = place.begin()
    assert again.state == "open"


def test_reads_take_few_statements(small: World) -> None:
    with small.store.reading() as connection:
        count = connection.scalar(select(func.count()).select_from(enrolment))
        checks = connection.scalar(select(func.count()).select_from(register_check))
    assert (count, checks) == (1, 1)
    many = [small.organisation, *range(100_000, 101_500)]
    found = queries.entities(small.store, many, datetime.now(UTC))
    assert len(found) == len(many)
    assert found[100_000].way is None
    assert found[100_000].register_state is RegisterState.UNKNOWN
    assert queries.entities(small.store, [], datetime.now(UTC)) == {}


def test_what_a_document_of_identity_says(small: World) -> None:
    facts = queries.anchor(small.store, small.organisation, datetime.now(UTC))
    assert facts is not None
    assert (facts.code, facts.way) == (TAX_CODE, Way.CERTIFICATE)
    assert facts.register_state is RegisterState.ACTIVE
    assert queries.anchor(small.store, 100_000, datetime.now(UTC)) is None


def test_the_thread_follows(small: World) -> None:
    small.register.say(TAX_CODE, "dissolved")
    with small.store.transaction() as connection:
        connection.execute(register_check.update().values(due=0))
    thread = Follower(small.store)
    thread.start()
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while may(small) is None:
        assert datetime.now(UTC) < deadline
    thread.close()


def test_without_a_register_only_time_ends_things(small: World) -> None:
    small.office(register=None)
    assert follow(small) == 0
    begun = small.begin()
    assert small.answer(begun, cms(begun, small.pki.good)).state == "active"


def test_what_a_check_says_is_the_state(small: World) -> None:
    small.register.say(TAX_CODE, "suspended")
    now = datetime.now(UTC)
    assert follower.check(small.store, small.organisation, TAX_CODE, now) == "suspended"
    small.register.silent = True
    assert follower.check(small.store, small.organisation, TAX_CODE, now) == "unknown"
