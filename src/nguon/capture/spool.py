# SPDX-License-Identifier: Apache-2.0
"""Large documents on the disk, from their arrival until their job is finished."""

import hashlib
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_SUFFIX = ".json"


class Arrival:
    """A document that is being received; kept only once `keep` was called."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{secrets.token_hex(16)}{_SUFFIX}"
        self._hash = hashlib.sha256()
        self._file: BinaryIO = self.path.open("xb")
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Appends what came."""
        self._hash.update(data)
        self._file.write(data)

    def durable(self) -> bytes:
        """Puts what came onto the disk for good, its name too; gives its SHA-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        _sync_folder(self.path.parent)
        return self._hash.digest()

    def keep(self) -> None:
        """Leaves the document to its job."""
        self._kept = True


def remove(path: Path) -> None:
    """Forgets a document; one that is gone already is no error."""
    path.unlink(missing_ok=True)


def waiting(folder: Path) -> list[Path]:
    """The documents that lie in the folder."""
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
