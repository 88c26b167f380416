# SPDX-License-Identifier: Apache-2.0
"""What people type about recalls, as values: codes in any form, hours, choices, files."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from nguon.base.messages import Language
from nguon.base.quantity import Quantity, plain
from nguon.gs1 import IdentifierError
from nguon.recall.inputs import FileSent
from nguon.recall.model import Quantities
from nguon.scans.reading import identifier_in
from nguon.web.forms import Form
from nguon.web.problems import words

_Choice = TypeVar("_Choice", bound=StrEnum)
MOST_KEYS = 200
MOST_FILES = 6
_LONGEST = 200


def codes(typed: str, language: Language) -> tuple[tuple[str, ...], str]:
    """The keys of codes typed one a line, and what is wrong with the first that is none."""
    found: dict[str, None] = {}
    for line in typed.splitlines():
        if not (code := line.strip()):
            continue
        try:
            found[identifier_in(code[:_LONGEST]).key] = None
        except IdentifierError:
            return (), words("recalls.no-code", language, {"code": code[:40]})
    if len(found) > MOST_KEYS:
        return (), words("recalls.too-many-codes", language, {"most": MOST_KEYS})
    return tuple(found), ""


def chosen(kind: type[_Choice], typed: str, otherwise: _Choice) -> _Choice:
    """A choice as a form sends it."""
    return kind(typed) if typed in set(kind) else otherwise


def amount(typed: str) -> Decimal | None:
    """A number as people write it, comma or point; None where it is none or less than nothing."""
    try:
        found = Decimal(typed.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if plain(found) and found >= 0 else None


def quantities(
    form: Form, name: str, rows: Sequence[tuple[str | None, str]]
) -> tuple[Quantities, list[str]]:
    """Numbers of products in ``name-0``, ``name-1`` …; and the fields that are none."""
    found, wrong = [], []
    for index, (product, unit) in enumerate(rows):
        typed = form.text(f"{name}-{index}")
        much = amount(typed) if typed else Decimal(0)
        if much is None:
            wrong.append(f"{name}-{index}")
        elif much:
            found.append((product, Quantity(much, unit)))
    return tuple(found), wrong


def within(hours: int) -> datetime | None:
    """So many hours from now; None for none."""
    return datetime.now(UTC) + timedelta(hours=hours) if hours else None


def files(form: Form, *names: str) -> tuple[FileSent, ...]:
    """The files that were chosen."""
    sent = (form.file(name) for name in names[:MOST_FILES])
    return tuple(FileSent(one.name, one.content) for one in sent if one and one.content)
