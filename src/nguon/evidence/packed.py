# SPDX-License-Identifier: Apache-2.0
"""A receipt in as few octets as a QR symbol can carry, and back to the identical receipt.

An octet of the version, then fields, each after its length in two octets: index, proof,
entry, opening (or nothing), the checkpoint's text, and name and octets of each signature.
"""

from collections.abc import Iterator, Sequence

from nguon.base.base64url import url_octets, url_text
from nguon.evidence.errors import EvidenceError
from nguon.evidence.opening import Opening
from nguon.evidence.receipts import Shown, make_receipt, read_shown
from nguon.transparency.armour import SIZE_LIMIT
from nguon.transparency.errors import NoteError
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.notes import Note, Signature, read_note
from nguon.transparency.receipts import Receipt, read_receipt

ADDRESS = "/log/verifier#r="
"""Stands between a server's address and the packed receipt in a QR symbol."""
SYMBOL_LIMIT = 2953
"""Octets of the largest QR symbol (ISO/IEC 18004, version 40, level L)."""

_VERSION = b"\x01"
_LENGTH_OCTETS, _INDEX_OCTETS, _ID_OCTETS, _FIXED = 2, 8, 4, 5


def pack(receipt: Receipt) -> bytes:
    """The packed form; the record's name is left out. Raises `EvidenceError`, `NoteError`."""
    shown = read_shown(receipt)
    note = read_note(receipt.checkpoint)
    fields = [
        receipt.index.to_bytes(_INDEX_OCTETS),
        b"".join(receipt.proof),
        shown.entry,
        b"" if shown.opening is None else bytes(shown.opening),
        note.text,
    ]
    for each in note.signatures:
        fields += [each.name.encode(), each.id + each.octets]
    if max(map(len, fields)) >> 8 * _LENGTH_OCTETS:
        raise EvidenceError("evidence.no-symbol", place="")
    return _VERSION + b"".join(len(each).to_bytes(_LENGTH_OCTETS) + each for each in fields)


def unpack(octets: bytes) -> Receipt:
    """The receipt that was packed; raises `EvidenceError`."""
    if octets[:1] != _VERSION:
        raise EvidenceError("evidence.form", place="packed")
    fields = list(_fields(octets))
    if len(fields) < _FIXED + 2 or (len(fields) - _FIXED) % 2:
        raise EvidenceError("evidence.form", place="packed")
    index, proof, entry, opening, text = fields[:_FIXED]
    if len(index) != _INDEX_OCTETS or len(proof) % HASH_LENGTH:
        raise EvidenceError("evidence.form", place="packed")
    try:
        note = Note(text, tuple(_signatures(fields[_FIXED:])))
        shown = Shown(entry, Opening.of(opening, "packed") if opening else None)
        hashes = [proof[at : at + HASH_LENGTH] for at in range(0, len(proof), HASH_LENGTH)]
        found = make_receipt(int.from_bytes(index), tuple(hashes), bytes(note), shown)
        faithful = read_note(found.checkpoint) == note and found.index < SIZE_LIMIT
    except (UnicodeError, NoteError) as error:
        raise EvidenceError("evidence.form", place="packed") from error
    # What packed fields can say and a receipt's file cannot is no receipt.
    if not faithful or read_receipt(bytes(found)) != found:
        raise EvidenceError("evidence.form", place="packed")
    return found


def address(base_url: str, receipt: Receipt) -> str:
    """What the QR symbol of a receipt says; raises `EvidenceError` where none can carry it."""
    made = f"{base_url}{ADDRESS}{url_text(pack(receipt))}"
    if len(made) > SYMBOL_LIMIT:
        raise EvidenceError("evidence.no-symbol", place="")
    return made


def read_address(text: str) -> Receipt:
    """The receipt that a scanned symbol carries, with an address before it or not.

    Raises `EvidenceError`.
    """
    octets = url_octets(text.strip().rpartition("#r=")[2])
    if octets is None:
        raise EvidenceError("evidence.form", place="packed")
    return unpack(octets)


def _fields(octets: bytes) -> Iterator[bytes]:
    at = len(_VERSION)
    while at < len(octets):
        start = at + _LENGTH_OCTETS
        at = start + int.from_bytes(octets[at:start])
        if start > len(octets) or at > len(octets):
            raise EvidenceError("evidence.form", place="packed")
        yield octets[start:at]


def _signatures(fields: Sequence[bytes]) -> Iterator[Signature]:
    for name, octets in zip(fields[::2], fields[1::2], strict=True):
        yield Signature(name.decode("utf-8"), octets[:_ID_OCTETS], octets[_ID_OCTETS:])
