# SPDX-License-Identifier: Apache-2.0
"""The other questions as pages: what complaints share, two lots side by side, a running ledger,
how far a lot is spread. Every question stands in its address.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from litestar import Response

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.errors import NguonError
from nguon.base.messages import catalogue, text
from nguon.trace.asking import dispersion
from nguon.trace.asking.balance import Account, ledger
from nguon.trace.asking.common import CauseKind, common_causes
from nguon.trace.asking.comparing import compare
from nguon.trace.asking.errors import QuestionError
from nguon.web.auth import principal_of
from nguon.web.languages import negotiate
from nguon.web.services import Services, services
from nguon.web.tracing.answers import account_of, caused, ledger_page, met, spread, things_of
from nguon.web.tracing.desk import Requested, base_of, fault_words
from nguon.web.tracing.words import Words
from nguon.web.work.pages import work

Shown = dict[str, Any]
Typed = Mapping[str, str]
Question = Callable[[Services, Audience, Typed, Words], Shown]
QUESTIONS = ("common", "compare", "balance", "dispersion")
_SPOTS = frozenset({CauseKind.PLACE, CauseKind.PARTY, CauseKind.EQUIPMENT})


async def common(request: Requested) -> Response[bytes]:
    """What several things have in common, the likeliest cause first."""
    return await _page(request, "common", ("items",), _common)


async def comparison(request: Requested) -> Response[bytes]:
    """What two lots share, and where they part."""
    return await _page(request, "compare", ("a", "b"), _compared)


async def balance(request: Requested) -> Response[bytes]:
    """The running ledger of goods, of a party or of a place."""
    return await _page(request, "balance", ("goods", "holder"), _balanced)


async def spreading(request: Requested) -> Response[bytes]:
    """How far a lot is spread, and how big a recall would be."""
    return await _page(request, "dispersion", ("item",), _spread)


async def _page(
    request: Requested, question: str, fields: tuple[str, ...], ask: Question
) -> Response[bytes]:
    """The form with what was typed, and the answer where the question is whole."""
    names = (*fields, "page")
    typed = {name: request.query_params.get(name, "").strip() for name in names}
    language, parts = negotiate(request.scope), services(request.scope)
    audience = principal_of(request.scope).audience
    shown: Shown = {"wrong": None, "answer": None}
    if "also" not in request.query_params and any(typed[name] for name in fields):
        said = Words(parts.store, audience, language)
        try:
            shown |= await asyncio.to_thread(ask, parts, audience, typed, said)
        except (gs1.IdentifierError, QuestionError) as error:
            shown["wrong"] = _fault(error, said)
    base = base_of(request)
    return work(
        request,
        f"trace/ask_{question}.html",
        here="desk-trace" if base == "/s/trace" else "trace",
        status_code=400 if shown["wrong"] else 200,
        base=base,
        question=question,
        questions=QUESTIONS,
        typed=typed,
        subject=next((typed[name].split()[0] for name in fields if typed[name]), ""),
        **shown,
    )


def _fault(error: NguonError, said: Words) -> dict[str, str | None]:
    """What is wrong, with what to do next on a page."""
    found = fault_words(error, said.language)
    here = f"trace-ask.next-{error.code.partition('.')[2]}"
    if here in catalogue(said.language):
        found["advice"] = text(here, said.language)
    return found


def _key(typed: str) -> str:
    return gs1.parse(typed).key


def _common(parts: Services, audience: Audience, typed: Typed, said: Words) -> Shown:
    keys = [_key(line.strip()) for line in typed["items"].splitlines() if line.strip()]
    found = common_causes(parts.store, audience, keys)
    causes = found.causes
    said.learn(
        [*keys, *(one.key for one in causes if one.kind not in _SPOTS)],
        [one.key for one in causes if one.kind in (CauseKind.PLACE, CauseKind.EQUIPMENT)],
        [one.key for one in causes if one.kind is CauseKind.PARTY],
    )
    return {"answer": found, "causes": [caused(one, said) for one in causes]}


def _compared(parts: Services, audience: Audience, typed: Typed, said: Words) -> Shown:
    if not (typed["a"] and typed["b"]):
        return {}
    found = compare(parts.store, audience, _key(typed["a"]), _key(typed["b"]))
    shared = [one.key for one in found.shared]
    said.learn(
        [found.a, found.b, *shared, *found.only_a, *found.only_b], found.places, found.parties
    )
    return {
        "answer": found,
        "names": (said.name(found.a), said.name(found.b)),
        "shared": list(zip(things_of(shared, said), found.shared, strict=True)),
        "parting": things_of(found.parting, said),
        "only": (things_of(found.only_a, said), things_of(found.only_b, said)),
        **met(found, said),
    }


def _balanced(parts: Services, audience: Audience, typed: Typed, said: Words) -> Shown:
    codes = [_key(typed[name]) for name in ("goods", "holder") if typed[name]]
    account: Account = account_of(codes)
    found = ledger(parts.store, audience, account)
    return {"answer": found, **ledger_page(parts, audience, found, typed["page"], said)}


def _spread(parts: Services, audience: Audience, typed: Typed, said: Words) -> Shown:
    found = dispersion.of(parts.store, audience, _key(typed["item"]))
    return {"answer": found, **spread(found, said)}
