# SPDX-License-Identifier: Apache-2.0
"""Policies: their arithmetic, their grammar, and what a checkpoint must have."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import NoteError, PolicyError
from nguon.transparency.judging import FUTURE, Clock, believe
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import Note, cosignature_of, joined, sign_note
from nguon.transparency.policies import Policy, read_policy
from tests.unit.transparency.made_log import (
    LOG,
    ORIGIN,
    TIME,
    WITNESSES,
    checkpoint,
    policy,
)

SIGNERS = [Signer(f"s{number}", Kind.COSIGNATURE, number.to_bytes(32)) for number in range(8)]
HEAD = "".join(f"witness w{number} {each.key}\n" for number, each in enumerate(SIGNERS))


def public(numbers: set[int]) -> list[bytes]:
    return [SIGNERS[number].key.public for number in numbers]


@settings(deadline=None)
@given(st.integers(1, 8), st.sets(st.integers(0, 7)))
def test_a_threshold_counts_keys(least: int, signed: set[int]) -> None:
    names = " ".join(f"w{number}" for number in range(8))
    found = read_policy(f"{HEAD}group g {least} {names}\nquorum g\n".encode())
    assert found.satisfied(public(signed)) == (len(signed) >= least)
    assert found.satisfied(public(signed) * 9) == (len(signed) >= least)


@settings(deadline=None)
@given(st.sets(st.integers(0, 7)))
def test_groups_of_groups(signed: set[int]) -> None:
    lines = (
        "group ministries 2 w0 w1 w2\ngroup civil any w3 w4\ngroup both all w5 ministries civil\n"
    )
    found = read_policy(f"{HEAD}{lines}quorum both\n".encode())
    expected = 5 in signed and len(signed & {0, 1, 2}) >= 2 and bool(signed & {3, 4})
    assert found.satisfied(public(signed)) == expected


def test_a_witness_alone_and_nobody() -> None:
    alone = read_policy(f"{HEAD}quorum w3\n".encode())
    assert alone.satisfied(public({3}))
    assert not alone.satisfied(public({0, 1, 2, 4, 5, 6, 7}))
    assert read_policy(b"quorum none\n") == Policy((), {}, {}, "none")
    assert read_policy(b"quorum none").satisfied([])


def test_blanks_and_comments() -> None:
    text = f"# note\n\n \t# more\n\tlog  {LOG.key}\thttps://log.example.vn/ \n{HEAD}quorum\tw0"
    found = read_policy(text.encode() + "\n# ghi chú".encode())
    assert [(log.key, log.url) for log in found.logs] == [(LOG.key, "https://log.example.vn/")]


def test_names_are_opaque_octets() -> None:
    keys = [each.key for each in SIGNERS]
    text = f"witness K {keys[0]}\nwitness \u212a {keys[1]}\n".encode()
    text += b"witness \xff %b\nquorum \xff\n" % str(keys[2]).encode()
    found = read_policy(text)
    assert len(found.witnesses) == 3
    assert [found.satisfied(public({number})) for number in range(3)] == [False, False, True]


W0, W1 = (str(each.key) for each in SIGNERS[:2])
OTHER_NAME = str(Signer("again", Kind.COSIGNATURE, (0).to_bytes(32)).key)
MALFORMED = [
    ("", "policy-quorum", 0),
    ("quorum none\nquorum none", "policy-quorum", 2),
    ("quorum", "policy-quorum", 1),
    ("quorum a b", "policy-quorum", 1),
    ("quorum a", "policy-name-unknown", 1),
    (f"quorum a\nwitness a {W0}", "policy-name-unknown", 1),
    ("Quorum none", "policy-word", 1),
    ("quorum none\r", "policy-characters", 1),
    ("#\x00\nquorum none", "policy-characters", 1),
    ("log", "policy-form", 1),
    (f"log {LOG.key} a b", "policy-form", 1),
    (f"log {W0}", "policy-key", 1),
    (f"witness a {LOG.key}", "policy-key", 1),
    ("witness a nonsense", "policy-key", 1),
    (f"log {LOG.key}\nlog {LOG.key}", "policy-key-twice", 2),
    ("witness", "policy-form", 1),
    (f"witness none {W0}", "policy-name-twice", 1),
    (f"witness a {W0}\nwitness a {W1}", "policy-name-twice", 2),
    (f"witness a {W0}\nwitness b {OTHER_NAME}", "policy-key-twice", 2),
    (f"witness a {W0}\ngroup a any a", "policy-name-twice", 2),
    ("group g any", "policy-form", 1),
    ("group g any g", "policy-name-unknown", 1),
    (f"witness a {W0}\ngroup g any none", "policy-name-unknown", 2),
    (f"witness a {W0}\ngroup g all a a", "policy-member-twice", 2),
    (f"witness a {W0}\ngroup g any a\ngroup h any a", "policy-member-twice", 3),
    (f"witness a {W0}\ngroup g 0 a", "policy-threshold", 2),
    (f"witness a {W0}\ngroup g 2 a", "policy-threshold", 2),
    (f"witness a {W0}\ngroup g 01 a", "policy-threshold", 2),
    (f"witness a {W0}\ngroup g \u0661 a", "policy-threshold", 2),
    (f"witness a {W0}\ngroup g most a", "policy-threshold", 2),
]


@pytest.mark.parametrize(("text", "code", "line"), MALFORMED)
def test_malformed_policies(text: str, code: str, line: int) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(text.encode())
    assert (caught.value.code, caught.value.params["line"]) == (f"transparency.{code}", line)


def test_a_policy_has_an_end() -> None:
    with pytest.raises(PolicyError, match="policy-long"):
        read_policy(
            "".join(
                f"log {Signer('a', Kind.SIGNATURE, number.to_bytes(32)).key}\n"
                for number in range(1025)
            ).encode()
        )


NOTE = checkpoint(7, bytes(32))


@pytest.mark.parametrize(("group", "least"), [("any", 1), ("2", 2), ("all", 3)])
def test_who_is_enough(group: str, least: int) -> None:
    log, *lines = NOTE.signatures
    for count in range(4):
        for chosen in combinations(enumerate(lines), count):
            octets = bytes(Note(NOTE.text, (log, *(line for _, line in chosen))))
            if count < least:
                with pytest.raises(PolicyError, match="quorum"):
                    believe(octets, policy(group))
                continue
            found = believe(octets, policy(group))
            assert found.checkpoint == Checkpoint(ORIGIN, 7, bytes(32))
            assert found.log == LOG.key
            assert found.witnesses == {f"w{number}": TIME + number for number, _ in chosen}


def test_one_witness_does_not_count_twice() -> None:
    log, first, *_ = NOTE.signatures
    later = cosignature_of(WITNESSES[0], NOTE.text, TIME + 9)
    octets = bytes(Note(NOTE.text, (log, first, later)))
    with pytest.raises(PolicyError, match="quorum"):
        believe(octets, policy("2"))
    assert believe(octets, policy("any")).witnesses == {"w0": TIME + 9}


def test_the_log_must_have_signed() -> None:
    with pytest.raises(NoteError, match="checkpoint-origin"):
        believe(bytes(Note(NOTE.text, NOTE.signatures[1:])), policy())
    stranger = sign_note(NOTE.text, Signer(ORIGIN, Kind.SIGNATURE, bytes(32)))
    octets = bytes(joined(stranger, NOTE.signatures[1:]))
    with pytest.raises(NoteError, match="checkpoint-origin"):
        believe(octets, policy())


def test_cosignatures_must_be_fresh() -> None:
    octets = bytes(NOTE)
    for now, oldest, enough in (
        (TIME + 2, 10, True),
        (TIME + 10, 10, True),
        (TIME + 11, 10, False),
        (TIME + 2 - FUTURE, None, True),
        (TIME + 1 - FUTURE, None, False),
        (TIME + 10**9, None, True),
    ):
        if enough:
            assert len(believe(octets, policy(), Clock(now, oldest)).witnesses) == 3
        else:
            with pytest.raises(PolicyError, match="quorum"):
                believe(octets, policy(), Clock(now, oldest))


def test_two_keys_of_one_log_overlap() -> None:
    young = Signer(ORIGIN, Kind.SIGNATURE, bytes([2]) * 32)
    both = read_policy(f"log {LOG.key}\nlog {young.key}\nquorum none\n".encode())
    text = NOTE.text
    assert believe(bytes(sign_note(text, LOG)), both).log == LOG.key
    assert believe(bytes(sign_note(text, young)), both).log == young.key
    after = read_policy(f"log {young.key}\nquorum none\n".encode())
    assert believe(bytes(sign_note(text, LOG, young)), after).log == young.key
    with pytest.raises(NoteError, match="signature-unknown"):
        believe(bytes(sign_note(text, LOG)), after)
