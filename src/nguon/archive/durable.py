# SPDX-License-Identifier: Apache-2.0
"""Making many written files durable at once: one call for their file system, or one for each."""

import ctypes
import os
from collections.abc import Collection
from functools import cache
from typing import Any

_FEW = 12
"""So many files are sooner synced one by one than with whatever else the file system holds."""


def sync(folder: str, files: Collection[str]) -> None:
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
            raise OSError(number, os.strerror(number), folder)
    finally:
        os.close(opened)


@cache
def _syncfs() -> Any:
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def _one_by_one(folder: str, files: Collection[str]) -> None:
    above: dict[str, None] = {}
    for file in files:
        _sync(file)
        parent = os.path.dirname(file)
        while parent not in above and len(parent) >= len(folder):
            above[parent] = None
            parent = os.path.dirname(parent)
    for each in above:
        _sync(each)


def _sync(path: str) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
