# SPDX-License-Identifier: Apache-2.0
"""The decision of a recall: its form, a last look at exactly what will happen, and deciding."""

import asyncio
from datetime import datetime
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.recall import queries, service
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Decision
from nguon.recall.model import Level, Manner, Recall
from nguon.web.clocks import clock
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import DESK, Errors, Face, Requested, asking, face_of, faults
from nguon.web.recalls.typed import chosen, within
from nguon.web.work.pages import go_to, work

_FIELDS = ("level", "manner", "words_vi", "words_en", "instructions", "hours", "partly")
_LEVELS = {str(int(one)): one for one in Level}
_MOST_HOURS = 24 * 60


async def form_page(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The form of the decision, with the legal time that is left."""
    return await _form(request, number, {}, [])


async def decide(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Show what will happen; then, sent again from there, decide."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    typed = {name: form.text(name) for name in _FIELDS}
    decision, errors = _decision(form, face, negotiate(request.scope))
    if errors or form.text("do") == "change":
        return await _form(request, number, typed, errors)
    if form.text("do") != "decide":
        return await _look(request, number, typed, decision)
    seen = form.number("seen")
    try:
        await asyncio.to_thread(lambda: service.decide(store, by, number, decision, seen=seen))
    except UnknownRecallError:
        raise
    except RecallError as error:
        place = "partly" if error.code == "recall.scope-cut" else ""
        return await _form(request, number, typed, faults(request, error, place, {"due": "hours"}))
    return go_to(f"{face.base}/{number}/sites")


async def _form(
    request: Requested, number: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    language, face = negotiate(request.scope), face_of(request)
    context = await asyncio.to_thread(_read, request, number, language)
    return work(
        request,
        "recalls/decide.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        own=face is not DESK,
        levels=_choices("level", [str(int(one)) for one in Level], language),
        manners=_choices("manner", [one.value for one in Manner], language),
        typed={**dict.fromkeys(_FIELDS, ""), **typed},
        errors=errors,
        wrong=dict(errors),
        **context,
    )


async def _look(
    request: Requested, number: str, typed: dict[str, str], decision: Decision
) -> Response[bytes]:
    language, face = negotiate(request.scope), face_of(request)
    context = await asyncio.to_thread(_read, request, number, language)
    return work(
        request,
        "recalls/look.html",
        here=face.here,
        base=face.base,
        typed=typed,
        decision=decision,
        **context,
    )


def _read(request: Requested, number: str, language: Language) -> dict[str, Any]:
    store, by = asking(request)
    recall: Recall = queries.find(store, by, number)
    settled = queries.settled(store, by, number)
    totals = (*settled.held, *settled.moving, *settled.sold)
    names = words.named(store, by, language, products=[key for key, _ in totals])
    now = datetime.now(tz=recall.opened.tzinfo)
    return {
        "recall": recall,
        "found": settled,
        "names": names,
        "clock": clock(recall.due, now, language),
        "late": recall.late(now),
        "clause": words.clause(recall, language),
    }


def _decision(form: Form, face: Face, language: Language) -> tuple[Decision, Errors]:
    level = _LEVELS.get(form.text("level"))
    usual = Manner.MANDATORY if face is DESK else Manner.VOLUNTARY
    hours = form.number("hours")
    errors: Errors = []
    if level is None:
        errors.append(("level", text("recalls.level-missing", language)))
    if form.text("hours") and not 0 < hours <= _MOST_HOURS:
        errors.append(("hours", text("recalls.hours-wrong", language, most=_MOST_HOURS)))
    errors += [
        (name, text("recalls.words-missing", language))
        for name in ("words_vi", "words_en")
        if not form.text(name)
    ]
    decision = Decision(
        manner=usual if face is not DESK else chosen(Manner, form.text("manner"), usual),
        level=level or Level.RULE,
        words_vi=form.text("words_vi"),
        words_en=form.text("words_en"),
        instructions=form.text("instructions"),
        due=within(hours),
        partly=bool(form.text("partly")),
    )
    return decision, errors


def _choices(name: str, values: list[str], language: Language) -> list[tuple[str, str, str]]:
    return [
        (
            value,
            text(f"recalls.{name}-{value}", language),
            text(f"recalls.{name}-{value}-means", language),
        )
        for value in values
    ]
