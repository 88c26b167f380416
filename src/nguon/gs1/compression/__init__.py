# SPDX-License-Identifier: Apache-2.0
"""GS1 Digital Link compression 1.1.3: whole and partly compressed links, both ways."""

from nguon.gs1.compression.reading import decompress
from nguon.gs1.compression.writing import compress, compress_link

__all__ = ["compress", "compress_link", "decompress"]
