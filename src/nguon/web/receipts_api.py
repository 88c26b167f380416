# SPDX-License-Identifier: Apache-2.0
"""Receipts for programs: ``/api/v1/receipts``, one by its number, or those of something."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from nguon import gs1
from nguon.base.audience import Audience
from nguon.evidence.package import MEDIA_TYPE
from nguon.evidence.package import SUFFIX as PACKAGE_SUFFIX
from nguon.evidence.receipts import SUFFIX
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.tlog.packages import Part
from nguon.tlog.receipts import Waiting
from nguon.tlog.service import Tlog
from nguon.transparency.receipts import Receipt
from nguon.web import receipt_symbols
from nguon.web.auth import PUBLIC
from nguon.web.errors import NotFoundError, RequestError
from nguon.web.receipt_reading import (
    PATH,
    Cites,
    asked_by,
    by_number,
    cites,
    of_event,
    of_item,
    of_job,
    packaged,
    reader_of,
    shard_asked,
)
from nguon.web.services import Services, services

RETRY = "2"
"""Seconds after which a proof that waits may be there."""
_ANY = Request[Any, Any, Any]
_OWN = {"cache-control": "private, no-cache", "vary": "authorization, cookie, accept"}
_PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}


@get(
    f"{PATH}/{{receipt:str}}",
    opt=dict(PUBLIC),
    tags=["log"],
    summary="A receipt by its number",
)
async def one_receipt(request: _ANY, receipt: FromPath[str]) -> Response[Any]:
    """The proof that an entry stands in the log (C2SP tlog-proof, `docs/proofs.md`).

    Anybody gets it; it says which record it is about where your key or session may see the
    record whole. 202 while the witnesses are waited for. With `.svg` or `.png` behind the
    number: the proof as a QR symbol.
    """
    audience, found = await reader_of(request.scope), services(request.scope)
    plain, ending = _parted(receipt)
    return await asyncio.to_thread(_answer, found, audience, plain, ending)


def _parted(number: str) -> tuple[str, str]:
    for ending in (*_PICTURES, SUFFIX):
        if number.endswith(ending):
            return number.removesuffix(ending), ending
    return number, ""


def _answer(found: Services, audience: Audience, number: str, ending: str) -> Response[Any]:
    _, receipt = by_number(found.tlog, audience, number)
    if isinstance(receipt, Waiting):
        headers = {**_OWN, "retry-after": RETRY}
        return Response(receipt, status_code=202, headers=headers)
    if ending in _PICTURES:
        return _picture(found, receipt, ending)
    headers = {**_OWN, "content-disposition": f'attachment; filename="{number}{SUFFIX}"'}
    return Response(bytes(receipt), media_type="text/plain", headers=headers)


def _picture(found: Services, receipt: Receipt, ending: str) -> Response[bytes]:
    made = receipt_symbols.of(found.base_url, receipt)
    drawn = ending == ".svg"
    octets = receipt_symbols.drawn(made).encode() if drawn else receipt_symbols.pictured(made)
    return Response(octets, media_type=_PICTURES[ending], headers=_OWN)


@get(PATH, opt=dict(PUBLIC), tags=["log"], summary="Receipts of an event, an item or a capture")
async def receipts_of(
    request: _ANY,
    event: Annotated[str, QueryParameter(description="eventID of an event that you may see")] = "",
    item: Annotated[str, QueryParameter(description="any identifier of a lot or piece")] = "",
    job: Annotated[str, QueryParameter(description="one of your own captures; needs a key")] = "",
    form: Annotated[Literal["list", "package"], QueryParameter(name="format")] = "list",
    part: FromQuery[str] = "",
) -> Response[Any]:
    """A list, or with `format=package` one file with all proofs (`nguon/proofs@v1`).

    Of an item the newest 1,000 entries are shown; the package's list has them all and
    proves that there are no more. A package is of one part of the log: the one that grows,
    or `part`. 202 and the list while the witnesses are waited for.
    """
    if [event, item, job].count("") != 2:
        raise RequestError("receipts.event-or-item")
    asked = await _asked(request.scope, event, item, job)
    made = await asyncio.to_thread(_found, services(request.scope), asked, form, part)
    if isinstance(made, Cites):
        waits = form == "package"
        headers = {**_OWN, "retry-after": RETRY} if waits else _OWN
        return Response(made, status_code=202 if waits else 200, headers=headers)
    name = f'attachment; filename="proofs{PACKAGE_SUFFIX}"'
    headers = {**_OWN, "content-disposition": name}
    return Response(made, media_type=MEDIA_TYPE, headers=headers)


class _Asked(NamedTuple):
    find: Callable[[Tlog], list[Part]]
    item: str | None = None


async def _asked(scope: Any, event: str, item: str, job: str) -> _Asked:
    """What is asked for, once it is known who asks."""
    by = await asked_by(scope)
    audience = EVERYBODY if by is None else by.audience
    if item:
        key = gs1.parse(item).key
        return _Asked(lambda tlog: of_item(tlog, audience, key), key)
    if event:
        return _Asked(lambda tlog: of_event(tlog, audience, event))
    return _Asked(lambda tlog: of_job(tlog, by, job))


def _found(found: Services, asked: _Asked, form: str, part: str) -> Cites | bytes:
    tlog = found.tlog
    if not tlog.shards():
        raise NotFoundError("receipts.not-begun")
    inside = asked.find(tlog)
    if form == "list":
        return cites(tlog, inside)
    made = packaged(found, shard_asked(tlog, part), inside, asked.item)
    return cites(tlog, inside) if made is None else bytes(made)


ROUTES = (one_receipt, receipts_of)
