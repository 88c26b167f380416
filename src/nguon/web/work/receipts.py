# SPDX-License-Identifier: Apache-2.0
"""Receipts of the log for people: one's newest, one in plain words, one to print and keep."""

import asyncio
import time
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from nguon.base.errors import NguonError
from nguon.base.messages import Language
from nguon.base.time import from_microseconds
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import Role, items_of
from nguon.evidence.findings import Finding, failed
from nguon.evidence.packed import address
from nguon.evidence.verifying import verify
from nguon.evidence.words import Words, words
from nguon.identity.model import Principal
from nguon.passport.proving import stage_of
from nguon.store.values import EntryKind
from nguon.tlog.packages import Part
from nguon.tlog.receipts import Waiting
from nguon.transparency.judging import Clock
from nguon.transparency.receipts import Receipt
from nguon.web import receipt_symbols
from nguon.web.auth import needs, principal_of
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.passport_view import stage_name
from nguon.web.receipt_reading import PATH, Cited, by_number, cites, of_latest
from nguon.web.services import Services, services
from nguon.web.work.pages import work

_MOST = 30
_THINGS = 3
_ANY = Request[Any, Any, Any]
_ABOUT = (Role.EPC, Role.PARENT, Role.OUTPUT, Role.INPUT, Role.CHILD)


class About(msgspec.Struct, frozen=True):
    """What a record is about, as far as a receipt says it."""

    time: datetime
    stage: str
    """What was done, in the reader's language."""
    things: tuple[str, ...]
    more: int


class Told(msgspec.Struct, frozen=True):
    """A receipt as its page shows it."""

    number: str
    recorded: datetime
    kind: EntryKind
    opened: bool
    record: str | None
    about: About | None
    findings: tuple[tuple[Finding, Words], ...] = ()
    symbol: Markup | None = None
    """None where the proof waits, or is too long for a QR symbol."""
    check: str | None = None
    """The page that checks it without a network."""

    @property
    def waiting(self) -> bool:
        """No witnessed checkpoint has it yet."""
        return not self.findings

    @property
    def failed(self) -> bool:
        """Something is wrong with the log."""
        return failed(finding for finding, _ in self.findings)


@get("/w/receipts", opt=dict(needs("read")), include_in_schema=False)
async def receipts(request: _ANY) -> Response[bytes]:
    """The newest receipts of one's organisation."""
    found, by = services(request.scope), principal_of(request.scope)
    rows = await asyncio.to_thread(_latest, found, by, negotiate(request.scope))
    return work(request, "work/receipts/list.html", here="proofs", rows=rows)


def _latest(
    found: Services, by: Principal, language: Language
) -> list[tuple[Cited, datetime, About | None]]:
    inside = of_latest(found.tlog, by, _MOST) if found.tlog.shards() else []
    times = [from_microseconds(part.entry.record_time) for part in inside]
    said = [_about(part, language) for part in inside]
    return list(zip(cites(found.tlog, inside).receipts, times, said, strict=True))


@get("/w/receipts/{receipt:str}", opt=dict(needs("read")), include_in_schema=False)
async def one(request: _ANY, receipt: FromPath[str]) -> Response[bytes]:
    """One receipt in plain words."""
    told = await asyncio.to_thread(_told, request, receipt, negotiate(request.scope))
    return work(request, "work/receipts/one.html", here="proofs", told=told, path=PATH)


@get("/w/receipts/{receipt:str}/print", opt=dict(needs("read")), include_in_schema=False)
async def printed(
    request: _ANY, receipt: FromPath[str], paper: FromQuery[Literal["a6", "roll"]] = "a6"
) -> Response[bytes]:
    """One receipt to print: on A6, or on a roll of 80 mm."""
    told = await asyncio.to_thread(_told, request, receipt, negotiate(request.scope))
    return render(
        request,
        "work/receipts/print.html",
        cache_control="no-store",
        told=told,
        paper=paper,
    )


def _told(request: _ANY, number: str, language: Language) -> Told:
    found = services(request.scope)
    part, proof = by_number(found.tlog, principal_of(request.scope).audience, number)
    entry, shown = part.entry, part.open
    plain = Told(
        number,
        from_microseconds(entry.record_time),
        entry.kind,
        shown is not None,
        None if shown is None else shown.record,
        _about(part, language),
    )
    if isinstance(proof, Waiting):
        return plain
    return _proved(found, plain, proof, (language, None if shown is None else shown.event))


def _proved(
    found: Services, plain: Told, proof: Receipt, known: tuple[Language, bytes | None]
) -> Told:
    language, event = known
    policy = found.tlog.policy()
    assert policy is not None
    findings = verify(bytes(proof), policy, Clock(int(time.time())), event=event)
    symbol, check = None, None
    try:
        check = address(found.base_url, proof)
        symbol = Markup(receipt_symbols.drawn(receipt_symbols.of(found.base_url, proof)))  # noqa: S704 - numbers alone
    except NguonError:
        symbol = None
    asked = (each for each in findings if each.code != "fresh" or each.holds is not None)
    told = tuple((each, words(each, language)) for each in asked)
    return msgspec.structs.replace(plain, findings=told, symbol=symbol, check=check)


def _about(part: Part, language: Language) -> About | None:
    if part.open is None or part.open.event is None:
        return None
    event = decode_raw_event(part.open.event, rules=False)
    found = items_of(event)
    keys = dict.fromkeys(item.key for role in _ABOUT for item in found if item.role is role)
    things = tuple(element_string(key) for key in islice(keys, _THINGS))
    stage = stage_name(stage_of(event), language)
    return About(event.event_time, stage, things, max(0, len(keys) - _THINGS))


ROUTES = (receipts, one, printed)
