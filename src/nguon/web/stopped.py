# SPDX-License-Identifier: Apache-2.0
"""Stops as faces ask for them: of codes as scanned, in words, and as JSON."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from nguon.base.messages import Language, text
from nguon.base.time import rfc3339
from nguon.gs1 import Identifier
from nguon.passport.model import Passport, Verdict
from nguon.registry.links import keys
from nguon.stoplist import queries, rules
from nguon.stoplist.model import Stop, StopKind
from nguon.store import Store
from nguon.web.formats import element_string

_PLACES = ("414/", "417/", "vn-", "254/")
CACHE = "public, max-age=2"
"""Of pages that say that a thing is not stopped: nobody keeps that longer than we do."""


class Told(NamedTuple):
    """What anybody is told: the stop on a thing, or on something ``inside`` the container."""

    stop: Stop
    inside: str = ""


def among(store: Store, wanted: Mapping[str, Collection[str]]) -> dict[str, Told]:
    """What is stopped among things, each given by the keys of all that its code names."""
    goods = {
        name: [key for key in some if not key.startswith(_PLACES)] for name, some in wanted.items()
    }
    every = {key for some in goods.values() for key in some}
    stops = queries.stopped(store, every, public=True) if every else {}
    packed = queries.holding(store, every, public=True) if every else {}
    found = {}
    for name, some in goods.items():
        worst = rules.gravest(stops[key] for key in some if key in stops)
        if worst is not None:
            found[name] = Told(worst)
            continue
        for key in some:
            if key in packed:
                found[name] = Told(packed[key][1], packed[key][0])
    return found


def of_code(store: Store, identifier: Identifier, more: Iterable[str] = ()) -> Told | None:
    """What anybody is told about a code, and about the lots that are known of it."""
    every = (*keys.levels(identifier), *more)
    return among(store, {"": every}).get("")


def judged(found: Passport, told: Told | None) -> Passport:
    """A passport that says first that the thing is stopped."""
    if told is None:
        return found
    verdict = Verdict.RECALLED if is_recall(told.stop) else Verdict.HELD
    return msgspec.structs.replace(found, verdict=verdict)


def is_recall(stop: Stop) -> bool:
    """Whether a stop comes from a recall, not from an officer's hold."""
    return stop.source.startswith("recall:")


def title(told: Told, language: Language) -> str:
    """The biggest words on the page."""
    kind = "recall" if is_recall(told.stop) else "hold"
    return text(f"stoplist.title-{'inside-' if told.inside else ''}{kind}", language)


def covers(stop: Stop, language: Language) -> str:
    """What a stop covers, in one line."""
    if stop.kind is StopKind.PLACE:
        return text("stoplist.covers-place", language, code=element_string(stop.key))
    first, last = element_string(stop.key), element_string(stop.last or stop.key)
    return text(f"stoplist.covers-{stop.kind}", language, code=first, last=last)


def page_context(told: Told | None, language: Language) -> dict[str, Any]:
    """What ``stoplist/band.html`` takes."""
    if told is None:
        return {"stop": None}
    stop, kind = told.stop, "recall" if is_recall(told.stop) else "hold"
    return {
        "stop": {
            "title": title(told, language),
            "words": stop.words(language) or text(f"stoplist.words-{kind}", language),
            "covers": covers(stop, language),
            "inside": element_string(told.inside) if told.inside else "",
            "level": stop.level,
            "mandatory": stop.mandatory,
            "since": stop.since,
            "link": stop.source.replace("recall:", "/recalls/", 1) if kind == "recall" else "",
            "do": [text(f"stoplist.do-{step}", language) for step in ("stop", "apart", "back")],
        }
    }


def as_json(told: Told | None, base_url: str = "") -> dict[str, Any] | None:
    """A stop as APIs give it; None where there is none."""
    if told is None:
        return None
    stop = told.stop
    said = {
        "state": "recalled" if is_recall(stop) else "held",
        "kind": stop.kind.value,
        "key": stop.key,
        "last": stop.last,
        "inside": told.inside or None,
        "reason": stop.reason,
        "level": stop.level,
        "mandatory": stop.mandatory,
        "words": {"vi": stop.words("vi"), "en": stop.words("en")},
        "since": rfc3339(stop.since),
        "page": f"{base_url}/p/{stop.key}" if stop.kind is not StopKind.PLACE else None,
    }
    return {name: value for name, value in said.items() if value is not None}
