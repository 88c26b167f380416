# SPDX-License-Identifier: Apache-2.0
"""From a proof to a session: the second factor in between, the organisation spoken for, the mark.

Every way in ends here (password, passkey, provider, reset). The session's token
is new each time, and takes the place of the one that the browser held.
"""

from dataclasses import dataclass

import msgspec

from nguon.identity.accounts import browsers, events, factors, people, sessions, steps
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.errors import SecondFactorError, SignInError
from nguon.store import Store
from nguon.store import factors as rows
from nguon.store import sessions as session_rows


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser keeps after signing in."""

    token: str
    mark: str
    membership: str


class Waits(msgspec.Struct, frozen=True):
    """Who has shown one factor and is asked for the second."""

    person: int
    way: str


def enter(store: Store, browser: Browser, person: int, way: str, *, strong: bool) -> SignedIn:
    """Begin a session for whoever has shown to be this person; ``strong``: by two factors.

    ``way`` is how, for the owner to read.

    Raises:
        SecondFactorError: a second factor is there and was not shown; its token goes on.
        SignInError: the person works nowhere any more.
    """
    if not strong:
        with store.reading() as connection:
            waits = rows.has_factor(connection, person)
        if waits:
            token = steps.begin(store, steps.SECOND, "", Waits(person, way), person=person)
            raise SecondFactorError("security.factor-asked", token)
    places = [one.id for one in people.memberships(store, person)]
    if not places:
        raise SignInError("accounts.no-organisation")
    chosen = _standing(store, person, browser, places)
    token = sessions.start(
        store, person, chosen, browser.agent, browser.session, proved=people.now()
    )
    known = browsers.known(store, browser.mark, person)
    with store.transaction() as connection:
        kind = Event.NEW_DEVICE if known is None else Event.SIGNED_IN
        events.note(connection, kind, browser, person=person, about=way)
    return SignedIn(token, browsers.mark_of(store, person), chosen)


def waiting(store: Store, token: str) -> Waits | None:
    """Who is asked for the second factor under this token."""
    return steps.look(store, steps.SECOND, "", token, Waits)


def go_on(store: Store, browser: Browser, token: str, typed: str) -> SignedIn:
    """Show the second factor as a code, and enter.

    Raises:
        SignInError: the code is none, or nobody is asked for one any more.
        TooManyAttemptsError: too many wrong ones before.
    """
    found = waiting(store, token)
    if found is None:
        raise SignInError("security.step-over")
    factors.prove(store, browser, found.person, typed)
    return gone_on(store, browser, token)


def gone_on(store: Store, browser: Browser, token: str) -> SignedIn:
    """As `go_on`, where the second factor was shown in another way; raises `SignInError`."""
    found = steps.take(store, steps.SECOND, "", token, Waits)
    if found is None:
        raise SignInError("security.step-over")
    return enter(store, browser, found.person, found.way, strong=True)


def _standing(store: Store, person: int, browser: Browser, places: list[str]) -> str:
    """The membership used last: in this browser, else in another session, else the first."""
    with store.reading() as connection:
        others = [row["membership"] for row in session_rows.of_person(connection, person)]
    return next((one for one in (*browser.stood, *others) if one in places), places[0])
