# SPDX-License-Identifier: Apache-2.0
"""A link as a form has it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request

from nguon.base.errors import FaultyInputError, NguonError
from nguon.gs1 import IdentifierError, digital_link, parse
from nguon.registry.links.model import LinkAsked
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words
from nguon.web.telling import told

FIELDS = (
    *("type", "href", "title", "hreflang", "media_type", "context", "valid_from", "valid_to"),
    *("default", "fwqs"),
)
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_PARTED = re.compile(r"[,;\n]+")


class DayError(NguonError):
    """A day that cannot be read; ``field`` is where it stands."""

    def __init__(self, field: str, error: TableError) -> None:
        super().__init__(error.code, **error.params)
        self.field = field


def strict(text: str) -> str:
    """A typed code as the strict reader takes it: bare digits are a barcode's."""
    digits = re.sub(r"[\s.\-]", "", text)
    if _GTIN.fullmatch(digits):
        return f"01/{digits.zfill(14)}"
    typed = text.strip()
    try:
        return typed if typed[:2].isdigit() else digital_link(parse(typed).key)
    except IdentifierError:
        return typed


def read(typed: Mapping[str, str]) -> LinkAsked:
    """The link that was typed; raises `DayError`."""
    return LinkAsked(
        type=typed["type"],
        href=typed["href"],
        title=typed["title"],
        hreflang=_parts(typed["hreflang"]),
        media_type=typed["media_type"] or None,
        context=_parts(typed["context"]),
        fwqs=bool(typed["fwqs"]),
        valid_from=_day(typed, "valid_from"),
        valid_to=_day(typed, "valid_to"),
    )


def errors(request: Request[Any, Any, Any], error: NguonError) -> list[tuple[str, str]]:
    """What is wrong, by the field where it is."""
    if isinstance(error, FaultyInputError):
        language = negotiate(request.scope)
        return [
            (
                fault.pointer.rpartition("/")[2].replace("links", ""),
                f"{words(fault.code, language, fault.params)} "
                f"{advice(fault.code, language, fault.params) or ''}".strip(),
            )
            for fault in error.faults
        ]
    return [(error.field if isinstance(error, DayError) else "", told(request, error))]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _PARTED.split(text) if part.strip())


def _day(typed: Mapping[str, str], field: str) -> date | None:
    if not typed[field]:
        return None
    try:
        return day(typed[field])
    except TableError as error:
        raise DayError(field, error) from None
