# SPDX-License-Identifier: Apache-2.0
"""Files written whole: beside their place first, then moved there; made durable many at once."""

import ctypes
import errno
import os
import secrets
from collections.abc import Collection
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

_FEW = 12
"""So many files are sooner synced one by one than with whatever else the file system holds."""
_numbers = count()


def file_beside(folder: Path, octets: bytes) -> Path:
    """A new file in this folder, not durable yet; raises `OSError`."""
    beside = folder / f"{os.getpid()}-{next(_numbers)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        opened = os.open(beside, flags, 0o644)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        opened = os.open(beside, flags, 0o644)
    try:
        given = os.write(opened, octets)
    finally:
        os.close(opened)
    if given != len(octets):
        beside.unlink()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(beside))
    return beside


def place_file(folder: Path, place: Path, octets: bytes, *, anew: bool) -> None:
    """Write a file in ``folder``, then put it in its place on the same file system.

    What is there is replaced with ``anew`` alone. Raises `OSError`, `FileExistsError` of a
    file that stays.
    """
    beside = file_beside(folder, octets)
    put = os.replace if anew else os.link
    try:
        try:
            put(beside, place)
        except FileNotFoundError:
            place.parent.mkdir(parents=True, exist_ok=True)
            put(beside, place)
    finally:
        beside.unlink(missing_ok=True)


def write_secret(path: Path, octets: bytes, *, anew: bool) -> None:
    """Write a whole file that only its owner may read, durably.

    With ``anew`` it replaces what is there. Raises `OSError`, `FileExistsError` of a file that
    stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        (os.replace if anew else os.link)(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _sync(path.parent)


def sync(folder: Path, files: Collection[Path]) -> None:
    """Make these files under a folder, and the names that lead to them, durable.

    Raises `OSError`: then nothing is known of any of them.
    """
    if not files:
        return
    whole = _syncfs()
    if whole is None or len(files) <= _FEW:
        _one_by_one(folder, files)
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        if whole(opened):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(opened)


@cache
def _syncfs() -> Any:
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def _one_by_one(folder: Path, files: Collection[Path]) -> None:
    above: dict[Path, None] = {}
    for file in files:
        _sync(file)
        for parent in file.parents:
            above[parent] = None
            if parent == folder:
                break
    for each in above:
        _sync(each)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
