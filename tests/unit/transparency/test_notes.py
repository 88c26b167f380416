# SPDX-License-Identifier: Apache-2.0
"""Signed notes, keys and checkpoints: the one spelling, and each way to be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.armour import armoured
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Key, Kind, Signer, read_key, verified
from nguon.transparency.notes import (
    NOTE_LIMIT,
    SIGNATURE_LIMIT,
    Note,
    Signature,
    cosignature_of,
    joined,
    known,
    open_note,
    read_note,
    sign_note,
)
from tests.unit.transparency.made_log import LOG, ORIGIN, TIME, WITNESSES, checkpoint

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1
).filter(lambda name: "+" not in name)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@settings(deadline=None)
@given(NAMES, st.lists(LINES, min_size=1), st.binary(min_size=32, max_size=32))
def test_notes_go_round(name: str, lines: list[str], seed: bytes) -> None:
    signer = Signer(name, Kind.SIGNATURE, seed)
    text = "".join(f"{line}\n" for line in lines).encode()
    note = sign_note(text, signer)
    assert read_note(bytes(note)) == note
    opened = open_note(note, known([signer.key]))
    assert (opened.text, opened.unknown) == (text, ())
    assert [each.key for each in opened.verified] == [signer.key]
    assert read_key(str(signer.key)) == signer.key


def test_the_text_may_have_empty_lines() -> None:
    note = sign_note(b"one\n\ntwo\n", LOG)
    assert read_note(bytes(note)).text == b"one\n\ntwo\n"


GOOD = bytes(sign_note(b"text\n", LOG))
LINE = GOOD.split(b"\n\n")[1]
REFUSED = [
    (b"", "note-form"),
    (b"text\n", "note-form"),
    (b"text\n\n", "note-form"),
    (GOOD[:-1], "note-form"),
    (GOOD + b"\n", "note-form"),
    (GOOD.replace(b"\n", b"\r\n"), "note-characters"),
    (GOOD.replace(b"text", b"a\x00t"), "note-characters"),
    (GOOD.replace(b"text", b"a\txt"), "note-characters"),
    (GOOD.replace(b"text", b"a\xff"), "note-characters"),
    (GOOD.replace(b"text", b"\xed\xa0\x80"), "note-characters"),
    (b"text\n\n" + LINE[4:], "note-signature"),
    (GOOD.replace("— ".encode(), b"- "), "note-signature"),
    (GOOD.replace("— ".encode(), "—".encode()), "note-signature"),
    (GOOD.replace(ORIGIN.encode(), b""), "note-signature"),
    (GOOD.replace(ORIGIN.encode(), b"a+b"), "note-signature"),
    (GOOD.replace(ORIGIN.encode(), "a\u00a0b".encode()), "note-signature"),
    (GOOD.replace(ORIGIN.encode(), "a\u2028b".encode()), "note-signature"),
    (GOOD.replace(b"\n\n", b"\n\n\n"), None),
    (GOOD.replace(LINE, LINE[:-2] + b" \n"), "note-signature"),
    (GOOD.replace(LINE, LINE[:-1] + b" more\n"), "note-signature"),
    ("text\n\n— a AAAA\n".encode(), "note-signature"),
    ("text\n\n— a AAAAAA\n".encode(), "note-signature"),
    ("text\n\n— a AAAAAB==\n".encode(), "note-signature"),
    ("text\n\n— a AAAAA-==\n".encode(), "note-signature"),
    (b"text\n\n" + LINE * (SIGNATURE_LIMIT + 1), "note-signatures"),
    (b"t" * NOTE_LIMIT + b"\n\n" + LINE, "note-long"),
]


@pytest.mark.parametrize(("octets", "code"), REFUSED)
def test_malformed_notes(octets: bytes, code: str | None) -> None:
    if code is None:
        # One more empty line belongs to the text, which was not signed so.
        assert read_note(octets).text == b"text\n\n"
        with pytest.raises(NoteError, match="signature-fails"):
            open_note(read_note(octets), known([LOG.key]))
        return
    with pytest.raises(NoteError) as caught:
        read_note(octets)
    assert caught.value.code == f"transparency.{code}"


def test_every_flipped_bit_of_a_note_is_refused() -> None:
    keys = known([LOG.key])
    for at in range(len(GOOD) * 8):
        octets = bytearray(GOOD)
        octets[at // 8] ^= 1 << at % 8
        with pytest.raises(NoteError):
            open_note(read_note(bytes(octets)), keys)


def test_unknown_keys_are_ignored_even_with_a_known_name_or_id() -> None:
    note = sign_note(b"text\n", LOG)
    same_name = Signature(ORIGIN, b"\x00\x00\x00\x00", bytes(64))
    same_id = Signature("other", LOG.key.id, bytes(64))
    opened = open_note(joined(note, [same_name, same_id]), known([LOG.key]))
    assert opened.unknown == (same_name, same_id)
    with pytest.raises(NoteError, match="signature-unknown"):
        open_note(Note(note.text, (same_name, same_id)), known([LOG.key]))


def test_one_failing_signature_of_a_known_key_spoils_the_note() -> None:
    note = sign_note(b"text\n", LOG)
    wrong = Signature(ORIGIN, LOG.key.id, bytes(64))
    for lines in ((*note.signatures, wrong), (wrong, *note.signatures)):
        with pytest.raises(NoteError, match="signature-fails"):
            open_note(Note(note.text, lines), known([LOG.key]))
    twice = Note(note.text, note.signatures * 2)
    assert len(open_note(twice, known([LOG.key])).verified) == 1


def test_a_homoglyph_is_another_name() -> None:
    note = sign_note(b"text\n", Signer(ORIGIN.replace("o", "\u043e"), Kind.SIGNATURE, bytes(32)))
    with pytest.raises(NoteError, match="signature-unknown"):
        open_note(note, known([LOG.key]))


def test_kinds_do_not_stand_for_each_other() -> None:
    seed = bytes(32)
    plain, witness = Signer("a", Kind.SIGNATURE, seed), Signer("a", Kind.COSIGNATURE, seed)
    assert plain.key.public == witness.key.public
    assert plain.key.id != witness.key.id
    with pytest.raises(NoteError, match="key-use"):
        plain.cosign(b"text\n", 1)
    with pytest.raises(NoteError, match="key-use"):
        witness.sign(b"text\n")
    moved = Signature("a", witness.key.id, plain.sign(b"text\n"))
    with pytest.raises(NoteError, match="signature-fails"):
        open_note(Note(b"text\n", (moved,)), known([witness.key]))
    assert not verified(b"", b"", b"")
    assert not verified(bytes(32), b"", bytes(64)), "a key of small order"


def test_a_cosignature_binds_its_time() -> None:
    line = cosignature_of(WITNESSES[0], b"text\n", TIME)
    (found,) = open_note(Note(b"text\n", (line,)), known([WITNESSES[0].key])).verified
    assert found.time == TIME
    later = Signature(line.name, line.id, (TIME + 1).to_bytes(8) + line.octets[8:])
    with pytest.raises(NoteError, match="signature-fails"):
        open_note(Note(b"text\n", (later,)), known([WITNESSES[0].key]))


KEY = str(LOG.key)
NAME, ID, ARMOUR = KEY.split("+", 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "key-form"),
        (NAME, "key-form"),
        (f"{NAME}+{ID}", "key-form"),
        (f"{NAME}+{ID}+", "key-form"),
        (f"{NAME}+{ID.upper()}+{ARMOUR}", "key-form"),
        (f"{NAME}+0{ID}+{ARMOUR}", "key-form"),
        (f"{NAME}+{ID}+{ARMOUR[:-4]}", "key-form"),
        (f"{NAME}+{ID}+{ARMOUR}\n", "key-form"),
        (f"+{ID}+{ARMOUR}", "key-name"),
        (f"a b+{ID}+{ARMOUR}", "key-name"),
        (f"other+{ID}+{ARMOUR}", "key-id"),
        (f"{NAME}+{ID}+{armoured(bytes([6]) + bytes(1312))}", "key-type"),
        (f"{NAME}+{ID}+{armoured(bytes([2]) + bytes(32))}", "key-type"),
    ],
)
def test_malformed_keys(text: str, code: str) -> None:
    with pytest.raises(NoteError) as caught:
        read_key(text)
    assert caught.value.code == f"transparency.{code}"


def test_colliding_keys_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(known([LOG.key, LOG.key])) == 1
    other = Key(LOG.key.name, Kind.SIGNATURE, bytes(32))
    monkeypatch.setattr(Key, "id", property(lambda _: b"same"))
    with pytest.raises(NoteError, match="keys-collide"):
        known([LOG.key, other])


@settings(deadline=None)
@given(NAMES, st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.lists(LINES))
def test_checkpoints_go_round(origin: str, size: int, root: bytes, more: list[str]) -> None:
    made = Checkpoint(origin, size, root, tuple(more))
    assert read_checkpoint(bytes(made)) == made


ROOT = armoured(bytes(32))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\n1\n", "checkpoint-lines"),
        (f"\n1\n{ROOT}\n", "checkpoint-lines"),
        (f"a\n1\n{ROOT}\n\nmore\n", "checkpoint-lines"),
        (f"a\n1\n{ROOT}", "checkpoint-lines"),
        (f"a\n01\n{ROOT}\n", "checkpoint-size"),
        (f"a\n-1\n{ROOT}\n", "checkpoint-size"),
        (f"a\n+1\n{ROOT}\n", "checkpoint-size"),
        (f"a\n1 \n{ROOT}\n", "checkpoint-size"),
        (f"a\n\u0661\n{ROOT}\n", "checkpoint-size"),
        (f"a\n{1 << 63}\n{ROOT}\n", "checkpoint-size"),
        (f"a\n1\n{ROOT[:-4]}\n", "checkpoint-root"),
        (f"a\n1\n{ROOT[:-2]}B=\n", "checkpoint-root"),
        (f"a\n1\n{ROOT} \n", "checkpoint-root"),
    ],
)
def test_malformed_checkpoints(text: str, code: str) -> None:
    with pytest.raises(NoteError) as caught:
        read_checkpoint(text.encode())
    assert caught.value.code == f"transparency.{code}"


def test_a_checkpoint_is_opened_by_the_key_of_its_origin_only() -> None:
    octets = bytes(checkpoint(0, bytes(32)))
    keys = known([LOG.key, *(each.key for each in WITNESSES)])
    seen = open_checkpoint(octets, keys)
    assert seen.checkpoint.origin == ORIGIN
    assert [each.key.name for each in seen.opened.verified] == [
        ORIGIN, *(each.key.name for each in WITNESSES)
    ]  # fmt: skip
    with pytest.raises(NoteError, match="checkpoint-origin"):
        open_checkpoint(octets, known([WITNESSES[0].key]))
    foreign = sign_note(bytes(Checkpoint("other", 0, bytes(32))), LOG)
    with pytest.raises(NoteError, match="checkpoint-origin"):
        open_checkpoint(bytes(foreign), keys)
