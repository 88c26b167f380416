# SPDX-License-Identifier: Apache-2.0
"""A recall under way: its sites, late ones first, and one site with what it said and did."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.identity.model import Principal
from nguon.recall import queries, service
from nguon.recall import report as reports
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Contact, Verification
from nguon.recall.model import DisposalState, Side, SiteState, State
from nguon.store import Store
from nguon.web.clocks import clock
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import bars, words
from nguon.web.recalls.faces import Errors, Requested, asking, face_of, faults, further, past
from nguon.web.work.pages import go_to, work

_HOWS = ("phone", "visit", "letter", "other")
_SHOWN = {"": None, **{state.value: frozenset({state}) for state in SiteState}}


async def sites(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The sites of a recall with its progress; of one state where chosen."""
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)
    now, state = datetime.now(UTC), request.query_params.get("state", "")
    state = state if state in _SHOWN else ""
    base = f"{face.base}/{number}"

    def read() -> dict[str, Any]:
        after = request.query_params.get("after", "")
        found = queries.sites(store, by, number, states=_SHOWN[state], after=after)
        figures = reports.effectiveness(store, by, number)
        names = words.of_sites(store, by, language, found)
        return {
            "recall": figures.recall,
            "progress": bars.of_report(figures, language),
            "lines": words.site_lines(found, names, f"{base}/sites", now, language),
            "ways": further(request, found),
            "counts": {one.value: figures.states.get(one, 0) for one in SiteState},
        }

    context = await asyncio.to_thread(read)
    return work(
        request,
        "recalls/sites.html",
        here=face.here,
        base=base,
        tone=words.tone(context["recall"], now),
        state=state,
        **context,
    )


async def site(request: Requested, number: FromPath[str], site: FromPath[str]) -> Response[bytes]:
    """One site: what it has by the records, what it says, what it did, and its evidence."""
    return await _site(request, number, site, [])


async def act(request: Requested, number: FromPath[str], site: FromPath[str]) -> Response[bytes]:
    """Remind or escalate it, write down a contact by hand, judge a disposal."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    do = form.text("do")
    try:
        await asyncio.to_thread(_act, store, by, site, do, form)
    except UnknownRecallError:
        raise
    except RecallError as error:
        named = {"who": "who", "how": "how", "words": f"words-{do.partition('-')[0]}"}
        return await _site(request, number, site, faults(request, error, "", named))
    return go_to(f"{face.base}/{number}/sites/{site}")


def _act(store: Store, by: Principal, site: str, do: str, form: Form) -> None:
    if do == "remind":
        service.remind(store, by, site)
    elif do == "escalate":
        service.escalate(store, by, site, form.text("words-escalate"))
    elif do == "contact":
        who, how = form.text("who"), form.text("how")
        said = form.text("words-contact")
        contacted = Contact(who=who, how=how, at=datetime.now(UTC), words=said)
        service.contact(store, by, site, contacted)
    elif do in {"verify", "refuse"}:
        judged = Verification(
            disposal=form.text("disposal"), accepted=do == "verify", words=form.text("words-verify")
        )
        service.verify(store, by, site, judged)
    else:
        raise UnknownRecallError("recall.unknown")


async def _site(request: Requested, number: str, site: str, errors: Errors) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        found = queries.site(store, by, site, after=request.query_params.get("steps"))
        if found.recall.id != number:
            raise UnknownRecallError("recall.unknown")
        return {"view": found, "names": words.of_sites(store, by, language, [found.site])}

    context = await asyncio.to_thread(read)
    now, one = datetime.now(UTC), context["view"].site
    running = context["view"].recall.state is State.RUNNING
    settled = words.SITE_TONES[one.state] == "good"
    officer = Side.OFFICER in context["view"].sides
    return work(
        request,
        "recalls/site.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=f"{face.base}/{number}",
        recall=context["view"].recall,
        site=one,
        tone="danger" if one.late(now) else words.SITE_TONES[one.state],
        clock="" if settled else clock(one.due, now, language),
        late=one.late(now),
        pressing=running and not settled and one.state is not SiteState.NOT_CONCERNED,
        judging=officer,
        past=past(request, context["view"]),
        waiting=DisposalState.WAITING,
        hows=_HOWS,
        errors=errors,
        wrong=dict(errors),
        **context,
    )
