# SPDX-License-Identifier: Apache-2.0
"""Tables for programs: ``POST /api/v1/imports/{kind}`` with a file as the body."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, FromQuery

from nguon.entries import imports
from nguon.entries.imports import Outcome
from nguon.entries.service import Sending
from nguon.registry.sheet import RowFault
from nguon.tables.errors import TableError
from nguon.tables.headings import headed
from nguon.tables.reading import read
from nguon.web.auth import needs, principal_of, require
from nguon.web.bodies import whole
from nguon.web.errors import NotFoundError, RequestError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.files_view import told

_MOST_OCTETS = 64 * 1024 * 1024
_MOST_FAULTS = 10_000


class FaultShown(msgspec.Struct, frozen=True):
    """One thing wrong: the row as a spreadsheet counts, the column's heading, what, what to do."""

    row: int
    column: str
    code: str
    message: str
    hint: str | None


class Imported(msgspec.Struct, frozen=True):
    """What a table did or, asked with ``dry``, would do; with errors it did nothing."""

    done: bool
    rows: int
    created: int
    changed: int
    proposed: int
    unchanged: int
    receipt: int | None
    remarks: list[str]
    errors: list[FaultShown]


@post(
    "/api/v1/imports/{kind:str}",
    opt=dict(needs("capture")),
    status_code=200,
    tags=["tables"],
    summary="Take a table of master data or everyday entries",
)
async def import_table(
    request: Request[Any, Any, Any], kind: FromPath[str], dry: FromQuery[bool] = False
) -> Imported:
    """The body is an XLSX, XLS, ODS or CSV file; all of it is taken or nothing.

    ``kind`` is ``organisation``, ``place``, ``product`` or ``certificate``, or
    ``deliveries``, ``harvest``, ``receive``, ``pack``, ``ship``, ``sell`` or
    ``withdraw``. The same table twice changes nothing.
    """
    if kind not in imports.KINDS:
        raise NotFoundError("files.no-such-kind", text=kind[:40], known=", ".join(imports.KINDS))
    principal = principal_of(request.scope)
    require(principal, imports.scope_of(kind))
    data = await whole(request.scope, request.receive, _MOST_OCTETS)
    found = services(request.scope)
    sending = Sending(found.store, found.capture, principal, found.base_url)

    def work() -> tuple[Outcome, list[str]]:
        table = read(data)
        heads = headed(table, imports.field_of(kind))
        act = imports.look if dry else imports.take
        outcome = act(sending, kind, heads, datetime.now(UTC))
        language = negotiate(request.scope)
        return outcome, [one.text(language) for one in (*table.remarks, *outcome.remarks)]

    try:
        outcome, remarks = await asyncio.to_thread(work)
    except TableError as error:
        raise RequestError(error.code, **error.params) from error
    return _shown(request, outcome, remarks)


def _shown(request: Request[Any, Any, Any], outcome: Outcome, remarks: list[str]) -> Imported:
    faults: list[RowFault] = list(outcome.faults[:_MOST_FAULTS])
    in_words = told(faults, negotiate(request.scope), _MOST_FAULTS)
    return Imported(
        done=not outcome.faults,
        rows=outcome.rows,
        created=outcome.created,
        changed=outcome.changed,
        proposed=outcome.proposed,
        unchanged=outcome.unchanged,
        receipt=outcome.receipt,
        remarks=remarks,
        errors=[
            FaultShown(fault.row, fault.column, fault.code, one.what, one.hint)
            for fault, one in zip(faults, in_words, strict=True)
        ],
    )


ROUTES = (import_table,)
