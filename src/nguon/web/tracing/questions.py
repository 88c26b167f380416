# SPDX-License-Identifier: Apache-2.0
"""The other questions as pages: what complaints share, two lots side by side, a running ledger,
how far a lot is spread. Every question stands in its address.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from litestar import Response

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.errors import NguonError
from nguon.base.messages import catalogue, text
from nguon.tables.errors import TableError
from nguon.trace.asking import dispersion
from nguon.trace.asking.balance import ledger
from nguon.trace.asking.common import CauseKind, common_causes
from nguon.trace.asking.comparing import compare
from nguon.trace.asking.errors import QuestionError
from nguon.trace.known import seq_at
from nguon.web.auth import principal_of
from nguon.web.languages import negotiate
from nguon.web.services import Services, services
from nguon.web.tracing.answers import caused, met, spread, things_of
from nguon.web.tracing.asked import Asked
from nguon.web.tracing.desk import Requested, base_of, fault_words
from nguon.web.tracing.ledger_lines import account_of, ledger_page
from nguon.web.tracing.words import Words
from nguon.web.work.pages import work

Shown = dict[str, Any]
Typed = Mapping[str, str]
QUESTIONS = ("common", "compare", "balance", "dispersion")
_SPOTS = frozenset({CauseKind.PLACE, CauseKind.PARTY, CauseKind.EQUIPMENT})


class Put(NamedTuple):
    """A question as it was put: by whom, what was typed, as known at which position of the log
    (None: now), and the words of the answer.
    """

    parts: Services
    audience: Audience
    typed: Typed
    said: Words
    upto_seq: int | None


Question = Callable[[Put], Shown]


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
    names = (*fields, "at", "page")
    typed = {name: request.query_params.get(name, "").strip() for name in names}
    language, parts = negotiate(request.scope), services(request.scope)
    audience = principal_of(request.scope).audience
    shown: Shown = {"wrong": None, "answer": None}
    if "also" not in request.query_params and any(typed[name] for name in fields):
        said = Words(parts.store, audience, language)
        try:
            shown |= await asyncio.to_thread(_asked, ask, parts, audience, typed, said)
        except (gs1.IdentifierError, QuestionError, TableError) as error:
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


def _asked(ask: Question, parts: Services, audience: Audience, typed: Typed, said: Words) -> Shown:
    """The answer; raises `TableError` for a day that is none."""
    moment = Asked(at=typed["at"]).moment
    upto = None if moment is None else seq_at(parts.store, moment)
    return ask(Put(parts, audience, typed, said, upto))


def _fault(error: NguonError, said: Words) -> dict[str, str | None]:
    """What is wrong, with what to do next on a page."""
    found = fault_words(error, said.language)
    here = f"trace-ask.next-{error.code.partition('.')[2]}"
    if here in catalogue(said.language):
        found["advice"] = text(here, said.language)
    return found


def _key(typed: str) -> str:
    return gs1.parse(typed).key


def _common(put: Put) -> Shown:
    said = put.said
    keys = [_key(line.strip()) for line in put.typed["items"].splitlines() if line.strip()]
    found = common_causes(put.parts.store, put.audience, keys, upto_seq=put.upto_seq)
    causes = found.causes
    said.learn(
        [*keys, *(one.key for one in causes if one.kind not in _SPOTS)],
        [one.key for one in causes if one.kind in (CauseKind.PLACE, CauseKind.EQUIPMENT)],
        [one.key for one in causes if one.kind is CauseKind.PARTY],
    )
    return {"answer": found, "causes": [caused(one, said) for one in causes]}


def _compared(put: Put) -> Shown:
    said, typed = put.said, put.typed
    if not (typed["a"] and typed["b"]):
        return {}
    keys = _key(typed["a"]), _key(typed["b"])
    found = compare(put.parts.store, put.audience, *keys, upto_seq=put.upto_seq)
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


def _balanced(put: Put) -> Shown:
    goods, holder = (typed and _key(typed) for typed in (put.typed["goods"], put.typed["holder"]))
    account = account_of(goods, holder)
    found = ledger(put.parts.store, put.audience, account, upto_seq=put.upto_seq)
    page = ledger_page(put.parts, put.audience, found, put.typed["page"], put.said)
    return {"answer": found, **page}


def _spread(put: Put) -> Shown:
    key = _key(put.typed["item"])
    found = dispersion.of(put.parts.store, put.audience, key, upto_seq=put.upto_seq)
    return {"answer": found, **spread(found, put.said)}
