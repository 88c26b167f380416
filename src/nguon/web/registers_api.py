# SPDX-License-Identifier: Apache-2.0
"""The registers for programs: an entry with its standing at a time, its history, what waits,
submitting and deciding.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.base.audience import Audience
from nguon.identity.model import Principal
from nguon.registry import decisions, documents, entries, history, holdings, memory, workflow
from nguon.registry.decisions import Decision
from nguon.registry.errors import StepRefusedError, UnknownEntryError
from nguon.registry.history import Standing, Status
from nguon.registry.model import Register
from nguon.registry.workflow import Step
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services

_BASE = "/api/v1/registers"
_MOST_OCTETS = 64 * 1024
_MOST = 200
_FARTHEST = 1_000_000
Requested = Request[Any, Any, Any]


class StandingShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an entry stands as; what its body wrote is told to whoever is concerned."""

    status: Status
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded: datetime | None = None
    organisation: int | None = None
    reason: str | None = None
    note: str | None = None
    document: str | None = None
    number: int = 0


class EntryShown(msgspec.Struct, frozen=True):
    """An entry as its reader may see it, and as it stood."""

    register: Register
    key: str
    entry: dict[str, Any]
    standing: StandingShown


class WaitingShown(msgspec.Struct, frozen=True):
    """What waits for a decision."""

    register: Register
    key: str
    title: str
    state: str
    province: str | None
    sector: str
    opened: datetime
    due: datetime
    seen: int


class SubmitAsked(msgspec.Struct, frozen=True):
    """Which entry to lay before its body."""

    key: str


class DecisionAsked(msgspec.Struct, frozen=True):
    """What an officer decides; ``seen`` is ``number`` of the last row of the history."""

    key: str
    step: Step
    seen: int
    reason: str | None = None
    note: str | None = None
    document: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class Taken(msgspec.Struct, frozen=True):
    """What came of it: the number of the row, or of the version that waits."""

    number: int
    status: Status


@get(
    f"{_BASE}/{{register:str}}",
    opt=dict(needs("read")),
    tags=["registers"],
    summary="An entry, and what it stood as at a time, as was known at another",
)
async def entry(
    request: Requested,
    register: FromPath[str],
    key: FromQuery[str],
    at: FromQuery[datetime | None] = None,
    known: FromQuery[datetime | None] = None,
) -> EntryShown:
    """``at`` is when it should hold, ``known`` what the register knew by then; both default to
    now. With ``known`` the entry is told as the register had it then.
    """
    store, principal = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(
        _entry, store, principal, _register(register), key, (_aware(at), _aware(known))
    )


@get(
    f"{_BASE}/{{register:str}}/history",
    opt=dict(needs("read")),
    tags=["registers"],
    summary="Everything that an entry stood as, in the order of recording",
)
async def past(
    request: Requested, register: FromPath[str], key: FromQuery[str]
) -> list[StandingShown]:
    """The two axes: from when to when each row holds, and since when it is known."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = _register(register)

    def read() -> list[StandingShown]:
        whole = _concerned(store, principal, found, key)
        return [_shown(one, whole) for one in history.history(store, found, key)]

    return await asyncio.to_thread(read)


@get(
    f"{_BASE}/waiting",
    opt=dict(needs("supervise")),
    tags=["registers"],
    summary="What waits for this officer, due first on top",
)
async def waiting(
    request: Requested, start: FromQuery[int] = 0, limit: FromQuery[int] = 50
) -> list[WaitingShown]:
    """Cases of the provinces and sectors of the mandate."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    mandate, language = workflow.mandate_of(principal), negotiate(request.scope)
    provinces = None if mandate.provinces is None else sorted(mandate.provinces)
    sectors = None if mandate.sectors is None else sorted(mandate.sectors)
    limit = min(max(limit, 1), _MOST)
    found = await asyncio.to_thread(
        holdings.queue, store, provinces, sectors, start=min(max(start, 0), _FARTHEST), limit=limit
    )
    holdings.note(store, principal.audience, found)
    return [
        WaitingShown(
            one.register,
            one.key,
            one.title(language),
            one.waiting.state.value,
            one.waiting.province,
            one.waiting.sector,
            one.waiting.opened,
            one.waiting.due,
            one.last.number if one.last else 0,
        )
        for one in found
        if one.waiting is not None
    ]


@post(
    f"{_BASE}/{{register:str}}/submit",
    opt=dict(needs("registry")),
    request_max_body_size=_MOST_OCTETS,
    tags=["registers"],
    status_code=200,
    summary="Lay an entry before its body",
)
async def submit(request: Requested, register: FromPath[str], data: JSONBody[SubmitAsked]) -> Taken:
    """The holder, its cooperative or who registered it may; answers the version that waits."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    number = await asyncio.to_thread(
        decisions.submit, store, principal, _register(register), data.key
    )
    return Taken(number, Status.SUBMITTED)


@post(
    f"{_BASE}/{{register:str}}/decide",
    opt=dict(needs("supervise")),
    request_max_body_size=_MOST_OCTETS,
    tags=["registers"],
    status_code=200,
    summary="Decide on an entry",
)
async def decide(
    request: Requested, register: FromPath[str], data: JSONBody[DecisionAsked]
) -> Taken:
    """409 where somebody decided since; nothing is changed then."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    decision = Decision(register=_register(register), **msgspec.structs.asdict(data))
    decided = await asyncio.to_thread(decisions.decide, store, principal, decision)
    return Taken(decided.number, decided.status)


def _entry(
    store: Store,
    principal: Principal,
    register: Register,
    key: str,
    times: tuple[datetime | None, datetime | None],
) -> EntryShown:
    at, known = times
    now = datetime.now(UTC)
    found = _said(store, principal.audience, register, key, known)
    whole = _concerned(store, principal, register, key)
    stood = history.standing(store, register, [key], at=at or now, known=known)[key]
    content: dict[str, Any] = msgspec.to_builtins(found)
    return EntryShown(register, key, content, _shown(stood, whole))


def _said(
    store: Store, audience: Audience, register: Register, key: str, known: datetime | None
) -> memory.Said:
    if known is None:
        return memory.current(store, audience, register, key)
    found = memory.as_known(store, audience, register, key, known)
    if found is None:
        raise UnknownEntryError("approvals.unknown-entry")
    return found


def _concerned(store: Store, principal: Principal, register: Register, key: str) -> bool:
    """Whether the reader is told what the body wrote; raises `UnknownEntryError`."""
    with store.reading() as connection:
        row = entries.entry(connection, register, key)
        return documents.concerned(connection, principal, register, row)


def _shown(one: Standing, whole: bool) -> StandingShown:
    return StandingShown(
        one.status,
        one.valid_from,
        one.valid_to,
        one.recorded,
        None if one.by is None else one.by.organisation,
        one.reason,
        one.note if whole else None,
        one.document if whole else None,
        one.number,
    )


def _register(name: str) -> Register:
    if name not in set(Register):
        raise UnknownEntryError("approvals.bad-key")
    return Register(name)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise StepRefusedError("approvals.date-zone")
    return moment


ROUTES = (waiting, past, entry, submit, decide)
