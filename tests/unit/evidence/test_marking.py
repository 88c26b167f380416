# SPDX-License-Identifier: Apache-2.0
"""Two proofs of one thing with two marks convict the operator; nothing else does."""

from pathlib import Path

import msgspec
import pytest

from nguon.base.base64url import url_text
from nguon.cli import main
from nguon.evidence.commitments import item_mark, item_secret
from nguon.evidence.findings import Code, failed
from nguon.evidence.marking import Judged, judge_marks
from nguon.evidence.reading import read_evidence
from nguon.evidence.verifying import judge
from nguon.transparency.policies import write_policy
from tests.evidence_made import CLOCK, LOTS, SmallLog, logged, policy

LOT_A, LOT_B = LOTS
OTHER = item_secret(LOT_A, b"another secret, which nobody tells")


def lying() -> SmallLog:
    """Entry 4, about the first lot, is marked with another secret, and in none of its lists."""
    log = SmallLog()
    log.logged[4] = logged(4, LOT_A, subjects=[url_text(item_mark(LOT_A, OTHER))])
    log.entries[4] = log.logged[4].leaf
    return log


HONEST, LYING = SmallLog(), lying()


def judged(octets: bytes, event: str | None = None) -> Judged:
    evidence = read_evidence(octets)
    given = None if event is None else event.encode()
    return Judged(evidence, judge(evidence, policy(), CLOCK, event=given), given)


def receipt(log: SmallLog, index: int, *, event: bool = True) -> Judged:
    return judged(bytes(log.receipt(index)), log.logged[index].event if event else None)


def told(one: Judged, two: Judged) -> tuple[bool | None, object]:
    found = [judge_marks(one, two), judge_marks(two, one)]
    assert found[0] == found[1]
    assert found[0].code is Code.ONE_MARK
    return found[0].holds, found[0].params.get("reason")


def test_two_receipts_with_two_marks() -> None:
    assert told(receipt(HONEST, 2), receipt(HONEST, 4)) == (True, None)
    assert told(receipt(LYING, 2), receipt(LYING, 4)) == (False, "evidence.two-marks")
    assert judge_marks(receipt(LYING, 2), receipt(LYING, 4)).params["item"] == LOT_A
    for one in (receipt(LYING, 2), receipt(LYING, 4)):
        assert not failed(one.findings), "each of them holds by itself"


def test_a_package_and_a_receipt() -> None:
    shown = tuple(map(HONEST.entry, (0, 2)))
    right = bytes(msgspec.structs.replace(HONEST.package(LOT_A), entries=shown))
    assert told(judged(right), receipt(HONEST, 4)) == (True, None)
    assert told(judged(right), receipt(LYING, 4)) == (False, "evidence.two-marks")


def test_what_cannot_be_compared_stays_open() -> None:
    one = receipt(HONEST, 2)
    assert told(one, receipt(HONEST, 3)) == (None, "evidence.nothing-common")
    assert told(one, receipt(LYING, 4, event=False)) == (None, "evidence.nothing-common")
    wrong = judged(bytes(LYING.receipt(4)), LYING.logged[2].event)
    assert told(one, wrong) == (None, "evidence.rests")
    elsewhere = msgspec.structs.replace(
        one.evidence,
        checkpoint=msgspec.structs.replace(
            one.evidence.checkpoint, origin="other.example.vn/log/1"
        ),
    )
    other = msgspec.structs.replace(one, evidence=elsewhere)
    assert told(other, receipt(LYING, 4)) == (None, "evidence.other-installation")
    assert told(judged(HONEST.checkpoint), one) == (None, "evidence.rests")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"policy": write_policy(policy())}
    for index in (2, 4):
        files[f"r{index}"] = bytes(LYING.receipt(index))
        files[f"e{index}"] = LYING.logged[index].event.encode()
    place = {name: str(tmp_path / name) for name in files}
    for name, octets in files.items():
        Path(place[name]).write_bytes(octets)
    given = ["verify", place["r2"], "--event", place["e2"], "--policy", place["policy"]]
    main([*given, "--lang", "en"])
    assert "Two proofs" not in capsys.readouterr().out
    with pytest.raises(SystemExit, match="1"):
        main([*given, "--beside", place["r4"], "--beside-event", place["e4"], "--lang", "en"])
    assert f"✗ Two proofs of {LOT_A} bear two marks" in capsys.readouterr().out
