# SPDX-License-Identifier: Apache-2.0
"""How every entry goes: fill in, look at what others will see, confirm.

Nothing is kept on the server between the steps: the look carries the fields
along. The form's own key, made when the page is first shown, makes a form that
is sent twice one entry.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

from litestar import Request, Response

from nguon.entries import again, refusing, service
from nguon.entries.book import open_book
from nguon.entries.desk import Desk, desk
from nguon.entries.errors import FaultyEntryError, FieldFault
from nguon.entries.fields import Fields
from nguon.entries.forms.common import Counter
from nguon.entries.hand import Hand, in_hand
from nguon.entries.model import Entry, Pack
from nguon.entries.notices import not_lowered, stopped
from nguon.entries.preview import Look, Names, look
from nguon.entries.rules import weight
from nguon.entries.service import Sending
from nguon.web.auth import principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.entries_parties import choices, destination_of, party_finder
from nguon.web.work.entries_words import helpers, said
from nguon.web.work.pages import go_to, work

FORM = "_form"
STEP = "_step"
_OWN = ("_token", STEP)
_NO_NUMBER = "00/" + "0" * 18
"""Stands for a pallet that gets its number when it is recorded."""


class Read(Protocol):
    """What came out of a form."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...

    def field(self, fault: FieldFault) -> str:
        """The field that a fault belongs to."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of entry: its page, how its form is filled first and read afterwards."""

    name: str
    template: str
    offer: Callable[[Counter], Mapping[str, str]]
    read: Callable[[Fields, Counter], Read]
    goods: bool = False
    """The form lists what is in hand."""

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/w/{self.name}"


def sending(request: Request[Any, Any, Any]) -> Sending:
    """Who records here."""
    found = services(request.scope)
    return Sending(found.store, found.capture, principal_of(request.scope), found.base_url)


async def show(request: Request[Any, Any, Any], kind: Kind) -> Response[bytes]:
    """The form as it is offered first."""
    counter = await asyncio.to_thread(counter_of, request, goods=kind.goods)
    values = {FORM: secrets.token_hex(12), **await asyncio.to_thread(kind.offer, counter)}
    if kind.name == "receive":
        values |= _asked(request.query_params.get("item", ""), counter.desk)
    last = counter.desk.last.get(kind.name) if "again" in request.query_params else None
    if last is not None:
        values |= again.amounts(kind.name, last.entries)
    return _form(request, kind, counter, values, [])


def _asked(item: str, desk: Desk) -> dict[str, str]:
    """What a link to the form says of the goods: their code, and the lot that it names."""
    product, _, lot = item.partition("/10/")
    if not lot or "/" in lot:
        return {"code": item} if item else {}
    known = any(one.key == product for one in desk.products)
    return {"code": item, "lot-1": lot, **({"product-1": product} if known else {})}


async def take(request: Request[Any, Any, Any], kind: Kind) -> Response[bytes]:
    """A form that was sent: looked at, changed again, or recorded."""
    form = await submitted(request)
    values = texts_of(form)
    values.setdefault(FORM, secrets.token_hex(12))
    return await asyncio.to_thread(_taken, request, kind, form.text(STEP), values)


def _taken(
    request: Request[Any, Any, Any], kind: Kind, step: str, values: dict[str, str]
) -> Response[bytes]:
    who = sending(request)
    before = service.repeated(who.store, who.principal.organisation, values[FORM])
    if before is not None:
        return go_to(f"/w/done/{before.receipt}")
    counter = counter_of(request, goods=kind.goods)
    if step == "change":
        return _form(request, kind, counter, values, [])
    fields = Fields(values, counter.desk.now)
    reading = kind.read(fields, counter)
    if fields.faults or not reading.entries:
        return _form(request, kind, counter, values, fields.faults)
    try:
        if step == "record":
            done = service.record(who, reading.entries, idempotency=values[FORM])
            return go_to(f"/w/done/{done.receipt}")
        faults = service.faults(who, reading.entries)
    except FaultyEntryError as error:
        faults = list(error.faults)
    if faults:
        placed = [FieldFault(reading.field(f), f.code, f.params) for f in faults]
        return _form(request, kind, counter, values, placed)
    return _look(request, kind, values, reading)


def texts_of(form: Form) -> dict[str, str]:
    """The fields of a form without our own."""
    return {name: form.text(name) for name in form.names() if name not in _OWN}


def counter_of(request: Request[Any, Any, Any], *, goods: bool) -> Counter:
    """What forms are filled and read with."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    table: Desk = desk(store, principal, datetime.now(UTC))
    hand = in_hand(store, principal, table) if goods else Hand()
    audience = principal.audience
    return Counter(
        table, hand, party_finder(store, audience, table), destination_of(store, audience)
    )


def _form(
    request: Request[Any, Any, Any],
    kind: Kind,
    counter: Counter,
    values: Mapping[str, str],
    faults: Sequence[FieldFault],
) -> Response[bytes]:
    language = negotiate(request.scope)
    told = [(fault.field, said(fault, language)) for fault in faults]
    return work(
        request,
        kind.template,
        here=kind.name,
        status_code=422 if faults else 200,
        kind=kind,
        desk=counter.desk,
        hand=counter.hand,
        v=values,
        faults=told,
        wrong=dict(reversed(told)),
        to_be_granted=any(fault.code.startswith(refusing.ROOM) for fault in faults),
        parties=choices(counter.parties, counter.desk, faults, values.get("party", ""), language),
        **helpers(language),
    )


def _look(
    request: Request[Any, Any, Any], kind: Kind, values: Mapping[str, str], reading: Read
) -> Response[bytes]:
    who = sending(request)
    audience, own = who.principal.audience, who.principal.organisation
    return work(
        request,
        "work/entries/look.html",
        here=kind.name,
        kind=kind,
        reading=reading,
        values=values,
        look=_seen(request, reading.entries),
        balance=_balance(reading.entries),
        not_lowered=not_lowered(who.store, audience, own, reading.entries),
        stopped=stopped(who.store, reading.entries),
        **helpers(negotiate(request.scope)),
    )


def _seen(request: Request[Any, Any, Any], entries: Sequence[Entry]) -> Look:
    who = sending(request)
    shown = [
        service.on_pallets(entry, iter([_NO_NUMBER] * len(entry.pallets)))
        if isinstance(entry, Pack)
        else entry
        for entry in entries
    ]
    book = open_book(who.store, who.principal.organisation, shown, who.base_url)
    names = Names(who.principal.audience, negotiate(request.scope))
    return look(who.store, shown, book, names)


@dataclass(frozen=True, slots=True)
class Balance:
    """Kilograms that went into a packing, came out and were lost, and the lost share in percent."""

    into: Decimal
    out: Decimal

    @property
    def loss(self) -> Decimal:
        """What did not come out."""
        return self.into - self.out

    @property
    def share(self) -> Decimal:
        """Of what went in, in percent."""
        return (100 * self.loss / self.into).quantize(Decimal("0.1"))


def _balance(entries: Sequence[Entry]) -> Balance | None:
    """The balance of a packing, where its weights are known."""
    first = next((entry for entry in entries if isinstance(entry, Pack)), None)
    weights = None if first is None else weight(first)
    return None if weights is None else Balance(*weights)
