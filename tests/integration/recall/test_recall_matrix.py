# SPDX-License-Identifier: Apache-2.0
"""Who may take which step when: every refused one of a table says why and changes no row."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from nguon.identity.model import Principal, Scope
from nguon.recall import queries, report, service
from nguon.recall.errors import RecallError, RecallForbiddenError, UnknownRecallError
from nguon.recall.inputs import (
    Answer,
    Closing,
    Contact,
    Disposal,
    Finding,
    FindingKind,
    Release,
    ScopeChoice,
    Verification,
)
from nguon.recall.model import DisposalKind, Level, Manner, Origin, Recall, SiteState
from nguon.store.schema import metadata
from tests.integration.recall.people import (
    CARTON,
    PDF,
    SEASONING,
    World,
    cartons,
    decision,
    opened,
    site_at,
)

SHOP = "414/9521506000017"
WORDS = "Đủ mười chữ cái trở lên."
OWN = tuple(f"{CARTON}/21/{serial}" for serial in ("2603073", "2603074"))
LEADING, MILD = decision(), decision(manner=Manner.VOLUNTARY, level=Level.HARM)
Call = Callable[[Principal], Any]

OPENING = {"open", "investigating", "scoped"}
LIVE = OPENING | {"running"}
WHEN: Mapping[str, set[str]] = {
    "note": LIVE,
    "finding": LIVE,
    "add": LIVE,
    "ask": LIVE,
    "determine": OPENING,
    "preview": LIVE,
    "scope": LIVE,
    "decide": {"scoped", "running"},
    "find-again": {"running"},
    "release": {"running"},
    "report": {"running", "closed"},
    "close": {"running"},
    "dismiss": OPENING,
}
"""In which states of the case a step may be taken by who leads it."""
BOUND = {"note", "finding", "add", "ask", "find-again", "report"}
"""What a maker still does once his recall is mandatory."""
AT_SITE: Mapping[str, tuple[set[str], set[str]]] = {
    "see": ({"shop"}, {"told", "held", "answered"}),
    "answer": ({"shop"}, {"told", "held", "answered"}),
    "dispose": ({"shop"}, {"held"}),
    "verify": ({"officer", "second"}, {"held"}),
    "refuse": ({"officer", "second"}, {"held"}),
    "contact": ({"officer", "second"}, {"told", "held", "answered"}),
    "remind": ({"officer", "second"}, {"told", "held"}),
    "escalate": ({"officer", "second"}, {"told", "held"}),
}
"""Who takes a step at a site, and in which of its states, while the recall runs."""


def _everybody(goods: World) -> dict[str, Principal]:
    reading = frozenset({Scope.READ})
    names = ("officer", "second", "local", "far", "maker", "clerk", "distributor", "shop")
    found = {name: goods.people[name] for name in (*names, "stranger", "insider", "operator")}
    keys = {f"{name}'s key": replace(found[name], scopes=reading) for name in ("officer", "shop")}
    return found | keys | {"maker's key": replace(found["maker"], scopes=reading)}


def _calls(goods: World, case: Recall) -> dict[str, Call]:
    store, number, seen = goods.store, case.id, case.seen
    ending = Closing(words=WORDS, seen=seen, missing=WORDS)
    free = Release(keys=None, words=WORDS, seen=seen)
    asked: dict[FindingKind, dict[str, Any]] = {
        FindingKind.ASK: {"party": "Chợ Bình Tây"},
        FindingKind.ADD: {"keys": (SEASONING,)},
    }
    findings: dict[str, Call] = {
        kind.value: lambda by, kind=kind: service.investigate(  # type: ignore[misc]
            store,
            by,
            number,
            Finding(kind=kind, seen=seen, words=WORDS, **asked.get(kind, {})),
        )
        for kind in FindingKind
    }
    return findings | {
        "preview": lambda by: service.preview(store, by, number, ScopeChoice()),
        "scope": lambda by: service.settle_scope(store, by, number, ScopeChoice(), seen=seen),
        "decide": lambda by: service.decide(store, by, number, LEADING, seen=seen),
        "find-again": lambda by: service.find_again(store, by, number),
        "release": lambda by: service.release(store, by, number, free),
        "report": lambda by: report.signed(store, by, number),
        "close": lambda by: service.close(store, by, number, ending),
        "dismiss": lambda by: service.dismiss(store, by, number, ending),
    }


def _site_calls(goods: World, site: str, disposal: str) -> dict[str, Call]:
    store = goods.store
    said = Answer(found=cartons(3), held=cartons(3))
    spoken = Contact(who="Chị Hoa", how="điện thoại", at=datetime.now(UTC))
    done = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(1), words=WORDS, files=(PDF,))
    judged = {
        accepted: Verification(disposal=disposal, accepted=accepted, words=WORDS)
        for accepted in (True, False)
    }
    return {
        "see": lambda by: service.see(store, by, site),
        "answer": lambda by: service.answer(store, by, site, said),
        "dispose": lambda by: service.dispose(store, by, site, done, goods.folder),
        "verify": lambda by: service.verify(store, by, site, judged[True]),
        "refuse": lambda by: service.verify(store, by, site, judged[False]),
        "contact": lambda by: service.contact(store, by, site, spoken),
        "remind": lambda by: service.remind(store, by, site),
        "escalate": lambda by: service.escalate(store, by, site, WORDS),
    }


def _everything(goods: World) -> dict[str, Any]:
    """All rows that a recall writes, and how long the log is."""
    names = [one for one in metadata.tables if one.startswith(("recall_", "stop", "message"))]
    with goods.store.reading() as connection:
        found: dict[str, Any] = {
            name: sorted(map(repr, connection.execute(select(metadata.tables[name]))))
            for name in names
        }
    return found | {"log": goods.store.events.head().seq}


def _refusal(call: Call, by: Principal) -> tuple[type[Exception] | None, str]:
    try:
        call(by)
    except RecallError as error:
        return type(error), error.code
    return None, ""


def _check_case(
    goods: World, case: Recall, state: str, sides: set[str], leaders: dict[str, set[str]]
) -> None:
    """Every act by everybody but those that ``leaders`` may take now; ``sides`` know the case."""
    before, calls = _everything(goods), _calls(goods, case)
    assert calls.keys() == WHEN.keys()
    wrong = []
    for name, by in _everybody(goods).items():
        for act, call in calls.items():
            may = act in leaders.get(name, set())
            if may and state in WHEN[act]:
                continue
            expected: tuple[type[Exception], set[str]] = (UnknownRecallError, {"recall.unknown"})
            if may:
                expected = (RecallError, {"recall.not-now"})
            elif name in sides:
                expected = (RecallForbiddenError, {"recall.not-yours", "recall.bound"})
                if state not in WHEN[act] and name in leaders:
                    expected = (RecallError, {"recall.not-now"})
            found = _refusal(call, by)
            if found[0] is not expected[0] or found[1] not in expected[1]:
                wrong.append((state, act, name, found))
    assert wrong == []
    assert _everything(goods) == before


def _led(*names: str) -> dict[str, set[str]]:
    return {name: set(WHEN) for name in names}


def test_steps_of_an_officers_case(goods: World) -> None:
    store, officer = goods.store, goods.officer
    leaders, inside = _led("officer", "second"), {"officer", "second", "operator"}
    early = leaders | _led("insider")  # until it is known that his organisation's goods are in it
    case = opened(goods)
    _check_case(goods, case, "open", inside, early)
    other = opened(goods)
    service.dismiss(store, officer, other.id, Closing(words=WORDS, seen=other.seen))
    _check_case(goods, queries.find(store, officer, other.id), "dismissed", inside, early)
    note = Finding(kind=FindingKind.NOTE, seen=case.seen, words=WORDS)
    case = service.investigate(store, officer, case.id, note)
    _check_case(goods, case, "investigating", inside, early)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    _check_case(goods, case, "scoped", inside, leaders)
    case = service.decide(store, officer, case.id, LEADING, seen=case.seen)
    told = {"local", "maker", "clerk", "distributor", "shop", "maker's key", "shop's key"}
    _check_case(goods, case, "running", inside | told, leaders)
    ending = Closing(words=WORDS, seen=case.seen, missing=WORDS)
    case = service.close(store, officer, case.id, ending)
    _check_case(goods, case, "closed", inside | told, leaders)


def test_steps_of_a_makers_case_before_and_after_it_is_ordered(goods: World) -> None:
    store, maker = goods.store, goods.maker
    inside = {"officer", "second", "operator", "maker", "clerk", "maker's key"}
    case = opened(goods, "maker", origin=Origin.MAKER, keys=OWN)
    case = service.settle_scope(store, maker, case.id, ScopeChoice(), seen=case.seen)
    leaders = _led("officer", "second", "maker")
    case = service.decide(store, maker, case.id, MILD, seen=case.seen)
    told = {"local", "distributor", "shop", "shop's key"} & _with_sides(goods, case)
    _check_case(goods, case, "running", inside | told, leaders)
    case = service.decide(store, goods.officer, case.id, LEADING, seen=case.seen)
    bound = _led("officer", "second") | {"maker": BOUND}
    _check_case(goods, case, "running", inside | told, bound)


def _with_sides(goods: World, case: Recall) -> set[str]:
    """Whose goods lie at a site of the case, by the sites."""
    found = queries.sites(goods.store, goods.officer, case.id)
    there = {one.organisation for one in found}
    return {name for name, by in _everybody(goods).items() if by.organisation in there}


def test_steps_at_a_site(goods: World) -> None:
    store, shop, officer = goods.store, goods.shop, goods.officer
    case = opened(goods)
    case = service.settle_scope(store, officer, case.id, ScopeChoice(), seen=case.seen)
    case = service.decide(store, officer, case.id, LEADING, seen=case.seen)
    site = site_at(goods, case.id, SHOP)
    _check_site(goods, site, "told", "none")
    held = Answer(found=cartons(16), held=cartons(16))
    service.answer(store, shop, site, held)
    done = Disposal(kind=DisposalKind.DESTROY, quantity=cartons(2), words=WORDS, files=(PDF,))
    made = service.dispose(store, shop, site, done, goods.folder)
    _check_site(goods, site, "held", made.id)
    no = Verification(disposal=made.id, accepted=False, words=WORDS)
    service.verify(store, officer, site, no)
    answered = service.answer(store, shop, site, Answer(sold=cartons(16)))
    assert answered.state is SiteState.ANSWERED
    _check_site(goods, site, "answered", made.id)
    seen = queries.find(store, officer, case.id).seen
    service.close(store, officer, case.id, Closing(words=WORDS, seen=seen, missing=WORDS))
    _check_site(goods, site, "closed", made.id)


def _check_site(goods: World, site: str, state: str, disposal: str) -> None:
    before, wrong = _everything(goods), []
    known = {"officer", "second", "operator", "shop", "shop's key"}
    for name, by in _everybody(goods).items():
        for act, call in _site_calls(goods, site, disposal).items():
            who, states = AT_SITE[act]
            if name in who and state in states:
                continue
            expected: type[Exception] = UnknownRecallError
            if name in known:
                expected = RecallError if name in who else RecallForbiddenError
            found = _refusal(call, by)
            if found[0] is not expected:
                wrong.append((state, act, name, found))
    assert wrong == []
    assert _everything(goods) == before
