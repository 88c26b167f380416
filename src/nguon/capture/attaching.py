# SPDX-License-Identifier: Apache-2.0
"""A submission's signature, judged whole, as it is kept with the records that it covers.

What a person enters on our pages is signed by the key that we keep for the organisation, if
it has one: as a batch, so that each record can be shown alone, and marked as custodial.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from nguon.base.errors import NguonError
from nguon.capture import frames
from nguon.capture.errors import SignatureError
from nguon.capture.signed import (
    TYPES,
    Form,
    Presented,
    Signed,
    batch_payload,
    check_key,
    over_body,
)
from nguon.capture.signed import over_events as signed_events
from nguon.identity.model import Principal
from nguon.parties.enrolment.queries import may_sign
from nguon.parties.grants.drawing import Drawing
from nguon.parties.grants.queries import stands_between
from nguon.parties.keys import queries
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.errors import CustodyLostError
from nguon.parties.keys.model import PartyKey
from nguon.signing import jws
from nguon.signing.keys import PrivateKey
from nguon.store import Store
from nguon.store.signatures import MOST_IN_BATCH, Attached, Signature
from nguon.store.values import Submitter
from nguon.transparency.hashing import leaf_hashes

_LOG = logging.getLogger(__name__)
_SECOND = 1_000_000


class Signing(msgspec.Struct, frozen=True):
    """Who signed a submission, and what is kept of it."""

    signed: Signed
    kept: Signature

    def attached(self, positions: Sequence[int], drawing: Drawing | None) -> Attached:
        """For the records at these places of what was signed, with what they draw."""
        return Attached(self.kept, positions, drawing.write if drawing else None)


def attached(
    signing: Signing | None, positions: Sequence[int], drawing: Drawing
) -> Attached | None:
    """The same, also where nobody signed; None where nothing is to be written beside."""
    if signing is not None:
        return signing.attached(positions, drawing)
    return Attached(drawn=drawing.write) if drawing else None


def of_event(
    store: Store, submitter: int, presented: Presented, data: bytes, raw: bytes
) -> Signing:
    """The signature of a bare event; raises as `nguon.capture.signed` does."""
    if presented.form is Form.BATCH:
        return _over_events(store, submitter, presented, [raw])
    content = sha256(data).digest()
    signed = over_body(store, presented, content, data)
    _permitted(store, signed, submitter)
    frame = None if data == raw else frames.cut(data, [raw])
    return Signing(signed, _kept(signed, content, 1, frame=frame))


def of_document(
    store: Store,
    submitter: int,
    presented: Presented,
    data: bytes,
    raws: Sequence[bytes],
    content: bytes,
) -> Signing:
    """The signature of a document with this SHA-256, which an organisation submits.

    Raises as `nguon.capture.signed` does.
    """
    if presented.form is Form.BATCH:
        return _over_events(store, submitter, presented, raws)
    signed = over_body(store, presented, content, data)
    _permitted(store, signed, submitter)
    return Signing(signed, _kept(signed, content, len(raws), frame=frames.cut(data, raws)))


def signing(submitter: Submitter, attached: Attached | None) -> Submitter:
    """The submitter as entries commit to him: with the digest of his signature."""
    if attached is None or attached.signature is None:
        return submitter
    return msgspec.structs.replace(submitter, signature=attached.signature.digest)


def _without_body(signed: Signed) -> bytes:
    """The body is kept as its events and what stands around them, never twice."""
    if signed.form is not Form.JWS:
        return signed.base
    return signed.base[: signed.base.index(b".") + 1]


def still_stands(store: Store, signed: Signed) -> None:
    """Raises `SignatureError` where the key that signed has ended meanwhile."""
    key = queries.find(store, signed.kid)
    assert key is not None
    check_key(key, datetime.now(UTC))


def _over_events(
    store: Store, submitter: int, presented: Presented, raws: Sequence[bytes]
) -> Signing:
    hashes = leaf_hashes(raws)
    signed = signed_events(store, presented, hashes)
    _permitted(store, signed, submitter)
    return Signing(signed, _of_batch(signed, hashes))


def _of_batch(signed: Signed, hashes: Sequence[bytes]) -> Signature:
    content = sha256(batch_payload(hashes)).digest()
    return _kept(signed, content, len(hashes), leaves=b"".join(hashes))


def _kept(
    signed: Signed,
    content: bytes,
    count: int,
    *,
    leaves: bytes | None = None,
    frame: bytes | None = None,
) -> Signature:
    return Signature(
        kid=signed.kid,
        organisation=signed.organisation,
        form=signed.form.value,
        custodial=signed.custodial,
        base=_without_body(signed),
        signature=signed.signature,
        once=signed.once,
        content=content,
        created=signed.created * _SECOND,
        nonce=signed.nonce,
        count=count,
        leaves=leaves,
        frame=frame,
    )


def _permitted(store: Store, signed: Signed, submitter: int) -> None:
    """Raises `SignatureError` where a key of one signs what another submits without a grant."""
    if signed.organisation == submitter:
        return
    now = datetime.now(UTC)
    if not stands_between(store, signed.organisation, submitter, now):
        raise SignatureError("capture.signature-not-yours", kid=signed.kid)


def custodial(store: Store, principal: Principal, raws: Sequence[bytes]) -> Signing | None:
    """Signed with the key that is kept here, where a person entered it and there is one."""
    if principal.person is None or not 0 < len(raws) <= MOST_IN_BATCH:
        return None
    found = key_kept(store, principal.organisation)
    if found is None:
        return None
    key, secret = found
    hashes = leaf_hashes(raws)
    signed = sign_batch(key, secret, hashes, int(datetime.now(UTC).timestamp()))
    return Signing(signed, _of_batch(signed, hashes))


def sign_batch(key: PartyKey, secret: PrivateKey, hashes: Sequence[bytes], created: int) -> Signed:
    """A batch signature over leaf hashes, made here."""
    header = {"typ": TYPES[Form.BATCH], "kid": key.kid, "iat": created}
    payload = batch_payload(hashes)
    found = jws.read(jws.sign_detached(payload, secret, header), payload)
    return Signed(
        kid=key.kid,
        organisation=key.organisation,
        form=Form.BATCH,
        base=found.signed,
        signature=found.signature,
        created=created,
        custodial=True,
        scope=key.scope,
    )


def key_kept(store: Store, organisation: int) -> tuple[PartyKey, PrivateKey] | None:
    """The key that is kept here for an organisation, if it may sign now.

    What was entered is recorded also where its signature cannot be made: unsigned.
    """
    try:
        found = custodian_of(store).key(organisation)
    except CustodyLostError as error:
        if error.code != "party-keys.master-lost" or error.params.get("number"):
            _LOG.warning("a custodial key cannot be used: %s", error)
        return None
    refused: NguonError | None = None
    if found is not None:
        refused = may_sign(store, organisation, datetime.now(UTC))
    return None if refused is not None else found
