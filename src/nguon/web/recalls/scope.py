# SPDX-License-Identifier: Apache-2.0
"""The scope of a recall: chosen, counted as often as one likes, settled when the numbers fit."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.identity.model import Principal
from nguon.recall import queries, service
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import LeftOut, ScopeChoice
from nguon.recall.model import Quantities
from nguon.recall.preview import Preview
from nguon.store import Store
from nguon.trace.asking.gaps import Gap
from nguon.trace.model import Confidence, Following, Shared
from nguon.web.formats import element_string
from nguon.web.forms import submitted, whole_number
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import Errors, Requested, asking, face_of, faults
from nguon.web.recalls.typed import MOST_KEYS, codes
from nguon.web.work.pages import go_to, work

_MOST_HOURS = 24 * 366
_SHOWN = 200
_FIELDS = ("keys", "least", "hours", "out", "reason")
Typed = dict[str, list[str]]


async def scope(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The choice and, once it was made, its numbers; nothing is kept."""
    return await _page(request, number, typed_in(request), [])


async def settle(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Settle the scope as it was counted."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    typed = {name: form.all(name) for name in _FIELDS}
    choice, errors = choice_of(typed, negotiate(request.scope))
    if not errors:
        seen = form.number("seen")
        try:
            await asyncio.to_thread(
                lambda: service.settle_scope(store, by, number, choice, seen=seen)
            )
        except UnknownRecallError:
            raise
        except RecallError as error:
            errors = faults(request, error, "", {"leave_out": "reason"})
    if errors:
        return await _page(request, number, typed, errors)
    return go_to(f"{face.base}/{number}/decide")


async def _page(request: Requested, number: str, typed: Typed, errors: Errors) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)
    recall = await asyncio.to_thread(queries.find, store, by, number)
    if not typed["keys"]:
        typed = {**typed, "keys": ["\n".join(element_string(key) for key in recall.keys)]}
    choice, wrong = choice_of(typed, language)
    errors = errors or wrong
    shown: dict[str, Any] = {"found": None}
    if not wrong:
        try:
            shown = await asyncio.to_thread(_counted, store, by, number, choice, language)
        except UnknownRecallError:
            raise
        except RecallError as error:
            errors = errors or faults(request, error)
    return work(
        request,
        "recalls/scope.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        recall=recall,
        keys=typed["keys"][0],
        least=int(choice.following.least),
        leasts=[(str(int(one)), text(f"recalls.least-{int(one)}", language)) for one in _OFFERED],
        hours=choice.following.shared.hours if choice.following.shared else "",
        out=[one.key for one in choice.leave_out],
        reason=next(iter(typed["reason"]), ""),
        listing=urlencode(_sent(typed), doseq=True),
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


_OFFERED = (Confidence.LOT, Confidence.EXACT, Confidence.INFERRED, Confidence.AMBIGUOUS)


def _counted(
    store: Store, by: Principal, number: str, choice: ScopeChoice, language: Language
) -> dict[str, Any]:
    found = service.preview(store, by, number, choice)
    sites, gaps = found.sites[:_SHOWN], found.gaps[:_SHOWN]
    names = words.named(
        store,
        by,
        language,
        organisations=[*(one.organisation for one in sites), *(one.organisation for one in gaps)],
        places=[one.place for one in sites],
        products=[key for key, _ in _all(found)] + [_product(key) for key in found.lots[:_SHOWN]],
    )
    return {
        "found": found,
        "names": names,
        "figures": _figures(found, names, language),
        "lots": [(key, _lot(key), names.product(_product(key))) for key in found.lots[:_SHOWN]],
        "sites": [
            {
                "place": names.place(one.place),
                "party": names.party(one.organisation, one.party),
                "by_hand": one.organisation is None,
                "told": names.total(one.told),
                "sold": names.total(one.sold),
                "moving": one.moving,
            }
            for one in sites
        ],
        "gaps": [
            (_gap(one, language), names.party(one.organisation, one.party_to_ask), one.key)
            for one in gaps
        ],
        "more": found.site_count - len(sites),
    }


def _all(found: Preview) -> Quantities:
    by_site = tuple(pair for one in found.sites for pair in (*one.told, *one.sold))
    return (*by_site, *found.held, *found.moving, *found.sold, *found.used, *found.unknown)


def _figures(found: Preview, names: words.Names, language: Language) -> list[dict[str, Any]]:
    counted = (
        ("things", found.things, ""),
        ("lots", len(found.lots), ""),
        ("sites", found.site_count, ""),
        ("parties", found.parties, ""),
        ("by-hand", found.by_hand, "gold"),
        ("gaps", len(found.gaps), "gold"),
    )
    figures: list[dict[str, Any]] = [
        {"value": value, "words": text(f"recalls.scope-{name}", language), "tone": tone}
        for name, value, tone in counted
        if value or name not in {"by-hand", "gaps"}
    ]
    amounts = {
        "left": found.held,
        "moving": found.moving,
        "sold": found.sold,
        "used": found.used,
        "destroyed": found.destroyed,
        "unknown": found.unknown,
    }
    return [
        *figures,
        *(
            {
                "value": names.total(some),
                "words": text(f"recalls.scope-{name}", language),
                "tone": "danger" if name in {"sold", "unknown"} else "",
            }
            for name, some in amounts.items()
            if some
        ),
    ]


def typed_in(request: Requested) -> Typed:
    """What the address of a page chooses."""
    return {name: request.query_params.getall(name, []) for name in _FIELDS}


def choice_of(typed: Typed, language: Language) -> tuple[ScopeChoice, Errors]:
    """What is chosen, or what of it is no code."""
    keys, wrong = codes("\n".join(typed["keys"]), language)
    hours = whole_number(next(iter(typed["hours"]), ""))
    least = next(iter(typed["least"]), "")
    reason = next(iter(typed["reason"]), "")
    following = Following(
        least=Confidence(int(least)) if least in {"1", "2", "3", "4"} else Confidence.LOT,
        shared=Shared(min(hours, _MOST_HOURS)) if hours else None,
    )
    out = tuple(LeftOut(key, reason) for key in dict.fromkeys(typed["out"][:MOST_KEYS]))
    choice = ScopeChoice(keys=keys, following=following, leave_out=out)
    return choice, [("keys", wrong)] if wrong else []


def _sent(typed: Typed) -> Typed:
    return {name: values for name, values in typed.items() if any(values)}


def _gap(gap: Gap, language: Language) -> str:
    return text(f"recalls.gap-{gap.kind}", language)


def _product(key: str) -> str | None:
    return key.partition("/10/")[0] if key.startswith("01/") else None


def _lot(key: str) -> str:
    return element_string(key)
