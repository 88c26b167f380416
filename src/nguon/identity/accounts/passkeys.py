# SPDX-License-Identifier: Apache-2.0
"""Passkeys (W3C Web Authentication, level 2), the server's side.

A passkey is kept by the person's device, which asks for a finger or a PIN
itself: so it is both factors at once, with a password or instead of one. The
challenge is the token of a step (`nguon.identity.accounts.steps`): random,
bound to one browser, good once. Where the device counts, a count that does not
grow means a copy, and the passkey is refused.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import Connection, RowMapping

from nguon.base.base64url import url_octets, url_text
from nguon.base.time import from_microseconds
from nguon.identity.accounts import attempts, events, factors, people, steps
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.accounts.sessions import forget
from nguon.identity.errors import AccountError, SignInError
from nguon.store import Store
from nguon.store import factors as rows

NEW = steps.Kind("passkey-new", 300)
ASKED = steps.Kind("passkey", 300)
MOST = 20
_LONGEST_NAME = 60
_LONGEST_ID = 1023
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Site:
    """For which address passkeys are good."""

    base_url: str
    name: str

    @property
    def host(self) -> str:
        """The relying party's id."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def usable(self) -> bool:
        """Whether browsers make passkeys for it: a name over TLS, or ``localhost``."""
        local = self.host == "localhost"
        named = local or any(letter.isalpha() for letter in self.host.rpartition(".")[2])
        return named and ":" not in self.host and (local or self.base_url.startswith("https:"))

    def server(self) -> Fido2Server:
        """What checks answers."""
        party = PublicKeyCredentialRpEntity(name=self.name, id=self.host)
        return Fido2Server(party, verify_origin=lambda origin: origin == self.base_url)


@dataclass(frozen=True, slots=True)
class Passkey:
    """One of a person's passkeys; ``synced``: its maker keeps copies of it."""

    id: str
    name: str
    created: datetime
    last_used: datetime | None
    synced: bool


def offer(store: Store, site: Site, person: int, holder: str) -> Mapping[str, Any]:
    """What the browser needs to make a passkey, as JSON.

    Raises `AccountError` where the person has too many.
    """
    known = people.get(store, person)
    with store.transaction() as connection:
        mine = rows.passkeys_of(connection, person)
        handle = bytes.fromhex(vault_of(store).hidden(connection, f"passkeys of {person}"))
    if len(mine) >= MOST:
        raise AccountError("security.passkeys-many", most=MOST)
    challenge = _challenge(steps.begin(store, NEW, holder, person, person=person))
    options, _ = site.server().register_begin(
        PublicKeyCredentialUserEntity(
            name=known.email or known.phone or known.name, id=handle, display_name=known.name
        ),
        credentials=[_data(row) for row in mine],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
        challenge=challenge,
    )
    return dict(options)


def add(
    store: Store, site: Site, browser: Browser, person: int, holder: str, name: str, answer: str
) -> list[str]:
    """Keep a passkey that the browser has made; gives recovery codes, where there are none.

    Raises `AccountError` for an answer that is none, comes too late or from elsewhere.
    """
    found = _registered(store, site, person, holder, answer)
    data = found.credential_data
    if data is None or len(data.credential_id) > _LONGEST_ID:
        raise AccountError("security.passkey-wrong")
    with store.transaction() as connection:
        if rows.find_passkey(connection, data.credential_id) is not None:
            raise AccountError("security.passkey-wrong")
        called = name[:_LONGEST_NAME] or people.get(store, person).name[:_LONGEST_NAME]
        rows.add_passkey(
            connection,
            credential=data.credential_id,
            id=secrets.token_hex(8),
            person=person,
            public_key=cbor.encode(dict(data.public_key)),
            counter=found.counter,
            synced=int(bool(found.flags & AuthenticatorData.FLAG.BS)),
            name=called,
            created=people.now(),
        )
        events.note(connection, Event.PASSKEY_ADDED, browser, person=person, about=called)
        made = factors.with_recovery(connection, browser, person)
    forget(store, person)
    return made


def ask(store: Store, site: Site, holder: str) -> Mapping[str, Any]:
    """What the browser needs to show any passkey of this site, as JSON."""
    challenge = _challenge(steps.begin(store, ASKED, holder, 0))
    options, _ = site.server().authenticate_begin(user_verification=_VERIFIED, challenge=challenge)
    return dict(options)


