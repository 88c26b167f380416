# SPDX-License-Identifier: Apache-2.0
"""Labels as PNG: black and white dots of the printer's resolution, which the file names."""

import io
from collections.abc import Sequence

from PIL import Image

from nguon.labels.placing import Placed
from nguon.labels.raster import draw, page_of
from nguon.labels.verifying import read_page

MEDIA_TYPE = "image/png"


def write(page: Sequence[Placed]) -> bytes:
    """One page, read back once more from these very dots.

    Raises:
        LabelError: a symbol does not read back.
    """
    image = page_of(page[0].layout)
    for placed in page:
        draw(placed.layout, image, placed.left, placed.top)
    for placed in page:
        read_page(placed.layout, image, placed.left, placed.top)
    target = io.BytesIO()
    dpi = page[0].layout.dpi
    image.convert("1", dither=Image.Dither.NONE).save(target, "PNG", dpi=(dpi, dpi))
    return target.getvalue()
