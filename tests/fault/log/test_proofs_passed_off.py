# SPDX-License-Identifier: Apache-2.0
"""Real proofs of real logs, passed off for something else, and policies bent to let them pass.

Attacks 3 and 4 (tampered and forged inclusion), 8 (quorum) and 11 (foreign, replayed and other
proofs) against the verifier, as a process where its status matters.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from nguon.evidence.findings import Code, Finding
from nguon.evidence.items import Item
from nguon.evidence.package import Package
from nguon.evidence.package_reading import read_package
from nguon.evidence.verifying import Asked, verify
from nguon.transparency.errors import PolicyError
from nguon.transparency.judging import Clock
from nguon.transparency.notes import Note, read_note
from nguon.transparency.policies import Policy, read_policy
from nguon.transparency.receipts import Receipt, read_receipt
from tests.fault.log.conftest import World
from tests.fault.log.world import Operator, policy_text, until


def serial(number: int) -> str:
    """The key of what an event of `Operator.capture` is about."""
    return f"01/09521234543213/21/{number}"


def proof_of(operator: Operator, number: int) -> bytes:
    """The receipt of the event about a serial, as its sender gets it."""
    [cited] = operator.get("/api/v1/receipts", item=serial(number)).json()["receipts"]

    def proved() -> bytes | None:
        answer = operator.get(cited["proof"].removeprefix(operator.base_url))
        return answer.content if answer.status_code == 200 else None

    return until(proved)


def package_of(operator: Operator, number: int) -> Package:
    """The package of a serial, with its list."""

    def whole() -> Package | None:
        params = {"item": serial(number), "format": "package"}
        answer = operator.get("/api/v1/receipts", **params)
        found = read_package(answer.content) if answer.status_code == 200 else None
        return found if found is not None and found.completeness else None

    return until(whole)


def judged(octets: bytes, policy: Policy, **asked: object) -> dict[Code, Finding]:
    """The findings by code."""
    wanted = Asked(**asked)  # type: ignore[arg-type]
    found = verify(octets, policy, Clock(int(time.time()), 3600), asked=wanted)
    return {each.code: each for each in found}


def reasons(found: dict[Code, Finding]) -> dict[str, str]:
    """What fails, and why."""
    return {
        code.value: each.params["reason"] for code, each in found.items() if each.holds is False
    }


def test_a_proof_of_another_operators_log(world: World) -> None:
    ours, theirs = world.one.policy(world.witnesses), world.two.policy(world.witnesses)
    octets = proof_of(world.two, 1)
    assert reasons(judged(octets, theirs)) == {}
    found = judged(octets, ours)
    # The same witnesses cosigned it: the reader's policy names the log too.
    assert reasons(found) == {"log-signature": "transparency.checkpoint-origin"}
    assert [each.holds for each in found.values()].count(True) == 0


def test_changed_extra_and_places(world: World) -> None:
    policy = world.one.policy(world.witnesses)
    one, two = (read_receipt(proof_of(world.one, number)) for number in (1, 2))
    assert reasons(judged(bytes(one), policy)) == {}
    told = json.loads(one.extra or b"")
    other = json.loads(two.extra or b"")

    def extra(**changes: object) -> bytes:
        changed = json.dumps(told | changes, separators=(",", ":"), sort_keys=True).encode()
        return bytes(msgspec.structs.replace(one, extra=changed))

    first, *rest = one.proof
    cases: dict[str, list[bytes]] = {
        "opening evidence.opening-differs": [extra(opening=other["opening"])],
        "inclusion transparency.proof-fails": [
            extra(entry=other["entry"]),
            changed(one, index=two.index),
            changed(one, proof=(bytes(32), *rest)),
        ],
        "inclusion transparency.proof-length": [
            changed(one, proof=(*one.proof, bytes(32))),
            changed(one, proof=tuple(rest)),
            changed(one, proof=()),
        ],
        "inclusion transparency.not-subtree": [changed(one, index=10**9)],
    }
    assert first
    for expected, files in cases.items():
        code, reason = expected.split()
        for octets in files:
            assert reasons(judged(octets, policy)) == {code: reason}


def changed(receipt: Receipt, **changes: object) -> bytes:
    return bytes(msgspec.structs.replace(receipt, **changes))


def test_a_proof_of_another_lot(world: World) -> None:
    policy = world.one.policy(world.witnesses)
    package = package_of(world.one, 3)
    [listed] = package.completeness
    mine = Item(listed.item, listed.secret)
    assert reasons(judged(proof_of(world.one, 3), policy, item=mine)) == {}
    assert reasons(judged(proof_of(world.one, 4), policy, item=mine)) == {
        "subject": "evidence.not-marked"
    }
    assert reasons(judged(bytes(package), policy, item=Item(serial(4)))) == {
        "subject": "evidence.other-item"
    }
    renamed = msgspec.structs.replace(listed, item=serial(4))
    told = msgspec.structs.replace(package, completeness=(renamed,))
    # Where the other lot's place in a small map lies under the same empty branch, the proof holds
    # as one of absence: then it is the count that convicts.
    assert reasons(judged(bytes(told), policy))["complete"] in {
        "transparency.map-proof-fails",
        "transparency.list-count",
    }


def test_a_swapped_policy_asks_for_nobody(world: World, tmp_path: Path) -> None:
    """The reader sees it in the verdict, the operator in its log, and the proofs stay as before."""
    receipt = read_receipt(proof_of(world.one, 1))
    note = read_note(receipt.checkpoint)
    alone = Note(note.text, note.signatures[:1])
    stripped = bytes(msgspec.structs.replace(receipt, checkpoint=bytes(alone)))
    file = tmp_path / "1.tlog-proof"
    file.write_bytes(stripped)
    for quorum, status, holds in (("2", 1, False), ("none", 0, None)):
        policy = tmp_path / "policy"
        policy.write_text(policy_text(world.one.log_keys(), world.witnesses, quorum))
        done = verified(file, policy)
        assert done.returncode == status
        told = {each["code"]: each for each in json.loads(done.stdout)}
        assert told["witnesses"]["holds"] is holds
    assert told["witnesses"]["params"]["reason"] == "evidence.no-quorum"

    kept = world.one.files.policy.read_bytes()
    before = world.one.state()["shards"][0]["witnessed"]
    world.one.files.policy.write_text("quorum none\n")
    try:
        until(lambda: "log.weakened" in [t["code"] for t in world.one.state()["troubles"]])
    finally:
        world.one.files.policy.write_bytes(kept)
    until(lambda: world.one.state()["troubles"] == [])
    assert world.one.state()["shards"][0]["witnessed"] >= before


def verified(file: Path, policy: Path, *more: str) -> "subprocess.CompletedProcess[bytes]":
    """``nguon verify`` as a process."""
    command = [sys.executable, "-m", "nguon", "verify", str(file), "--policy", str(policy)]
    return subprocess.run([*command, "--json", *more], capture_output=True, check=False)


def test_one_witness_under_two_names(world: World) -> None:
    first, second, _ = world.witnesses
    with pytest.raises(PolicyError) as caught:
        read_policy(policy_text(world.one.log_keys(), [first, second, first], "2").encode())
    assert (caught.value.code, caught.value.params["line"]) == ("transparency.policy-key-twice", 4)
    receipt = read_receipt(proof_of(world.one, 1))
    note = read_note(receipt.checkpoint)
    [line] = [each for each in note.signatures if each.name == first.key.name][:1]
    log = note.signatures[:1]
    twice = Note(note.text, (*log, line, line))
    octets = bytes(msgspec.structs.replace(receipt, checkpoint=bytes(twice)))
    found = judged(octets, world.one.policy(world.witnesses))
    assert reasons(found) == {"witnesses": "transparency.quorum"}
    assert found[Code.WITNESSES].params["given"] == "w0"
