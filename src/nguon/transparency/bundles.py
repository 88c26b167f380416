# SPDX-License-Identifier: Apache-2.0
"""Entry bundles (C2SP tlog-tiles): up to 256 entries, each after its length in two octets."""

from collections.abc import Iterable

from nguon.transparency.errors import ProofError

ENTRY_LIMIT = 65_535
"""Octets of an entry."""


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """The bundle; raises `ProofError` for an entry that is too long."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > ENTRY_LIMIT:
            raise ProofError("transparency.entry-long", most=ENTRY_LIMIT, length=len(entry))
        parts += len(entry).to_bytes(2), entry
    return b"".join(parts)


def read_bundle(octets: bytes, width: int) -> list[bytes]:
    """Exactly ``width`` entries; raises `ProofError`."""
    found: list[bytes] = []
    at, end, number, keep = 0, len(octets), int.from_bytes, found.append
    for _ in range(width):
        start = at + 2
        at = start + number(octets[at:start])
        if at > end:
            raise ProofError("transparency.bundle", given=len(found), wanted=width)
        keep(octets[start:at])
    if at != end:
        raise ProofError("transparency.bundle", given=len(found), wanted=width)
    return found
