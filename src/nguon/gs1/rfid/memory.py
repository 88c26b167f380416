# SPDX-License-Identifier: Apache-2.0
"""The EPC memory bank of a Gen 2 tag from its protocol control bits on.

Facts of EPC Tag Data Standard 2.3, sections 9.3 and 15.1.
"""

import re
from typing import NamedTuple

from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid.decoding import decode

_IS_MEMORY = re.compile("(?:[0-9A-Fa-f]{4})+").fullmatch
_MOST_WORDS = 31
_MOST_WORDS_EXTENDED = 29
"""Where the tag has the extended protocol control word."""


class EpcMemory(NamedTuple):
    """What a printer writes into bank 01 from bit 10 (hexadecimal) on; the tag adds the CRC."""

    control: int
    """The protocol control word."""
    epc: bytes
    """The EPC, zeros up to the end of its last word."""

    @property
    def words(self) -> tuple[int, ...]:
        """All words of 16 bits, the protocol control word first."""
        pairs = zip(self.epc[::2], self.epc[1::2], strict=True)
        return (self.control, *(high << 8 | low for high, low in pairs))

    @property
    def hexadecimal(self) -> str:
        """All words in hexadecimal digits."""
        return f"{self.control:04X}{self.epc.hex().upper()}"


def epc_memory(
    epc: str | bytes, *, user_memory: bool = False, extended: bool = False, attributes: int = 0
) -> EpcMemory:
    """The memory of a tag with this EPC.

    ``user_memory``: the user memory holds data (bit 15 hexadecimal); ``extended``: there
    is an extended protocol control word that is not zero (bit 16); ``attributes``: the
    attribute bits (18 to 1F) of tags before Gen2v2.

    Raises:
        IdentifierError: as `nguon.gs1.rfid.decode`; ``rfid.too-many-words`` where a tag
            cannot count them.
    """
    text = epc.hex().upper() if isinstance(epc, bytes) else epc
    decode(text)
    words = -(-len(text) // 4)
    most = _MOST_WORDS_EXTENDED if extended else _MOST_WORDS
    if words > most:
        raise IdentifierError("rfid.too-many-words", text, actual=words, expected=most)
    control = words << 11 | user_memory << 10 | extended << 9 | attributes & 0xFF
    return EpcMemory(control, bytes.fromhex(text.ljust(4 * words, "0")))


def read_epc_memory(words: str | bytes) -> tuple[int, str]:
    """The protocol control word, and the EPC as hexadecimal digits that `decode` takes.

    Raises:
        IdentifierError: ``rfid.not-epc`` where bit 17 says that the tag holds no EPC,
            ``rfid.too-short`` where there are fewer words than the length bits count.
    """
    text = words.hex().upper() if isinstance(words, bytes) else words
    if not _IS_MEMORY(text):
        raise IdentifierError("rfid.not-memory", text)
    control = int(text[:4], 16)
    if control & 0x100:
        raise IdentifierError("rfid.not-epc", text, 0, 4)
    end = 4 + 4 * (control >> 11)
    if len(text) < end:
        raise IdentifierError(
            "rfid.too-short", text, len(text), actual=4 * len(text), expected=4 * end
        )
    return control, text[4:end]
