# SPDX-License-Identifier: Apache-2.0
"""An entry of the registers as its pages show it: rows, history, versions, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from nguon.base.messages import Language, catalogue, text
from nguon.base.time import HANOI
from nguon.registry import workflow
from nguon.registry.documents import Document
from nguon.registry.history import Standing
from nguon.registry.holdings import File, Holding, Waiting
from nguon.registry.model import Register
from nguon.vn.units import province
from nguon.web.formats import day, moment
from nguon.web.work.register_forms import GROUPS, label, shown
from nguon.web.work.timeline import timeline

COLOURS: Mapping[str, str] = {
    "approved": "good",
    "submitted": "gold",
    "checked": "gold",
    "returned": "gold",
    "suspended": "danger",
    "revoked": "danger",
    "refused": "danger",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    address: str
    title: str
    kind: str
    tag: str
    colour: str
    note: str | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the history in words."""

    recorded: str
    status: str
    colour: str
    since: str
    until: str | None
    by: str
    reason: str | None
    document: str | None
    idle: bool


def line(holding: Holding, language: Language, *, base: str = "/w/registers") -> Line:
    """An entry as a list shows it."""
    return Line(
        address(base, holding),
        holding.title(language),
        kind(holding, language),
        text(f"approvals.status-{holding.tag}", language),
        COLOURS.get(holding.tag, ""),
        _note(holding, language),
        holding.waiting is not None and holding.waiting.overdue(datetime.now(UTC)),
    )


def address(base: str, holding: Holding) -> str:
    """The page of an entry."""
    return f"{base}/{holding.register}?key={quote(holding.key, safe='')}"


def kind(holding: Holding, language: Language) -> str:
    """What sort of entry it is, with its code."""
    content = holding.content
    match holding.register:
        case Register.PLACE:
            code = content["national_code"] or holding.key.partition("/")[2] or holding.key
            called = text(f"registry.place-{content['kind']}", language)
            return f"{called} · {code}"
        case Register.PRODUCT:
            return f"GTIN {holding.key.partition('/')[2]}"
        case Register.CERTIFICATE:
            return str(content["issuer"])
        case Register.ORGANISATION:
            return text(f"approvals.value-{content['kind']}", language)


def view(file: File, documents: list[Document], language: Language) -> dict[str, Any]:
    """What an entry's page needs."""
    holding, now = file.holding, datetime.now(UTC)
    place = None if file.province is None else province(file.province)
    return {
        "entry": line(holding, language),
        "register": holding.register.value,
        "key": holding.key,
        "standing": text(f"approvals.status-{holding.standing.status}", language),
        "colour": COLOURS.get(holding.standing.status, ""),
        "rows": rows(holding.register, holding.content, file.names, language),
        "waiting": waiting_words(holding.waiting, language),
        "late": holding.waiting is not None and holding.waiting.overdue(now),
        "proposed": proposed(file, language),
        "steps": [step(one, file.names, language) for one in reversed(file.history)],
        "drawing": timeline(file.history, now, language),
        "versions": _versions(file, language),
        "documents": [(one, _size(one.size, language)) for one in documents],
        "seen": workflow.last_number(file.history),
        "province": None if place is None else place.label(language),
        "sector": text(f"approvals.sector-{file.sector}", language),
    }


def rows(
    register: Register,
    content: Mapping[str, Any],
    names: Mapping[int, tuple[str, str | None]],
    language: Language,
) -> list[tuple[str, str]]:
    """The fields that are filled in, in the order of the form."""
    found = []
    for _, fields in GROUPS[register]:
        for name in fields:
            value = _said(register, name, content.get(name), names, language)
            if value is not None:
                found.append((label(name, language), value))
    return found


def proposed(file: File, language: Language) -> list[tuple[str, str, str]]:
    """What would change if the body approved: field, as it is, as it would be."""
    waiting, holding = file.holding.waiting, file.holding
    laid = next((v for v in file.versions if waiting and v.version == waiting.version), None)
    if laid is None or laid.applied:
        return []
    found = []
    for _, fields in GROUPS[holding.register]:
        for name in fields:
            before, after = holding.content.get(name), laid.content.get(name)
            if before != after:
                said = [
                    _said(holding.register, name, one, file.names, language) or "–"
                    for one in (before, after)
                ]
                found.append((label(name, language), said[0], said[1]))
    return found


def step(row: Standing, names: Mapping[int, tuple[str, str | None]], language: Language) -> Step:
    """A row of the history in words."""
    assert row.recorded is not None
    assert row.valid_from is not None
    assert row.by is not None
    reason = text(f"approvals.reason-{row.reason}", language) if _known(row.reason) else row.reason
    said = ". ".join(part for part in (reason, row.note) if part)
    organisation = row.by.organisation
    operator = text("approvals.by-operator", language)
    by = operator if organisation is None else _named(organisation, names, language)
    return Step(
        moment(row.recorded.astimezone(HANOI), language),
        text(f"approvals.status-{row.status}", language),
        COLOURS.get(row.status, ""),
        _date(row.valid_from, language),
        None if row.valid_to is None else _date(row.valid_to, language),
        by,
        said or None,
        row.document,
        row.valid_from == row.valid_to,
    )


def waiting_words(waiting: Waiting | None, language: Language) -> str | None:
    """Until when an answer is due."""
    if waiting is None:
        return None
    code = "approvals.late" if waiting.overdue(datetime.now(UTC)) else "approvals.waits-until"
    return text(code, language, due=_date(waiting.due, language))


def _note(holding: Holding, language: Language) -> str | None:
    if holding.waiting is not None:
        return waiting_words(holding.waiting, language)
    if holding.tag in ("returned", "suspended", "revoked", "refused") and holding.last is not None:
        last = step(holding.last, {}, language)
        return last.reason
    return None


def _versions(file: File, language: Language) -> list[tuple[int, str, str, bool]]:
    operator = text("approvals.by-operator", language)
    return [
        (
            one.version,
            moment(one.recorded.astimezone(HANOI), language),
            operator
            if one.by.organisation is None
            else _named(one.by.organisation, file.names, language),
            one.applied,
        )
        for one in reversed(file.versions)
    ]


def _said(
    register: Register,
    name: str,
    value: Any,
    names: Mapping[int, tuple[str, str | None]],
    language: Language,
) -> str | None:
    if isinstance(value, int):
        return _named(value, names, language) if value in names else None
    return shown(register, name, value, language)


def _named(number: int, names: Mapping[int, tuple[str, str | None]], language: Language) -> str:
    vi, en = names.get(number, ("–", None))
    return en if language == "en" and en else vi


def _known(reason: str | None) -> bool:
    return reason is not None and f"approvals.reason-{reason}" in catalogue("vi")


def _date(value: datetime, language: Language) -> str:
    return day(value.astimezone(HANOI).date(), language)


def _size(octets: int, language: Language) -> str:
    kilobytes = max(round(octets / 1024), 1)
    return text("approvals.size", language, kilobytes=kilobytes)
