# SPDX-License-Identifier: Apache-2.0
"""An event's item list in its own row: the way from the event back to its items."""

import msgspec
import zstandard

from nguon.epcis.items import ItemRef

_PLAIN, _COMPRESSED = b"\0", b"\1"
_WORTH_COMPRESSING = 512
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[ItemRef, ...]).decode


def pack_items(items: tuple[ItemRef, ...]) -> bytes:
    """MessagePack; long lists, whose serial numbers resemble each other, compressed."""
    plain = _encode(items)
    if len(plain) < _WORTH_COMPRESSING:
        return _PLAIN + plain
    return _COMPRESSED + zstandard.compress(plain, 3)


def unpack_items(data: bytes) -> tuple[ItemRef, ...]:
    """What `pack_items` was given."""
    if data[:1] == _PLAIN:
        return _decode(memoryview(data)[1:])
    return _decode(zstandard.decompress(data[1:]))
