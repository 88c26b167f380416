# SPDX-License-Identifier: Apache-2.0
"""A signed list kept in a folder: its parts under their digests, and the head that names them.

The head (``list.json``: the JWS and the platform's DID document) is written last and at once,
so that what breaks off half-way leaves the list that was there.
"""

import os
from pathlib import Path
from typing import Any

import msgspec

from nguon.base.errors import NguonError
from nguon.signing.keys import PublicKey, public_key
from nguon.stoplist import offline
from nguon.stoplist.errors import StopError
from nguon.stoplist.offline import Manifest, OfflineList

_HEAD = "list.json"
_PARTS = ("filter-", "causes-", "shard-")


class Head(msgspec.Struct, frozen=True):
    """What is signed, and the document with the keys that stood when it was fetched."""

    signed: str
    keys: dict[str, Any]

    def verified(self) -> Manifest:
        """The manifest; raises as `nguon.stoplist.offline.verify`."""
        return offline.verify(self.signed, standing_keys(self.keys))


def standing_keys(document: dict[str, Any]) -> list[PublicKey]:
    """The keys of a DID document that assert: those that ended are there, and sign nothing."""
    standing = {name for name in document.get("assertionMethod", ()) if isinstance(name, str)}
    found = []
    for method in document.get("verificationMethod", ()):
        try:
            if method["id"] in standing and "revoked" not in method:
                found.append(public_key(method["publicKeyJwk"]))
        except (KeyError, TypeError, NguonError):
            continue
    return found


class Folder:
    """The folder of one list."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def head(self) -> Head | None:
        """The head; None where there is none."""
        try:
            return msgspec.json.decode((self._path / _HEAD).read_bytes(), type=Head)
        except (OSError, msgspec.DecodeError):
            return None

    def part(self, name: str, digest: str) -> bytes | None:
        """A part by its digest; None where it is away or damaged."""
        file = self._path / f"{name}-{digest}"
        octets = file.read_bytes() if file.is_file() else b""
        return octets if offline.digest(octets) == digest else None

    def put(self, name: str, digest: str, octets: bytes) -> None:
        """Keep a part; raises `StopError` where it is not the one with this digest."""
        self._write(f"{name}-{digest}", offline.checked(octets, digest, name))

    def commit(self, head: Head) -> None:
        """Put a head in the place of the last, and let go of the parts that it does not name."""
        manifest = head.verified()
        self._write(_HEAD, msgspec.json.encode(head))
        named = {f"filter-{manifest.filter}", f"causes-{manifest.causes}"}
        named |= {f"shard-{digest}" for digest in manifest.shards}
        for file in self._path.iterdir():
            if file.name.startswith(_PARTS) and file.name not in named:
                file.unlink()

    def opened(self) -> OfflineList:
        """The list, verified; raises `StopError` where a part is away or damaged."""
        head = self.head()
        if head is None:
            raise StopError("stoplist.list-form")
        manifest = head.verified()
        found = self.part("filter", manifest.filter) or b""
        causes = self.part("causes", manifest.causes) or b""
        return OfflineList(
            manifest, found, causes, lambda at: self.part("shard", manifest.shards[at])
        )

    def _write(self, name: str, octets: bytes) -> None:
        half = self._path / f".{name}.half"
        with half.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path / name)
