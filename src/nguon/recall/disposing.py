# SPDX-License-Identifier: Apache-2.0
"""What is done with goods that a site holds, with evidence; an officer verifies where he must."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import amounts, moving, rules, sides
from nguon.recall.errors import RecallError, RecallForbiddenError, UnknownRecallError
from nguon.recall.inputs import Disposal, Verification
from nguon.recall.model import (
    DisposalState,
    Disposed,
    Quantities,
    Site,
    SiteState,
    SiteStep,
)
from nguon.recall.reading import disposed_of, site_number
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import recall_sites as rows

_REFUSED = frozenset({DisposalState.REFUSED})


def dispose(
    store: Store, by: Principal, site: str, disposal: Disposal, folder: Folder | None = None
) -> Disposed:
    """Report what was done with held goods; sent again under one reference it is the same.

    Raises:
        UnknownRecallError: no such site of this organisation.
        RecallForbiddenError: not his to do.
        RecallError: nothing is held, or the recall is over.
        RecallFaultsError: nothing, or more than is held, or no evidence.
        DocumentRefusedError: a file that is not kept.
    """
    faults = rules.faults_in(disposal.words, "words", rules.LEAST_WORDS)
    faults += amounts.faults_in(disposal.quantity, "quantity")
    if not disposal.quantity:
        faults.append(Fault("/quantity", "recall.quantity-missing", {}))
    if not disposal.files:
        faults.append(Fault("/files", "recall.evidence-missing", {}))
    rules.refuse(faults)
    open_as = disposal.reference and f"{site}|{by.organisation}|{disposal.reference}"
    files = moving.checked(disposal.files, folder)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case, found = sides.acting_at(connection, by, site)
        known = rows.disposed_as(connection, open_as) if open_as else None
        if known is not None:
            return disposed_of(known)
        account = found.organisation is not None
        side = rules.check_site(
            case.recall, found.state, SiteStep.DISPOSE, case.acting, account=account
        )
        _check_left(connection, found, disposal.quantity)
        state = rules.disposal_state(case.recall)
        values = _new(by, found, disposal, state, open_as, now)
        if not rows.add_disposal(connection, values):
            raise RecallError("recall.moved")
        moving.attach(
            connection,
            files,
            found.recall,
            site=site_number(site)[1],
            disposal=values["id"],
        )
        taken = moving.site_step(
            SiteStep.DISPOSE,
            side,
            now,
            by=by,
            words=disposal.words.strip(),
            content=_content(values) | moving.digests(files),
        )
        _settle(connection, found, state, disposal.quantity, taken)
    return disposed_of(values)


def verify(store: Store, by: Principal, site: str, verification: Verification) -> Disposed:
    """Judge a disposal that waits, as an officer; a refused one leaves the goods held.

    Raises:
        UnknownRecallError: no such site or disposal.
        RecallForbiddenError: not in charge, or his own organisation's.
        RecallError: it does not wait.
        RecallFaultsError: refused without a word.
    """
    least = 0 if verification.accepted else rules.LEAST_WORDS
    words = rules.said(verification.words, least)
    step = SiteStep.VERIFY if verification.accepted else SiteStep.REFUSE
    state = DisposalState.VERIFIED if verification.accepted else DisposalState.REFUSED
    now = datetime.now(UTC)
    with store.transaction() as connection:
        case, found = sides.acting_at(connection, by, site)
        account = found.organisation is not None
        side = rules.check_site(case.recall, found.state, step, case.acting, account=account)
        if found.organisation == by.organisation:
            raise RecallForbiddenError("recall.own-site")
        number = site_number(site)[1]
        known = {row["id"]: row for row in rows.disposals(connection, found.recall, [number])}
        if verification.disposal not in known:
            raise UnknownRecallError("recall.unknown-disposal")
        row = rows.judge(
            connection,
            verification.disposal,
            {
                "state": state.value,
                "verified": to_microseconds(now),
                "verified_by": by.key_id,
                "verify_words": words,
            },
        )
        if row is None:
            raise RecallError("recall.not-waiting")
        taken = moving.site_step(step, side, now, by=by, words=words, content=_content(row))
        judged = disposed_of(row)
        quantity = judged.quantity if verification.accepted else ()
        _settle(connection, found, state, quantity, taken)
    return judged


def pledged(connection: Connection, site: Site) -> Quantities:
    """What disposals at a site are about, but for those that were refused."""
    number = site_number(site.id)[1]
    told = [disposed_of(row) for row in rows.disposals(connection, site.recall, [number])]
    return amounts.summed(*(one.quantity for one in told if one.state not in _REFUSED))


def _check_left(connection: Connection, site: Site, quantity: Quantities) -> None:
    """Raise `RecallFaultsError` where more is disposed of than is held and not disposed of."""
    if amounts.beyond(quantity, amounts.less(site.held, pledged(connection, site))):
        rules.refuse([Fault("/quantity", "recall.disposed-beyond", {})])


def _settle(
    connection: Connection,
    site: Site,
    state: DisposalState,
    quantity: Quantities,
    taken: dict[str, Any],
) -> None:
    """What counts as disposed of is what needs no officer, or what one verified."""
    counts = state in (DisposalState.DONE, DisposalState.VERIFIED)
    disposed = amounts.summed(site.disposed, quantity) if counts else site.disposed
    over = counts and not amounts.beyond(site.held, disposed)
    changes: dict[str, Any] = {"disposed": amounts.packed(disposed)}
    if over:
        changes["due"] = None
    moving.move_site(connection, site, SiteState.DISPOSED if over else site.state, changes, taken)


def _content(row: Mapping[Any, Any]) -> dict[str, Any]:
    told = disposed_of(row)
    quantity: Sequence[Any] = [[product, one.text, one.unit] for product, one in told.quantity]
    return {"disposal": told.id, "kind": told.kind.value, "quantity": quantity}


def _new(
    by: Principal,
    site: Site,
    disposal: Disposal,
    state: DisposalState,
    open_as: str | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        **dict.fromkeys(("verified", "verified_by", "verify_words")),
        "id": secrets.token_hex(8),
        "recall": site.recall,
        "site": site_number(site.id)[1],
        "open_as": open_as,
        "kind": disposal.kind.value,
        "state": state.value,
        "quantity": amounts.packed(disposal.quantity),
        "words": disposal.words.strip(),
        "at": to_microseconds(now),
        "organisation": by.organisation,
        "actor": by.key_id,
    }
