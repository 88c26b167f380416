# SPDX-License-Identifier: Apache-2.0
"""Every kind of table that people may send: master data and everyday entries, in one way.

A kind is a register's name (``organisation`` …) or a kind of everyday table
(``deliveries`` …). A table is looked at as often as one likes and then taken,
whole or not at all.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from importlib.resources import files

import msgspec

from nguon.entries.service import Sending
from nguon.entries.sheets import service as sheets
from nguon.entries.sheets import words
from nguon.entries.sheets.words import Kind
from nguon.identity.model import Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import history
from nguon.registry import service as registry
from nguon.registry import sheet as registry_sheet
from nguon.registry import words as registry_words
from nguon.registry.model import Register
from nguon.registry.shapes import SHAPES, STANDING
from nguon.registry.sheet import RowFault
from nguon.tables.headings import FieldOf, Headed
from nguon.tables.model import Remark

KINDS: tuple[str, ...] = (*Kind, *Register)


class Field(msgspec.Struct, frozen=True):
    """A column of a kind: its usual heading, whether it must be there, the words it may hold."""

    name: str
    heading: str
    required: bool
    known: str
    example: str
    others: Sequence[str]
    """Other headings that mean the same."""


class Outcome(msgspec.Struct, frozen=True):
    """What a table did or would do, in rows; with faults it did nothing."""

    rows: int
    created: int = 0
    changed: int = 0
    proposed: int = 0
    """Changes of what a body has approved: they wait for it."""
    unchanged: int = 0
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    receipt: int | None = None
    """The number of the new form of everyday entries."""


def scope_of(kind: str) -> Scope:
    """What one must be allowed to, to send this kind."""
    return Scope.REGISTRY if kind in set(Register) else Scope.CAPTURE


def field_of(kind: str) -> FieldOf:
    """What the headings of a kind mean."""
    if kind in set(Register):
        return partial(registry_words.column, Register(kind))
    return partial(words.column, Kind(kind))


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """The columns of a kind, in the order of its template."""
    if kind in set(Register):
        return tuple(_of_register(Register(kind)))
    columns = words.columns(Kind(kind))
    return tuple(
        Field(
            name,
            words.words(name)[0],
            name in columns.required,
            words.known(name),
            words.example(name),
            words.words(name)[1:],
        )
        for name in columns.fields
    )


def _of_register(register: Register) -> list[Field]:
    names, examples = registry_words.names(register), _examples()[register]
    return [
        Field(
            field,
            names[field][0],
            field in SHAPES[register].required,
            registry_words.listed(register, field),
            examples.get(field, ""),
            names[field][1:],
        )
        for field in SHAPES[register].converters
        if field not in STANDING
    ]


@cache
def _examples() -> Mapping[str, Mapping[str, str]]:
    text = (files("nguon.entries.sheets") / "examples.toml").read_text("utf-8")
    return tomllib.loads(text)


def look(sending: Sending, kind: str, table: Headed, now: datetime) -> Outcome:
    """What taking the table would do."""
    table, remarks = _without_example(kind, table)
    if kind in set(Register):
        return _with(_registered(sending, Register(kind), table, dry=True), remarks)
    return _with(_entered(sheets.look(sending, Kind(kind), table, now)), remarks)


def take(sending: Sending, kind: str, table: Headed, now: datetime) -> Outcome:
    """Take the table: all of it, or nothing."""
    table, remarks = _without_example(kind, table)
    if kind in set(Register):
        return _with(_registered(sending, Register(kind), table, dry=False), remarks)
    return _with(_entered(sheets.take(sending, Kind(kind), table, now)), remarks)


def _registered(sending: Sending, register: Register, table: Headed, *, dry: bool) -> Outcome:
    principal = sending.principal
    done = registry.take(
        sending.store,
        register,
        registry_sheet.of(register, table),
        registrar=None if principal.kind is KeyKind.OPERATOR else principal.organisation,
        by=history.actor(principal),
        dry=dry,
    )
    return Outcome(
        done.rows, done.created, done.updated, done.proposed, done.unchanged, done.faults
    )


def _entered(report: sheets.Report) -> Outcome:
    return Outcome(
        report.rows,
        report.created,
        unchanged=report.unchanged,
        faults=report.faults,
        remarks=report.remarks,
        receipt=report.receipt,
    )


def _without_example(kind: str, table: Headed) -> tuple[Headed, tuple[Remark, ...]]:
    """The table without the example row of our template, if it was left standing."""
    example = {field.name: field.example for field in fields(kind)}
    told = [example.get(field or "") for field in table.fields]
    rows = table.rows
    for at, row in enumerate(rows[:2]):
        cells = [*row.cells, *[""] * (len(told) - len(row.cells))]
        if any(cells) and cells == told:
            remark = Remark("files.example-left-out", {"row": row.number}, table.name)
            left = [*rows[:at], *rows[at + 1 :]]
            return msgspec.structs.replace(table, rows=left), (remark,)
    return table, ()


def _with(outcome: Outcome, remarks: tuple[Remark, ...]) -> Outcome:
    return msgspec.structs.replace(outcome, remarks=(*remarks, *outcome.remarks))
