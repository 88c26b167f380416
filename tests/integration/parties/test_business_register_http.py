# SPDX-License-Identifier: Apache-2.0
"""A register over HTTP, well and otherwise, and what is kept of its answers."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from nguon.parties.register.errors import RegisterUnreachableError
from nguon.parties.register.http import FAILURES, REST, TRIES, HttpRegister
from nguon.parties.register.kept import FRESH, KeptRegister
from nguon.parties.register.model import RegisterState
from nguon.store import Store
from tests.integration.parties.register_server import CODE, RegisterServer, business, serving

SECONDS = 0.3
"""As long as a register that is slow may take; others have time enough on any machine."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def server() -> Iterator[RegisterServer]:
    with serving() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def asking(server: RegisterServer, clock: Clock | None = None, seconds: float = 30) -> HttpRegister:
    told = clock or Clock()
    return HttpRegister(
        server.url, seconds=seconds, clock=told.monotonic, rest=lambda _seconds: None
    )


def test_what_it_answers(server: RegisterServer) -> None:
    found = asking(server).look_up("01.00.23.34.88", date(2026, 1, 31))
    assert found is not None
    assert (found.code, found.state, found.as_of) == (
        CODE,
        RegisterState.ACTIVE,
        date(2026, 1, 31),
    )
    assert (found.source, found.state_since) == ("127.0.0.1", date(2012, 3, 1))
    assert server.asked == [(CODE, "2026-01-31")]
    assert asking(server).look_up("0314409058-002") is None


@pytest.mark.parametrize(
    ("mood", "code", "asked"),
    [
        ("broken", "register.answer", TRIES),
        ("slow", "register.slow", TRIES),
        ("dripping", "register.slow", TRIES),
        ("hanging_up", "register.unreachable", TRIES),
        ("refusing", "register.answer", 1),
        ("garbage", "register.answer", 1),
        ("other_form", "register.answer", 1),
        ("other_code", "register.answer", 1),
        ("huge", "register.answer", 1),
        ("elsewhere", "register.answer", 1),
    ],
)
def test_an_answer_that_is_none(server: RegisterServer, mood: str, code: str, asked: int) -> None:
    server.mood = mood
    register = asking(server, seconds=SECONDS if code == "register.slow" else 30)
    with pytest.raises(RegisterUnreachableError) as caught:
        register.look_up(CODE)
    assert caught.value.code == code
    deadline = time.monotonic() + 30
    while len(server.asked) < asked and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(server.asked) == asked


def test_a_failure_that_passes(server: RegisterServer) -> None:
    server.failures = TRIES - 1
    assert asking(server).look_up(CODE) is not None
    assert len(server.asked) == TRIES


def test_after_failures_it_is_left_alone_for_a_while(server: RegisterServer, clock: Clock) -> None:
    register = asking(server, clock)
    server.mood = "refusing"
    for _ in range(FAILURES):
        with pytest.raises(RegisterUnreachableError):
            register.look_up(CODE)
    asked = len(server.asked)
    server.mood = "well"
    with pytest.raises(RegisterUnreachableError) as caught:
        register.look_up(CODE)
    assert caught.value.code == "register.resting"
    assert len(server.asked) == asked
    clock.now += timedelta(seconds=REST + 1)
    assert register.look_up(CODE) is not None
    assert register.look_up(CODE) is not None


def test_no_name_of_a_person_is_asked_over_the_wire(server: RegisterServer) -> None:
    with pytest.raises(Exception, match=r"register\.personal"):
        asking(server).look_up("001085123456")
    assert server.asked == []


def test_answers_are_kept_for_an_hour(store: Store, server: RegisterServer, clock: Clock) -> None:
    kept = KeptRegister(store, asking(server, clock), clock=clock)
    assert kept.look_up(CODE) is not None
    clock.now += FRESH - timedelta(seconds=1)
    assert kept.look_up(CODE) is not None
    assert len(server.asked) == 1
    clock.now += timedelta(seconds=2)
    server.businesses[CODE] = business(state="suspended", state_since="2026-06-01")
    found = kept.look_up(CODE)
    assert found is not None
    assert (found.state, found.stale) == (RegisterState.SUSPENDED, False)
    assert len(server.asked) == 2


def test_a_silent_register_is_answered_for_and_the_age_is_told(
    store: Store, server: RegisterServer, clock: Clock
) -> None:
    kept = KeptRegister(store, asking(server, clock), clock=clock)
    first = clock.now
    assert kept.look_up(CODE) is not None
    server.mood = "garbage"
    clock.now += timedelta(days=3)
    found = kept.look_up(CODE)
    assert found is not None
    assert found.stale
    assert found.asked == first
    with pytest.raises(RegisterUnreachableError):
        kept.look_up("0314409058-002")
    with pytest.raises(RegisterUnreachableError):
        kept.look_up(CODE, date(2020, 1, 1))


def test_days_are_kept_apart(store: Store, server: RegisterServer, clock: Clock) -> None:
    kept = KeptRegister(store, asking(server, clock), clock=clock)
    day = date(2020, 1, 1)
    assert kept.look_up(CODE, day) is not None
    assert kept.look_up(CODE) is not None
    assert kept.look_up(CODE, day) is not None
    assert server.asked == [(CODE, "2020-01-01"), (CODE, None)]


def test_nothing_registered_is_kept_too(store: Store, server: RegisterServer, clock: Clock) -> None:
    kept = KeptRegister(store, asking(server, clock), clock=clock)
    assert kept.look_up("0314409058-002") is None
    assert kept.look_up("0314409058-002") is None
    assert len(server.asked) == 1
