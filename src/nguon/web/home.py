# SPDX-License-Identifier: Apache-2.0
"""The start page, and the search box that takes any code."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Redirect

from nguon import gs1
from nguon.base.messages import Language
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.passport.naming import image_address
from nguon.registry import queries
from nguon.store import Store
from nguon.web import foreign
from nguon.web.auth import PUBLIC
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import Services, services

_NEAREST = 20


class Tile(msgspec.Struct, frozen=True):
    """A passport worth opening."""

    address: str
    words: str
    image: str | None
    label: str | None
    """A picture of its label."""


@get("/", opt=dict(PUBLIC), include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What this is, the search box, and goods to try where they are loaded."""
    found = services(request.scope)
    tiles = await asyncio.to_thread(_tiles, found, negotiate(request.scope))
    return render(request, "home.html", tiles=tiles, asked="")


@get("/find", opt=dict(PUBLIC), include_in_schema=False)
async def find(request: Request[Any, Any, Any], code: FromQuery[str] = "") -> Response[Any]:
    """Any form of any identifier leads to its passport; what is wrong with one is shown.

    Words, and codes of other kinds, lead to the search of the registers; codes that are
    not ours to a page that says what they are.
    """
    if not code.strip():
        return Redirect("/", status_code=303)
    return await foreign.answered(request, code, typed=True)


def _tiles(parts: Services, language: Language) -> list[Tile]:
    """The goods offered, of those that are recorded."""
    store, tiles = parts.store, []
    for link in parts.start:
        identifier = gs1.parse(link.path.removeprefix("/"))
        recorded = store.events.by_items(EVERYBODY, [identifier.key], limit=_NEAREST)
        if recorded:
            named = identifier.memberships or [item.key for one in recorded for item in one.items]
            words = link.vi if language == "vi" else link.en
            label = image_address(link.label if (parts.media / link.label).is_file() else None)
            tiles.append(Tile(f"/p{link.path}", words, _image(store, named), label))
    return tiles


def _image(store: Store, keys: Sequence[str]) -> str | None:
    """The picture of the first of these products, or of what these lots and pieces are of."""
    products = dict.fromkeys("/".join(key.split("/")[:2]) for key in keys)
    found = queries.products(store, EVERYBODY, [key for key in products if key[:3] == "01/"])
    return next((image_address(found[key].image) for key in products if key in found), None)


ROUTES = (home, find)
