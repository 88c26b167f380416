# SPDX-License-Identifier: Apache-2.0
"""A register in a file: its history, its faults; names compared; codes and numbers by shape."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nguon.base.time import HANOI
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.likeness import ENOUGH, likeness
from nguon.parties.enrolment.numbers import digits
from nguon.parties.register.errors import RegisterError, RegisterUnreachableError
from nguon.parties.register.filed import FileRegister
from nguon.parties.register.model import RegisterState
from nguon.parties.register.opening import open_register

CODE = "0100233488"
_HEAD = "code,name,kind,address,founded,representative_name,state,state_since,from\n"
_ROWS = (
    f"{CODE},Công ty Mẫu,enterprise,Hà Nội,2012-03-01,Trần Mẫu,active,2012-03-01,2012-03-01\n"
    f"{CODE},Công ty Mẫu,enterprise,Hà Nội,2012-03-01,Trần Mẫu,suspended,2026-06-01,2026-06-02\n"
)
_TOML = """
[[business]]
code = "01.002-33488"
name = "Công ty Mẫu"
state = "dissolved"
state_since = 2026-01-01
as_of = 2026-02-01
"""


def written(tmp_path: Path, text: str, name: str = "businesses.csv") -> FileRegister:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return FileRegister(path)


def test_what_holds_now_and_what_held_on_a_day(tmp_path: Path) -> None:
    register = written(tmp_path, _HEAD + _ROWS)
    now = register.look_up("01.00.23.34.88")
    assert now is not None
    assert (now.code, now.state, now.state_since) == (
        CODE,
        RegisterState.SUSPENDED,
        date(2026, 6, 1),
    )
    assert now.as_of == datetime.now(HANOI).date()
    before = register.look_up(CODE, date(2026, 6, 1))
    assert before is not None
    assert (before.state, before.as_of) == (RegisterState.ACTIVE, date(2026, 6, 1))
    assert (before.representative_name, before.founded) == ("Trần Mẫu", date(2012, 3, 1))
    assert register.look_up(CODE, date(2012, 2, 29)) is None
    assert register.look_up("0314409058-002") is None


def test_toml_says_as_of_when_it_holds(tmp_path: Path) -> None:
    found = written(tmp_path, _TOML, "businesses.toml").look_up(CODE)
    assert found is not None
    assert (found.state, found.as_of) == (RegisterState.DISSOLVED, date(2026, 2, 1))
    assert not found.stale


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    register = written(tmp_path, _HEAD + _ROWS)
    assert register.look_up(CODE) is not None
    register.path.write_text(_HEAD, "utf-8")
    os.utime(register.path, ns=(1, 1))
    assert register.look_up(CODE) is None
    register.path.unlink()
    with pytest.raises(RegisterUnreachableError) as caught:
        register.look_up(CODE)
    assert caught.value.code == "register.unreachable"


@pytest.mark.parametrize(
    "row",
    [
        f"{CODE},,enterprise,,,,active,,\n",
        f"{CODE},Công ty,enterprise,,,,asleep,,\n",
        f"{CODE},Công ty,enterprise,,,,active,yesterday,\n",
        "0100233480,Công ty,enterprise,,,,active,,\n",
        "001085123456,Công ty,enterprise,,,,active,,\n",
        f"{CODE},{'x' * 501},enterprise,,,,active,,\n",
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(RegisterError) as caught:
        written(tmp_path, _HEAD + _ROWS + row).look_up(CODE)
    assert (caught.value.code, caught.value.params["row"]) == ("register.row", 4)
    assert "001085123456" not in str(caught.value)


@pytest.mark.parametrize("text", ["[[business]\n", "business = 1\n", "[[business]]\n"])
def test_a_broken_file_is_no_crash(tmp_path: Path, text: str) -> None:
    with pytest.raises(RegisterError):
        written(tmp_path, text, "businesses.toml").look_up(CODE)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [("001085123456", "register.personal"), ("12", "register.code"), ("", "register.code")],
)
def test_a_person_is_never_looked_up(tmp_path: Path, code: str, wrong: str) -> None:
    with pytest.raises(RegisterError) as caught:
        written(tmp_path, _HEAD + _ROWS).look_up(code)
    assert caught.value.code == wrong
    assert not caught.value.params


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://register.example", "http://register.example", "https://", "register.csv"),
        *("http://10.0.0.1/", "https://register.example/?q=", "http://localhost.example/"),
    ],
)
def test_addresses_that_are_not_taken(address: str) -> None:
    with pytest.raises(RegisterError) as caught:
        open_register(address)
    assert caught.value.code == "register.address"


def test_addresses_that_are_taken(tmp_path: Path) -> None:
    assert open_register("") is None
    for address in ("http://127.0.0.1:1/", "https://register.example/v1", "http://[::1]:9"):
        assert open_register(address) is not None
    path = written(tmp_path, _HEAD + _ROWS).path
    for address in (f"file:{path}", f"file://{path}"):
        register = open_register(address)
        assert register is not None
        assert register.look_up(CODE) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Sầu riêng Krông Pắc", "CÔNG TY TRÁCH NHIỆM HỮU HẠN SẦU RIÊNG KRÔNG PẮC"),
        ("HTX Nhãn lồng Tân Hưng", "Hợp tác xã Nhãn Lồng Tân Hưng"),
        ("Cty CP Thủy sản Năm Căn", "Công ty Cổ phần Thuỷ sản Năm Căn"),
        ("Công ty cổ phần", "CONG TY CO PHAN"),
    ],
)
def test_the_same_business_under_two_spellings(one: str, other: str) -> None:
    assert likeness(one, other) == 1.0


def test_another_business() -> None:
    told = likeness("Công ty TNHH Sầu riêng Krông Pắc", "Công ty TNHH Cà phê Buôn Hồ")
    assert told < ENOUGH


@given(some.text(max_size=80), some.text(max_size=80))
def test_likeness_is_bounded_and_whole_for_the_same(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) in {0.0, 1.0}


@given(some.text(max_size=30).filter(lambda text: sum(map(str.isdigit, text)) != 12))
def test_a_number_that_is_none_is_never_repeated(text: str) -> None:
    with pytest.raises(EnrolmentError) as caught:
        digits(text)
    assert caught.value.code == "enrolment.number-shape"
    assert not caught.value.params


def test_a_number_is_known_however_it_is_written() -> None:
    assert digits("001 085-123.456") == "001085123456"


def test_the_example_is_a_register() -> None:
    path = Path(__file__).parents[3] / "examples" / "register" / "businesses.csv"
    register = FileRegister(path)
    known = register.look_up("0314409058-002")
    assert known is not None
    assert known.state is RegisterState.DISSOLVED
    before = register.look_up("0314409058-002", date(2025, 12, 31) - timedelta(days=1))
    assert before is not None
    assert before.state is RegisterState.ACTIVE
