# SPDX-License-Identifier: Apache-2.0
"""Cases over both databases: gathered, judged, stated, and what each side may read of them."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, update

from nguon.base.audience import Mandate
from nguon.base.time import to_microseconds
from nguon.disputes import flooding, queries, service, subjects
from nguon.disputes.errors import (
    DisputeError,
    DisputeForbiddenError,
    DisputeMovedError,
    ReportFaultsError,
    TooManyReportsError,
    UnknownDisputeError,
)
from nguon.disputes.model import (
    Case,
    Kind,
    Origin,
    Outcome,
    Photo,
    Report,
    Side,
    State,
    Step,
    Subject,
    SubjectKind,
)
from nguon.disputes.service import Said
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.store import Store, disputes_tables

LOT = "01/09521101000016/10/SR1"
WORDS = "Nhãn ghi 12/08, trang ghi 02/08."
CONTACT = "0912 987 777"
MAKER, REPORTING, STRANGER, OFFICE = 11, 12, 13, 14
SUBJECT = Subject(kind=SubjectKind.ITEM, key=LOT, party=MAKER, province="66", sector="crops")
REPORT = Report(kind=Kind.LABEL, words=WORDS, contact=CONTACT)


def _principal(
    organisation: int, name: str, kind: KeyKind = KeyKind.MEMBER, mandate: Mandate | None = None
) -> Principal:
    scopes = frozenset(Scope) if kind is not KeyKind.MEMBER else frozenset({Scope.REGISTRY})
    return Principal(organisation, name, kind, scopes, strict=False, mandate=mandate)


def _officer(name: str = "person/1", province: str = "66", organisation: int = OFFICE) -> Principal:
    mandate = Mandate(frozenset({province}), frozenset({"crops"}))
    return _principal(organisation, name, KeyKind.INSPECTOR, mandate)


OFFICER, PARTY, PARTNER = _officer(), _principal(MAKER, "person/8"), _principal(REPORTING, "key-9")
STRANGERS = (
    _principal(STRANGER, "person/7"),
    _officer("person/3", "01"),
    _officer("person/4", organisation=MAKER),
)


@pytest.fixture(autouse=True)
def key(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "accounts.key"
    sealing.attach(store, path)
    return path


def _said(case: Case, words: str = "Mười chữ cái trở lên.", **more: Any) -> Said:
    return Said(seen=case.seen, words=words, **more)


def _take(store: Store, by: Principal, case: Case, step: Step, **more: Any) -> Case:
    return service.take(store, by, case.id, step, _said(case, **more))


def _rows(store: Store) -> Mapping[str, int]:
    names = ("dispute_case", "dispute_step", "dispute_report", "dispute_about", "dispute_file")
    with store.reading() as connection:
        return {
            name: connection.scalar(
                select(func.count()).select_from(getattr(disputes_tables, name))
            )
            or 0
            for name in names
        }


def _answered(store: Store) -> Case:
    case = service.report(store, SUBJECT, REPORT).case
    case = _take(store, OFFICER, case, Step.OPEN)
    case = _take(store, OFFICER, case, Step.ASK, days=5)
    return _take(store, PARTY, case, Step.ANSWER)


def test_from_report_to_decision_and_appeal(store: Store) -> None:
    made = service.report(store, SUBJECT, REPORT)
    case = made.case
    assert (case.state, case.reports, case.opened) == (State.REPORTED, 1, None)
    assert queries.open_about(store, [LOT], [MAKER]) == {}
    case = _take(store, OFFICER, case, Step.OPEN)
    public = queries.open_about(store, [LOT, "01/09521101000016/10/OTHER"])
    assert {key: (one.id, one.kind) for key, one in public.items()} == {LOT: (case.id, Kind.LABEL)}
    case = _take(store, OFFICER, case, Step.ASK, days=5)
    assert case.due is not None
    assert case.due - datetime.now(UTC) < timedelta(days=6)
    case = service.answer(store, PARTY, case.id, _said(case))
    case = service.decide(store, OFFICER, case.id, _said(case, outcome=Outcome.UPHELD))
    assert (case.state, case.outcome) == (State.DECIDED, Outcome.UPHELD)
    assert queries.open_about(store, [LOT]) == {}
    assert set(queries.decided_about(store, [LOT])) == {LOT}
    case = _take(store, PARTY, case, Step.APPEAL)
    assert (case.state, case.appealed, case.outcome) == (State.OPEN, True, None)
    assert queries.decided_about(store, [LOT]) == {}
    with pytest.raises(DisputeForbiddenError):
        service.decide(store, OFFICER, case.id, _said(case, outcome=Outcome.NOT_UPHELD))
    other = _officer("person/2")
    case = service.decide(store, other, case.id, _said(case, outcome=Outcome.NOT_UPHELD))
    with pytest.raises(DisputeError):
        _take(store, PARTY, case, Step.APPEAL)
    assert _take(store, other, case, Step.CLOSE).state is State.CLOSED
    assert [one.step for one in queries.view(store, OFFICER, case.id).steps] == [
        Step.REPORT, Step.OPEN, Step.ASK, Step.ANSWER, Step.DECIDE, Step.APPEAL, Step.DECIDE,
        Step.CLOSE,
    ]  # fmt: skip
    followed = queries.followed(store, made.reference)
    assert (followed.case.outcome, followed.has_contact) == (Outcome.NOT_UPHELD, True)


def test_equal_reports_are_gathered_and_others_are_not(store: Store) -> None:
    first = service.report(store, SUBJECT, REPORT)
    second = service.report(store, SUBJECT, REPORT)
    other = service.report(store, SUBJECT, msgspec.structs.replace(REPORT, kind=Kind.SAFETY))
    assert first.case.id == second.case.id != other.case.id
    assert second.case.reports == 2
    assert first.reference != second.reference
    assert _rows(store)["dispute_case"] == 2
    closed = _take(store, OFFICER, second.case, Step.DISMISS)
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.DISMISSED)
    assert service.report(store, SUBJECT, REPORT).case.id != first.case.id


def test_reports_at_once_become_one_case(store: Store) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(service.report(store, SUBJECT, REPORT).case.id)
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    [case] = queries.desk(store, OFFICER)
    assert (case.reports, case.seen) == (6, 6)


def test_who_stands_on_no_side_learns_nothing(store: Store) -> None:
    case = service.report(store, SUBJECT, REPORT).case
    for one in (*STRANGERS, PARTY):
        with pytest.raises(UnknownDisputeError):
            queries.view(store, one, case.id)
        before = _rows(store)
        with pytest.raises(UnknownDisputeError):
            _take(store, one, case, Step.OPEN)
        assert _rows(store) == before
        assert queries.desk(store, one) == []
        assert queries.against(store, one) == []
    assert [one.id for one in queries.desk(store, OFFICER)] == [case.id]
    _take(store, OFFICER, case, Step.OPEN)
    assert [one.id for one in queries.against(store, PARTY)] == [case.id]


def test_the_party_never_reads_who_reported_or_what(store: Store) -> None:
    report = msgspec.structs.replace(REPORT, words="Nhà tôi ở chợ Hôm thấy khác.")
    partner = service.report(store, SUBJECT, report, origin=Origin.PARTNER, by=PARTNER)
    service.report(store, SUBJECT, REPORT)
    case = _take(store, OFFICER, queries.view(store, OFFICER, partner.case.id).case, Step.OPEN)
    case = _take(store, OFFICER, case, Step.ASK)
    seen = msgspec.json.encode(queries.view(store, PARTY, case.id)).decode()
    for hidden in ("chợ Hôm", "12/08", CONTACT, "key-9", '"organisation":12'):
        assert hidden not in seen
    view = queries.view(store, PARTNER, case.id)
    assert view.sides == {Side.REPORTER}
    assert (view.reports, view.files) == ((), ())
    officers = queries.view(store, OFFICER, case.id).reports
    assert [(one.origin, one.contact) for one in officers] == [
        (Origin.PARTNER, CONTACT),
        (Origin.CONSUMER, CONTACT),
    ]


def test_no_statement_says_who_reported(store: Store) -> None:
    made = service.report(store, SUBJECT, REPORT, origin=Origin.PARTNER, by=PARTNER)
    case = _take(store, OFFICER, made.case, Step.OPEN)
    stated = [
        *store.log.statements_of(f"dispute/{case.id}"),
        *store.log.statements_of(f"dispute.step/{case.id}/1"),
        *store.log.statements_of(f"dispute.step/{case.id}/2"),
    ]
    assert len(stated) == 4
    bodies = b"".join(one.body for one in stated if one.body)
    for hidden in (WORDS, CONTACT, made.reference, PARTNER.key_id, LOT):
        assert hidden.encode() not in bodies
    assert b'"by":"person/1"' in bodies
    assert store.log.statements_of(f"organisation/{MAKER}")
    assert not store.log.statements_of(f"organisation/{REPORTING}")


def test_a_contact_is_not_in_the_database_and_can_be_forgotten(store: Store, key: Path) -> None:
    made = service.report(store, SUBJECT, REPORT)
    with store.reading() as connection:
        [row] = connection.execute(select(disputes_tables.dispute_report)).mappings()
    assert CONTACT.encode() not in bytes(row["contact"])
    assert made.reference.encode() not in bytes(row["reference"])
    assert key.stat().st_mode & 0o077 == 0
    sealing.attach(store, key.with_name("another.key"))
    [told] = queries.view(store, OFFICER, made.case.id).reports
    assert told.contact == "?"
    service.forget(store, made.reference)
    service.forget(store, "no such reference")
    [told] = queries.view(store, OFFICER, made.case.id).reports
    assert (told.contact, told.words) == (None, WORDS)
    assert not queries.followed(store, made.reference).has_contact


def test_a_report_taken_back(store: Store) -> None:
    first, second = (service.report(store, SUBJECT, REPORT) for _ in range(2))
    service.withdraw(store, first.reference)
    service.withdraw(store, first.reference)
    [case] = queries.desk(store, OFFICER)
    assert case.state is State.REPORTED
    service.withdraw(store, second.reference)
    assert queries.desk(store, OFFICER) == []
    found = queries.followed(store, second.reference)
    assert (found.case.state, found.case.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    with pytest.raises(UnknownDisputeError):
        queries.followed(store, "x" * 24)


def test_a_step_on_what_was_not_seen_changes_nothing(store: Store) -> None:
    case = _answered(store)
    before = _rows(store)
    with pytest.raises(DisputeMovedError):
        service.take(
            store, OFFICER, case.id, Step.ASK, Said(seen=case.seen - 1, words="Mười chữ cái.")
        )
    with pytest.raises(ReportFaultsError):
        service.answer(store, PARTY, case.id, _said(case, words="ngắn"))
    with pytest.raises(DisputeForbiddenError):
        service.answer(store, OFFICER, case.id, _said(case))
    assert _rows(store) == before


def test_files_are_checked_and_shown_to_their_sides(store: Store, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "documents")
    photo = Photo("a.jpg", b"\xff\xd8\xff\xe0 picture")
    made = service.report(
        store, SUBJECT, msgspec.structs.replace(REPORT, photo=photo), folder=folder
    )
    case = _take(store, OFFICER, made.case, Step.OPEN)
    case = _take(store, OFFICER, case, Step.ASK)
    program = _said(case, files=(Photo("x.exe", b"MZ"),))
    with pytest.raises(DocumentRefusedError):
        service.answer(store, PARTY, case.id, program, folder)
    case = service.answer(
        store, PARTY, case.id, _said(case, files=(Photo("kq.pdf", b"%PDF-1.7"),)), folder
    )
    officers = queries.view(store, OFFICER, case.id).files
    assert {one.name for one in officers} == {"a.jpg", "kq.pdf"}
    [own] = queries.view(store, PARTY, case.id).files
    assert own.name == "kq.pdf"
    assert queries.file(store, folder, PARTY, own.id)[1] == b"%PDF-1.7"
    picture = next(one for one in officers if one.name == "a.jpg")
    for one in (PARTY, *STRANGERS):
        with pytest.raises(UnknownDisputeError):
            queries.file(store, folder, one, picture.id)


def test_time_closes_what_nobody_appealed(store: Store) -> None:
    case = _answered(store)
    case = service.decide(store, OFFICER, case.id, _said(case, outcome=Outcome.NOT_UPHELD))
    assert service.tidy(store) == 0
    table = disputes_tables.dispute_case
    past = to_microseconds(datetime.now(UTC) - timedelta(days=200))
    with store.transaction() as connection:
        connection.execute(update(table).values(due=past, decided=past))
    assert service.tidy(store) == 1
    assert service.tidy(store) == 0
    found = queries.view(store, OFFICER, case.id)
    assert (found.case.state, found.steps[-1].side) == (State.CLOSED, Side.SYSTEM)
    assert [one.contact for one in found.reports] == [None]


def test_what_is_late_is_found(store: Store) -> None:
    case = service.report(store, SUBJECT, REPORT).case
    assert queries.desk(store, OFFICER, late=True) == []
    with store.transaction() as connection:
        connection.execute(update(disputes_tables.dispute_case).values(due=1))
    assert [one.id for one in queries.desk(store, OFFICER, late=True)] == [case.id]


def test_many_reports_from_one_address_wait(store: Store) -> None:
    for _ in range(2):
        flooding.check(store, "203.0.113.5", LOT)
    with pytest.raises(TooManyReportsError):
        flooding.check(store, "203.0.113.5", LOT)
    flooding.check(store, "203.0.113.6", LOT)
    for number in range(6):
        flooding.check(store, "203.0.113.5", f"{LOT}{number}")
    with pytest.raises(TooManyReportsError):
        flooding.check(store, "203.0.113.5", "another")


def test_a_case_is_found_under_the_thing_its_lot_and_its_product(store: Store) -> None:
    case = service.report(store, SUBJECT, REPORT).case
    _take(store, OFFICER, case, Step.OPEN)
    assert subjects.keys_over(LOT) == {LOT, "01/09521101000016"}
    assert set(queries.open_about(store, subjects.keys_over(LOT))) == {LOT}
    assert subjects.of_item(store, LOT).party is None
