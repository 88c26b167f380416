# SPDX-License-Identifier: Apache-2.0
"""Which items an entry of the log marks: read from its leaf, or from the file beside the tiles.

An entry that is no JSON object, or one without ``subjects``, marks nothing: logs hold other
things too. One that says it marks something and does not say it rightly is a fault.
"""

import re
from binascii import a2b_base64
from collections.abc import Callable, Iterable
from hashlib import sha256

import msgspec

from nguon.archive.errors import ArchiveError

Subjects = Callable[[str], bytes | None]
"""A file of marks by the hash (hexadecimal) that its leaf states; None for one that is nowhere:
then the entry marks nothing, and whoever asked has to say so."""

MARK_LENGTH = 16

_MARK = re.compile("[A-Za-z0-9_-]{21}[AQgw]")
"""The one spelling of 16 octets: of the last letter four bits are unused, and are zero."""
_ALPHABET = bytes.maketrans(b"-_", b"+/")


class _Leaf(msgspec.Struct):
    subjects: list[str] | msgspec.UnsetType = msgspec.UNSET
    subjects_root: str | msgspec.UnsetType = msgspec.UNSET


_leaf = msgspec.json.Decoder(_Leaf).decode
_any = msgspec.json.Decoder().decode
_list = msgspec.json.Decoder(list[str]).decode


def marks_of(index: int, leaf: bytes, subjects: Subjects) -> list[str]:
    """The marks of an entry as they are spelled in it, each once.

    Raises `ArchiveError` ``archive.leaf`` for a leaf whose marks cannot be read, and
    ``archive.subjects`` for a file of marks that is not the one its leaf states.
    """
    if not leaf.startswith(b"{"):
        return []
    try:
        read = _leaf(leaf)
    except msgspec.ValidationError as error:
        if not _marked(leaf):
            return []
        raise ArchiveError("archive.leaf", index=index) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    if read.subjects_root is not msgspec.UNSET:
        return _beside(index, read.subjects_root, subjects)
    return [] if read.subjects is msgspec.UNSET else list(dict.fromkeys(read.subjects))


def mark_octets(index: int, mark: str) -> bytes:
    """The 16 octets of a mark; raises `ArchiveError` ``archive.leaf``."""
    if not _MARK.fullmatch(mark):
        raise ArchiveError("archive.leaf", index=index)
    return a2b_base64(mark.encode().translate(_ALPHABET) + b"==")


def read_subjects(octets: bytes, name: str) -> list[str]:
    """The marks in a file named by their hash; raises `ArchiveError` ``archive.subjects``."""
    try:
        marks = _list(octets)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveError("archive.subjects", name=name) from error
    if subjects_name(marks) != name:
        raise ArchiveError("archive.subjects", name=name)
    return marks


def subjects_name(marks: Iterable[str]) -> str:
    """What a list of marks is called: the hash of their texts, in hexadecimal."""
    return sha256("".join(marks).encode("utf-8", "surrogatepass")).hexdigest()


def _beside(index: int, root: str, subjects: Subjects) -> list[str]:
    name = _name(root)
    if name is None:
        raise ArchiveError("archive.leaf", index=index)
    octets = subjects(name)
    return [] if octets is None else list(dict.fromkeys(read_subjects(octets, name)))


def _name(root: str) -> str | None:
    try:
        octets = a2b_base64(root.encode("ascii").translate(_ALPHABET) + b"=", strict_mode=True)
    except ValueError:
        return None
    return octets.hex() if len(octets) == 32 else None


def _marked(leaf: bytes) -> bool:
    found = _any(leaf)
    return isinstance(found, dict) and ("subjects" in found or "subjects_root" in found)
