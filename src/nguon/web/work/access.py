# SPDX-License-Identifier: Apache-2.0
"""Who was shown our data: a page for its owner, and the same for systems."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter

from nguon.base.audience import Audience
from nguon.base.messages import Language, catalogue, text
from nguon.base.time import rfc3339
from nguon.identity import access
from nguon.identity.access import Access
from nguon.registry import queries
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.pages import work

_MOST = 50

Page = Annotated[int, QueryParameter(description="The newest are on page 1", ge=1, le=10_000)]


class AccessView(msgspec.Struct, frozen=True, rename="camel"):
    """One reader, one kind of data, one hour; ``keys`` are the first ones shown."""

    about: str
    reader_organisation: str | None
    reader: str
    reader_kind: str
    what: str
    purpose: str
    first: str
    last: str
    count: int
    keys: list[str]


class AccessPage(msgspec.Struct, frozen=True, rename="camel"):
    """A page of the record; ``lost`` showings, of anybody's data, could not be recorded."""

    records: list[AccessView]
    more: bool
    lost: int


class _Found(msgspec.Struct, frozen=True):
    records: list[Access]
    more: bool
    lost: int
    names: dict[int, tuple[str, str]]
    """Code and name of the organisations that occur."""


@get(
    "/api/v1/access",
    opt=dict(needs("read")),
    tags=["access"],
    summary="Who was shown your organisation's data",
)
async def access_records(request: Request[Any, Any, Any], page: Page = 1) -> AccessPage:
    """Readers other than yourself who were shown what the public may not see, newest first.

    Added up by reader, kind of data and hour; a cooperative reads its members' records too.
    """
    found = await _read(request, page)
    return AccessPage([_view(one, found.names) for one in found.records], found.more, found.lost)


@get("/w/access", opt=dict(needs("read")), include_in_schema=False)
async def access_page(request: Request[Any, Any, Any], page: Page = 1) -> Response[bytes]:
    """The same for people."""
    found = await _read(request, page)
    return work(
        request,
        "work/access.html",
        here="access",
        found=found,
        page=page,
        own=principal_of(request.scope).organisation,
        said=_words(negotiate(request.scope)),
    )


def _words(language: Language) -> Callable[[str], str]:
    """What was shown, in words; a kind without words as it is called."""
    known = catalogue(language)
    return lambda what: text(code, language) if (code := f"access.what-{what}") in known else what


async def _read(request: Request[Any, Any, Any], page: int) -> _Found:
    principal = principal_of(request.scope)
    store, language = services(request.scope).store, negotiate(request.scope)
    return await asyncio.to_thread(
        _found, store, principal.audience, principal.organisation, page, language
    )


def _found(store: Store, audience: Audience, own: int, page: int, language: Language) -> _Found:
    members = [member.id for member in queries.members_of(store, audience, own)]
    skip = (page - 1) * _MOST
    records = access.page(store, [own, *members], skip=skip, limit=_MOST + 1)
    numbers = {one.subject for one in records} | {one.reader_organisation for one in records}
    names = {
        one.id: (one.code, one.name.in_language(language))
        for one in queries.organisations(store, audience, numbers).values()
    }
    return _Found(records[:_MOST], len(records) > _MOST, access.lost(store), names)


def _view(one: Access, names: dict[int, tuple[str, str]]) -> AccessView:
    about, reader = names.get(one.subject), names.get(one.reader_organisation)
    return AccessView(
        about=about[0] if about else str(one.subject),
        reader_organisation=reader[1] if reader else None,
        reader=one.reader,
        reader_kind=one.reader_kind,
        what=one.what,
        purpose=one.purpose,
        first=rfc3339(one.first),
        last=rfc3339(one.last),
        count=one.count,
        keys=list(one.keys),
    )


ROUTES = (access_records, access_page)
