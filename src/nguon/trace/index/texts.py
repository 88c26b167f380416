# SPDX-License-Identifier: Apache-2.0
"""The keys behind marks: one long text in the order of the marks."""

from collections.abc import Mapping, Sequence

import numpy as np

from nguon.trace.index.marks import Array, Marks, Numbers

_WIDEST = 128
"""Keys of so many characters at most are sorted as numbers."""


def texts_of(marks: Mapping[str, int]) -> dict[str, Array]:
    """The arrays of keys with their marks; keys of one mark are left out, the mark stays."""
    keys = list(marks)
    numbers = np.fromiter(marks.values(), np.int64, len(keys))
    order = np.argsort(numbers, kind="stable")
    different, first = np.unique(numbers, return_index=True)
    alone = [keys[n] for n in first]
    if len(different) < len(keys):
        counts = np.diff(np.append(np.searchsorted(numbers[order], different), len(keys)))
        alone = [key if n == 1 else "" for key, n in zip(alone, counts, strict=True)]
    return packed(different, [key.encode() for key in alone])


def packed(marks: Marks, keys: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of keys in the order of their marks."""
    at = np.zeros(len(keys) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, keys), np.int64, len(keys)), out=at[1:])
    return {
        "text_mark": marks,
        "text_at": at,
        "text": np.frombuffer(b"".join(keys), np.uint8),
    }


def ordered(keys: Sequence[str]) -> Numbers:
    """Where the keys stand in their order, as texts have it; equal ones as they come."""
    width = max(map(len, keys), default=0)
    if 0 < width <= _WIDEST and all(map(str.isascii, keys)):
        return _of_numbers(keys, -(-width // 8) * 8)
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)


def _of_numbers(keys: Sequence[str], width: int) -> Numbers:
    """The same: texts of ASCII as numbers of eight characters, which are sorted faster; one that
    another goes on from comes before it, even if by characters of the value 0.
    """
    plain = "".join([key.ljust(width, "\0") for key in keys]).encode()
    columns = np.frombuffer(plain, ">u8").reshape(len(keys), width // 8).T.astype(np.uint64)
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    telling = [one for one in columns if (one != one[0]).any()]
    return np.lexsort([lengths, *reversed(telling)])
