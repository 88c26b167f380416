# SPDX-License-Identifier: Apache-2.0
"""Large documents on the disk, from their arrival until their job is finished."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from nguon.capture.signed import Presented
from nguon.store.errors import StoreUnavailableError

_SUFFIX = ".json"
_BESIDE = ".signature"


class Arrival:
    """A document that is being received; kept only once `keep` was called."""

    def __init__(self, folder: Path) -> None:
        # Documents hold trade secrets: nobody else reads them, as nobody else reads the store.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{secrets.token_hex(16)}{_SUFFIX}"
        self._hash = hashlib.sha256()
        self._file: BinaryIO = open(self.path, "xb", opener=_private)  # noqa: SIM115 - closed in __exit__
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing writes what is left, and fails again on a full disk.
        with suppress(OSError):
            self._file.close()
        if not self._kept:
            remove(self.path)

    def write(self, data: bytes) -> None:
        """Appends what came.

        Raises:
            StoreUnavailableError: no space on the disk; `durable` likewise.
        """
        self._hash.update(data)
        with _translated():
            self._file.write(data)

    def durable(self) -> bytes:
        """Puts what came onto the disk for good, its name too; gives its SHA-256."""
        with _translated():
            self._file.flush()
            os.fsync(self._file.fileno())
            _sync_folder(self.path.parent)
        return self._hash.digest()

    def beside(self, presented: Presented) -> None:
        """Puts the signature that came with it beside it, for good."""
        with _translated(), open(_signature(self.path), "xb", opener=_private) as file:
            file.write(_encode(presented))
            file.flush()
            os.fsync(file.fileno())
            _sync_folder(self.path.parent)

    def keep(self) -> None:
        """Leaves the document to its job."""
        self._kept = True


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError("store.unavailable", reason=error.strerror) from error


def hold(folder: Path) -> BinaryIO | None:
    """The folder's lock, beside it, held until it is closed; None where another server has it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = open(folder.with_suffix(".lock"), "wb", opener=_private)  # noqa: SIM115 - held by the caller
    if os.name == "posix":
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return None
    return lock


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def presented_with(path: Path) -> Presented | None:
    """The signature that came with a document."""
    try:
        return _decode(_signature(path).read_bytes())
    except FileNotFoundError:
        return None


def remove(path: Path) -> None:
    """Forgets a document; one that is gone already is no error."""
    path.unlink(missing_ok=True)
    _signature(path).unlink(missing_ok=True)


def waiting(folder: Path) -> list[Path]:
    """The documents that lie in the folder."""
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def _signature(path: Path) -> Path:
    return path.with_suffix(_BESIDE)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Presented).decode


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
