# SPDX-License-Identifier: Apache-2.0
"""What opens an entry's commitment, for whoever may see what it is about."""

from typing import Any, Self

import msgspec

from nguon.base.base64url import url_octets, url_text
from nguon.evidence.commitments import commitment
from nguon.evidence.errors import EvidenceError

_LENGTH = 32
_FIELDS = ("salt", "digest", "received")
_SHORT = _FIELDS[:2]


class Opening(msgspec.Struct, frozen=True):
    """Values of 32 octets; an entry commits to what follows the salt, under the salt."""

    salt: bytes
    digest: bytes
    """The record digest: of the event as told, whichever way it was spelled. Of what is no
    event: the SHA-256 of its body."""
    received: bytes = b""
    """Of an event: SHA-256 of the octets received; empty otherwise."""

    @property
    def commitment(self) -> str:
        """What the entry must say under ``commit``."""
        return commitment(self.digest, self.received, self.salt)

    def spelled(self) -> dict[str, str]:
        """As JSON members."""
        names = _FIELDS if self.received else _SHORT
        return {name: url_text(getattr(self, name)) for name in names}

    def __bytes__(self) -> bytes:
        return self.salt + self.digest + self.received

    @classmethod
    def of(cls, octets: bytes, place: str) -> Self:
        """From its 96 or 64 octets; raises `EvidenceError`."""
        if len(octets) not in {len(_FIELDS) * _LENGTH, len(_SHORT) * _LENGTH}:
            raise EvidenceError("evidence.form", place=place)
        return cls(octets[:32], octets[32:64], octets[64:])


def read_opening(spelled: Any, place: str) -> Opening:
    """From JSON members, exactly these; raises `EvidenceError` that names the place."""
    if not isinstance(spelled, dict) or set(spelled) not in (set(_FIELDS), set(_SHORT)):
        raise EvidenceError("evidence.form", place=place)
    found = []
    for name in _FIELDS[: len(spelled)]:
        value = spelled[name]
        octets = url_octets(value) if isinstance(value, str) else None
        if octets is None or len(octets) != _LENGTH:
            raise EvidenceError("evidence.form", place=f"{place}.{name}")
        found.append(octets)
    return Opening(*found)
