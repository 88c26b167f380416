# SPDX-License-Identifier: Apache-2.0
"""Receipts, packed receipts and packages: written, read back, and refused with the place."""

import base64
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.base64url import url_octets, url_text
from nguon.evidence import packed
from nguon.evidence.errors import EvidenceError
from nguon.evidence.opening import Opening
from nguon.evidence.package_reading import read_package
from nguon.evidence.receipts import Shown, make_receipt, read_number, read_ours, receipt_number
from nguon.transparency.receipts import Receipt
from tests.evidence_made import LOTS, SmallLog, noted

LOG = SmallLog()
HASHES = st.binary(min_size=32, max_size=32)
OPENINGS = st.none() | st.builds(Opening, HASHES, HASHES, HASHES | st.just(b""))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SHOWN = st.builds(Shown, TEXTS.map(str.encode), OPENINGS)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    note = noted(draw(st.integers(0, 2**40)), draw(HASHES))
    proof = tuple(draw(st.lists(HASHES, max_size=20)))
    return make_receipt(draw(st.integers(0, 2**62)), proof, note, draw(SHOWN))


def test_a_receipt_reads_as_documented() -> None:
    lines = bytes(LOG.receipt(3)).decode().split("\n")
    told = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    opening = LOG.logged[3].opening
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[2] == "index 3"
    assert told == {
        "v": 1,
        "entry": LOG.entries[3].decode(),
        "opening": {
            "salt": url_text(opening.salt),
            "digest": url_text(opening.digest),
            "received": url_text(opening.received),
        },
    }
    assert json.loads(LOG.entries[3])["commit"] == opening.commitment


@settings(max_examples=60)
@given(receipts(), TEXTS)
def test_what_is_written_is_read_back(receipt: Receipt, record: str) -> None:
    again, shown = read_ours(bytes(receipt))
    assert again == receipt
    assert bytes(shown) == receipt.extra
    named = msgspec.structs.replace(shown, record=record)
    assert read_ours(bytes(make_receipt(1, (), receipt.checkpoint, named)))[1] == named


@settings(max_examples=60)
@given(receipts())
def test_a_packed_receipt_comes_back_identical(receipt: Receipt) -> None:
    octets = packed.pack(receipt)
    assert bytes(packed.unpack(octets)) == bytes(receipt)
    text = url_text(octets)
    assert packed.read_address(f"https://nguon.example.vn/log/verifier#r={text}") == receipt
    assert packed.read_address(text) == receipt


@settings(max_examples=300)
@given(st.data())
def test_packed_octets_are_read_in_one_way_only(data: st.DataObject) -> None:
    octets = bytearray(packed.pack(LOG.receipt(3)))
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    try:
        found = packed.unpack(bytes(octets))
    except EvidenceError:
        return
    assert packed.pack(found) == octets


@pytest.mark.parametrize(
    "change",
    [
        lambda octets: b"",
        lambda octets: b"\x02" + octets[1:],
        lambda octets: octets[:-1],
        lambda octets: octets + b"\0",
        lambda octets: octets + b"\0\0",
        lambda octets: octets[:1],
        lambda octets: b"\1\0\7" + octets[4:],
    ],
)
def test_malformed_packed_octets_are_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(EvidenceError) as refused:
        packed.unpack(change(packed.pack(LOG.receipt(3))))
    assert refused.value.code == "evidence.form"
    assert refused.value.params == {"place": "packed"}


def test_the_address_of_a_usual_receipt_fits_a_symbol() -> None:
    text = packed.address("https://nguon.example.vn", LOG.receipt(3))
    assert text.startswith("https://nguon.example.vn/log/verifier#r=A")
    assert len(text) < packed.SYMBOL_LIMIT


def test_what_no_symbol_can_carry_is_refused() -> None:
    long = make_receipt(1, (), LOG.checkpoint, Shown(b"x" * 3000))
    with pytest.raises(EvidenceError) as refused:
        packed.address("https://nguon.example.vn", long)
    assert refused.value.code == "evidence.no-symbol"
    with pytest.raises(EvidenceError) as refused:
        packed.pack(make_receipt(1, (), LOG.checkpoint, Shown(b"x" * 65536)))
    assert refused.value.code == "evidence.no-symbol"


def extra_of(**members: Any) -> bytes:
    told: dict[str, Any] = json.loads(bytes(Shown(b"{}", LOG.logged[3].opening)))
    return json.dumps(told | members, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("extra", "code", "place"),
    [
        (None, "evidence.no-extra", "extra"),
        (b"", "evidence.form", "extra"),
        (b"[]", "evidence.form", "extra"),
        (b"\xff", "evidence.form", "extra"),
        (b"[" * 100_000, "evidence.form", "extra"),
        (b'{"entry":"\\ud800","v":1}', "evidence.form", "extra"),
        (b'{"entry":"","entry":"","v":1}', "evidence.form", "extra"),
        (b'{"entry":"", "v":1}', "evidence.form", "extra"),
        (b'{"entry":"","v":1.0}', "evidence.form", "extra"),
        (b'{"entry":"","v":true}', "evidence.form", "extra"),
        (extra_of(v=2), "evidence.form", "extra"),
        (extra_of(more=1), "evidence.form", "extra"),
        (extra_of(entry=1), "evidence.form", "extra.entry"),
        (extra_of(record=1), "evidence.form", "extra.record"),
        (extra_of(opening=1), "evidence.form", "extra.opening"),
        (extra_of(opening={"salt": "A"}), "evidence.form", "extra.opening"),
        (extra_of(opening={"salt": "A", "digest": ""}), "evidence.form", "extra.opening.salt"),
        (
            extra_of(opening=LOG.logged[3].opening.spelled() | {"digest": "A" * 42 + "B"}),
            "evidence.form",
            "extra.opening.digest",
        ),
    ],
)
def test_a_malformed_extra_is_refused_with_its_place(
    extra: bytes | None, code: str, place: str
) -> None:
    receipt = msgspec.structs.replace(LOG.receipt(3), extra=extra)
    with pytest.raises(EvidenceError) as refused:
        read_ours(bytes(receipt))
    assert (refused.value.code, refused.value.params["place"]) == (code, place)


