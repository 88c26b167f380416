# SPDX-License-Identifier: Apache-2.0
"""Signing in, changing the organisation one speaks for, changing the password."""

import hmac
import re
import secrets
from dataclasses import dataclass

from nguon.identity.accounts import attempts, passwords, people, sessions
from nguon.identity.accounts.contacts import Contact, contact
from nguon.identity.accounts.sessions import Signed
from nguon.identity.errors import AccountError, SignInError, UnknownPersonError
from nguon.store import Store
from nguon.store import accounts as rows
from nguon.store import sessions as session_rows


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request tells of where it comes from."""

    address: str
    agent: str
    session: str | None = None
    """The session token that it holds now; a new one takes its place."""
    mark: str | None = None
    """What it got when somebody signed in with it before."""
    stood: tuple[str, ...] = ()
    """For which memberships it spoke before, the last one first."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser keeps after signing in."""

    token: str
    mark: str
    membership: str


def sign_in(store: Store, browser: Browser, login: str, password: str) -> SignedIn:
    """Begin a session for whoever has this e-mail or phone number and this password.

    Raises:
        AccountError: what was typed is neither an e-mail address nor a phone number.
        TooManyAttemptsError: too many attempts; says how long to wait.
        SignInError: nobody has both, or the person works nowhere any more.
    """
    who = contact(login)
    with store.reading() as connection:
        row = rows.find_person(connection, **who.known)
    known = None if row is None else _known(store, browser.mark, row["id"])
    wanted = attempts.buckets(browser.address, who.text, known)
    attempts.take(store, wanted)
    kept = None if row is None else row["password"]
    if not passwords.verify(kept, password) or row is None or kept is None:
        raise SignInError("accounts.sign-in-failed")
    attempts.give_back(store, wanted)
    if passwords.outdated(kept):
        _keep(store, row["id"], password)
    places = people.memberships(store, row["id"])
    if not places:
        raise SignInError("accounts.no-organisation")
    chosen = _standing(store, row["id"], browser, [one.id for one in places])
    token = sessions.start(store, row["id"], chosen, browser.agent, browser.session)
    return SignedIn(token, mark_of(store, row["id"]), chosen)


def _standing(store: Store, person: int, browser: Browser, places: list[str]) -> str:
    """The membership used last: in this browser, else in another session, else the first."""
    with store.reading() as connection:
        others = [row["membership"] for row in session_rows.of_person(connection, person)]
    return next((one for one in (*browser.stood, *others) if one in places), places[0])


def switch(store: Store, signed: Signed, browser: Browser, membership: str) -> str:
    """Speak for another of one's organisations from now on; gives the new session's token.

    Raises `UnknownPersonError` where the person has no such membership.
    """
    person = signed.principal.person or 0
    if membership not in {one.id for one in people.memberships(store, person)}:
        raise UnknownPersonError("accounts.unknown-membership")
    return sessions.start(store, person, membership, browser.agent, browser.session)


def change_password(store: Store, signed: Signed, browser: Browser, old: str, new: str) -> str:
    """Set a new password and end every session; gives the token of the one that follows.

    Raises:
        TooManyAttemptsError: too many wrong ones before.
        SignInError: ``old`` is not the password.
        AccountError: ``new`` cannot be one.
    """
    number = signed.principal.person or 0
    wanted = {f"change {number}": attempts.FROM_KNOWN_BROWSER}
    attempts.take(store, wanted)
    with store.reading() as connection:
        row = rows.find_person(connection, id=number)
    if row is None or not passwords.verify(row["password"], old):
        raise SignInError("accounts.old-password")
    attempts.give_back(store, wanted)
    if old == new:
        raise AccountError("accounts.password-same")
    set_password(store, number, new)
    return sessions.start(store, number, signed.membership, browser.agent, None)


def set_password(store: Store, person: int, password: str) -> None:
    """Give a person a password and end the sessions there are; raises `AccountError`."""
    known = people.get(store, person)
    check_new(password, known.name, Contact(known.email, known.phone))
    _keep(store, person, password)
    with store.transaction() as connection:
        rows.change_person(connection, person, password_changed=people.now())
        session_rows.end_all(connection, person)
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


def mark_of(store: Store, person: int) -> str:
    """What a browser keeps, to be known again when this person signs in."""
    number = f"{secrets.token_hex(8)}-{person:x}"
    return f"{number}.{_proof(store, person, number)}"


def marked(store: Store, mark: str | None) -> int | None:
    """Who signed in last with the browser that keeps a mark; None where it is not ours."""
    number = (mark or "").partition(".")[0].partition("-")[2]
    if not re.fullmatch("[0-9a-f]{1,15}", number):
        return None
    person = int(number, 16)
    return None if _known(store, mark, person) is None else person


def _known(store: Store, mark: str | None, person: int) -> str | None:
    """The number of a browser, if this person signed in with it before."""
    number, _, proof = (mark or "").partition(".")
    genuine = hmac.compare_digest(proof.encode(), _proof(store, person, number).encode())
    return number if genuine else None


def _proof(store: Store, person: int, number: str) -> str:
    return hmac.digest(store.secret, f"browser {number} {person}".encode(), "sha256").hex()
