# SPDX-License-Identifier: Apache-2.0
"""A QR code for the terminal: half blocks, two rows of modules a line."""

import zxingcpp

_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""(upper dark, lower dark) → character; dark modules are left blank on a light ground."""


def qr_lines(text: str) -> list[str]:
    """The lines of a QR symbol (ISO/IEC 18004), quiet zone included, light on dark."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    # zxing-cpp's Image has the buffer protocol, which its stubs do not say.
    image = memoryview(zxingcpp.write_barcode_to_image(symbol))  # type: ignore[arg-type]
    height, width = image.shape or (0, 0)
    dark = [[image[row, column] == 0 for column in range(width)] for row in range(height)]
    light = [False] * width
    framed = [light, *dark, light]
    if len(framed) % 2:
        framed.append(light)
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(framed[::2], framed[1::2], strict=True)
    ]
