# SPDX-License-Identifier: Apache-2.0
"""Blocks of serials for programs: orders, ranges for printers, marks, files; public checks."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from nguon.codes import blocks, checking, keyring, printing, queries
from nguon.codes.checking import Answer
from nguon.codes.model import Block, Export, MarkKind, OrderAsked, Piece
from nguon.codes.queries import Whole
from nguon.web import piece_files
from nguon.web.auth import PUBLIC, needs, principal_of
from nguon.web.licences_api import BASE, MOST_OCTETS
from nguon.web.services import services

_BLOCKS = f"{BASE}/blocks"
_PAGE = 100
_ANY = Request[Any, Any, Any]


class ExportSent(msgspec.Struct, kw_only=True):
    """The next pieces of a block for one printer; ``request`` is a mark of yours."""

    quantity: int
    printer: str
    request: str


class MarkSent(msgspec.Struct, kw_only=True):
    """What became of a range; ``first`` counts from 1."""

    kind: MarkKind
    first: int
    quantity: int
    reason: str = ""


class CheckSent(msgspec.Struct, kw_only=True):
    """A serial with its hidden part."""

    gtin: str
    serial: str
    hidden: str


class PublicKey(msgspec.Struct, kw_only=True):
    """A public key as RFC 8037 writes it; ``kid`` are the first two octets of a signature."""

    kid: str
    x: str
    kty: str = "OKP"
    crv: str = "Ed25519"
    use: str = "sig"


class PublicKeys(msgspec.Struct, kw_only=True):
    """The keys that signatures in AI 8030 are checked with, the newest last."""

    keys: list[PublicKey]


@get(_BLOCKS, opt=dict(needs("read")), tags=["codes"], summary="Blocks of serials")
async def list_blocks(request: _ANY, before: FromQuery[str | None] = None) -> list[Block]:
    """Those that you may see, the newest first, a hundred at a time; ``before`` is the id of the
    last one that you got.
    """
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[Block]:
        last = None if before is None else queries.whole(store, by, before).block
        return queries.given(store, by.audience, before=last, limit=_PAGE)

    return await asyncio.to_thread(read)


@post(
    _BLOCKS,
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Order a block of serials",
)
async def order_block(request: _ANY, data: JSONBody[OrderAsked]) -> Block:
    """Up to a million; the same ``request`` again gives the same block."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(blocks.order, store, by, data)


@get(f"{_BLOCKS}/{{block_id:str}}", opt=dict(needs("read")), tags=["codes"], summary="A block")
async def show_block(request: _ANY, block_id: FromPath[str]) -> Whole:
    """With the ranges that printers were handed and what became of them."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.whole, store, by, block_id)


@get(
    f"{_BLOCKS}/{{block_id:str}}/pieces",
    opt=dict(needs("read")),
    tags=["codes"],
    summary="Pieces of a block",
)
async def list_pieces(
    request: _ANY,
    block_id: FromPath[str],
    offset: FromQuery[int] = 0,
    limit: FromQuery[int] = 1000,
) -> list[Piece]:
    """Serials, links and elements; hidden parts for managers. At most ten thousand a time."""
    found = services(request.scope)
    store, by = found.store, principal_of(request.scope)

    def read() -> list[Piece]:
        return queries.pieces(store, by, block_id, offset=offset, limit=limit, stem=found.base_url)

    return await asyncio.to_thread(read)


@post(
    f"{_BLOCKS}/{{block_id:str}}/exports",
    opt=dict(needs("capture")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Hand pieces to a printer",
)
async def export_block(
    request: _ANY, block_id: FromPath[str], data: JSONBody[ExportSent]
) -> Export:
    """The next ones that no printer has; its files are under ``/exports``."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        printing.hand_out, store, by, block_id, data.quantity, data.printer, data.request
    )


@post(
    f"{_BLOCKS}/{{block_id:str}}/marks",
    opt=dict(needs("capture")),
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Say what became of a range",
)
async def mark_block(request: _ANY, block_id: FromPath[str], data: JSONBody[MarkSent]) -> Block:
    """Printed, or made void."""
    store, by = services(request.scope).store, principal_of(request.scope)
    span = data.first, data.quantity
    return await asyncio.to_thread(printing.mark, store, by, block_id, data.kind, span, data.reason)


@get(
    f"{BASE}/exports/{{export_id:str}}/pieces.csv",
    opt=dict(needs("capture")),
    tags=["codes"],
    summary="A printer's file",
)
async def public_file(request: _ANY, export_id: FromPath[str]) -> Stream:
    """Serial, Digital Link and element string of each piece, row by row; that it was taken is
    noted.
    """
    return await piece_file(request, export_id, hidden=False)


@get(
    f"{BASE}/exports/{{export_id:str}}/hidden.csv",
    opt=dict(needs("registry")),
    tags=["codes"],
    summary="A printer's file of hidden parts",
)
async def hidden_file(request: _ANY, export_id: FromPath[str]) -> Stream:
    """Serial and hidden part of each piece; for managers, noted as well."""
    return await piece_file(request, export_id, hidden=True)


async def piece_file(request: _ANY, export_id: str, *, hidden: bool) -> Stream:
    """A range's file, made while it is sent."""
    found = services(request.scope)
    store, by = found.store, principal_of(request.scope)

    def read() -> Iterator[Piece]:
        return queries.of_export(store, by, export_id, hidden=hidden, stem=found.base_url)

    pieces = await asyncio.to_thread(read)
    return piece_files.stream(pieces, export_id, hidden=hidden)


@get(f"{BASE}/check", opt=dict(PUBLIC), tags=["codes"], summary="Was a serial issued?")
async def check(request: _ANY, gtin: FromQuery[str], serial: FromQuery[str]) -> Answer:
    """Issued or not, and where it stands by the public records. It does not say that goods are
    genuine: a code can be copied.
    """
    return await asyncio.to_thread(checking.check, services(request.scope).store, gtin, serial)


@post(
    f"{BASE}/check",
    opt=dict(PUBLIC),
    status_code=200,
    request_max_body_size=MOST_OCTETS,
    tags=["codes"],
    summary="Was a hidden part seen before?",
)
async def check_hidden(request: _ANY, data: JSONBody[CheckSent]) -> Answer:
    """The first time, or how often and since when; tries are limited."""
    return await asyncio.to_thread(
        checking.check,
        services(request.scope).store,
        data.gtin,
        data.serial,
        hidden=data.hidden,
        address=address_of(request),
    )


@get(f"{BASE}/keys", opt=dict(PUBLIC), tags=["codes"], summary="Keys of signatures")
async def public_keys(request: _ANY) -> PublicKeys:
    """What AI 8030 is checked with, also without a network."""
    signers = keyring.of(services(request.scope).store).signers()
    return PublicKeys(
        keys=[
            PublicKey(kid=one.name, x=urlsafe_b64encode(one.public).decode().rstrip("="))
            for one in signers
        ]
    )


def address_of(request: _ANY) -> str:
    """Where a request comes from."""
    client = request.scope.get("client")
    return str(client[0]) if client else ""


ROUTES = (
    *(list_blocks, order_block, show_block, list_pieces, export_block, mark_block),
    *(public_file, hidden_file, check, check_hidden, public_keys),
)
