# SPDX-License-Identifier: Apache-2.0
"""A photograph as it is kept: the picture alone, of a bounded size, without what cameras add."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from nguon.web.errors import PhotoError
from nguon.web.scan_photo import BROKEN, FORMATS, MOST_OCTETS, bounded

__all__ = ["MOST_OCTETS", "plain"]

_SIDE = 1600
_QUALITY = 82


def plain(content: bytes) -> bytes:
    """The picture as a JPEG of its own: no place, no owner, nothing hidden behind its end.

    Raises:
        PhotoError: anything but JPEG, PNG and WebP, too many pixels or passes, broken.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            bounded(picture, content)
            picture.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=1.5)
            written = BytesIO()
            upright.save(written, "JPEG", quality=_QUALITY)
            return written.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError("scans.photo-large", most=25) from None
    except UnidentifiedImageError:
        raise PhotoError("scans.photo-kind") from None
    except BROKEN:
        raise PhotoError("scans.photo-broken") from None
