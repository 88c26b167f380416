# SPDX-License-Identifier: Apache-2.0
"""Event bodies as they lie in the store: bytes as received and their context, compressed.

Pure functions, usable in worker processes. Zstandard with a dictionary trained
on events; each frame names its dictionary (RFC 8878 section 3.1.1.1.3), so
bodies written with an older one stay readable. A shipped dictionary is never
changed: a better one gets the next number.
"""

import struct
import threading
from functools import cache
from importlib.resources import files

import zstandard

from nguon.store.errors import CorruptBodyError

CURRENT = 40001
"""The dictionary that new bodies are written with."""
_LEVEL = 3
_HEAD = struct.Struct("<?I")
_local = threading.local()


def pack(raw: bytes, context: bytes | None) -> bytes:
    """An event's bytes and its document's ``@context`` as one body."""
    compressor: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=_dictionary(CURRENT)
        )
    return compressor.compress(layout(raw, context))


def layout(raw: bytes, context: bytes | None) -> bytes:
    """A body before compression: whether there is a context, the event's length, both."""
    return b"".join((_HEAD.pack(context is not None, len(raw)), raw, context or b""))


def unpack(body: bytes) -> tuple[bytes, bytes | None]:
    """What `pack` was given.

    Raises:
        CorruptBodyError: not a body, damaged, or written with an unknown dictionary.
    """
    try:
        number = zstandard.get_frame_parameters(body).dict_id
        plain = _decompressor(number).decompress(body)
        has_context, length = _HEAD.unpack_from(plain)
    except (zstandard.ZstdError, struct.error, FileNotFoundError) as error:
        raise CorruptBodyError("store.body") from error
    end = _HEAD.size + length
    if end > len(plain):
        raise CorruptBodyError("store.body")
    return plain[_HEAD.size : end], plain[end:] if has_context else None


def _decompressor(number: int) -> zstandard.ZstdDecompressor:
    known: dict[int, zstandard.ZstdDecompressor] = _local.__dict__.setdefault("decompressors", {})
    if number not in known:
        known[number] = zstandard.ZstdDecompressor(dict_data=_dictionary(number))
    return known[number]


@cache
def _dictionary(number: int) -> zstandard.ZstdCompressionDict:
    data = (files("nguon.store") / "dictionaries" / f"{number}.zdict").read_bytes()
    dictionary = zstandard.ZstdCompressionDict(data)
    if number == CURRENT:
        dictionary.precompute_compress(level=_LEVEL)
    return dictionary
