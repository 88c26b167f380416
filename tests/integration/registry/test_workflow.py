# SPDX-License-Identifier: Apache-2.0
"""Entries before their body: who may, what becomes of it, and that refusals change nothing."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nguon.base.audience import Mandate
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry import decisions, documents, history, memory, workflow
from nguon.registry.decisions import Decision
from nguon.registry.documents import Folder
from nguon.registry.errors import (
    DecidedMeanwhileError,
    DocumentRefusedError,
    NotInChargeError,
    RegistryError,
    StepRefusedError,
    UnknownEntryError,
)
from nguon.registry.history import Status
from nguon.registry.model import Certificate, Place, Register
from nguon.registry.service import import_csv
from nguon.registry.workflow import Step
from nguon.store import Store, history_tables, registry_tables
from nguon.store.registry import organisation_ids

ORGANISATIONS = """mã,loại,tên,xã
htx,hợp tác xã,HTX,24490
ho-1,hộ,Hộ 1,24490
la,công ty,Lạ,24490
cc,cơ quan,Chi cục,24490
hy,cơ quan,Chi cục khác,11977
"""
MEMBER = "mã,loại,tên,htx\nho-1,hộ,Hộ 1,htx\n"
PLACES = """mã địa điểm,loại,tên,chủ,mã xã,mã quốc gia,cây trồng,diện tích
,vùng trồng,Vùng 1,htx,24490,VN-DLOR-9521,sầu riêng,"27,6"
"""
CERTIFICATES = """số,loại,cơ quan cấp,đơn vị,địa điểm,thị trường,cây trồng
VN-DLOR-9521,mã số vùng trồng,Chi cục,htx,vn-area:VN-DLOR-9521,Trung Quốc,sầu riêng
"""
PLACE = "vn-area:VN-DLOR-9521"
CODE = "planting-area/VN-DLOR-9521"
NOW = datetime.now(UTC)


@pytest.fixture
def ids(store: Store) -> dict[str, int]:
    assert import_csv(store, "organisation", ORGANISATIONS).done
    assert import_csv(store, "organisation", MEMBER).done
    with store.reading() as connection:
        found = organisation_ids(connection, ["htx", "ho-1", "la", "cc", "hy"])
    for register, table in (("place", PLACES), ("certificate", CERTIFICATES)):
        assert import_csv(store, register, table, registrar=found["htx"]).done
    return found


def _manager(organisation: int) -> Principal:
    scopes = frozenset({Scope.READ, Scope.REGISTRY})
    return Principal(organisation, f"m{organisation}", KeyKind.MEMBER, scopes, strict=False)


def _officer(organisation: int, mandate: Mandate | None = None, *scopes: Scope) -> Principal:
    granted = frozenset(scopes or (Scope.READ, Scope.SUPERVISE))
    name = f"o{organisation}"
    return Principal(organisation, name, KeyKind.INSPECTOR, granted, strict=False, mandate=mandate)


def _everything(store: Store) -> dict[str, list[Mapping[Any, Any]]]:
    tables = (
        *(registry_tables.place, registry_tables.certificate, history_tables.register_status),
        *(history_tables.register_version, history_tables.register_case),
        history_tables.register_document,
    )
    with store.reading() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in tables
        }


def _seen(store: Store, register: Register = Register.PLACE, key: str = PLACE) -> int:
    return workflow.last_number(history.history(store, register, key))


def _decide(store: Store, who: Principal, step: Step, **more: Any) -> decisions.Decided:
    reasons = workflow.reasons(step)
    given = {"reason": reasons[0] if reasons else None, "seen": _seen(store), **more}
    decision = Decision(register=Register.PLACE, key=PLACE, step=step, **given)
    return decisions.decide(store, who, decision)


def _standing(store: Store, at: datetime | None = None, known: datetime | None = None) -> Status:
    moment = at or datetime.now(UTC)
    found = history.standing(store, Register.PLACE, [PLACE], at=moment, known=known)
    return found[PLACE].status


def _place(store: Store) -> Mapping[Any, Any]:
    [row] = _everything(store)["place"]
    return row


def _refused(store: Store, error: type[RegistryError], call: Callable[[], Any]) -> str:
    before = _everything(store)
    with pytest.raises(error) as caught:
        call()
    assert _everything(store) == before
    return caught.value.code


def test_from_declared_to_approved(store: Store, ids: dict[str, int]) -> None:
    officer = _officer(ids["cc"], Mandate(frozenset({"66"}), frozenset({"plant"})))
    assert _standing(store) is Status.DECLARED
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    assert _standing(store) is Status.SUBMITTED
    [case] = _everything(store)["register_case"]
    assert (case["province"], case["sector"], case["state"]) == ("66", "plant", "submitted")
    assert case["due"] - case["opened"] == 15 * 86_400 * 1_000_000
    _decide(store, officer, Step.CHECK)
    assert _standing(store) is Status.CHECKED
    decided = _decide(store, officer, Step.APPROVE)
    assert decided.status is Status.APPROVED
    rows = history.history(store, Register.PLACE, PLACE)
    assert [row.status.value for row in rows] == ["submitted", "checked", "approved"]
    assert [row.version for row in rows] == [1, 1, 1]
    assert [row.by.organisation for row in rows if row.by] == [ids["htx"], ids["cc"], ids["cc"]]
    assert _everything(store)["register_case"][0]["closed"] is not None


def test_who_may_not(store: Store, ids: dict[str, int]) -> None:
    reader = Principal(ids["htx"], "c", KeyKind.MEMBER, frozenset({Scope.READ}), strict=False)
    for who, key, refusal, expected in (
        (_manager(ids["la"]), PLACE, UnknownEntryError, "approvals.unknown-entry"),
        (_manager(ids["ho-1"]), PLACE, UnknownEntryError, "approvals.unknown-entry"),
        (_manager(ids["la"]), "414/0", UnknownEntryError, "approvals.unknown-entry"),
        (reader, PLACE, NotInChargeError, "approvals.not-yours"),
    ):
        for step in (decisions.submit, decisions.withdraw):
            done = partial(step, store, who, Register.PLACE, key)
            assert _refused(store, refusal, done) == expected
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    wrong = {
        "member": _manager(ids["la"]),
        "without scope": _officer(ids["cc"], None, Scope.READ),
        "another province": _officer(ids["hy"], Mandate(frozenset({"33"}))),
        "another sector": _officer(ids["cc"], Mandate(None, frozenset({"fishery"}))),
        "ended": _officer(ids["cc"], Mandate(valid_to=(NOW - timedelta(days=2)).date())),
        "its own entry": _officer(ids["htx"]),
    }
    for who in wrong.values():
        code = _refused(
            store,
            NotInChargeError,
            partial(_decide, store, who, Step.APPROVE),
        )
        assert code in {"approvals.not-in-charge", "approvals.own-entry"}


def test_a_return_needs_a_reason_and_ends_the_case(store: Store, ids: dict[str, int]) -> None:
    officer = _officer(ids["cc"])
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    for more in ({"reason": None}, {"reason": "pest-found"}, {"reason": "other"}):
        _refused(store, StepRefusedError, partial(_decide, store, officer, Step.RETURN, **more))
    _decide(store, officer, Step.RETURN, reason="other", note="Thiếu sơ đồ")
    assert _standing(store) is Status.DECLARED
    last = history.history(store, Register.PLACE, PLACE)[-1]
    assert (last.reason, last.note) == ("other", "Thiếu sơ đồ")
    code = _refused(store, StepRefusedError, lambda: _decide(store, officer, Step.APPROVE))
    assert code == "approvals.not-possible"
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    assert _decide(store, officer, Step.REFUSE).status is Status.REFUSED


def _approved(store: Store, ids: dict[str, int], **more: Any) -> Principal:
    officer = _officer(ids["cc"])
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    _decide(store, officer, Step.APPROVE, **more)
    return officer


def test_valid_when_shipped_and_did_we_know(store: Store, ids: dict[str, int]) -> None:
    officer = _approved(store, ids, valid_from=NOW - timedelta(days=100))
    shipped = NOW - timedelta(days=5)
    before = datetime.now(UTC)
    _decide(
        store,
        officer,
        Step.SUSPEND,
        reason="pest-found",
        valid_from=NOW - timedelta(days=10),
        valid_to=NOW + timedelta(days=20),
    )
    assert _standing(store, shipped) is Status.SUSPENDED
    assert _standing(store, shipped, known=before) is Status.APPROVED
    assert _standing(store, NOW - timedelta(days=11)) is Status.APPROVED
    assert _standing(store, NOW + timedelta(days=21)) is Status.APPROVED
    again = _decide(store, officer, Step.REINSTATE, reason="mended")
    assert again.status is Status.APPROVED
    assert _standing(store, shipped) is Status.SUSPENDED
    _decide(store, officer, Step.REVOKE, valid_from=NOW + timedelta(days=3))
    assert _standing(store) is Status.APPROVED
    assert _standing(store, NOW + timedelta(days=4)) is Status.REVOKED
    _refused(store, StepRefusedError, lambda: _decide(store, officer, Step.REINSTATE))


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_from": NOW - timedelta(days=5000)},
        {"valid_from": NOW + timedelta(days=3000)},
        {"valid_from": NOW, "valid_to": NOW - timedelta(days=1)},
        {"valid_from": NOW.replace(tzinfo=None)},
        {"valid_from": NOW - timedelta(days=200)},
    ],
)
def test_dates_that_cannot_be(store: Store, ids: dict[str, int], dates: dict[str, Any]) -> None:
    officer = _approved(store, ids)
    _refused(store, StepRefusedError, lambda: _decide(store, officer, Step.SUSPEND, **dates))


def test_the_second_of_two_officers_is_told(store: Store, ids: dict[str, int]) -> None:
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    seen = _seen(store)
    _decide(store, _officer(ids["cc"]), Step.RETURN, seen=seen)
    with pytest.raises(DecidedMeanwhileError) as caught:
        _decide(store, _officer(ids["hy"]), Step.APPROVE, seen=seen)
    assert caught.value.params["status"] == "declared"
    assert caught.value.params["body"] == "Chi cục"
    assert _standing(store) is Status.DECLARED


def test_two_officers_at_the_same_moment(store: Store, ids: dict[str, int]) -> None:
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    seen, outcomes = _seen(store), list[str]()
    gate = threading.Barrier(4)

    def officer(step: Step) -> None:
        gate.wait()
        try:
            outcomes.append(_decide(store, _officer(ids["cc"]), step, seen=seen).status.value)
        except RegistryError as error:
            outcomes.append(error.code)

    steps = (Step.APPROVE, Step.RETURN, Step.APPROVE, Step.REFUSE)
    threads = [threading.Thread(target=officer, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("approvals.decided-meanwhile") == 3
    assert len(history.history(store, Register.PLACE, PLACE)) == 2


LARGER = PLACES.replace("27,6", "80").replace("Vùng 1", "Vùng một")


def test_what_is_approved_is_not_changed_silently(store: Store, ids: dict[str, int]) -> None:
    officer = _approved(store, ids)
    report = import_csv(store, "place", LARGER, registrar=ids["htx"])
    assert (report.created, report.updated, report.proposed, report.unchanged) == (0, 0, 1, 0)
    place = _place(store)
    assert (place["area_ha"], place["name_vi"]) == ("27.6", "Vùng một")
    assert _standing(store) is Status.APPROVED
    report = import_csv(store, "place", LARGER, registrar=ids["htx"])
    assert (report.proposed, report.unchanged) == (0, 1)
    decisions_before = len(history.history(store, Register.PLACE, PLACE))
    assert decisions_before == 3
    _decide(store, officer, Step.RETURN)
    assert _standing(store) is Status.APPROVED
    assert _place(store)["area_ha"] == "27.6"
    assert import_csv(store, "place", LARGER, registrar=ids["htx"]).proposed == 1
    _decide(store, officer, Step.APPROVE)
    assert _place(store)["area_ha"] == "80"
    assert _standing(store) is Status.APPROVED
    code = _refused(
        store,
        StepRefusedError,
        lambda: decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE),
    )
    assert code == "approvals.approved-already"


def test_what_waits_may_be_mended(store: Store, ids: dict[str, int]) -> None:
    officer = _officer(ids["cc"])
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    seen = _seen(store)
    assert import_csv(store, "place", LARGER, registrar=ids["htx"]).updated == 1
    assert _place(store)["area_ha"] == "80"
    with pytest.raises(DecidedMeanwhileError):
        _decide(store, officer, Step.APPROVE, seen=seen)
    _decide(store, officer, Step.APPROVE)
    assert history.history(store, Register.PLACE, PLACE)[-1].version == 2


def test_the_register_remembers_what_it_said(store: Store, ids: dict[str, int]) -> None:
    before = datetime.now(UTC)
    owner = _manager(ids["htx"]).audience
    assert import_csv(store, "place", LARGER, registrar=ids["htx"]).updated == 1
    then = memory.as_known(store, owner, Register.PLACE, PLACE, before)
    now = memory.as_known(store, owner, Register.PLACE, PLACE, datetime.now(UTC))
    assert isinstance(then, Place)
    assert isinstance(now, Place)
    assert (str(then.area_ha), then.name.vi) == ("27.6", "Vùng 1")
    assert (str(now.area_ha), now.name.vi) == ("80", "Vùng một")
    past = NOW - timedelta(days=1)
    assert memory.as_known(store, owner, Register.PLACE, PLACE, past) is None
    paper = memory.as_known(store, PUBLIC, Register.CERTIFICATE, CODE, before)
    assert isinstance(paper, Certificate)
    assert paper.markets == ("CN",)


def test_a_code_is_found_however_it_is_written(store: Store, ids: dict[str, int]) -> None:
    table = CERTIFICATES.replace("VN-DLOR-9521,mã", "VNDLOR 9522,mã")
    assert import_csv(store, "certificate", table, registrar=ids["htx"]).created == 1
    key = "planting-area/VN-DLOR-9522"
    decisions.submit(store, _manager(ids["htx"]), Register.CERTIFICATE, key)
    decision = Decision(
        register=Register.CERTIFICATE,
        key=key,
        step=Step.APPROVE,
        seen=_seen(store, Register.CERTIFICATE, key),
    )
    assert decisions.decide(store, _officer(ids["cc"]), decision).status is Status.APPROVED


def test_taking_back(store: Store, ids: dict[str, int]) -> None:
    manager = _manager(ids["htx"])
    decisions.submit(store, manager, Register.PLACE, PLACE)
    decisions.withdraw(store, manager, Register.PLACE, PLACE)
    assert _standing(store) is Status.DECLARED
    _refused(
        store,
        StepRefusedError,
        lambda: decisions.withdraw(store, manager, Register.PLACE, PLACE),
    )


def test_what_no_body_is_asked_about(store: Store, ids: dict[str, int]) -> None:
    manager = _manager(ids["htx"])
    product = "GTIN,tên,nhà sản xuất,nhóm rủi ro\n9521101000023,Nhãn,htx,{}\n"
    assert import_csv(store, "product", product.format("thấp"), registrar=ids["htx"]).done
    key = "01/09521101000023"
    code = _refused(
        store,
        StepRefusedError,
        lambda: decisions.submit(store, manager, Register.PRODUCT, key),
    )
    assert code == "approvals.not-needed"
    assert import_csv(store, "product", product.format("cao"), registrar=ids["htx"]).updated == 1
    decisions.submit(store, manager, Register.PRODUCT, key)
    _refused(
        store,
        UnknownEntryError,
        lambda: decisions.submit(store, manager, Register.PLACE, "414/x"),
    )


STANDING = """mã địa điểm,loại,tên,chủ,trạng thái,trạng thái từ,cơ quan duyệt,lý do
vn-area:VN-DLOR-9521,vùng trồng,Vùng 1,htx,đã duyệt,01/04/2025,cc,QĐ 12
"""


def test_standings_from_tables(store: Store, ids: dict[str, int]) -> None:
    decisions.submit(store, _manager(ids["htx"]), Register.PLACE, PLACE)
    before = _everything(store)
    report = import_csv(store, "place", STANDING, registrar=ids["htx"])
    assert [(fault.row, fault.column, fault.code) for fault in report.faults] == [
        (2, "trạng thái", "registry.status-not-yours")
    ]
    assert _everything(store) == before
    assert import_csv(store, "place", STANDING).done
    since = datetime(2025, 3, 31, 17, tzinfo=UTC)
    assert _standing(store, since) is Status.APPROVED
    assert _standing(store, since - timedelta(seconds=1)) is Status.DECLARED
    last = history.history(store, Register.PLACE, PLACE)[-1]
    assert last.by is not None
    assert (last.by.organisation, last.note) == (ids["cc"], "QĐ 12")
    assert _everything(store)["register_case"][0]["state"] == "withdrawn"
    number = last.number
    assert import_csv(store, "place", STANDING).done
    assert history.history(store, Register.PLACE, PLACE)[-1].number == number


PDF = b"%PDF-1.7\n..."


def test_documents(store: Store, ids: dict[str, int], tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    manager, entry = _manager(ids["htx"]), (Register.PLACE, PLACE)
    kept = documents.attach(store, folder, manager, entry, ("../So do\n<b>.exe", PDF))
    assert (kept.name, kept.media_type, kept.size) == ("So do-b.pdf", "application/pdf", len(PDF))
    assert documents.of_entry(store, *entry) == [kept]
    for reader in (manager, _officer(ids["cc"], Mandate(frozenset({"66"})))):
        assert documents.read(store, folder, reader, kept.id) == (kept, PDF)
    for stranger in (_manager(ids["la"]), _officer(ids["hy"], Mandate(frozenset({"33"})))):
        with pytest.raises(UnknownEntryError):
            documents.read(store, folder, stranger, kept.id)
    (tmp_path / kept.digest[:2] / kept.digest).write_bytes(b"%PDF-other")
    with pytest.raises(UnknownEntryError) as gone:
        documents.read(store, folder, manager, kept.id)
    assert gone.value.code == "approvals.document-gone"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "approvals.document-empty"),
        (b"<html>%PDF-", "approvals.document-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "approvals.document-kind"),
        (PDF + bytes(documents.MOST_OCTETS), "approvals.document-large"),
    ],
)
def test_files_that_are_not_kept(
    store: Store, ids: dict[str, int], tmp_path: Path, content: bytes, code: str
) -> None:
    folder = Folder(tmp_path / "documents")
    entry = (Register.PLACE, PLACE)
    with pytest.raises(DocumentRefusedError) as refused:
        documents.attach(store, folder, _manager(ids["htx"]), entry, ("x.pdf", content))
    assert refused.value.code == code
    with pytest.raises(UnknownEntryError):
        documents.attach(store, folder, _manager(ids["la"]), entry, ("x.pdf", PDF))
    assert documents.of_entry(store, *entry) == []
    assert not folder.path.exists()