def show(
    store: Store, site: Site, browser: Browser, holder: str, answer: str, person: int | None = None
) -> int:
    """Whose passkey was shown; ``person``: it must be this one's.

    Raises:
        TooManyAttemptsError: too many wrong ones from this address.
        SignInError: it is none of ours, or the answer is not to our question.
    """
    wanted = {f"passkey {attempts.network(browser.address)}": attempts.FROM_ADDRESS}
    attempts.take(store, wanted)
    sent = _asserted(answer)
    token = url_text(sent.response.client_data.challenge)
    if steps.take(store, ASKED, holder, token, int) is None:
        raise SignInError("security.passkey-wrong")
    with store.reading() as connection:
        row = rows.find_passkey(connection, sent.raw_id)
    if row is None or person not in {None, row["person"]}:
        raise SignInError("security.passkey-wrong")
    _verify(site, token, row, sent)
    with store.transaction() as connection:
        whole = _used(connection, browser, row, sent.response.authenticator_data)
    if not whole:
        raise SignInError("security.passkey-wrong")
    attempts.give_back(store, wanted)
    return int(row["person"])


def of_person(store: Store, person: int) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    with store.reading() as connection:
        found = rows.passkeys_of(connection, person)
    return [_passkey(row) for row in found]


def remove(store: Store, browser: Browser, person: int, number: str) -> bool:
    """Forget one of a person's passkeys; False where there is none such.

    Raises `AccountError` where the person could not sign in any more.
    """
    can = people.get(store, person).has_password
    with store.transaction() as connection:
        mine = rows.passkeys_of(connection, person)
        if not can and [row["id"] for row in mine] == [number]:
            raise AccountError("oidc.only-way")
        row = rows.drop_passkey(connection, person, number)
        if row is not None:
            about = row["name"]
            events.note(connection, Event.PASSKEY_REMOVED, browser, person=person, about=about)
        if not factors.standing_in(connection, person).any:
            rows.drop_recovery_codes(connection, person)
    forget(store, person)
    return row is not None


def _registered(
    store: Store, site: Site, person: int, holder: str, answer: str
) -> AuthenticatorData:
    try:
        sent = RegistrationResponse.from_dict(msgspec.json.decode(answer, type=dict[str, Any]))
        token = url_text(sent.response.client_data.challenge)
    except Exception as error:
        # The library raises whatever it stumbles over: ValueError, KeyError, TypeError and others.
        raise AccountError("security.passkey-wrong") from error
    if steps.take(store, NEW, holder, token, int) != person:
        raise AccountError("security.passkey-wrong")
    try:
        return site.server().register_complete(_state(token), sent)
    except Exception as error:
        raise AccountError("security.passkey-wrong") from error


def _asserted(answer: str) -> AuthenticationResponse:
    try:
        return AuthenticationResponse.from_dict(msgspec.json.decode(answer, type=dict[str, Any]))
    except Exception as error:
        raise SignInError("security.passkey-wrong") from error


def _verify(site: Site, token: str, row: RowMapping, sent: AuthenticationResponse) -> None:
    try:
        site.server().authenticate_complete(_state(token), [_data(row)], sent)
    except Exception as error:
        raise SignInError("security.passkey-wrong") from error


def _used(
    connection: Connection, browser: Browser, row: RowMapping, data: AuthenticatorData
) -> bool:
    """Notes the use; False where the count shows that another copy was used before."""
    before, now = row["counter"], data.counter
    grown = now > before or (now == 0 and before == 0)
    credential = bytes(row["credential"])
    if not grown or not rows.use_passkey(
        connection, credential, before, counter=now, last_used=people.now()
    ):
        events.note(
            connection,
            Event.PASSKEY_COPIED,
            browser,
            person=row["person"],
            about=row["name"],
        )
        return False
    return True


def _data(row: RowMapping) -> AttestedCredentialData:
    key = CoseKey.parse(msgspec.convert(cbor.decode(bytes(row["public_key"])), dict[int, Any]))
    return AttestedCredentialData.create(Aaguid.NONE, bytes(row["credential"]), key)


def _state(token: str) -> dict[str, Any]:
    return {"challenge": token, "user_verification": _VERIFIED}


def _challenge(token: str) -> bytes:
    octets = url_octets(token)
    assert octets is not None, "tokens are base64url"
    return octets


def _passkey(row: RowMapping) -> Passkey:
    used = row["last_used"]
    return Passkey(
        row["id"],
        row["name"],
        from_microseconds(row["created"]),
        None if used is None else from_microseconds(used),
        bool(row["synced"]),
    )
