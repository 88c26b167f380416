# SPDX-License-Identifier: Apache-2.0
"""Codes translated for everybody: ``/api/v1/translate``. Nothing is kept."""

import msgspec
from litestar import post
from litestar.params import JSONBody

from nguon.gs1.translating import Translation, translate
from nguon.web.auth import PUBLIC
from nguon.web.errors import RequestError

PATH = "/api/v1/translate"
MOST_CHARACTERS = 2_000
_MOST_OCTETS = 16 * 1024


class TranslateSent(msgspec.Struct, kw_only=True, rename="camel"):
    """A code in any form: element string in brackets or raw, scan data, Digital Link, also a
    compressed one, EPC URN, digits under a barcode, or the EPC of a tag in hexadecimal digits.

    ``filter`` is for the tags that are written; ``prefixLength`` counts where nothing else
    tells how long the company prefix is.
    """

    text: str
    filter: int | None = None
    prefix_length: int | None = None


@post(
    PATH,
    opt=dict(PUBLIC),
    status_code=200,
    request_max_body_size=_MOST_OCTETS,
    tags=["codes"],
    summary="A code in all its forms",
)
async def translate_code(data: JSONBody[TranslateSent]) -> Translation:
    """Elements, raw element string, what is printed, Digital Link, compressed links, EPC URN, and
    the tag in every coding scheme that can say all of it. Nothing is kept.
    """
    if len(data.text) > MOST_CHARACTERS:
        raise RequestError("translate.too-long", most=MOST_CHARACTERS, actual=len(data.text))
    return translate(data.text, filter=data.filter, prefix_length=data.prefix_length)


ROUTES = (translate_code,)
