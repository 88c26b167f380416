# SPDX-License-Identifier: Apache-2.0
"""What an organisation should do, the most urgent first, each with where it is done."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get

from nguon.base.messages import Language, text
from nguon.compliance import duties, projection
from nguon.compliance.duties import MISSING, Due
from nguon.compliance.terms import terms
from nguon.web.auth import needs, principal_of
from nguon.web.formats import day, element_string
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.pages import work


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list."""

    words: str
    about: str
    when: str
    tag: str
    link: str
    clause: str | None


@get("/w/todo", opt=dict(needs("read")), include_in_schema=False)
async def todo_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Overdue first, then what is due, then lots whose data are not complete."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    found = await asyncio.to_thread(duties.todo, store, by)
    seq = await asyncio.to_thread(projection.position, store)
    now = datetime.now(UTC)
    tasks = [task(one, now, language) for one in found if one.kind != MISSING]
    tasks += _lots([one for one in found if one.kind == MISSING], language)
    return work(request, "work/compliance/todo.html", here="todo", tasks=tasks, seq=seq)


def task(one: Due, now: datetime, language: Language) -> Task:
    """A duty as a line."""
    late = one.days_late(now)
    if one.due is None:
        when, tag = "", "gold"
    elif late > 0:
        when, tag = text("compliance.late", language, days=late), "danger"
    elif late == 0:
        when, tag = text("compliance.due-today", language), "danger"
    else:
        when, tag = text("compliance.due", language, day=day(one.due.date(), language)), ""
    term = terms().get(one.kind)
    return Task(
        text(f"compliance.duty-{one.kind}", language),
        about(one, language),
        when,
        tag,
        _link(one),
        term.clause.in_language(language) if term else None,
    )


def _lots(lacking: list[Due], language: Language) -> list[Task]:
    """Lots that lack the same, as one line; it leads to the first."""
    alike: dict[tuple[str, ...], list[Due]] = {}
    for one in lacking:
        alike.setdefault(one.fields, []).append(one)
    made = []
    for fields, ones in alike.items():
        words = about(ones[0], language)
        if len(ones) > 1:
            names = ", ".join(text(f"requirement.{name}", language) for name in fields)
            words = text("compliance.lots-lack", language, count=len(ones), fields=names)
        title = text(f"compliance.duty-{MISSING}", language)
        made.append(Task(title, words, "", "gold", _link(ones[0]), None))
    return made


def about(one: Due, language: Language) -> str:
    """What a duty is about."""
    if one.kind == MISSING:
        fields = ", ".join(text(f"requirement.{name}", language) for name in one.fields)
        lot = element_string(one.subject)
        return text("compliance.lot-lacks", language, lot=lot, fields=fields)
    if "renewal" in one.kind:
        return one.subject.partition("/")[2]
    return element_string(one.subject)


def _link(one: Due) -> str:
    if one.kind == MISSING:
        return f"/w/lots/{quote(one.subject, safe='/')}"
    if one.kind == "receiving":
        return f"/w/receive?item={quote(one.subject, safe='')}"
    return "/w/registers" if "renewal" in one.kind else f"/w/trace?item={quote(one.subject)}"


ROUTES = (todo_page,)
