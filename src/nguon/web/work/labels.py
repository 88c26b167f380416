# SPDX-License-Identifier: Apache-2.0
"""Pages that order labels in print: of lots, cartons, pallets, boxes for China, pieces.

What the file will say is shown first; the file itself is handed out only after
every symbol on it was read back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream
from markupsafe import Markup

from nguon.base.errors import NguonError
from nguon.base.messages import Language, text
from nguon.codes import printing
from nguon.codes import queries as issued
from nguon.codes.errors import IssuingError
from nguon.codes.model import Export
from nguon.codes.queries import Handed
from nguon.labels import service, svg
from nguon.labels.errors import LabelError
from nguon.labels.limits import RESOLUTIONS
from nguon.labels.model import Kind, Output
from nguon.labels.templates import Template
from nguon.web.auth import needs, principal_of
from nguon.web.formats import number
from nguon.web.forms import whole_number
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work import label_blocks, label_files, label_orders
from nguon.web.work.label_choice import choices
from nguon.web.work.label_orders import Order
from nguon.web.work.pages import work

PAGE = "/w/print"
_KINDS = {Kind.QR: "QR", Kind.DATA_MATRIX: "GS1 DataMatrix", Kind.CODE_128: "GS1-128"}
_USUAL = {
    "lot": "70x50",
    "piece": "a4-65",
    "carton": "carton-100x70",
    "pallet": "logistic-100x150",
    "china": "china-100x70",
}
"""The template that is offered first."""
_SHOWN = 4
_MOST_COPIES = 2600
Asked = Request[Any, Any, Any]


class Wish(msgspec.Struct, frozen=True):
    """How an order is to come out."""

    order: Order
    template: Template
    output: Output
    dpi: int
    start: int


@get(PAGE, opt=dict(needs("capture")), include_in_schema=False)
async def print_page(request: Asked) -> Response[bytes] | Stream:
    """What can be chosen; any code that was typed or scanned; a block; a range handed out of it."""
    asked = request.query_params
    block, code, export = (str(asked.get(name, "")) for name in ("block", "code", "export"))
    store, principal = services(request.scope).store, principal_of(request.scope)
    if export:
        handed = await asyncio.to_thread(issued.handed, store, principal, export)
        return await _answer(request, PAGE, [], handed)
    if block:
        return await label_blocks.block_page(request, block, {}, [])
    if code:
        return await _answer(request, PAGE, [label_orders.item_of(code)])
    found = await asyncio.to_thread(choices, store, principal)
    return work(request, "work/print-start.html", here="print", path=PAGE, choices=found)


@get("/w/label/{key:path}", opt=dict(needs("capture")), include_in_schema=False)
async def label(request: Asked, key: FromPath[str]) -> Response[bytes] | Stream:
    """The labels of a lot, piece or pallet that the organisation may see."""
    item = label_orders.item_of(key)
    return await _answer(request, f"/w/label/{item}", [item])


@get("/w/labels/{number:int}", opt=dict(needs("capture")), include_in_schema=False)
async def labels(request: Asked, number: FromPath[int]) -> Response[bytes] | Stream:
    """The labels of everything that a receipt made."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    items = await asyncio.to_thread(label_orders.of_receipt, store, principal, number)
    return await _answer(request, f"/w/labels/{number}", items)


async def _answer(
    request: Asked, path: str, items: Sequence[str], handed: Handed | None = None
) -> Response[bytes] | Stream:
    wish = _wish(request, items, handed)
    try:
        if request.query_params.get("do") == "file":
            proof = await asyncio.to_thread(_proof, request, wish)
            if handed is not None:
                await asyncio.to_thread(_note, request, handed)
            return await label_files.answer(
                proof, wish.output, negotiate(request.scope), start=wish.start
            )
        first = msgspec.structs.replace(
            wish.order, copies=1, quantity=min(wish.order.quantity, _SHOWN)
        )
        shown = msgspec.structs.replace(wish, order=first)
        proof = await asyncio.to_thread(_proof, request, shown)
    except (LabelError, IssuingError) as error:
        return _page(request, path, wish, None, error, handed)
    return _page(request, path, wish, proof, None, handed)


def _proof(request: Asked, wish: Wish) -> service.Proof:
    found, language = services(request.scope), negotiate(request.scope)
    made = label_orders.labels(
        found.store, principal_of(request.scope), wish.order, found.base_url, language
    )
    return service.prove(wish.template.name, made, language, dpi=wish.dpi)


