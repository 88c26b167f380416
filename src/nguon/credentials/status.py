# SPDX-License-Identifier: Apache-2.0
"""Status of credentials by position in a list of bits (W3C Bitstring Status List 1.0)."""

import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.base64url import url_octets, url_text
from nguon.base.time import rfc3339
from nguon.credentials.contexts import CREDENTIALS_V2
from nguon.credentials.errors import CredentialError
from nguon.credentials.model import Credential
from nguon.credentials.shapes import is_url, many

ENTRIES = 131_072
"""The fewest entries of a list, so that one position tells of nobody (2.1, 3.1)."""
MOST_OCTETS = 4 << 20
"""What a list may become when it is unpacked: 33.5 million entries."""
REVOCATION, SUSPENSION = "revocation", "suspension"
_ENTRY = "BitstringStatusListEntry"
_LIST = "BitstringStatusList"
_INDEX = re.compile("0|[1-9][0-9]{0,17}")


class BitstringList:
    """Bits by position from the left; those set are told of."""

    def __init__(self, entries: int = ENTRIES) -> None:
        if entries < ENTRIES or entries % 8:
            raise CredentialError("credentials.status-short", found=entries, fewest=ENTRIES)
        self._octets = bytearray(entries // 8)

    def __len__(self) -> int:
        return len(self._octets) * 8

    def get(self, index: int) -> bool:
        """Whether the bit at a position is set; raises `CredentialError` outside the list."""
        place, mask = self._place(index)
        return bool(self._octets[place] & mask)

    def set(self, index: int, value: bool = True) -> None:
        """Set or clear the bit at a position; raises `CredentialError` outside the list."""
        place, mask = self._place(index)
        self._octets[place] = self._octets[place] & ~mask | (mask if value else 0)

    def encode(self) -> str:
        """As ``encodedList``: GZIP, base64url, multibase ``u``; the same bits, the same text."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        return "u" + url_text(packer.compress(bytes(self._octets)) + packer.flush())

    @classmethod
    def decode(cls, text: str) -> "BitstringList":
        """The bits of an ``encodedList``.

        The ``u`` of multibase may be missing, as it was in drafts: what begins with ``H4sI``
        is GZIP all the same. Raises `CredentialError`: ``credentials.status-form``,
        ``credentials.status-short`` under 131,072 entries, ``credentials.status-long`` when it
        would unpack beyond `MOST_OCTETS`.
        """
        packed = url_octets(text[1:] if text[:1] == "u" else text)
        if packed is None or not text.startswith(("u", "H4sI")):
            raise CredentialError("credentials.status-form")
        unpacker = zlib.decompressobj(31)
        try:
            octets = unpacker.decompress(packed, MOST_OCTETS + 1)
        except zlib.error as error:
            raise CredentialError("credentials.status-form") from error
        if len(octets) > MOST_OCTETS:
            raise CredentialError("credentials.status-long", most=MOST_OCTETS * 8)
        if not unpacker.eof or unpacker.unused_data:
            raise CredentialError("credentials.status-form")
        made = cls(max(len(octets) * 8, 1))
        made._octets[:] = octets
        return made

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise CredentialError("credentials.status-index", index=index, entries=len(self))
        return index // 8, 0x80 >> index % 8


class StatusEntry(msgspec.Struct, frozen=True):
    """Where a credential's status is told."""

    purpose: str
    index: int
    list: str


class StatusList(msgspec.Struct, frozen=True, kw_only=True):
    """A status list whose signature was verified."""

    id: str | None
    issuer: str
    purposes: frozenset[str]
    bits: BitstringList
    valid_from: datetime | None
    valid_until: datetime | None


def status_entry(url: str, index: int, purpose: str = REVOCATION) -> dict[str, Any]:
    """The ``credentialStatus`` of a credential at a position of the list at an address."""
    return {
        "id": f"{url}#{index}",
        "type": _ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def status_credential(
    url: str,
    issuer: str | Mapping[str, Any],
    purpose: str,
    bits: BitstringList,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """The credential, still to be secured, that tells the status list at an address."""
    made: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": rfc3339(valid_from),
    }
    if valid_until is not None:
        made["validUntil"] = rfc3339(valid_until)
    return made | {
        "credentialSubject": {
            "id": f"{url}#list",
            "type": _LIST,
            "statusPurpose": purpose,
            "encodedList": bits.encode(),
        }
    }


def read_entry(status: Mapping[str, Any]) -> StatusEntry | None:
    """Where a credential's status stands; None for a status of another type.

    Raises `CredentialError` (``credentials.status-entry``) for one that is not well formed.
    The index may be a number, as UNTP 0.7.0's schema has it, or a text, as the
    recommendation says.
    """
    if _ENTRY not in many(status.get("type")):
        return None
    purpose, url = status.get("statusPurpose"), status.get("statusListCredential")
    index = status.get("statusListIndex")
    text = str(index) if type(index) in (int, str) else ""
    if status.get("statusSize", 1) != 1 or not _INDEX.fullmatch(text):
        raise CredentialError("credentials.status-entry", part="statusListIndex")
    if not isinstance(purpose, str) or not isinstance(url, str) or not is_url(url):
        raise CredentialError("credentials.status-entry", part="statusListCredential")
    return StatusEntry(purpose, int(text), url)


def read_list(credential: Credential) -> StatusList:
    """The status list in a credential whose signature the caller has verified."""
    told = credential.subjects[0]
    text = told.get("encodedList")
    if "BitstringStatusListCredential" not in credential.types or told.get("type") != _LIST:
        raise CredentialError("credentials.status-form")
    purposes = many(told.get("statusPurpose"))
    if not isinstance(text, str) or not all(isinstance(one, str) for one in purposes):
        raise CredentialError("credentials.status-form")
    return StatusList(
        id=credential.id,
        issuer=credential.issuer,
        purposes=frozenset(purposes),
        bits=BitstringList.decode(text),
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
    )
