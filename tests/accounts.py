# SPDX-License-Identifier: Apache-2.0
"""People for tests: somebody with a role in an organisation, and a client with a session."""

import re
import time
from base64 import b32decode
from collections.abc import Mapping
from itertools import count

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete

from nguon.identity.accounts import factors, one_time, people, sessions
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import Contact
from nguon.identity.model import Role
from nguon.store import Store
from nguon.store.accounts_tables import (
    invitation,
    membership,
    person,
    session,
    sign_in_attempt,
)
from nguon.store.security_tables import (
    account_reset,
    passkey,
    provider_link,
    recovery_code,
    security_event,
    sign_in_step,
)
from nguon.store.security_tables import one_time as one_time_table

_SECURITY = (
    *(one_time_table, recovery_code, passkey, provider_link, sign_in_step, account_reset),
    security_event,
)
_numbers = count(1)
_TOKEN = re.compile(r'name="_token" value="([^"]+)"')


def forget_everybody(store: Store) -> None:
    """Removes all people and what hangs on them, so that tests can share a server."""
    with store.transaction() as connection:
        for table in (person, membership, session, invitation, sign_in_attempt, *_SECURITY):
            connection.execute(delete(table))


def somebody(store: Store, role: str = "clerk", organisation: int = 1, name: str = "") -> int:
    """A person without a password, who has the role in the organisation."""
    number = next(_numbers)
    contact = Contact(email=f"person-{number}@example.com")
    added = people.add(store, name or f"{role} {number}", contact)
    people.join(store, added, organisation, Role(role))
    return added


def session_of(store: Store, number: int, organisation: int | None = None) -> str:
    """The token of a new session that speaks for the organisation (the first, without one)."""
    standing = people.memberships(store, number)
    one = next(one for one in standing if organisation in {None, one.organisation})
    return sessions.start(store, number, one.id, "test", None)


def with_session(client: httpx.Client, token: str) -> httpx.Client:
    """The client as a browser that holds the session: it says where its requests come from."""
    origin = str(client.base_url).rstrip("/")
    client.headers.update({"origin": origin, "accept": "text/html", "cookie": f"session={token}"})
    return client


def signed_in(
    client: httpx.Client, store: Store, role: str = "clerk", organisation: int = 1
) -> httpx.Client:
    """The client with the session of a new person; forms go out with `send`."""
    return with_session(client, session_of(store, somebody(store, role, organisation)))


def token_on(page: str) -> str:
    """The form token of a page."""
    found = _TOKEN.search(page)
    assert found is not None, "no form on this page"
    return found[1]


def send(
    client: httpx.Client, page: str, fields: Mapping[str, object], action: str | None = None
) -> httpx.Response:
    """Fills in and sends the form of a page as a browser does; does not follow the answer."""
    token = token_on(client.get(page).text)
    return client.post(action or page, data={"_token": token, **fields})


def proved_session_of(store: Store, number: int) -> str:
    """The token of a new session of somebody who has just shown who it is."""
    one = people.memberships(store, number)[0]
    return sessions.start(store, number, one.id, "test", None, proved=people.now())


def factor_of(store: Store, number: int) -> TOTP:
    """One-time codes for somebody, turned on with the code before this one; gives the app."""
    offered = one_time.offer(store, number, "test")
    app = TOTP(b32decode(offered.text), one_time.DIGITS, SHA1(), one_time.PERIOD)
    earlier = app.generate(int(time.time()) - one_time.PERIOD).decode()
    factors.turn_on(store, Browser("192.0.2.9", "test"), number, earlier)
    return app
