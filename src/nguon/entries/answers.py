# SPDX-License-Identifier: Apache-2.0
"""What a party says of a hand-over, as a row of its own: signed where it can be, and stated.

Signed with the key that is kept for the organisation, where a person says it on our pages; a
program signs the event that says it.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339, to_microseconds
from nguon.capture.attaching import key_kept
from nguon.capture.signed import MOST_AGE, check_key
from nguon.entries.errors import EntryError
from nguon.identity.model import Principal
from nguon.parties.keys import queries
from nguon.parties.keys.model import PartyKey
from nguon.signing import jws
from nguon.signing.keys import PrivateKey
from nguon.store import Store
from nguon.store import entries as statements

if TYPE_CHECKING:
    from nguon.entries.handover import HandOver

TYPE = "nguon-handover+jws"
VERSION = 1


class Said(msgspec.Struct, frozen=True):
    """A party's step in a hand-over, as it was signed and stated."""

    organisation: int
    state: str
    at: int
    payload: str
    kid: str | None
    custodial: bool
    token: str | None


class Given(msgspec.Struct, frozen=True):
    """A signature that a party made itself over what it says."""

    kid: str
    payload: bytes
    token: str


class Signer:
    """Writes the steps that somebody takes; the key is read before the transaction begins.

    ``given`` is the party's own signature, instead of one with the key that is kept here.
    """

    def __init__(
        self, store: Store, principal: Principal | None, given: Given | None = None
    ) -> None:
        self._given = given
        self._key: tuple[PartyKey, PrivateKey] | None = None
        if given is None and principal is not None and principal.person is not None:
            self._key = key_kept(store, principal.organisation)

    def state(self, connection: Connection, one: "HandOver") -> None:
        """Keep the last step of a hand-over with its signature, and state it in the log."""
        step = one.body.history[-1]
        told = payload(one)
        kid, token = None, None
        if self._given is not None:
            kid, told, token = self._given.kid, self._given.payload, self._given.token
        elif self._key is not None:
            key, secret = self._key
            now = int(datetime.now(UTC).timestamp())
            kid = key.kid
            token = jws.sign_detached(told, secret, {"typ": TYPE, "kid": kid, "iat": now})
        statements.add_step(
            connection,
            {
                "handover": one.id,
                "number": len(one.body.history),
                "organisation": step.by,
                "state": step.state.value,
                "at": to_microseconds(step.at),
                "payload": told.decode(),
                "kid": kid,
                "custodial": int(self._key is not None),
                "token": token,
            },
        )


def own_words(handover: str, state: str, note: str | None, nonce: str | None) -> bytes:
    """What a party signs itself when it disputes or agrees, as JCS: words by their hash."""
    told: dict[str, Any] = {"handover": handover, "state": state, "v": VERSION}
    if note is not None:
        told["note"] = url_text(sha256(note.encode()).digest())
    if nonce is not None:
        told["nonce"] = nonce
    return canonical(told)


def given(store: Store, organisation: int, token: str, told: bytes) -> Given:
    """A party's own detached JWS over what it says.

    Raises:
        SigningError: it does not hold.
        EntryError: it is not of this kind, or of another's key.
        SignatureError: the key does not stand, or the time is another.
    """
    found = jws.read(token, told)
    if found.header.get("typ") != TYPE:
        raise EntryError("entries.signature-type", type=TYPE)
    now = datetime.now(UTC)
    key = queries.find(store, str(found.header.get("kid", "")).rpartition("#")[2])
    if key is None or key.organisation != organisation:
        raise EntryError("entries.signature-key")
    check_key(key, now)
    found.verify(key.public)
    created = found.header.get("iat")
    if type(created) is not int or abs(now.timestamp() - created) > MOST_AGE:
        raise EntryError("entries.signature-time", most=MOST_AGE)
    return Given(key.kid, told, token)


def payload(one: "HandOver") -> bytes:
    """What the last step of a hand-over says, as JCS (RFC 8785): words by their hash alone."""
    body, step = one.body, one.body.history[-1]
    told: dict[str, Any] = {
        "at": rfc3339(step.at),
        "echoed": body.echoed,
        "handover": one.id,
        "lines": [_line(line) for line in body.found or body.offered],
        "state": step.state.value,
        "v": VERSION,
    }
    more = {
        "invoice": body.invoice,
        "offer": body.offer,
        "receiving": body.receiving,
        "shipping": body.shipping,
    }
    told |= {name: value for name, value in more.items() if value is not None}
    if step.note is not None:
        told["note"] = url_text(sha256(step.note.encode()).digest())
    return canonical(told)


def _line(line: Any) -> dict[str, str]:
    told = {"item": line.item}
    if line.quantity is not None:
        told |= {"amount": line.quantity.text, "unit": line.quantity.unit}
    return told


def said(store: Store, numbers: list[str]) -> dict[str, list[Said]]:
    """What was said of hand-overs, in order."""
    found: dict[str, list[Said]] = {number: [] for number in numbers}
    with store.reading() as connection:
        for row in statements.steps_of(connection, numbers):
            found[row["handover"]].append(
                Said(
                    row["organisation"],
                    row["state"],
                    row["at"],
                    row["payload"],
                    row["kid"],
                    bool(row["custodial"]),
                    row["token"],
                )
            )
    return found
