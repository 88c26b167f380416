# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Link compression 1.1.3, and the EPC binary form of 2025, both ways."""

from nguon.gs1.compression.epc import compress_epc
from nguon.gs1.compression.reading import decompress
from nguon.gs1.compression.writing import compress, compress_link

__all__ = ["compress", "compress_epc", "compress_link", "decompress"]
