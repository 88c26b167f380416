# SPDX-License-Identifier: Apache-2.0
"""What is read of disputes: by everybody, by who stands in a case, by who reported."""

from collections.abc import Collection
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection

from nguon.base.time import from_microseconds, to_microseconds
from nguon.disputes import sides
from nguon.disputes.errors import UnknownDisputeError
from nguon.disputes.model import (
    UNCLOSED,
    UNDER_WAY,
    Attached,
    Case,
    CaseSummary,
    Origin,
    Outcome,
    Side,
    State,
    Step,
    Taken,
    Told,
)
from nguon.disputes.reading import Row, attached_of, case_of, moment, summary_of, taken_of
from nguon.disputes.service import reference_digest
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.errors import SecretsLostError
from nguon.identity.model import Principal
from nguon.registry import workflow
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import disputes as rows
from nguon.store.erasure import organisation_key

_MOST = 200
_SETTLED = frozenset({State.DECIDED, State.CLOSED})


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as one of its sides reads it; what reporters wrote is for the officers alone."""

    case: Case
    sides: frozenset[Side]
    steps: tuple[Taken, ...]
    files: tuple[Attached, ...]
    reports: tuple[Told, ...] = ()


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What a reporter reads of his case by his reference."""

    case: Case
    received: datetime
    withdrawn: datetime | None
    has_contact: bool
    decision: str | None = None


def open_about(
    source: Connection | Store, keys: Collection[str], parties: Collection[int] = ()
) -> dict[str, CaseSummary]:
    """The oldest case under way about each of these keys, of those that an officer opened.

    ``keys`` are item keys and ``event:<digest>``; cases about ``parties`` are found under
    ``organisation:<number>``. Keys without one are absent.
    """
    return _about(source, keys, parties, UNDER_WAY)


def decided_about(
    source: Connection | Store,
    keys: Collection[str],
    parties: Collection[int] = (),
    outcomes: Collection[Outcome] = (Outcome.UPHELD,),
) -> dict[str, CaseSummary]:
    """Likewise the latest decided case with one of these outcomes: what is upheld against a
    statement contradicts it.
    """
    return _about(source, keys, parties, _SETTLED, outcomes)


def view(store: Store, by: Principal, number: str) -> View:
    """A case; raises `UnknownDisputeError` for whoever stands on no side of it."""
    with store.reading() as connection:
        case, own = sides.opened(connection, by, number)
        looking = not own or Side.OFFICER in own
        steps = [taken_of(row) for row in rows.steps(connection, number)]
        files = [attached_of(row) for row in rows.files(connection, number)]
        told = rows.reports(connection, number) if looking else []
        reports = tuple(_told(store, connection, row) for row in told)
    if not looking:
        files = [one for one in files if one.number is not None and Side.PARTY in own]
        steps = [_for_sides(one, own) for one in steps if _visible(one, own)]
    return View(case=case, sides=own, steps=tuple(steps), files=tuple(files), reports=reports)


def file(store: Store, folder: Folder, by: Principal, number: str) -> tuple[Attached, bytes]:
    """A file of a case; raises `UnknownDisputeError` for whoever may not see it."""
    with store.reading() as connection:
        row = rows.file(connection, number)
    if row is None:
        raise UnknownDisputeError("disputes.unknown-file")
    shown = view(store, by, row["dispute"]).files
    found = next((one for one in shown if one.id == number), None)
    content = folder.get(found.digest) if found is not None else None
    if found is None or content is None:
        raise UnknownDisputeError("disputes.unknown-file")
    return found, content


def desk(
    store: Store,
    by: Principal,
    *,
    states: Collection[State] = UNCLOSED,
    late: bool = False,
    limit: int = _MOST,
) -> list[Case]:
    """The cases in an officer's charge, the first due first; the operator sees all."""
    mandate = workflow.mandate_of(by)
    due = to_microseconds(datetime.now(UTC)) if late else None
    with store.reading() as connection:
        found = rows.queue(
            connection,
            sorted(states),
            provinces=mandate.provinces,
            sectors=mandate.sectors,
            due=due,
            limit=limit,
        )
    return [one for one in map(case_of, found) if by.organisation != one.party]


def against(store: Store, by: Principal) -> list[Case]:
    """The cases that officers opened about the principal's organisation, the latest first."""
    with store.reading() as connection:
        return [case_of(row) for row in rows.against(connection, by.organisation, limit=_MOST)]


def reported(store: Store, by: Principal) -> list[Case]:
    """The cases that the principal's organisation reported, the latest first."""
    with store.reading() as connection:
        return [case_of(row) for row in rows.reported_by(connection, by.organisation, limit=_MOST)]


def followed(store: Store, reference: str) -> Followed:
    """A report by its reference; raises `UnknownDisputeError`."""
    with store.reading() as connection:
        row = rows.report_under(connection, reference_digest(reference))
        if row is None:
            raise UnknownDisputeError("disputes.unknown-reference")
        found = rows.find(connection, row["dispute"])
        assert found is not None
        case = case_of(found)
        steps = rows.steps(connection, case.id) if case.outcome else []
    said = [one["words"] for one in steps if one["step"] in (Step.DECIDE, Step.DISMISS)]
    return Followed(
        case=case,
        received=from_microseconds(row["received"]),
        withdrawn=moment(row["withdrawn"]),
        has_contact=row["contact"] is not None,
        decision=said[-1] if said else None,
    )


def _about(
    source: Connection | Store,
    keys: Collection[str],
    parties: Collection[int],
    states: Collection[State],
    outcomes: Collection[Outcome] | None = None,
) -> dict[str, CaseSummary]:
    if isinstance(source, Store):
        with source.reading() as connection:
            return _about(connection, keys, parties, states, outcomes)
    asked = {*keys, *(organisation_key(number) for number in parties)}
    found: dict[str, CaseSummary] = {}
    for key, row in rows.about(source, asked, sorted(states)):
        if row["opened"] is None:
            continue
        one = summary_of(row)
        if outcomes is None:
            found.setdefault(key, one)
        elif one.outcome in outcomes:
            found[key] = one
    return found


def _visible(one: Taken, own: Collection[Side]) -> bool:
    """The party reads what officers and it did; a reporter what came of it."""
    if Side.PARTY in own:
        return one.side is not Side.REPORTER or one.step is Step.APPEAL
    return one.step is not Step.ANSWER


def _for_sides(one: Taken, own: Collection[Side]) -> Taken:
    """Without who acted: an officer speaks for the body; without what the other side was told."""
    kept = None if Side.PARTY not in own and one.step is Step.ASK else one.words
    return msgspec.structs.replace(one, actor=None, words=kept)


def _told(store: Store, connection: Connection, row: Row) -> Told:
    contact = None
    if row["contact"] is not None:
        try:
            sealed, about = bytes(row["contact"]), f"report {row['id']}"
            contact = vault_of(store).open(connection, sealed, about).decode()
        except SecretsLostError:
            contact = "?"
    return Told(
        id=row["id"],
        origin=Origin(row["origin"]),
        received=from_microseconds(row["received"]),
        words=row["words"],
        organisation=row["organisation"],
        contact=contact,
        withdrawn=moment(row["withdrawn"]),
    )
