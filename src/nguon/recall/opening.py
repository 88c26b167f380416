# SPDX-License-Identifier: Apache-2.0
"""From a signal to a case: who may open one about which things, and whose charge it is."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon import gs1
from nguon.base.errors import Fault
from nguon.base.time import to_microseconds
from nguon.disputes import queries as disputes
from nguon.disputes import subjects
from nguon.disputes.model import Subject
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.parties import owning
from nguon.recall import deadlines, moving, rules, sides
from nguon.recall.errors import RecallForbiddenError
from nguon.recall.inputs import Opening
from nguon.recall.model import Recall, Side, State, Step
from nguon.recall.reading import recall_of
from nguon.registry.cases import province_of
from nguon.registry.documents import Folder
from nguon.store import Store
from nguon.store import recalls as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

Files = Sequence[Mapping[str, Any]]


def open_case(
    store: Store, by: Principal, opening: Opening, folder: Folder | None = None
) -> Recall:
    """Open a case as an officer in charge, or as the maker or owner of the goods.

    Raises:
        RecallFaultsError: a title or words too short, no things, or unknown ones.
        RecallForbiddenError: neither in charge nor the maker; clerks open none.
        UnknownDisputeError: a case of reports that this reader may not know of.
        DocumentRefusedError: a file that is not kept.
    """
    keys = keys_in(opening.keys)
    _check(store, opening, keys)
    side, subject = _opener(store, by, subjects.of_item(store, keys[0]), keys)
    if opening.dispute is not None:
        disputes.view(store, by, opening.dispute)
    files = moving.checked(opening.files, folder)
    now = datetime.now(UTC)
    values = _new(by, opening, subject, now)
    taken = moving.step(
        Step.OPEN,
        side,
        now,
        by=by,
        words=rules.said(opening.words, 0),
        content={"keys": list(keys), **moving.digests(files)},
    )
    with store.transaction() as connection:
        known = _repeated(connection, values)
        if known is not None:
            return known
        values["checked"] = store.log.head_in(connection).seq
        if not rows.add(connection, values):
            known = _repeated(connection, values)
            assert known is not None
            return known
        return _opened(connection, recall_of(values, keys), taken, files)


def keys_in(written: Sequence[str]) -> tuple[str, ...]:
    """Things by their canonical keys, each once."""
    return tuple(dict.fromkeys(gs1.item_key(one.strip()) for one in written if one.strip()))


def faults_of(store: Store, keys: Sequence[str]) -> list[Fault]:
    """What is wrong with things that are named: none, too many, or that no record names."""
    if not keys:
        return [Fault("/keys", "recall.keys-missing", {})]
    if len(keys) > rules.MOST_KEYS:
        return [Fault("/keys", "recall.keys-many", {"most": rules.MOST_KEYS})]
    known = store.events.named(keys)
    return [
        Fault(f"/keys/{row}", "recall.unknown-thing", {"key": key[:200]})
        for row, key in enumerate(keys)
        if key not in known
    ]


def _check(store: Store, opening: Opening, keys: Sequence[str]) -> None:
    faults = rules.faults_in(opening.title, "title", rules.LEAST_WORDS, rules.MOST_TITLE)
    faults += rules.faults_in(opening.words, "words", 0)
    faults += rules.faults_in(opening.signal or "", "signal", 0, rules.MOST_TITLE)
    rules.refuse(faults + faults_of(store, keys))


def _opener(
    store: Store, by: Principal, subject: Subject, keys: Sequence[str]
) -> tuple[Side, Subject]:
    """As whom a case is opened, and whose goods and charge it is then."""
    if sides.in_charge(by, subject.province, subject.sector, subject.party):
        return Side.OFFICER, subject
    if by.kind is not KeyKind.MEMBER or not by.may(Scope.REGISTRY):
        raise RecallForbiddenError("recall.not-in-charge")
    makes = {key for key, one in owning.owned(store, keys).items() if by.organisation in one.owners}
    if set(keys) - makes - store.events.handled(by.organisation, keys):
        raise RecallForbiddenError("recall.not-your-goods")
    with store.reading() as connection:
        [home] = registers.rows(connection, tables.organisation, "id", [by.organisation])
    return Side.MAKER, Subject(
        kind=subject.kind,
        key=subject.key,
        party=by.organisation,
        province=province_of(home["commune"]),
        sector=subject.sector,
    )


def _opened(connection: Connection, recall: Recall, taken: dict[str, Any], files: Files) -> Recall:
    rows.add_about(connection, recall.id, recall.keys, 1)
    row = rows.move(connection, recall.id, {}, seen=0)
    assert row is not None
    written = {"recall": recall.id, "number": 1, "state": row["state"], "due": row["due"]}
    rows.add_step(connection, {**written, **taken})
    moving.attach(connection, files, recall.id, number=1)
    return recall_of(row, recall.keys)


def _repeated(connection: Connection, values: Mapping[str, Any]) -> Recall | None:
    """The case that the same organisation opened under the same reference."""
    if values["open_as"] is None:
        return None
    row = rows.opened_as(connection, values["open_as"])
    if row is None:
        return None
    return recall_of(row, rows.about(connection, [row["id"]]).get(row["id"], ()))


def _new(by: Principal, opening: Opening, subject: Subject, now: datetime) -> dict[str, Any]:
    terms = deadlines.Terms(subject.sector, opening.origin)
    blank = (
        "manner",
        "level",
        "determined",
        "decided",
        "decided_by",
        "decider",
        "closed",
        "answer_by",
    )
    return {
        **dict.fromkeys((*blank, "words_vi", "words_en", "instructions")),
        "id": secrets.token_hex(8),
        "title": opening.title.strip(),
        "origin": opening.origin.value,
        "signal": (opening.signal or "").strip() or None,
        "open_as": opening.reference and f"{by.organisation}|{opening.reference}",
        "maker": subject.party,
        "opened_by": by.organisation,
        "province": subject.province,
        "sector": subject.sector,
        "state": State.OPEN.value,
        "opened": to_microseconds(now),
        "due": moving.stamp(deadlines.due("open", terms, now)),
        "dispute": opening.dispute,
        "scope": 0,
        "things": 0,
        "sites": 0,
        "checked": 0,
        "steps": 0,
    }
