# SPDX-License-Identifier: Apache-2.0
"""Signatures that come with a submission: read, judged by the key's standing, bound to content.

Three forms: a signature of the HTTP request (RFC 9421, over its Content-Digest), a detached
JWS over the body, and a detached JWS over the Merkle root (RFC 6962) of a document's events,
which shows each event alone. A signature is a key's; who submits is somebody's too, and both
are the same organisation, or the key's owner granted it to the submitter (docs/identity.md).
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

import msgspec

from nguon.base.time import rfc3339
from nguon.capture.errors import SignatureError
from nguon.parties.enrolment.queries import may_sign
from nguon.parties.keys import queries
from nguon.parties.keys.model import KeyAction, KeyScope, KeyState, PartyKey
from nguon.signing import jws
from nguon.signing.http import (
    HttpMessage,
    check_content_digest,
    read_signature,
)
from nguon.signing.http import require as require_covered
from nguon.store import Store, signatures
from nguon.transparency.hashing import root_of

MOST_AGE = 300
"""Seconds that may pass between signing and arrival, either way."""
MOST_AGE_ONCE = 24 * 3600
"""The same for one with a nonce: a phone without a network signs now and sends tonight."""
MOST_NONCE = 256
_COVERED = ("@method", "content-digest")
_TARGETS = ({"@target-uri"}, {"@authority", "@path"}, {"@authority", "@request-target"})
_BATCH = "nguon/batch@v1\n{count}\n{root}\n"


class Form(StrEnum):
    """What a signature is over."""

    HTTP = "http"
    JWS = "jws"
    BATCH = "batch"


_TYPES = {"nguon-capture+jws": Form.JWS, "nguon-batch+jws": Form.BATCH}
TYPES = {form: typ for typ, form in _TYPES.items()}
"""The ``typ`` of a detached JWS, by form."""


class Signed(msgspec.Struct, frozen=True):
    """A signature that a key made; ``created`` is in seconds since 1970.

    ``scope`` is what the key speaks for.
    """

    kid: str
    organisation: int
    form: Form
    base: bytes
    signature: bytes
    created: int
    nonce: str | None = None
    custodial: bool = False
    scope: KeyScope = KeyScope()

    @property
    def once(self) -> bytes:
        """What may not come again with other content: the nonce, else what was signed."""
        if self.nonce is not None:
            return sha256(f"nonce\0{self.kid}\0{self.nonce}".encode()).digest()
        return sha256(f"base\0{self.kid}\0".encode() + self.base).digest()


class Presented(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came with a body that is not read yet: a signature of the request, or a token.

    ``digest`` is the request's Content-Digest, ``expires`` when the signature ends, in seconds.
    """

    form: Form
    message: Signed | None = None
    digest: str = ""
    expires: int | None = None
    token: str = ""
    arrived: float = 0.0
    """When it came, in seconds since 1970."""


def of_request(store: Store, message: HttpMessage, now: datetime) -> Presented:
    """The verified signature of a request, whose body is compared afterwards.

    Raises `SigningError` for a signature that does not hold or covers too little,
    `SignatureError` for a key that may not sign.
    """
    found = read_signature(message)
    require_covered(found, _COVERED)
    if not any(target <= set(found.components) for target in _TARGETS):
        require_covered(found, ("@authority", "@path"))
    key = _key(store, found.keyid, now)
    found.verify(key.public)
    if found.created is None:
        raise SignatureError("capture.signature-created")
    signed = Signed(
        kid=key.kid,
        organisation=key.organisation,
        form=Form.HTTP,
        base=found.base,
        signature=found.signature,
        created=found.created,
        nonce=_nonce(found.nonce),
        custodial=key.custody.value == "custodial",
        scope=key.scope,
    )
    digest = message.headers["content-digest"]
    return Presented(Form.HTTP, signed, digest, found.expires, arrived=now.timestamp())


def of_header(token: str, now: datetime) -> Presented:
    """A detached JWS whose payload is to come; raises `SigningError` for another thing."""
    header = jws.read(token, b"").header
    form = _TYPES.get(str(header.get("typ")))
    if form is None:
        raise SignatureError("capture.signature-type", types=", ".join(sorted(_TYPES)))
    return Presented(form, token=token, arrived=now.timestamp())


