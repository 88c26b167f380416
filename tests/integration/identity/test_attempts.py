# SPDX-License-Identifier: Apache-2.0
"""Rate limits of signing in: over processes, never for good, never for a known browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from nguon.identity.accounts import attempts, browsers, passwords, people, sessions, signing
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import contact
from nguon.identity.errors import SignInError, TooManyAttemptsError
from nguon.identity.model import Role
from nguon.store import Store
from nguon.store.accounts_tables import person, sign_in_attempt

PASSWORD = "mít na vải dừa"
LOGIN = "lan@example.com"
HERE = Browser("192.0.2.1", "test")
START = datetime(2026, 6, 1, tzinfo=UTC)


class _Clock:
    moment = START

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        """The moment that a test says."""
        return cls.moment


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[_Clock]:
    """A clock that stands, in the module that counts; hashes that cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
    monkeypatch.setattr(attempts, "datetime", _Clock)
    _Clock.moment = START
    return _Clock


@pytest.fixture
def lan(store: Store) -> int:
    """Somebody with a password."""
    number = people.add(store, "Lan", contact(LOGIN))
    people.join(store, number, 1, Role.CLERK)
    signing.set_password(store, number, PASSWORD)
    return number


def _fails(store: Store, browser: Browser = HERE, login: str = LOGIN) -> str:
    with pytest.raises((SignInError, TooManyAttemptsError)) as refused:
        signing.sign_in(store, browser, login, "một mật khẩu khác")
    return refused.value.code


@pytest.mark.parametrize("login", [LOGIN, "nobody@example.com"])
def test_five_wrong_ones_then_a_wait(
    store: Store, lan: int, clock: type[_Clock], reopened: Callable[[], Store], login: str
) -> None:
    for _ in range(5):
        assert _fails(store, login=login) == "accounts.sign-in-failed"
    other = reopened()
    for _ in range(3):
        with pytest.raises(TooManyAttemptsError) as refused:
            signing.sign_in(other, HERE, login, PASSWORD)
        assert (refused.value.code, refused.value.params) == ("accounts.too-many", {"minutes": 1})
    clock.moment = START + timedelta(seconds=61)
    assert _fails(store, login=login) == "accounts.sign-in-failed"
    assert _fails(store, login=login) == "accounts.too-many"
    clock.moment = START + timedelta(minutes=7)
    for _ in range(5):
        assert _fails(other, login=login) == "accounts.sign-in-failed"


def test_strangers_do_not_keep_a_known_browser_out(store: Store, lan: int) -> None:
    entered = signing.sign_in(store, HERE, LOGIN, PASSWORD)
    for number in range(60):
        _fails(store, Browser(f"198.51.100.{number}", "test"))
    assert _fails(store, Browser("203.0.113.9", "test")) == "accounts.too-many"
    assert _fails(store) == "accounts.too-many"
    assert sessions.recognise(store, entered.token) is not None
    again = Browser("192.0.2.1", "test", mark=entered.mark)
    assert signing.sign_in(store, again, LOGIN, PASSWORD).token != entered.token
    forged = Browser("192.0.2.1", "test", mark=entered.mark[:-1] + "0a"[entered.mark[-1] == "0"])
    with pytest.raises(TooManyAttemptsError):
        signing.sign_in(store, forged, LOGIN, PASSWORD)
    someone = people.add(store, "Hoa", contact("hoa@example.com"))
    signing.set_password(store, someone, PASSWORD)
    borrowed = Browser("192.0.2.1", "test", mark=browsers.mark_of(store, someone))
    with pytest.raises(TooManyAttemptsError):
        signing.sign_in(store, borrowed, LOGIN, PASSWORD)


def test_one_address_cannot_try_everybody(store: Store) -> None:
    codes = [_fails(store, login=f"p{number}@example.com") for number in range(61)]
    assert codes == ["accounts.sign-in-failed"] * 60 + ["accounts.too-many"]
    assert (
        _fails(store, Browser("192.0.2.2", "test"), "p99@example.com") == "accounts.sign-in-failed"
    )


def test_ipv6_neighbours_are_one(store: Store) -> None:
    names = [
        next(iter(attempts.buckets(text, "a", None)))
        for text in ("2001:db8::1", "2001:db8::ffff:2")
    ]
    assert names[0] == names[1] == "address 2001:0db8:0000:0000"
    assert next(iter(attempts.buckets("2001:db8:0:1::1", "a", None))) != names[0]
    assert next(iter(attempts.buckets("", "a", None))) == "address unknown"


def test_success_leaves_no_trace_and_nobody_is_named(store: Store, lan: int) -> None:
    for _ in range(4):
        _fails(store)
    for _ in range(4):
        signing.sign_in(store, HERE, LOGIN, PASSWORD)
    assert _fails(store) == "accounts.sign-in-failed"
    with store.reading() as connection:
        kept = connection.execute(select(sign_in_attempt)).all()
    assert len(kept) == 3
    assert all(len(bytes(row.bucket)) == 32 and b"lan" not in bytes(row.bucket) for row in kept)


def test_a_hash_of_other_parameters_is_made_anew(
    store: Store, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str:
        with store.reading() as connection:
            return str(connection.scalar(select(person.c.password).where(person.c.id == lan)))

    before = kept()
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(2, 8, 1))
    signing.sign_in(store, HERE, LOGIN, PASSWORD)
    after = kept()
    assert before != after
    assert "t=2" in after
    signing.sign_in(store, HERE, LOGIN, PASSWORD)
    assert kept() == after