def test_a_receipt_is_not_read_without_limit() -> None:
    with pytest.raises(EvidenceError) as refused:
        read_ours(b"x" * 2_000_001)
    assert refused.value.code == "evidence.too-long"


@given(st.integers(1, 10**8), st.integers(0, 10**17))
def test_numbers_of_receipts(shard: int, index: int) -> None:
    assert read_number(receipt_number(str(shard), index)) == (str(shard), index)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1-", "-1", "0-1", "1-01", "01-1", "1-1 ", "1-1\n", "a-1", "1-" + "1" * 19, "１-1"],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        read_number(text)
    assert refused.value.code == "evidence.number"


@given(st.binary(max_size=99))
def test_base64_has_one_spelling(octets: bytes) -> None:
    text = base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
    assert url_text(octets) == text
    assert url_octets(text) == octets


@pytest.mark.parametrize("text", ["A", "AB", "AAA=", "AA==", "A A", "+/", "é", "AAAAA"])
def test_other_spellings_are_none(text: str) -> None:
    assert url_octets(text) is None


def test_a_package_is_read_back() -> None:
    for lot in LOTS:
        package = LOG.package(lot)
        assert read_package(bytes(package)) == package


def changed(change: Callable[[Any], Any]) -> bytes:
    told = json.loads(bytes(LOG.package(LOTS[0])))
    change(told)
    return json.dumps(told).encode()


def put(value: Any, *path: Any) -> Callable[[Any], None]:
    def change(told: Any) -> None:
        for step in path[:-1]:
            told = told[step]
        told[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("octets", "code", "place"),
    [
        (b"", "evidence.json", "$"),
        (b"[]", "evidence.json", "$"),
        (b"{}", "evidence.format", "$.format"),
        (b"\xff", "evidence.json", "$"),
        (b'{"format":"nguon/proofs@v1","entries":' + b"[" * 90_000, "evidence.json", "$"),
        (changed(put("nguon/proofs@v2", "format")), "evidence.format", "$.format"),
        (changed(put(1, "more")), "evidence.json", "$"),
        (changed(put(1, "checkpoint")), "evidence.json", "$.checkpoint"),
        (changed(put(-1, "entries", 1, "index")), "evidence.json", "$.entries[1].index"),
        (changed(put(1.5, "entries", 1, "index")), "evidence.json", "$.entries[1].index"),
        (changed(put("A", "entries", 1, "proof", 0)), "evidence.form", "$.entries[1].proof[0]"),
        (changed(put(["A"] * 64, "entries", 1, "proof")), "evidence.form", "$.entries[1].proof"),
        (
            changed(put("A", "entries", 1, "opening", "salt")),
            "evidence.form",
            "$.entries[1].opening.salt",
        ),
        (
            changed(put("A", "completeness", 0, "secret")),
            "evidence.form",
            "$.completeness[0].secret",
        ),
        (
            changed(put("A", "completeness", 0, "map_proof")),
            "evidence.form",
            "$.completeness[0].map_proof",
        ),
        (
            changed(put("A", "completeness", 0, "list", 2, "leaf")),
            "evidence.form",
            "$.completeness[0].list[2]",
        ),
        (
            changed(put([{"index": 1, "leaf": ""}] * 10_001, "completeness", 0, "list")),
            "evidence.too-many",
            "$.completeness[0].list",
        ),
        (
            changed(put([{"kind": "x", "checkpoint": "", "token": "*"}], "anchors")),
            "evidence.form",
            "$.anchors[0].token",
        ),
        (
            changed(put([{"kind": "x", "checkpoint": "", "token": ""}] * 10_001, "anchors")),
            "evidence.too-many",
            "$.anchors",
        ),
        (b" " * 20_000_001, "evidence.too-long", ""),
    ],
)
def test_a_malformed_package_is_refused_with_its_place(
    octets: bytes, code: str, place: str
) -> None:
    with pytest.raises(EvidenceError) as refused:
        read_package(octets)
    assert (refused.value.code, refused.value.params["place"]) == (code, place)


def test_a_member_said_twice_is_refused() -> None:
    octets = bytes(LOG.package(LOTS[0])).replace(b'{"index":0,', b'{"index":0,"index":0,', 1)
    with pytest.raises(EvidenceError) as refused:
        read_package(octets)
    assert refused.value.code == "evidence.json"
