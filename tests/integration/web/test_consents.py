# SPDX-License-Identifier: Apache-2.0
"""Consents by the sheet, requests for erasure and their answer, the record of access."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from nguon.identity import access, consents
from nguon.identity.consents import Purpose
from nguon.identity.visibility import PUBLIC
from nguon.registry import erasure, queries, service
from nguon.registry.erasure import ANSWER_DAYS, State
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store.access_tables import consent
from tests.accounts import send, signed_in
from tests.integration.web.conftest import Server

TABLE = """mã,loại,tên pháp lý,tên công bố,địa chỉ,mã xã,mã số thuế,thành viên của
htx,hợp tác xã,HTX Tân Hưng,,Thôn Nội,11977,,
ho-1,hộ,Hộ ông Lạc,Vườn ông Lạc,Xóm Đình 7,11977,001085123456,htx
ho-2,hộ,Hộ bà Nhài,,Xóm Đình 8,11977,,htx
khac,doanh nghiệp,Công ty Khác,,Hà Nội,,,
"""


@pytest.fixture
def ids(server: Server) -> dict[str, int]:
    """The organisations of the table, by code."""
    report = service.import_csv(server.store, Register.ORGANISATION, TABLE)
    assert report.done, report.faults
    found = queries.list_organisations(server.store, PUBLIC, limit=50)
    return {one.code: one.id for one in found}


def _count(store: Store) -> int:
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(consent)) or 0


def test_a_sheet_of_consents(server: Server, ids: dict[str, int]) -> None:
    manager = signed_in(server.client(), server.store, "manager", ids["htx"])
    both = [f"{ids['ho-1']}.name", f"{ids['ho-1']}.register", f"{ids['ho-2']}.register"]
    fields: dict[str, object] = {"agree": both, "given": "05/09/2026", "means": "paper"}
    empty = send(manager, "/w/consents", fields)
    assert empty.status_code == 400
    assert 'href="#evidence"' in empty.text
    assert empty.text.count(" checked") >= 3
    assert _count(server.store) == 0
    done = send(manager, "/w/consents", {**fields, "evidence": "BB-07"})
    assert (done.status_code, done.headers["location"]) == (303, "/w/consents")
    given = consents.of_subjects(server.store, list(ids.values()))
    assert {(one.subject, one.purpose, one.evidence) for one in given} == {
        (ids["ho-1"], Purpose.NAME, "BB-07"),
        (ids["ho-1"], Purpose.REGISTER, "BB-07"),
        (ids["ho-2"], Purpose.REGISTER, "BB-07"),
    }
    assert send(manager, "/w/consents", {**fields, "evidence": "BB-08"}).status_code == 303
    assert _count(server.store) == 3
    assert "05/09/2026" in manager.get("/w/consents").text


def test_withdrawing_a_published_name(server: Server, ids: dict[str, int]) -> None:
    manager = signed_in(server.client(), server.store, "manager", ids["htx"])
    fields: dict[str, object] = {
        "agree": f"{ids['ho-1']}.name", "given": "05/09/2026", "evidence": "BB-07",
    }  # fmt: skip
    send(manager, "/w/consents", fields)
    [given] = consents.of_subjects(server.store, [ids["ho-1"]])
    assert "Vườn ông Lạc" in server.client().get("/r/organisation/ho-1").text
    page = f"/w/consents/{given.id}"
    assert "chỉ còn xã" in manager.get(page).text
    stranger = signed_in(server.client(), server.store, "manager", ids["khac"])
    assert stranger.get(page).status_code == 404
    assert stranger.get(page).text.count("Lạc") == 0
    assert send(manager, page, {}, f"{page}/withdraw").status_code == 303
    [after] = consents.of_subjects(server.store, [ids["ho-1"]])
    assert not after.stands
    assert consents.standing(server.store, ids.values(), Purpose.NAME) == frozenset()
    assert "Vườn ông Lạc" not in server.client().get("/r/organisation/ho-1").text


def test_others_households_cannot_be_ticked(server: Server, ids: dict[str, int]) -> None:
    stranger = signed_in(server.client(), server.store, "manager", ids["htx"])
    fields: dict[str, object] = {
        "agree": [f"{ids['khac']}.name", "x.y", "7.name.z"], "given": "05/09/2026", "evidence": "B",
    }  # fmt: skip
    answer = send(stranger, "/w/consents", fields)
    assert answer.status_code == 400
    assert _count(server.store) == 0


def test_asking_for_erasure_and_carrying_it_out(server: Server, ids: dict[str, int]) -> None:
    manager = signed_in(server.client(), server.store, "manager", ids["htx"])
    asked = send(manager, "/w/erasures", {"subject": ids["ho-1"], "reason": "ra khỏi HTX"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/w/erasures")
    assert send(manager, "/w/erasures", {"subject": ids["ho-1"], "reason": "x"}).status_code == 400
    assert send(manager, "/w/erasures", {"subject": ids["ho-2"], "reason": ""}).status_code == 400
    assert send(manager, "/w/erasures", {"subject": ids["khac"], "reason": "x"}).status_code == 400
    [one] = erasure.waiting(server.store)
    assert one.due - one.created.date() in {
        timedelta(days=ANSWER_DAYS), timedelta(days=ANSWER_DAYS + 1)
    }  # fmt: skip
    operator = signed_in(server.client(), server.store, "operator", ids["khac"])
    desk = operator.get("/s/erasures").text
    assert "Hộ ông Lạc" in desk
    assert manager.get("/s/erasures").status_code == 403
    refused = send(operator, "/s/erasures", {"do": "refuse"}, f"/s/erasures/{one.id}")
    assert refused.status_code == 400
    done = send(
        operator, "/s/erasures", {"do": "erase", "words": "đã xóa"}, f"/s/erasures/{one.id}"
    )
    assert done.status_code == 303
    assert erasure.waiting(server.store) == []
    assert [one.state for one in erasure.asked_by(server.store, ids["htx"])] == [State.DONE]
    page = server.client().get("/r/organisation/ho-1")
    assert page.status_code == 200
    assert "Lạc" not in page.text


def test_the_owner_reads_who_looked(server: Server, ids: dict[str, int]) -> None:
    operator = signed_in(server.client(), server.store, "operator", ids["khac"])
    manager = signed_in(server.client(), server.store, "manager", ids["htx"])
    send(manager, "/w/erasures", {"subject": ids["ho-1"], "reason": "ra khỏi HTX"})
    operator.get("/s/erasures")
    for ending in server.store.before_close:
        ending.__self__.flush()  # type: ignore[attr-defined]
    found = manager.get("/w/access")
    assert found.status_code == 200
    assert "Công ty Khác" in found.text
    assert "Hộ ông Lạc" in found.text
    assert "<code>/s/erasures</code>" in found.text
    told = server.member(ids["htx"], "read").get("/api/v1/access").json()
    assert [(r["about"], r["what"], r["readerKind"]) for r in told["records"]] == [
        ("ho-1", "organisation", "operator")
    ]
    assert (told["more"], told["lost"]) == (False, 0)
    other = server.member(ids["khac"], "read").get("/api/v1/access").json()
    assert other["records"] == []
    assert access.lost(server.store) == 0
    assert server.client().get("/api/v1/access").status_code == 401
    assert manager.get("/w/access?page=x").status_code == 400
