# SPDX-License-Identifier: Apache-2.0
"""Second factors: which ones somebody has, asking for one, setting them up and giving them up.

Whoever tries codes waits longer each time (`nguon.identity.accounts.attempts`);
the owner's own browser is not kept out by strangers.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from nguon.identity.accounts import attempts, browsers, events, one_time, people, recovery
from nguon.identity.accounts.attempts import Limit
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.sessions import forget
from nguon.identity.errors import AccountError, SignInError
from nguon.store import Store
from nguon.store import factors as rows

ON_ACCOUNT = Limit(5, 120)
"""From strangers' browsers: some 720 codes a day, of which each has three chances in a million."""
FROM_KNOWN_BROWSER = Limit(10, 60)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has besides a password."""

    codes: bool
    passkeys: int
    recovery: int
    """How many recovery codes are left."""

    @property
    def any(self) -> bool:
        """Whether there is a second factor."""
        return self.codes or self.passkeys > 0


def standing(store: Store, person: int) -> Standing:
    """What a person has."""
    with store.reading() as connection:
        return standing_in(connection, person)


def standing_in(connection: Connection, person: int) -> Standing:
    """As `standing`, over an open connection."""
    row = rows.find_one_time(connection, person)
    return Standing(
        row is not None and row["confirmed"] is not None,
        len(rows.passkeys_of(connection, person)),
        rows.recovery_codes_left(connection, person),
    )


def prove(store: Store, browser: Browser, person: int, typed: str) -> None:
    """Take a one-time code or a recovery code of a person.

    Raises:
        TooManyAttemptsError: too many wrong ones before.
        SignInError: it is none, or was used already.
    """
    wanted = buckets(store, browser, person)
    attempts.take(store, wanted)
    with store.transaction() as connection:
        good = one_time.check(connection, store, person, typed)
        used = not good and recovery.use(connection, person, typed, people.now())
        if used:
            left = rows.recovery_codes_left(connection, person)
            events.note(connection, Event.RECOVERY_USED, browser, person=person, about=str(left))
        elif not good:
            events.note(connection, Event.FACTOR_FAILED, browser, person=person)
    if not (good or used):
        raise SignInError("security.code-wrong")
    attempts.give_back(store, wanted)


def buckets(store: Store, browser: Browser, person: int) -> dict[str, Limit]:
    """The buckets of an attempt to show a second factor."""
    near = {f"factor address {attempts.network(browser.address)}": attempts.FROM_ADDRESS}
    known = browsers.known(store, browser.mark, person)
    if known is not None:
        return {**near, f"factor browser {person} {known}": FROM_KNOWN_BROWSER}
    return {**near, f"factor {person}": ON_ACCOUNT}


def turn_on(store: Store, browser: Browser, person: int, code: str) -> list[str]:
    """Make the offered one-time codes a second factor; gives recovery codes, where there are none.

    Raises:
        TooManyAttemptsError: too many wrong codes before.
        AccountError: the code is none of the offered secret.
    """
    wanted = {f"factor on {person}": FROM_KNOWN_BROWSER}
    attempts.take(store, wanted)
    with store.transaction() as connection:
        if not one_time.confirm(connection, store, person, code):
            raise AccountError("security.code-not-offered")
        events.note(connection, Event.CODES_ON, browser, person=person)
        made = with_recovery(connection, browser, person)
    attempts.give_back(store, wanted)
    forget(store, person)
    return made


def turn_off(store: Store, browser: Browser, person: int) -> bool:
    """Give up one-time codes, and recovery codes with the last second factor; False: none there."""
    with store.transaction() as connection:
        done = rows.drop_one_time(connection, person)
        if done:
            events.note(connection, Event.CODES_OFF, browser, person=person)
        if not standing_in(connection, person).any:
            rows.drop_recovery_codes(connection, person)
    forget(store, person)
    return done


def renew_recovery(store: Store, browser: Browser, person: int) -> list[str]:
    """New recovery codes in the place of those before.

    Raises `AccountError` where there is no second factor that they could stand for.
    """
    with store.transaction() as connection:
        if not standing_in(connection, person).any:
            raise AccountError("security.no-factor")
        return _recovery(connection, browser, person)


def with_recovery(connection: Connection, browser: Browser, person: int) -> list[str]:
    """Recovery codes for a second factor that has just been set up; none where some are left."""
    left = rows.recovery_codes_left(connection, person)
    return [] if left else _recovery(connection, browser, person)


def _recovery(connection: Connection, browser: Browser, person: int) -> list[str]:
    events.note(connection, Event.RECOVERY_MADE, browser, person=person)
    return recovery.make(connection, person, people.now())
