# SPDX-License-Identifier: Apache-2.0
"""Second factors on both databases: codes are good once, secrets are sealed, recovery runs out."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from nguon.identity.accounts import (
    attempts,
    demanded,
    entering,
    events,
    factors,
    one_time,
    passwords,
    recovery,
    sealing,
    sessions,
    signing,
    steps,
)
from nguon.identity.accounts.browsers import Browser, mark_of
from nguon.identity.accounts.events import Event
from nguon.identity.errors import (
    AccountError,
    SecondFactorError,
    SecretsLostError,
    SignInError,
    TooManyAttemptsError,
)
from nguon.identity.model import Role
from nguon.identity.visibility import KeyKind
from nguon.store import Store
from nguon.store import security_tables as tables
from tests.accounts import factor_of, session_of, somebody

HERE = Browser("203.0.113.7", "Firefox")
PASSWORD = "mít na vải dừa"


@pytest.fixture(autouse=True)
def vault(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store with a key of its own; passwords that cost little."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
    sealing.attach(store, tmp_path / "accounts.key")
    return tmp_path / "accounts.key"


def asked(store: Store, person: int, browser: Browser = HERE) -> str:
    """Somebody typed the password and is asked for the second factor."""
    with pytest.raises(SecondFactorError) as caught:
        entering.enter(store, browser, person, "password", strong=False)
    return caught.value.token


def code(app: object, later: int = 0) -> str:
    made: bytes = app.generate(int(time.time()) + later)  # type: ignore[attr-defined]
    return made.decode()


def test_a_code_is_good_once(store: Store) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    now = code(app)
    entered = entering.go_on(store, HERE, asked(store, person), now)
    assert sessions.recognise(store, entered.token) is not None
    for replayed in (now, code(app, -one_time.PERIOD)):
        with pytest.raises(SignInError):
            entering.go_on(store, HERE, asked(store, person), replayed)
    again = entering.go_on(store, HERE, asked(store, person), code(app, one_time.PERIOD))
    assert again.token != entered.token


def test_the_waiting_sign_in_is_good_once_and_for_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    token = asked(store, person)
    entering.go_on(store, HERE, token, code(app))
    with pytest.raises(SignInError) as caught:
        entering.go_on(store, HERE, token, code(app, one_time.PERIOD))
    assert caught.value.code == "security.step-over"
    late = asked(store, person)
    monkeypatch.setattr(steps, "_now", lambda: int((time.time() + 601) * 1e6))
    assert entering.waiting(store, late) is None


def test_nothing_of_the_secret_is_in_the_database(store: Store) -> None:
    from base64 import b32decode

    person = somebody(store)
    offered = one_time.offer(store, person, "test")
    assert one_time.offer(store, person, "test") == offered
    with store.reading() as connection:
        kept = bytes(connection.scalar(select(tables.one_time.c.secret)) or b"")
    assert b32decode(offered.text) not in kept
    assert factors.standing(store, person).any is False


def test_an_offered_secret_is_no_factor_before_its_first_code(store: Store) -> None:
    person = somebody(store)
    one_time.offer(store, person, "test")
    with pytest.raises(AccountError):
        factors.turn_on(store, HERE, person, "000000")
    assert factors.standing(store, person).any is False
    entering.enter(store, HERE, person, "password", strong=False)


def test_recovery_codes_are_good_once_and_ten(store: Store) -> None:
    person = somebody(store)
    factor_of(store, person)
    made = factors.renew_recovery(store, HERE, person)
    assert len(set(made)) == recovery.COUNT == 10
    entering.go_on(store, HERE, asked(store, person), made[0].upper())
    with pytest.raises(SignInError):
        entering.go_on(store, HERE, asked(store, person), made[0])
    assert factors.standing(store, person).recovery == 9
    renewed = factors.renew_recovery(store, HERE, person)
    with pytest.raises(SignInError):
        entering.go_on(store, HERE, asked(store, person), made[1])
    entering.go_on(store, HERE, asked(store, person), renewed[1])


def test_anothers_recovery_code_is_none(store: Store) -> None:
    one, two = somebody(store), somebody(store)
    for person in (one, two):
        factor_of(store, person)
    made = factors.renew_recovery(store, HERE, one)
    with pytest.raises(SignInError):
        factors.prove(store, HERE, two, made[0])
    assert factors.standing(store, one).recovery == 10


def test_giving_up_the_last_factor_gives_up_recovery_codes(store: Store) -> None:
    person = somebody(store)
    factor_of(store, person)
    assert factors.standing(store, person) == factors.Standing(True, 0, 10)
    assert factors.turn_off(store, HERE, person) is True
    assert factors.standing(store, person) == factors.Standing(False, 0, 0)
    assert factors.turn_off(store, HERE, person) is False
    with pytest.raises(AccountError):
        factors.renew_recovery(store, HERE, person)


def test_guessing_is_slow_and_does_not_keep_the_owner_out(store: Store) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    for number in range(factors.ON_ACCOUNT.burst):
        with pytest.raises(SignInError):
            factors.prove(store, Browser(f"198.51.100.{number}", ""), person, "000000")
    with pytest.raises(TooManyAttemptsError):
        factors.prove(store, Browser("198.51.100.99", ""), person, code(app))
    own = Browser("198.51.100.99", "", mark=mark_of(store, person))
    factors.prove(store, own, person, code(app))


def test_a_lost_key_is_noticed_and_not_replaced(store: Store, vault: Path) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    vault.rename(vault.with_suffix(".away"))
    sealing.attach(store, vault)
    with pytest.raises(SecretsLostError):
        factors.prove(store, HERE, person, code(app))
    assert not vault.exists()
    vault.write_bytes(b'{"key":"AAAA"}')
    sealing.attach(store, vault)
    with pytest.raises(SecretsLostError):
        factors.prove(store, HERE, person, code(app))
    vault.with_suffix(".away").replace(vault)
    sealing.attach(store, vault)
    factors.prove(store, HERE, person, code(app))
    assert vault.stat().st_mode & 0o077 == 0


def test_another_process_finds_the_same_key(
    store: Store, vault: Path, reopened: Callable[[], Store]
) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    other = reopened()
    sealing.attach(other, vault)
    factors.prove(other, HERE, person, code(app))
    with pytest.raises(SignInError):
        factors.prove(store, HERE, person, code(app))


def test_a_role_that_must_have_a_factor_does_nothing_without(store: Store) -> None:
    officer, clerk = somebody(store, "officer"), somebody(store)
    demanded.demand(store, [Role.OFFICER, Role.OPERATOR])
    signed = sessions.recognise(store, session_of(store, officer))
    assert signed is not None
    assert (signed.bare, signed.principal.scopes, signed.principal.kind) == (
        True,
        frozenset(),
        KeyKind.MEMBER,
    )
    other = sessions.recognise(store, session_of(store, clerk))
    assert other is not None
    assert other.bare is False
    factor_of(store, officer)
    signed = sessions.recognise(store, session_of(store, officer))
    assert signed is not None
    assert signed.principal.scopes == Role.OFFICER.scopes


def test_events_are_told_to_their_owner_alone_and_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = somebody(store), somebody(store)
    app = factor_of(store, one)
    entering.go_on(store, HERE, asked(store, one), code(app))
    told = events.of_person(store, one)
    assert [each.kind for each in told] == [
        Event.NEW_DEVICE,
        Event.RECOVERY_MADE,
        Event.CODES_ON,
    ]
    assert told[0].address == "203.0.113.0/24"
    assert events.of_person(store, two) == []
    monkeypatch.setattr(events, "DAYS", 0)
    events.noted(store, Event.CONFIRMED, HERE, person=two)
    assert events.of_person(store, one) == []


def test_a_changed_password_ends_what_waits(store: Store) -> None:
    person = somebody(store)
    app = factor_of(store, person)
    token = asked(store, person)
    signing.set_password(store, person, PASSWORD)
    with pytest.raises(SignInError):
        entering.go_on(store, HERE, token, code(app))


def test_networks_share_a_bucket(store: Store) -> None:
    wanted = factors.buckets(store, HERE, 7)
    assert wanted[f"factor address {attempts.network(HERE.address)}"] == attempts.FROM_ADDRESS
