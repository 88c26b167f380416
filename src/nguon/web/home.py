# SPDX-License-Identifier: Apache-2.0
"""The start page, and the search box that takes any code."""

import asyncio
import re
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.response import Redirect

from nguon import gs1
from nguon.base.messages import Language
from nguon.gs1 import Identifier, IdentifierError
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.naming import image_address
from nguon.registry import queries
from nguon.store import Store
from nguon.web.auth import PUBLIC
from nguon.web.code_pages import malformed
from nguon.web.languages import negotiate
from nguon.web.linkset import path_of
from nguon.web.pages import render
from nguon.web.services import services

EXAMPLES = (
    "01/09521101000054/21/26070012",
    "01/09521101000023/21/26080003",
    "01/09521101000054",
)
"""Goods that ``nguon demo`` loads; those that are there are offered on the start page."""

_GTIN = re.compile(r"\d{8}|\d{12,14}")
_SSCC = re.compile(r"\d{18}")


class Tile(msgspec.Struct, frozen=True):
    """A passport worth opening."""

    address: str
    name: str
    code: str
    image: str | None


@get("/", opt=dict(PUBLIC), include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """What this is, the search box, and goods to try where they are loaded."""
    found = services(request.scope)
    tiles = await asyncio.to_thread(_tiles, found.store, negotiate(request.scope))
    return render(request, "home.html", tiles=tiles, asked="")


@get("/find", opt=dict(PUBLIC), include_in_schema=False)
async def find(request: Request[Any, Any, Any], code: str = "") -> Response[Any]:
    """Any form of any identifier leads to its passport; what is wrong with one is shown."""
    asked = code.strip()
    if not asked:
        return Redirect("/", status_code=303)
    try:
        identifier = identifier_in(asked)
    except IdentifierError as error:
        status, headers, body = malformed(request.scope, error)
        media_type = headers.pop("content-type")
        return Response(body, status_code=status, headers=headers, media_type=media_type)
    if identifier.key.startswith("vn-"):
        return Redirect(f"/r/place/{identifier.key}", status_code=303)
    return Redirect(f"/p/{path_of(identifier)}", status_code=303)


def identifier_in(asked: str) -> Identifier:
    """The identifier in what somebody typed or scanned; bare digits are a barcode's.

    Raises:
        IdentifierError: it is none, or a malformed one.
    """
    digits = re.sub(r"[\s.\-]", "", asked)
    if _GTIN.fullmatch(digits):
        return gs1.parse(f"01/{digits.zfill(14)}")
    if _SSCC.fullmatch(digits):
        return gs1.parse(f"00/{digits}")
    return gs1.parse(asked)


def _tiles(store: Store, language: Language) -> list[Tile]:
    products = queries.products(store, EVERYBODY, {"/".join(k.split("/")[:2]) for k in EXAMPLES})
    tiles = []
    for key in EXAMPLES:
        product = products.get("/".join(key.split("/")[:2]))
        if product is not None and store.events.by_items(EVERYBODY, [key], limit=1):
            name = product.name.in_language(language)
            tiles.append(Tile(f"/p/{key}", name, key, image_address(product.image)))
    return tiles


ROUTES = (home, find)
