# SPDX-License-Identifier: Apache-2.0
"""Reads the requirement files, and refuses files that contradict themselves."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from nguon.base.errors import Fault
from nguon.compliance import checking
from nguon.compliance.errors import RequirementFileError
from nguon.compliance.model import (
    Binding,
    Desk,
    Instrument,
    Interval,
    Kind,
    Market,
    Obligation,
    Requirement,
    Scope,
    Supplier,
)
from nguon.compliance.paths import parse
from nguon.registry.model import Words


class _Field(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    supplier: Supplier
    place: Desk


class _Since(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "binding": "is"}):
    start: date
    binding: Binding
    by: str


class _Pause(msgspec.Struct, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    start: date
    by: str
    end: date | None = None


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    vi: str
    en: str


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    field: str
    clause: str | _Said
    path: str | None = None
    supplier: Supplier | None = None
    if_any: bool = False
    groups: list[str] = []
    ministries: list[str] = []
    markets: list[Market] = []
    valid_from: date | None = None
    valid_to: date | None = None
    update: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    number: str
    body: str
    source: str
    valid_from: date
    obligation: list[_Since]
    row: list[_Row]
    kind: Kind = Kind.LAW
    public: bool = False
    valid_to: date | None = None
    suspended: list[_Pause] = []
    groups: list[str] = []
    except_groups: list[str] = []
    ministries: list[str] = []
    markets: list[Market] = []


@cache
def instruments() -> tuple[Instrument, ...]:
    """The instruments that come with the program, by their ids."""
    room = files("nguon.compliance")
    folder = room / "requirements"
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return load(texts, (room / "fields.toml").read_text("utf-8"))


def instrument(name: str) -> Instrument:
    """The instrument with this id; raises `KeyError`."""
    return {entry.id: entry for entry in instruments()}[name]


def load(texts: Mapping[str, str], fields: str) -> tuple[Instrument, ...]:
    """Instruments from the texts of their files, by name.

    Raises `RequirementFileError` with every fault: unknown members, fields, paths,
    groups; times that end before they begin or lie outside their instrument's.
    """
    faults: list[Fault] = []
    known = _read(fields, dict[str, _Field], "fields", faults) or {}
    found = []
    for name in sorted(texts):
        raw = _read(texts[name], _File, name, faults)
        if raw is not None:
            found.append(_instrument(name, raw, known, faults))
    for entry in found:
        faults += checking.faults_of(entry)
    if faults:
        raise RequirementFileError("compliance.requirement-files", faults, count=len(faults))
    return tuple(found)


def _read(text: str, shape: Any, name: str, faults: list[Fault]) -> Any:
    try:
        return msgspec.convert(tomllib.loads(text), shape)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        faults.append(Fault(f"/{name}", "compliance.file-unreadable", {"reason": str(error)}))
        return None


def _instrument(
    name: str, raw: _File, known: Mapping[str, _Field], faults: list[Fault]
) -> Instrument:
    scope = _scope(raw.groups, raw.ministries, raw.markets, raw.except_groups)
    rows = []
    for number, row in enumerate(raw.row):
        made = _requirement(name, raw, row, known, faults, f"/{name}/row/{number}")
        rows += [] if made is None else [made]
    return Instrument(
        id=name,
        number=raw.number,
        body=raw.body,
        kind=raw.kind,
        public=raw.public,
        source=raw.source,
        valid=Interval(raw.valid_from, raw.valid_to, raw.number),
        suspended=tuple(Interval(p.start, p.end, p.by) for p in raw.suspended),
        obligations=tuple(Obligation(o.start, o.binding, o.by) for o in raw.obligation),
        scope=scope,
        rows=tuple(rows),
    )


def _requirement(
    name: str,
    raw: _File,
    row: _Row,
    known: Mapping[str, _Field],
    faults: list[Fault],
    pointer: str,
) -> Requirement | None:
    field = known.get(row.field)
    if field is None:
        faults.append(Fault(pointer, "compliance.unknown-field", {"field": row.field}))
        return None
    path = row.path or field.path
    paths = parse(path)
    if paths is None:
        faults.append(Fault(pointer, "compliance.unknown-path", {"path": path}))
        return None
    return Requirement(
        id=f"{name}/{row.field}",
        instrument=name,
        field=row.field,
        paths=paths,
        clause=_words(row.clause),
        supplier=row.supplier or field.supplier,
        desk=field.place,
        scope=_scope(row.groups, row.ministries, row.markets),
        if_any=row.if_any,
        valid=Interval(row.valid_from or raw.valid_from, row.valid_to or raw.valid_to),
        update=row.update,
    )


def _words(clause: str | _Said) -> Words:
    return Words(clause) if isinstance(clause, str) else Words(clause.vi, clause.en)


def _scope(
    groups: Iterable[str],
    ministries: Iterable[str],
    markets: Iterable[Market],
    but_not: Iterable[str] = (),
) -> Scope:
    return Scope(frozenset(groups), frozenset(ministries), frozenset(markets), frozenset(but_not))
