# SPDX-License-Identifier: Apache-2.0
"""The state view for everybody: counts by province or sector; small ones are kept back."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon.compliance import state as figures
from nguon.web.auth import PUBLIC
from nguon.web.desk import state_view as view
from nguon.web.desk.state_view import Cell, Row
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services

PAGE = "/r/state"
SMALLEST = 5
"""Counts below are not told: they could be somebody."""
_HIDDEN = ("households", "overdue")
_WAYS = ("province", "sector")


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def state_page(
    request: Request[Any, Any, Any], by: FromQuery[str] = "province"
) -> Response[bytes]:
    """Who joined and which lots are complete; a sum only where nothing in it is kept back."""
    language, store = negotiate(request.scope), services(request.scope).store
    found = await asyncio.to_thread(figures.for_everybody, store)
    chosen = by if by in _WAYS else _WAYS[0]
    rows = [told(row) for row in view.table(found.lines, chosen, language)]
    names = [name for name in view.columns(chosen) if name not in _HIDDEN]
    return render(
        request,
        "registry/state.html",
        rows=rows,
        total=[_sum(rows, name) for name in names],
        columns=names,
        by=chosen,
        ways=_WAYS,
        bar=view.bar,
        seq=found.seq,
    )


def told(row: Row) -> Row:
    """A row without small counts, without links, and without a share that gives them away."""
    cells = tuple(
        Cell(cell.name, None if 0 < (cell.value or 0) < SMALLEST else cell.value)
        for cell in row.cells
        if cell.name not in _HIDDEN
    )
    kept = all(cell.value is not None for cell in cells if cell.name in ("lots", "complete"))
    return msgspec.structs.replace(row, cells=cells, share=row.share if kept else None)


def _sum(rows: list[Row], name: str) -> int | None:
    values = [cell.value for row in rows for cell in row.cells if cell.name == name]
    return None if None in values else sum(value for value in values if value is not None)


ROUTES = (state_page,)