def over_body(store: Store, presented: Presented, content: bytes, body: bytes | None) -> Signed:
    """The signature over a whole body with this SHA-256; ``body`` where it is at hand.

    Raises as `of_request`.
    """
    if presented.message is not None:
        check_content_digest(presented.digest, content)
        _timely(store, presented, presented.message, content)
        return presented.message
    if body is None:
        raise SignatureError("capture.signature-too-large")
    return _token(store, presented, body, content)


def over_events(store: Store, presented: Presented, hashes: Sequence[bytes]) -> Signed:
    """The batch signature over events, of which these are the tree's leaf hashes, in order."""
    if len(hashes) > signatures.MOST_IN_BATCH:
        raise SignatureError("capture.signature-batch", most=signatures.MOST_IN_BATCH)
    payload = batch_payload(hashes)
    return _token(store, presented, payload, sha256(payload).digest())


def batch_payload(hashes: Sequence[bytes]) -> bytes:
    """What a batch signature is over: how many events, and the root over their leaf hashes."""
    return _BATCH.format(count=len(hashes), root=b64encode(root_of(hashes)).decode()).encode()


def check_key(key: PartyKey, now: datetime) -> None:
    """Raises `SignatureError` unless a key stands; names since when it does not."""
    state = key.standing(now)
    if state is KeyState.ACTIVE:
        return
    since = _since(key, state, now)
    raise SignatureError(
        f"capture.signature-key-{state.value}", kid=key.kid, since=rfc3339(since) if since else "–"
    )


def _token(store: Store, presented: Presented, payload: bytes, content: bytes) -> Signed:
    found = jws.read(presented.token, payload)
    arrived = datetime.fromtimestamp(presented.arrived, UTC)
    key = _key(store, found.header.get("kid"), arrived)
    found.verify(key.public)
    created, nonce = found.header.get("iat"), found.header.get("nonce")
    if type(created) is not int:
        raise SignatureError("capture.signature-created")
    signed = Signed(
        kid=key.kid,
        organisation=key.organisation,
        form=presented.form,
        base=found.signed,
        signature=found.signature,
        created=created,
        nonce=_nonce(nonce),
        custodial=key.custody.value == "custodial",
        scope=key.scope,
    )
    _timely(store, presented, signed, content)
    return signed


def _key(store: Store, keyid: object, now: datetime) -> PartyKey:
    """The key of a key id, which may be the last part of a DID URL; it may sign now."""
    kid = keyid.rpartition("#")[2] if isinstance(keyid, str) else ""
    key = queries.find(store, kid) if kid.isascii() and 0 < len(kid) <= MOST_NONCE else None
    if key is None:
        raise SignatureError("capture.signature-key-unknown", kid=kid[:64])
    check_key(key, now)
    refused = may_sign(store, key.organisation, now)
    if refused is not None:
        raise refused
    return key


def _nonce(sent: object) -> str | None:
    if sent is None:
        return None
    if not isinstance(sent, str) or not 0 < len(sent) <= MOST_NONCE:
        raise SignatureError("capture.signature-nonce", most=MOST_NONCE)
    return sent


def _timely(store: Store, presented: Presented, signed: Signed, content: bytes) -> None:
    """What came before with the same content is no new act, however late it comes again.

    The store is asked only about what is late; whether a nonce is new is decided where its
    records are written, so that of two at once one is refused.
    """
    age = presented.arrived - signed.created
    oldest = MOST_AGE if signed.nonce is None else MOST_AGE_ONCE
    ended = presented.expires is not None and presented.arrived > presented.expires
    if -MOST_AGE <= age <= oldest and not ended:
        return
    with store.reading() as connection:
        if signatures.used(connection, signed.once) == content:
            return
    if age < -MOST_AGE:
        raise SignatureError("capture.signature-future", seconds=int(-age), most=MOST_AGE)
    raise SignatureError("capture.signature-old", seconds=int(age), most=oldest)


def _since(key: PartyKey, state: KeyState, now: datetime) -> datetime | None:
    if state is KeyState.EXPIRED:
        return key.ends(now)
    if state is KeyState.NOT_YET:
        return key.valid_from
    wanted = KeyAction.REVOKE if state is KeyState.REVOKED else KeyAction.SUSPEND
    return next((step.at for step in reversed(key.steps) if step.action is wanted), None)
