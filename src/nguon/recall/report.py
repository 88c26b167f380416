# SPDX-License-Identifier: Apache-2.0
"""How well a recall worked: its figures, and the signed report."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.recall import amounts, deadlines, moving, rules, showing, sides, widening
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.listings import MOST
from nguon.recall.model import (
    AWAITED,
    DisposalKind,
    DisposalState,
    Disposed,
    Quantities,
    Recall,
    Site,
    SiteState,
    Step,
    Taken,
)
from nguon.recall.parts import Part, number_after, part_of
from nguon.recall.preview import Preview
from nguon.recall.reading import disposed_of, taken_of
from nguon.recall.recovering import recovery
from nguon.signing import jws
from nguon.store import Store
from nguon.store import recall_lists as lists
from nguon.store import recall_papers as papers
from nguon.store import recall_sites as site_rows

TYPE = "nguon-recall-report+jws"


class Effectiveness(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a recall at a moment; shares are percents, None where nothing was told.

    ``seconds_to_trace`` from when the goods were found to have to be recalled to the settled
    scope, ``seconds_to_decide`` from then to the decision, ``in_time`` whether that was before
    its legal end; ``accounted`` is what sites found, sold or passed on before the notice against
    what was shipped, ``recovered`` what is held or disposed of against it. What a site says
    beyond what the records place there counts for neither: it is in ``over``.
    """

    recall: Recall
    at: datetime
    seconds_to_trace: int | None
    seconds_to_decide: int | None
    in_time: bool | None
    seconds_to_last_answer: int | None
    sites: int
    states: dict[SiteState, int]
    contacted: float | None
    answered: float | None
    told: Quantities
    found: Quantities
    held: Quantities
    sold: Quantities
    disposed: Quantities
    disposals: dict[DisposalKind, Quantities]
    over: Quantities
    accounted: float | None
    recovered: float | None
    missing: tuple[Site, ...]
    table: tuple[Site, ...]


class Signed(msgspec.Struct, frozen=True):
    """A report as it was signed: a compact JWS, and the SHA-256 that the log has of it."""

    jws: str
    digest: str


def effectiveness(store: Store, by: Principal, number: str) -> Effectiveness:
    """The figures of a recall as they are now, for who leads it.

    Raises:
        UnknownRecallError: no case that this reader leads.
        RecallError: nothing is recalled yet.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        if not showing.inside(case, by):
            raise UnknownRecallError("recall.unknown")
        kept = widening.kept(connection, case.recall)
        if case.recall.decided is None or kept is None:
            raise RecallError("recall.no-scope")
        steps = [taken_of(row) for row in lists.steps(connection, number)]
        found = site_rows.listed(connection, number)
        disposals = [disposed_of(row) for row in site_rows.disposals(connection, number)]
    table = tuple(showing.site_shown(row, case, by) for row in found)
    shown = showing.shown(case, by)
    return _figures(shown, kept[1], steps, table, disposals, datetime.now(UTC))


def signed(store: Store, by: Principal, number: str) -> Signed:
    """The report signed by the platform's own key; its digest goes into the log as a step.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do.
        RecallError: nothing is recalled yet.
        RecallMovedError: the case moved on meanwhile.
        CustodyLostError: the platform's key is lost.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
    rules.check(case.recall, Step.REPORT, case.acting)
    found = effectiveness(store, by, number)
    now = datetime.now(UTC)
    payload = canonical(msgspec.to_builtins(found, str_keys=True))
    key, secret = custodian_of(store).platform()
    issuer = naming.did(store, key.party)
    compact = jws.sign(payload, secret, {"kid": f"{issuer}#{key.kid}", "typ": TYPE, "iss": issuer})
    made = Signed(compact, url_text(sha256(compact.encode()).digest()))
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.REPORT, case.acting)
        content = {"digest": made.digest, "sites": found.sites}
        taken = moving.step(Step.REPORT, side, now, by=by, content=content)
        moved = moving.move(connection, case.recall, {}, taken, seen=case.recall.seen)
        papers.add_report(
            connection,
            {
                "recall": number,
                "number": moved.seen,
                "at": to_microseconds(now),
                "actor": by.key_id,
                "digest": made.digest,
                "jws": made.jws,
            },
        )
    return made


def reports(
    store: Store, by: Principal, number: str, *, after: str = "", limit: int = MOST
) -> Part[Signed]:
    """The reports that were signed, in order; raises `UnknownRecallError`."""
    start = number_after(after)
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        if not showing.inside(case, by):
            raise UnknownRecallError("recall.unknown")
        found = papers.reports(connection, number, after=start, limit=limit + 1)
    return part_of(
        found, limit, lambda row: str(row["number"]), lambda row: Signed(row["jws"], row["digest"])
    )


def _figures(
    recall: Recall,
    numbers: Preview,
    steps: Sequence[Taken],
    table: tuple[Site, ...],
    disposals: Sequence[Disposed],
    now: datetime,
) -> Effectiveness:
    assert recall.decided is not None
    told = amounts.summed(numbers.held, numbers.moving)
    shipped = amounts.summed(told, numbers.sold)
    held, disposed = (amounts.summed(*(getattr(one, name) for one in table)) for name in _PARTS)
    found = recovery(table, shipped)
    sold = amounts.summed(*(one.sold for one in table), numbers.sold)
    contacted = [one for one in table if one.state is not SiteState.UNREACHED]
    answers = [one.answered_at for one in table if one.answered_at is not None]
    missing = tuple(one for one in table if one.state in AWAITED)
    settled = next((one.at for one in steps if one.step is Step.SCOPE), None)
    return Effectiveness(
        recall=recall,
        at=now,
        seconds_to_trace=_seconds(recall.determined, settled),
        seconds_to_decide=_seconds(recall.determined, recall.decided),
        in_time=_in_time(recall),
        seconds_to_last_answer=_seconds(recall.decided, max(answers, default=None)),
        sites=len(table),
        states={state: sum(one.state is state for one in table) for state in SiteState},
        contacted=_percent(len(contacted), len(table)),
        answered=_percent(len(table) - len(missing), len(table)),
        told=told,
        found=amounts.summed(*(one.found for one in table)),
        held=amounts.less(held, disposed),
        sold=sold,
        disposed=disposed,
        disposals={kind: _of_kind(disposals, kind) for kind in DisposalKind},
        over=found.over,
        accounted=found.accounted,
        recovered=found.recovered,
        missing=missing,
        table=table,
    )


_PARTS = ("held", "disposed")


def _in_time(recall: Recall) -> bool | None:
    """Whether it was decided before its legal end, by the requirement of that day."""
    if recall.determined is None or recall.decided is None:
        return None
    due = deadlines.due("determine", moving.terms(recall), recall.determined)
    return due is None or recall.decided <= due


def _of_kind(disposals: Sequence[Disposed], kind: DisposalKind) -> Quantities:
    counted = (DisposalState.DONE, DisposalState.VERIFIED)
    return amounts.summed(
        *(one.quantity for one in disposals if one.kind is kind and one.state in counted)
    )


def _seconds(begun: datetime | None, ended: datetime | None) -> int | None:
    if begun is None or ended is None:
        return None
    return max(int((ended - begun).total_seconds()), 0)


def _percent(part: int, whole: int) -> float | None:
    return None if not whole else amounts.percent(Fraction(part, whole))