def _note(request: Asked, handed: Handed) -> None:
    """That the file of a range is taken, by whom."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    printing.fetch(store, principal, handed.export.id, hidden=False)


def _wish(request: Asked, items: Sequence[str], handed: Handed | None) -> Wish:
    """The order as the form has it; what cannot be is taken for what is usual."""
    asked = request.query_params
    may = label_orders.purposes(items, "" if handed is None else handed.block.id)
    purpose = asked.get("purpose")
    first, quantity = (1, 0) if handed is None else _span(asked, handed.export)
    order = Order(
        items=items,
        block="" if handed is None else handed.block.id,
        first=first,
        quantity=quantity,
        purpose=purpose if purpose in may else may[0],
        weight=_weight(str(asked.get("weight", ""))),
    )
    some = label_orders.fitting(order)
    by_name = {one.name: one for one in some}
    chosen = by_name.get(str(asked.get("template"))) or by_name[_USUAL[order.purpose]]
    alone = chosen.on_page if len(items) == 1 else 1
    copies = min(whole_number(asked.get("copies", "")) or alone, _MOST_COPIES)
    output, dpi = str(asked.get("output", "")), whole_number(asked.get("dpi", ""))
    return Wish(
        msgspec.structs.replace(order, copies=copies),
        chosen,
        Output(output) if output in {*Output} else Output.PDF,
        dpi if dpi in RESOLUTIONS else chosen.dpi,
        whole_number(asked.get("start", "")) % chosen.on_page,
    )


def _weight(written: str) -> Decimal | None:
    """Kilograms with a point or a comma; nothing where none are written."""
    try:
        found = Decimal(written.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _span(asked: Mapping[str, str], export: Export) -> tuple[int, int]:
    """The part of a range that is asked for, never more than the range; all of it where none is."""
    end = export.first + export.quantity
    wanted = whole_number(asked.get("first", "")) or export.first
    first = min(max(wanted, export.first), end - 1)
    many = whole_number(asked.get("quantity", "")) or min(end - first, service.MOST)
    return first, min(many, end - first)


def _page(
    request: Asked,
    path: str,
    wish: Wish,
    proof: service.Proof | None,
    error: NguonError | None,
    handed: Handed | None,
) -> Response[bytes]:
    language = negotiate(request.scope)
    order = wish.order
    count = (order.quantity if order.block else len(order.items)) * order.copies
    return work(
        request,
        "work/print.html",
        here="print",
        status_code=200 if error is None else 422,
        path=path,
        wish=wish,
        handed=handed,
        count=count,
        pages=-(-(count + wish.start) // wish.template.on_page),
        code=request.query_params.get("code", ""),
        purposes=label_orders.purposes(order.items, order.block),
        templates=label_orders.fitting(order),
        outputs=[one for one in Output if one is not Output.ZPL or wish.template.paper is None],
        **_helpers(language),
        # Escaped where it is written (`nguon.labels.svg`).
        pictures=[
            Markup(svg.alone(one, language))  # noqa: S704
            for one in (proof.layouts[:_SHOWN] if proof else ())
        ],
        more=max(0, count - len(proof.layouts[:_SHOWN])) if proof else 0,
        errors=[(_field(error, order), told(request, error))] if error else [],
    )


def _field(error: NguonError, order: Order) -> str:
    """The field of the form that an error is about."""
    if error.code.startswith("labels.weight"):
        return "weight"
    return "purpose" if order.purpose == "china" else "template"


def _helpers(language: Language) -> dict[str, Any]:
    """Options of the form in words."""

    def named(values: Sequence[str], kind: str) -> list[tuple[str, str]]:
        return [(str(one), text(f"print.{kind}-{one}", language)) for one in values]

    def described(some: Sequence[Template]) -> list[tuple[str, str]]:
        return [(one.name, _described(one, language)) for one in some]

    dots = [(one, text("print.dpi-value", language, dpi=one)) for one in RESOLUTIONS]
    return {"named": named, "described": described, "resolutions": dots}


def _described(one: Template, language: Language) -> str:
    wide, high = (number(Decimal(str(side)), language) for side in one.size)
    code = "print.sheet" if one.paper else "print.roll"
    size = text(code, language, count=one.on_page, width=wide, height=high)
    kinds = " + ".join(dict.fromkeys(_KINDS[zone.kind] for zone in one.symbol))
    return text("print.kinds", language, size=size, kinds=kinds)


ROUTES = (print_page, label, labels, *label_blocks.ROUTES)
