# SPDX-License-Identifier: Apache-2.0
"""Labels for systems: JSON in, a file of proven labels out."""

import asyncio
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import JSONBody
from litestar.response import Stream

from nguon.base.messages import Language
from nguon.gs1.elements import read_bracketed
from nguon.gs1.links import write_link
from nguon.labels import service
from nguon.labels.errors import LabelError
from nguon.labels.model import Label, Output
from nguon.labels.service import MOST
from nguon.labels.templates import templates
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import label_files, label_orders
from nguon.web.work.label_orders import Order

_PAGE = "/api/v1/labels"
_MOST_OCTETS = 8 * 1024 * 1024
Text = Annotated[str, msgspec.Meta(max_length=500)]
Copies = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class LabelBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One label: ``elements`` in brackets; the link is made of them where none is given.

    ``facts`` are printed in words; a field ``…Date`` of ISO 8601 is a text like any other,
    ``days`` are printed as dd/MM/yyyy.
    """

    elements: Text = ""
    link: Text = ""
    name: Text = ""
    facts: dict[str, Text] = {}
    days: dict[str, date] = {}
    copies: Copies = 1


class BlockBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Pieces of a block of serials, counted from 1."""

    id: Text
    quantity: Copies
    first: Annotated[int, msgspec.Meta(ge=1)] = 1


class LabelsBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """An order: own labels, or recorded items, or pieces of a block."""

    template: Text
    output: Output = Output.PDF
    dpi: Literal[0, 203, 300, 600] = 0
    start: Annotated[int, msgspec.Meta(ge=0, le=200)] = 0
    purpose: Literal["lot", "carton", "pallet", "piece", "china"] = "lot"
    copies: Copies = 1
    labels: Annotated[list[LabelBody], msgspec.Meta(max_length=MOST)] = []
    items: Annotated[list[Text], msgspec.Meta(max_length=1000)] = []
    block: BlockBody | None = None


class TemplateAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A template; lengths in millimetres, ``fields`` are the facts that it prints."""

    name: str
    width: float
    height: float
    on_page: int
    dpi: int
    purposes: tuple[str, ...]
    symbols: tuple[str, ...]
    fields: tuple[str, ...]


@get(f"{_PAGE}/templates", opt=dict(needs("capture")), tags=["labels"], summary="Templates")
async def list_templates() -> list[TemplateAnswer]:
    """The labels that there are."""
    return [
        TemplateAnswer(
            one.name,
            *one.size,
            one.on_page,
            one.dpi,
            one.purposes,
            tuple(zone.kind.value for zone in one.symbol),
            tuple(dict.fromkeys(line.field for zone in one.text for line in zone.line)),
        )
        for one in templates().values()
    ]


@post(
    _PAGE,
    opt=dict(needs("capture")),
    status_code=200,
    request_max_body_size=_MOST_OCTETS,
    tags=["labels"],
    summary="Print labels",
)
async def print_labels(
    request: Request[Any, Any, Any], data: JSONBody[LabelsBody]
) -> Response[bytes] | Stream:
    """A file whose every symbol was read back; `nguon-verified` says how many."""
    language = negotiate(request.scope)
    proof = await asyncio.to_thread(_proof, request, data, language)
    return await label_files.answer(proof, data.output, language, start=data.start)


def _proof(request: Request[Any, Any, Any], data: LabelsBody, language: Language) -> service.Proof:
    found = services(request.scope)
    if sum(one.copies for one in data.labels) > MOST:
        raise LabelError("labels.too-many", most=MOST)
    made = [
        label
        for number, one in enumerate(data.labels, start=1)
        for label in [_label(one, number, found.base_url)] * one.copies
    ]
    if data.items or data.block:
        order = Order(
            items=[label_orders.item_of(item) for item in data.items],
            block=data.block.id if data.block else "",
            first=data.block.first if data.block else 1,
            quantity=data.block.quantity if data.block else 0,
            purpose="piece" if data.block else data.purpose,
            copies=data.copies,
        )
        principal = principal_of(request.scope)
        made += label_orders.labels(found.store, principal, order, found.base_url, language)
    return service.prove(data.template, made, language, dpi=data.dpi)


def _label(one: LabelBody, number: int, base_url: str) -> Label:
    """A label as it came; raises IdentifierError or LabelError."""
    elements = read_bracketed(one.elements) if one.elements else ()
    if not elements and not one.link:
        raise LabelError("labels.nothing-to-carry", label=one.name or str(number), symbol="qr")
    return Label(
        name=one.name or str(number),
        link=one.link or write_link(elements, base_url),
        elements=elements,
        facts={**one.facts, **one.days},
    )


ROUTES = (list_templates, print_labels)
