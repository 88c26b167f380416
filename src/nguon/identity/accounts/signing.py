# SPDX-License-Identifier: Apache-2.0
"""Signing in, changing the organisation one speaks for, changing the password."""

from nguon.identity.accounts import (
    attempts,
    browsers,
    entering,
    events,
    passwords,
    people,
    sessions,
    steps,
)
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import Contact, contact
from nguon.identity.accounts.entering import SignedIn
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.sessions import Signed
from nguon.identity.errors import AccountError, SignInError, UnknownPersonError
from nguon.store import Store
from nguon.store import accounts as rows
from nguon.store import sessions as session_rows


def sign_in(store: Store, browser: Browser, login: str, password: str) -> SignedIn:
    """Begin a session for whoever has this e-mail or phone number and this password.

    Raises:
        AccountError: what was typed is neither an e-mail address nor a phone number.
        TooManyAttemptsError: too many attempts; says how long to wait.
        SignInError: nobody has both, or the person works nowhere any more.
        SecondFactorError: both are right, and a second factor is asked for.
    """
    who = contact(login)
    with store.reading() as connection:
        row = rows.find_person(connection, **who.known)
    known = None if row is None else browsers.known(store, browser.mark, row["id"])
    wanted = attempts.buckets(browser.address, who.text, known)
    attempts.take(store, wanted)
    kept = None if row is None else row["password"]
    if not passwords.verify(kept, password) or row is None or kept is None:
        # Written for nobody too: an account that is there must not take longer to refuse.
        with store.transaction() as connection:
            person = None if row is None else row["id"]
            events.note(connection, Event.FAILED, browser, person=person)
        raise SignInError("accounts.sign-in-failed")
    attempts.give_back(store, wanted)
    if passwords.outdated(kept):
        _keep(store, row["id"], password)
    return entering.enter(store, browser, row["id"], "password", strong=False)


def switch(store: Store, signed: Signed, browser: Browser, membership: str) -> str:
    """Speak for another of one's organisations from now on; gives the new session's token.

    Raises `UnknownPersonError` where the person has no such membership.
    """
    person = signed.principal.person or 0
    if membership not in {one.id for one in people.memberships(store, person)}:
        raise UnknownPersonError("accounts.unknown-membership")
    return sessions.start(
        store, person, membership, browser.agent, browser.session, proved=signed.proved
    )


def check_password(store: Store, browser: Browser, person: int, password: str) -> None:
    """Ask for the password of whoever is signed in already.

    Raises:
        TooManyAttemptsError: too many wrong ones before.
        SignInError: it is not the password.
    """
    wanted = {f"change {person}": attempts.FROM_KNOWN_BROWSER}
    attempts.take(store, wanted)
    with store.reading() as connection:
        row = rows.find_person(connection, id=person)
    if row is None or not passwords.verify(row["password"], password):
        events.noted(store, Event.FAILED, browser, person=person)
        raise SignInError("accounts.old-password")
    attempts.give_back(store, wanted)


def change_password(store: Store, signed: Signed, browser: Browser, old: str, new: str) -> str:
    """Set a new password and end every session; gives the token of the one that follows.

    Raises:
        TooManyAttemptsError: too many wrong ones before.
        SignInError: ``old`` is not the password.
        AccountError: ``new`` cannot be one.
    """
    number = signed.principal.person or 0
    check_password(store, browser, number, old)
    if old == new:
        raise AccountError("accounts.password-same")
    set_password(store, number, new, browser)
    return sessions.start(
        store, number, signed.membership, browser.agent, None, proved=people.now()
    )


def set_password(store: Store, person: int, password: str, browser: Browser | None = None) -> None:
    """Give a person a password and end the sessions there are; raises `AccountError`."""
    known = people.get(store, person)
    check_new(password, known.name, Contact(known.email, known.phone))
    _keep(store, person, password)
    with store.transaction() as connection:
        rows.change_person(connection, person, password_changed=people.now())
        session_rows.end_all(connection, person)
        events.note(connection, Event.PASSWORD, browser, person=person)
    steps.drop(store, person)
    sessions.forget(store, person)


def check_new(password: str, name: str, contact: Contact) -> None:
    """Raises `AccountError` for what cannot be a person's password."""
    local = (contact.email or "").partition("@")[0]
    national = f"0{contact.phone[3:]}" if contact.phone else ""
    passwords.check_new(password, (*name.split(), local, contact.phone or "", national))


def _keep(store: Store, person: int, password: str) -> None:
    made = passwords.hashed(password)
    with store.transaction() as connection:
        rows.change_person(connection, person, password=made)
