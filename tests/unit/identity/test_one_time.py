# SPDX-License-Identifier: Apache-2.0
"""One-time codes against the vectors of RFC 6238, and clocks that differ; recovery codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.identity.accounts import recovery
from nguon.identity.accounts.events import cut
from nguon.identity.accounts.one_time import PERIOD, step_of

SEED = b"12345678901234567890"
VECTORS = (
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
)
"""RFC 6238, appendix B, SHA-1; ours are the last six digits (RFC 4226, section 5.3)."""


@pytest.mark.parametrize(("now", "code"), VECTORS)
def test_the_standards_vectors(now: int, code: str) -> None:
    assert step_of(SEED, code[-6:], now) == now // PERIOD


@pytest.mark.parametrize(("late", "good"), [(-31, False), (-30, True), (59, True), (60, False)])
def test_clocks_may_differ_by_one_step(late: int, good: bool) -> None:
    now, code = VECTORS[3]
    start = now // PERIOD * PERIOD
    assert (step_of(SEED, code[-6:], start + late) is not None) is good


@pytest.mark.parametrize("code", ["", "00592", "0059244", "00592a", "٠٠٥٩٢٤", "-05924", "5924\0"])
def test_what_is_no_code(code: str) -> None:
    assert step_of(SEED, code, 1234567890) is None


def test_spaces_are_read_over() -> None:
    assert step_of(SEED, "005 924", 1234567890) == 1234567890 // PERIOD


@given(st.text(max_size=40))
def test_anything_typed_is_taken_or_not(typed: str) -> None:
    assert step_of(SEED, typed, 1234567890) in {None, 1234567890 // PERIOD - 1, 41152263, 41152264}


@given(st.binary(min_size=16, max_size=16))
def test_recovery_codes_are_read_as_people_write_them(octets: bytes) -> None:
    plain = "".join(recovery._LETTERS[one % 32] for one in octets)
    shown = "-".join(plain[at : at + 4] for at in range(0, 16, 4))
    for written in (shown.upper(), plain, shown.replace("-", " "), shown.replace("0", "O")):
        assert written.lower().translate(recovery._READ) == plain


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("unix", ""),
    ],
)
def test_addresses_are_cut(address: str, told: str) -> None:
    assert cut(address) == told
