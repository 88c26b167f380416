# SPDX-License-Identifier: Apache-2.0
"""Signatures inside a package of evidence: made by the key, and over the very events shown."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from nguon.base.base64url import url_octets, url_text
from nguon.dossier.errors import DossierError
from nguon.dossier.findings import Code, Finding, fails, held, left_open
from nguon.dossier.histories import Histories
from nguon.dossier.logged import Entries
from nguon.dossier.model import SIGNATURES, Over, Signed
from nguon.signing.digests import FIELD, check_content_digest
from nguon.signing.errors import SigningError
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.proving import verify_inclusion

_BATCH = "nguon/batch@v1"
_LINE = f'"{FIELD}": '


class Checked(msgspec.Struct, frozen=True):
    """A signature and what became of it; ``events`` says of each entry whether it is over its
    event. None: what it is over is not shown.
    """

    signed: Signed
    digest: str
    """SHA-256 of its octets, hexadecimal."""
    verified: bool | None
    events: Mapping[str, bool | None]


def check(place: int, signed: Signed, entries: Entries, keys: Histories) -> Checked:
    """A signature under its key from the log; raises `DossierError` for its form."""
    octets = url_octets(signed.signature)
    if octets is None or not signed.base.isascii():
        raise DossierError("dossier.form", place=f"{SIGNATURES}[{place}]")
    key = keys.get(signed.kid)
    shown = {one.entry: _event(one.entry, entries) for one in signed.over}
    whole = None if signed.form == "batch" else _document(signed, shown)
    base = _base(signed, whole)
    verified: bool | None = None if base is None else False
    if base is not None and key is not None:
        verified = key.public.verify(base, octets)
    if signed.form == "batch":
        events = {one.entry: _in_batch(signed, one, shown[one.entry]) for one in signed.over}
    else:
        events = dict.fromkeys(shown, None if whole is None else _covers(signed, whole))
    return Checked(signed, sha256(octets).hexdigest(), verified, events)


def judge(checked: Checked, keys: Histories) -> Finding:
    """What is told of a signature."""
    signed = checked.signed
    params = {"kid": signed.kid, "form": signed.form, "count": len(signed.over)}
    params["entry"] = next(iter(checked.events), "–")
    if signed.kid not in keys:
        return fails(Code.SIGNATURE, "dossier.key-unbound", **params)
    if checked.verified is False:
        return fails(Code.SIGNATURE, "signing.signature", **params)
    wrong = [entry for entry, holds in checked.events.items() if holds is False]
    if wrong:
        return fails(Code.SIGNATURE, "dossier.signature-other", **{**params, "entry": wrong[0]})
    if None in checked.events.values():
        return left_open(Code.SIGNATURE, "dossier.signature-part", **params)
    return held(Code.SIGNATURE, **params)


def _event(number: str, entries: Entries) -> bytes | None:
    proved = entries.get(number)
    return None if proved is None else proved.event


def _in_batch(signed: Signed, one: Over, event: bytes | None) -> bool | None:
    """Whether an event is in the tree whose root was signed."""
    payload = _payload(signed.base)
    if payload is None:
        return False
    lines = payload.decode("utf-8", "replace").split("\n")
    if len(lines) != 4 or lines[0] != _BATCH or lines[1] != str(signed.count) or lines[3]:
        return False
    if event is None:
        return None
    try:
        root, *path = [b64decode(each, validate=True) for each in (lines[2], *one.path)]
        verify_inclusion(one.position, signed.count, leaf_hash(event), root, path)
    except (ValueError, ProofError):
        return False
    return True


def _document(signed: Signed, shown: Mapping[str, bytes | None]) -> bytes | None:
    """The signed document, put together from its events; None where some are not shown."""
    by_place = {one.position: shown[one.entry] for one in signed.over}
    if signed.count > len(by_place):
        return None
    events = [by_place.get(place) for place in range(signed.count)]
    if not all(event is not None for event in events):
        return None
    known = [event or b"" for event in events]
    frame: Sequence[str] = signed.frame or ("",) * (signed.count + 1)
    if len(frame) != signed.count + 1:
        return b""
    pieces = [piece.encode() for piece in frame]
    around = zip(pieces[:-1], known, strict=True)
    return b"".join(piece + event for piece, event in around) + pieces[-1]


def _base(signed: Signed, document: bytes | None) -> bytes | None:
    """What the signature is over; a JWS's document follows its beginning."""
    if signed.form != "jws":
        return signed.base.encode("ascii")
    return None if document is None else f"{signed.base}{url_text(document)}".encode("ascii")


def _covers(signed: Signed, document: bytes) -> bool:
    """Whether what was signed is this document."""
    if signed.form == "jws":
        return signed.base.endswith(".") and signed.base.count(".") == 1
    told = [line for line in signed.base.split("\n") if line.startswith(_LINE)]
    if signed.form != "http" or len(told) != 1:
        return False
    try:
        check_content_digest(told[0].removeprefix(_LINE), sha256(document).digest())
    except SigningError:
        return False
    return True


def _payload(base: str) -> bytes | None:
    """The payload in what a JWS signs."""
    head, _, body = base.partition(".")
    return url_octets(body) if head and "." not in body else None
