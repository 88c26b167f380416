# SPDX-License-Identifier: Apache-2.0
"""RFID tags: the EPC binary coding schemes of EPC Tag Data Standard 2.2, both ways."""

from nguon.gs1.rfid.bits import Bits
from nguon.gs1.rfid.codings import codings
from nguon.gs1.rfid.decoding import decode
from nguon.gs1.rfid.encoding import encode, encode_bits, scheme_for
from nguon.gs1.rfid.memory import EpcMemory, epc_memory, read_epc_memory
from nguon.gs1.rfid.recognising import recognise
from nguon.gs1.rfid.tag import Tag

__all__ = [
    "Bits",
    "EpcMemory",
    "Tag",
    "codings",
    "decode",
    "encode",
    "encode_bits",
    "epc_memory",
    "read_epc_memory",
    "recognise",
    "scheme_for",
]
