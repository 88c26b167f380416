# SPDX-License-Identifier: Apache-2.0
"""What a document has besides its events: kept where a signature is over the whole document.

With the octets of every event the document can be put together again as it came, and its
signature be verified anew. Nobody can verify it with some of the events alone: for that there
are batch signatures.
"""

import zlib
from collections.abc import Sequence

import msgspec

_LEVEL = 6
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[bytes]).decode


def cut(data: bytes, raws: Sequence[bytes]) -> bytes:
    """What stands around the events of a document, packed; ``raws`` are its events in order."""
    pieces, at = [], 0
    for raw in raws:
        start = data.index(raw, at)
        pieces.append(data[at:start])
        at = start + len(raw)
    pieces.append(data[at:])
    return zlib.compress(_encode(pieces), _LEVEL)


def joined(frame: bytes, raws: Sequence[bytes]) -> bytes:
    """The document again; raises `ValueError` where these are not as many events as it had."""
    around = pieces(frame)
    if len(around) != len(raws) + 1:
        raise ValueError(f"{len(around) - 1} events stood in this frame, not {len(raws)}")
    whole = b"".join(piece + raw for piece, raw in zip(around[:-1], raws, strict=True))
    return whole + around[-1]


def pieces(frame: bytes) -> list[bytes]:
    """What stood before the first event, between events, and after the last."""
    return _decode(zlib.decompress(frame))
