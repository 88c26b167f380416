# SPDX-License-Identifier: Apache-2.0
"""A witness against torchwood's ordered requests, policies against Sigsum's."""

import hashlib
import json
from pathlib import Path

import pytest

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import PolicyError, WitnessError
from nguon.transparency.keys import Key, Kind, Signer, read_key
from nguon.transparency.notes import known, read_note
from nguon.transparency.policies import read_policy
from nguon.transparency.witnessing import (
    SIZE_TYPE,
    Last,
    answer,
    decide,
    read_answer,
    read_request,
    read_size,
)

DIFFERENT = {
    2: (403, 404, "an unknown origin is answered 404 (tlog-witness, add-checkpoint)"),
}
"""Requests of 2025-06 whose status the specification changed since."""


def test_litewitness_sequence(conformance: Path) -> None:
    file = conformance / "torchwood-litewitness/add_checkpoint_sequence.json"
    case = json.loads(file.read_text("utf-8"))
    logs = {case["origin"]: known([read_key(case["vkey"])])}
    witness = Signer("example.com/witness", Kind.COSIGNATURE, bytes(32))
    state: dict[str, Last] = {}
    statuses = []
    for number, request in enumerate(case["requests"]):
        body, media_type = b"", ""
        before = dict(state)
        try:
            asked = read_request(request["body"].encode())
            assert bytes(asked) == request["body"].encode()
            accepted = decide(asked, logs, lambda origin: state.get(origin, Last()))
        except WitnessError as refused:
            status, body, media_type = refused.status, refused.body.encode(), refused.media_type
            assert state == before
        else:
            status = 200
            assert accepted.before == before.get(case["origin"], Last())
            state[accepted.checkpoint.origin] = accepted.last
            body = answer(accepted, [witness], 1_750_000_000)
            (found,) = read_answer(body, accepted.note.text, known([witness.key]))
            assert (found.key, found.time) == (witness.key, 1_750_000_000)
        statuses.append(status)
        if number in DIFFERENT:
            assert (request["status"], status) == DIFFERENT[number][:2]
        else:
            assert status == request["status"], number
        if request["assert"].startswith("body contains"):
            assert json.loads(request["assert"].removeprefix("body contains ")) in body.decode()
        else:
            assert body.decode() == json.loads(request["assert"].removeprefix("body == "))
            assert (media_type, read_size(body)) == (SIZE_TYPE, state[case["origin"]].size)
    assert statuses == [200, 403, 404, 422, 422, 200, 409, 200, 409]


def test_the_example_request(conformance: Path) -> None:
    file = conformance / "c2sp-spec-examples/examples.json"
    body = json.loads(file.read_text("utf-8"))["add_checkpoint_example_body"]
    # The transcription has one newline more than a request ends in.
    request = read_request(body.encode().removesuffix(b"\n"))
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert read_note(request.checkpoint).text.startswith(b"example.com/behind-the-sofa\n20852163\n")


def hexadecimal(text: str, kind: Kind) -> Key:
    """Sigsum spells keys as hexadecimal digits; the origin of a log follows from its key."""
    public = bytes.fromhex(text)
    tree = hashlib.sha256(public).hexdigest()
    return Key(f"sigsum.org/v1/tree/{tree}" if kind is Kind.SIGNATURE else text, kind, public)


@pytest.mark.parametrize(
    ("name", "logs", "witnesses", "least"),
    [
        ("sigsum-generic-2025-1", 2, 3, 2),
        ("sigsum-test1-2025", 1, 3, 2),
        ("sigsum-test2-2025", 1, 7, 4),
        ("sigsum-test-2025-3", 2, 8, 4),
    ],
)
def test_sigsum_policies(
    conformance: Path, name: str, logs: int, witnesses: int, least: int
) -> None:
    octets = (conformance / f"sigsum-policies/{name}.builtin-policy").read_bytes()
    policy = read_policy(octets, hexadecimal)
    assert (len(policy.logs), len(policy.witnesses)) == (logs, witnesses)
    assert policy.quorum == "quorum-rule"
    keys = {name: each.key.public for name, each in policy.witnesses.items()}
    assert policy.satisfied(keys.values())
    assert not policy.satisfied(list(keys.values())[:1] * 9)
    outside = [keys[each] for each in policy.groups["quorum-rule"].members if each in keys]
    assert policy.satisfied(outside[:least])
    assert not policy.satisfied(outside[: least - 1])
    nested = policy.groups.get("glasklar-test-witnesses")
    if nested:
        inner = [keys[each] for each in nested.members]
        assert not policy.satisfied([*inner[:1], *outside[: least - 1]])
        assert policy.satisfied([*inner[:2], *outside[: least - 1]])
        assert not policy.satisfied([*inner, *outside[: least - 2]])
    with pytest.raises(PolicyError, match="policy-key"):
        read_policy(octets)


def test_a_checkpoint_is_written_as_read() -> None:
    text = bytes(Checkpoint("a/b", 0, bytes(32), ("more",)))
    assert text == b"a/b\n0\n" + b"A" * 43 + b"=\nmore\n"
