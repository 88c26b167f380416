# SPDX-License-Identifier: Apache-2.0
"""Tables taken whole or not at all, on both databases; the same table twice changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nguon.registry.model import OrganisationKind, Register
from nguon.registry.service import TABLES, ImportReport, ensure_organisation, import_csv
from nguon.store import Store

ORGANISATIONS = """mã,loại,tên,địa chỉ,xã,mã số thuế,GLN,hợp tác xã
ho-01,hộ,Hộ ông Lạc,Thôn Nội,11977,001085123456,9521101001013,htx
htx,hợp tác xã,HTX Tân Hưng,Thôn Nội,"Tân Hưng, Hưng Yên",0100233488,9521101000009,
"""
PLACES = """GLN,loại,tên,chủ,mã xã,vĩ độ,kinh độ,mã quốc gia
9521101000016,nhà đóng gói,Nhà đóng gói,htx,11977,"20,6391","106,0982",VNHYPH-9521
9521101002010,vườn,Vườn số 1,ho-01,11977,20.641,106.0958,VN-HYOR-9521
,vùng trồng,Vùng trồng Tân Hưng,htx,11977,,,vn hyor 9522
"""
PRODUCTS = """GTIN;tên;nhà sản xuất;tiêu chuẩn áp dụng;bảo quản;mã HS
9521101000023;Nhãn 2 kg;htx;TCVN 1; Giữ lạnh;0810.90
""".replace("TCVN 1; Giữ", '"TCVN 1; VietGAP";Giữ')
CERTIFICATES = """số,loại,cơ quan cấp,đơn vị,địa điểm,sản phẩm,từ ngày,đến ngày
V-1,VietGAP,TTCN,htx,,9521101000023,15/09/2025,2027-09-14
VN-HYOR-9522,mã số vùng trồng,Chi cục,,vn-area:VN-HYOR-9522,,,
O-4,OCOP 4 sao,Hội đồng,,,9521101000023,,
"""
ALL = [
    (Register.ORGANISATION, ORGANISATIONS),
    (Register.PLACE, PLACES),
    (Register.PRODUCT, PRODUCTS),
    (Register.CERTIFICATE, CERTIFICATES),
]


def _rows(store: Store, register: Register) -> list[dict[str, Any]]:
    table = TABLES[register]
    with store.reading() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def _everything(store: Store) -> dict[Register, list[dict[str, Any]]]:
    return {register: _rows(store, register) for register in Register}


def _fill(store: Store, registrar: int | None = None) -> list[ImportReport]:
    return [import_csv(store, register, text, registrar=registrar) for register, text in ALL]


def _faults(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in report.faults]


def test_everything_is_taken(store: Store) -> None:
    reports = _fill(store)
    assert [(r.rows, r.created, r.updated, r.unchanged) for r in reports] == [
        (2, 2, 0, 0),
        (3, 3, 0, 0),
        (1, 1, 0, 0),
        (3, 3, 0, 0),
    ]
    assert all(report.done for report in reports)
    household, cooperative = _rows(store, Register.ORGANISATION)
    assert household["member_of"] == cooperative["id"]
    assert household["tax_code"] == "\u2022" * 8 + "3456"
    assert cooperative["tax_code"] == "0100233488"
    assert cooperative["commune"] == "11977"
    places = {row["key"]: row for row in _rows(store, Register.PLACE)}
    assert set(places) == {
        "414/9521101000016",
        "414/9521101002010",
        "vn-area:VN-HYOR-9522",
    }
    packing = places["414/9521101000016"]
    assert (packing["national_code"], packing["national_key"]) == (
        "VNHYPH-9521",
        "vn-pack:VN-HYPH-9521",
    )
    assert (packing["latitude"], packing["longitude"]) == (20.6391, 106.0982)
    [product] = _rows(store, Register.PRODUCT)
    assert (product["key"], product["maker"]) == ("01/09521101000023", cooperative["id"])
    assert (product["standards"], product["hs_code"]) == ("TCVN 1\nVietGAP", "081090")
    titles = {row["number"]: (row["scheme"], row["title"]) for row in _rows(store, "certificate")}  # type: ignore[arg-type]
    assert titles == {
        "V-1": ("vietgap", "VietGAP"),
        "VN-HYOR-9522": ("planting-area", "mã số vùng trồng"),
        "O-4": ("ocop", "OCOP 4 sao"),
    }


def test_the_same_twice_changes_nothing(store: Store) -> None:
    _fill(store)
    before = _everything(store)
    reports = _fill(store)
    assert [(r.created, r.updated, r.unchanged) for r in reports] == [
        (0, 0, 2),
        (0, 0, 3),
        (0, 0, 1),
        (0, 0, 3),
    ]
    assert _everything(store) == before


def test_an_update_keeps_ids_and_columns_that_are_not_there(store: Store) -> None:
    _fill(store)
    before = _rows(store, Register.ORGANISATION)
    report = import_csv(store, "organisation", "code,kind,name\nhtx,htx,HTX mới\nmoi,dn,Mới\n")
    assert (report.created, report.updated, report.unchanged) == (1, 1, 0)
    household, cooperative, new = _rows(store, Register.ORGANISATION)
    assert household == before[0]
    assert {**cooperative, "updated": 0} == {**before[1], "name_vi": "HTX mới", "updated": 0}
    assert new["code"] == "moi"
    report = import_csv(store, "organisation", "code,kind,name,gln\nhtx,htx,HTX mới,\n")
    assert report.updated == 1
    assert _rows(store, Register.ORGANISATION)[1]["gln"] is None


def test_every_fault_is_named_and_nothing_written(store: Store) -> None:
    _fill(store)
    before = _everything(store)
    report = import_csv(
        store,
        "place",
        "GLN,loại,tên,chủ,mã xã,vĩ độ,kinh độ,mã quốc gia,màu\n"
        "9521101000023,kho,Kho mới,htx,11977,,,,\n"
        "9521101000017,nhà,,khong-co,99999,200,,VN-HYOR-1,\n"
        ",kho,Kho,htx,,20.1,,,\n"
        ",kho,Kho,,,,,,\n"
        "9521101000030,vùng trồng,Vùng,htx,,,,VN-HYPH-001,\n"
        "9521101000047,kho,Kho,khong-co,,,,,\n"
        "9521101000023,kho,Kho cũ,htx,,,,,\n",
    )
    assert not report.done
    assert (report.rows, report.created, report.updated) == (7, 0, 0)
    assert _faults(report) == [
        (1, "màu", "registry.unknown-column"),
        (3, "GLN", "gs1.check-digit"),
        (3, "loại", "registry.word"),
        (3, "mã xã", "registry.commune"),
        (3, "vĩ độ", "registry.degrees"),
        (3, "tên", "registry.required"),
        (4, "GLN", "registry.place-key"),
        (4, "kinh độ", "registry.half-position"),
        (5, "chủ", "registry.required"),
        (6, "mã quốc gia", "vn.code-kind"),
        (7, "chủ", "registry.unknown-organisation"),
        (8, "GLN", "registry.repeated-row"),
    ]
    assert _everything(store) == before


def test_faults_of_organisations(store: Store) -> None:
    _fill(store)
    before = _everything(store)
    report = import_csv(
        store,
        "organisation",
        "mã,loại,tên,mã số thuế,GLN,htx\n"
        "a,dn,A,001085123456,,\n"
        "b,dn,B,0100233480,,\n"
        "001085123456,hộ,C,,,\n"
        "d,hộ,D,,,khong-co\n",
    )
    assert _faults(report) == [
        (2, "mã số thuế", "registry.tax-of-person"),
        (3, "mã số thuế", "vn.tax-check-digit"),
        (4, "mã", "registry.code-personal"),
        (5, "htx", "registry.unknown-organisation"),
    ]
    assert "001085123456" not in "".join(fault.text("vi") for fault in report.faults)
    twice = import_csv(
        store,
        "organisation",
        "mã,loại,tên,GLN\na,dn,A,9521101000009\nb,dn,B,9521101000016\nc,dn,C,9521101000016\n",
    )
    assert _faults(twice) == [
        (2, "GLN", "registry.gln-taken"),
        (4, "GLN", "registry.gln-taken"),
    ]
    assert _everything(store) == before


def test_a_personal_number_in_a_wrong_column_is_not_repeated(store: Store) -> None:
    _fill(store)
    report = import_csv(
        store,
        "place",
        "GLN,loại,tên,chủ,mã xã,diện tích,cây trồng,điểm\n"
        "001085123456,001085123456,X,001085123456,001085123456,001085123456,001085123456,1\n",
    )
    assert len(report.faults) >= 6
    for fault in report.faults:
        for language in ("vi", "en"):
            assert "001085123456" not in fault.text(language)
        assert "001085123456" not in repr(fault)


def test_faults_of_certificates(store: Store) -> None:
    _fill(store)
    before = _everything(store)
    report = import_csv(
        store,
        "certificate",
        "số,loại,cơ quan cấp,đơn vị,địa điểm,sản phẩm,từ ngày,đến ngày\n"
        "1,VietGAP,X,,,,,\n"
        "2,VietGAP,X,htx,,,2026-01-02,2026-01-01\n"
        "VN-HYPH-001,mã số vùng trồng,X,htx,,,,\n"
        "3,VietGAP,X,htx,9521101000047,9521101000054,,\n"
        "4,VietGAP,,htx,,,,\n",
    )
    assert _faults(report) == [
        (2, "đơn vị", "registry.holder-missing"),
        (3, "đến ngày", "registry.ends-before"),
        (4, "số", "vn.code-kind"),
        (5, "địa điểm", "registry.unknown-place"),
        (5, "sản phẩm", "registry.unknown-product"),
        (6, "cơ quan cấp", "registry.required"),
    ]
    assert _everything(store) == before


def test_only_the_registrar_changes_a_row(store: Store) -> None:
    _fill(store)
    mine = ensure_organisation(store, "mine", OrganisationKind.ENTERPRISE, "Mine")
    product = "GTIN,tên,nhà sản xuất\n9521101000023,Nhãn của tôi,htx\n"
    report = import_csv(store, "product", product, registrar=mine)
    assert _faults(report) == [(2, "", "registry.not-yours")]
    assert _rows(store, Register.PRODUCT)[0]["name_vi"] == "Nhãn 2 kg"
    theirs = product.replace("9521101000023", "9521101000030")
    report = import_csv(store, "product", theirs, registrar=mine)
    assert _faults(report) == [(2, "nhà sản xuất", "registry.party-not-yours")]
    own = theirs.replace(",htx", ",mine")
    assert import_csv(store, "product", own, registrar=mine).created == 1
    assert import_csv(store, "product", own.replace("của tôi", ""), registrar=mine).updated == 1
    assert import_csv(store, "product", own).updated == 1
    assert _rows(store, Register.PRODUCT)[1]["registrar"] == mine


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"m\xe3x\xe3,\xff\xfe\n", "tables.encoding"),
        (b"PK\x03\x04", "tables.broken"),
        ("", "registry.empty"),
        ('mã\n"', "tables.csv"),
    ],
)
def test_a_file_that_is_no_table(store: Store, source: str | bytes, code: str) -> None:
    report = import_csv(store, "organisation", source)
    assert _faults(report) == [(1, "", code)]
    assert report.rows == 0
    assert not report.done


def test_a_missing_required_column(store: Store) -> None:
    report = import_csv(store, "organisation", "mã,tên\na,A\n")
    assert _faults(report) == [(1, "kind", "registry.column-missing")]


def test_from_a_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "to-chuc.csv"
    path.write_bytes(ORGANISATIONS.replace("\n", "\r\n").encode("utf-8-sig"))
    assert import_csv(store, "organisation", path).created == 2


def test_ensure_organisation(store: Store) -> None:
    first = ensure_organisation(store, "x", OrganisationKind.AUTHORITY, "Sở")
    assert ensure_organisation(store, "x", OrganisationKind.ENTERPRISE, "Khác") == first
    assert ensure_organisation(store, "y", OrganisationKind.ENTERPRISE, "Y") == first + 1
    assert _rows(store, Register.ORGANISATION)[0]["kind"] == "authority"
