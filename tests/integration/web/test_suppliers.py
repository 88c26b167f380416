# SPDX-License-Identifier: Apache-2.0
"""A supplier's name stays hidden from the public while its standing shows."""

from datetime import UTC, datetime

import pytest

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.passport.model import Passport
from nguon.passport.service import passport
from nguon.registry import history, queries, service
from nguon.registry.history import Actor, Status
from nguon.registry.model import Register
from tests.integration.web.conftest import Server
from tests.integration.web.samples import bare

ORGANISATIONS = """mã,loại,tên pháp lý,địa chỉ,mã xã,GLN
xay,doanh nghiệp,Nhà máy xay Sông Hồng,Đường 5,11977,9521101000009
mi,doanh nghiệp,Công ty Mì Sợi,Đường 6,11977,9521102000008
"""
PLACES = """mã địa điểm,loại,tên,đơn vị quản lý,mã xã
9521101000016,nhà máy,Xưởng xay số 3 Sông Hồng,xay,11977
9521102000015,nhà máy,Xưởng mì,mi,11977
"""
PRODUCTS = """GTIN,tên,nhà sản xuất
09521101000016,Bột mì,xay
09521102000015,Mì sợi,mi
"""
FLOUR, NOODLES = "01/09521101000016/10/B1", "01/09521102000015/10/M1"
LINK = "https://id.gs1.org/"
SECRETS = ("Sông Hồng", "9521101000016/", "/r/organisation/xay", "414/9521101000016")


@pytest.fixture
def ids(server: Server) -> dict[str, int]:
    """A mill, and a factory that makes noodles of its flour."""
    store = server.store
    for register, table in (
        (Register.ORGANISATION, ORGANISATIONS),
        (Register.PLACE, PLACES),
        (Register.PRODUCT, PRODUCTS),
    ):
        assert service.import_csv(store, register, table).faults == ()
    found = {one.code: one.id for one in queries.list_organisations(store, PUBLIC, limit=9)}
    milled = bare(
        1, epcList=[LINK + FLOUR], action="ADD", bizStep="commissioning",
        readPoint={"id": LINK + "414/9521101000016"},
        bizLocation={"id": LINK + "414/9521101000016"},
    )  # fmt: skip
    server.member(found["xay"]).post("/epcis/events", json=milled).raise_for_status()
    made = bare(2, type="TransformationEvent", bizStep="creating_class_instance",
                readPoint={"id": LINK + "414/9521102000015"},
                bizLocation={"id": LINK + "414/9521102000015"})  # fmt: skip
    for name in ("epcList", "action", "disposition"):
        del made[name]
    made |= {"inputEPCList": [LINK + FLOUR], "outputEPCList": [LINK + NOODLES]}
    server.member(found["mi"]).post("/epcis/events", json=made).raise_for_status()
    return found


def _names(store: object, organisation: int | None, kind: KeyKind = KeyKind.MEMBER) -> set[str]:
    audience = PUBLIC
    if organisation is not None:
        scopes = frozenset({Scope.READ})
        audience = Principal(organisation, "k", kind, scopes, strict=False).audience
    found = passport(store, NOODLES, "vi", audience)  # type: ignore[arg-type]
    assert isinstance(found, Passport)
    records = [record for step in found.journey for record in step.records]
    return {record.who.name or "" for record in records if record.who}


def test_the_public_page_names_no_supplier(server: Server, ids: dict[str, int]) -> None:
    page = server.client(accept="text/html").get(f"/p/{NOODLES}").text
    assert "Công ty Mì Sợi" in page
    assert "Nhà cung cấp (tự khai)" in page
    assert [secret for secret in SECRETS if secret in page] == []
    history_of = datetime(2026, 1, 1, tzinfo=UTC)
    with server.store.transaction() as connection:
        history.record(
            connection, Register.ORGANISATION, "xay", Status.APPROVED,
            valid_from=history_of, by=Actor(None, "officer"),
        )  # fmt: skip
    page = server.client(accept="text/html").get(f"/p/{NOODLES}").text
    assert "Nhà cung cấp (cơ quan đã duyệt)" in page
    assert [secret for secret in SECRETS if secret in page] == []
    assert "Sông Hồng" in server.client(accept="text/html").get(f"/p/{FLOUR}").text


def test_partner_owner_and_inspector_read_the_name(server: Server, ids: dict[str, int]) -> None:
    mill = "Nhà máy xay Sông Hồng"
    assert mill not in _names(server.store, None)
    assert mill not in _names(server.store, 999)
    assert mill in _names(server.store, ids["xay"])
    assert mill in _names(server.store, ids["mi"])
    assert mill in _names(server.store, 999, KeyKind.INSPECTOR)


def test_a_trace_names_no_supplier(server: Server, ids: dict[str, int]) -> None:
    for organisation in (ids["mi"], 999):
        answer = server.member(organisation, "trace").get("/api/v1/trace", params={"item": NOODLES})
        assert answer.status_code == 200
        assert "Sông Hồng" not in answer.text
