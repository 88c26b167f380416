# SPDX-License-Identifier: Apache-2.0
"""Notes, cosignatures and signatures against Go's sumdb, C2SP's examples and Wycheproof."""

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.transparency.checkpoints import open_checkpoint, read_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Key, Kind, read_key, verified
from nguon.transparency.notes import known, open_note, read_note
from nguon.transparency.tiles import Tile, new_tiles, read_path

SUMDB = "golang-sumdb-note/note_cases.json"
EXAMPLES = "c2sp-spec-examples/examples.json"


def loaded(conformance: Path, name: str) -> Any:
    return json.loads((conformance / name).read_text("utf-8"))


def test_sumdb_cases(conformance: Path) -> None:
    cases = loaded(conformance, SUMDB)["cases"]
    assert len(cases) == 8
    for case in cases:
        keys = known(read_key(key) for key in case["keys"])
        try:
            opened = open_note(read_note(case["note"].encode()), keys)
        except NoteError:
            assert not case["ok"], case["name"]
            continue
        assert case["ok"], case["name"]
        assert [each.key.name for each in opened.verified] == case["verified"], case["name"]


def test_sumdb_bad_keys(conformance: Path) -> None:
    codes = []
    for key in loaded(conformance, SUMDB)["bad_vkeys"]:
        with pytest.raises(NoteError) as caught:
            read_key(key)
        codes.append(caught.value.code)
    assert codes == ["transparency.key-form", "transparency.key-type"]


def test_the_example_of_signed_note(conformance: Path) -> None:
    case = loaded(conformance, EXAMPLES)["signed_note"]
    key = read_key(case["vkey"])
    assert str(key) == case["vkey"]
    note = read_note(case["note"].encode())
    assert bytes(note) == case["note"].encode()
    opened = open_note(note, known([key]))
    assert opened.text == b"This is an example message.\n"
    assert [each.key for each in opened.verified] == [key]


def test_the_example_of_a_cosigned_checkpoint_is_read(conformance: Path) -> None:
    note = read_note(loaded(conformance, EXAMPLES)["cosigned_checkpoint"].encode())
    checkpoint = read_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [(each.name, len(each.octets)) for each in note.signatures] == [
        ("example.com/behind-the-sofa", 64),
        ("witness.example.com/w1", 72),
    ]


def test_tile_geometry(conformance: Path) -> None:
    cases = loaded(conformance, "c2sp-spec-examples/tile_paths.json")
    path = f"tile/0/{cases['index_1234067']}"
    assert Tile(0, 1234067).path == path
    assert read_path(path) == Tile(0, 1234067)
    assert geometry(70_000) == cases["size_70000"]
    assert geometry(256) == cases["size_256"]


def geometry(size: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for tile in new_tiles(0, size):
        if tile.full:
            found[f"full_level{tile.level}"] = found.get(f"full_level{tile.level}", 0) + 1
        else:
            found[f"partial_level{tile.level}"] = tile.width
    return found


def test_wycheproof_ed25519(conformance: Path) -> None:
    groups = loaded(conformance, "wycheproof/ed25519_test.json")["testGroups"]
    seen = 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        key = Key("wycheproof", Kind.SIGNATURE, public)
        for case in group["tests"]:
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            assert verified(public, message, signature) == (case["result"] == "valid"), case
            assert key.holds(message, signature) == (case["result"] == "valid"), case
            seen += 1
    assert seen == 151


@pytest.mark.parametrize(
    ("folder", "manifest", "log_signed"),
    [
        ("witness/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706",
         "witness/witness.v0.json", True),
        ("witness/mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706",
         "witness/mirror/mirror.v0.json", False),
        ("witness2/88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482",
         "witness2/witness.v0.json", False),
    ],
)  # fmt: skip
def test_sunlight_cosignatures(
    conformance: Path, folder: str, manifest: str, log_signed: bool
) -> None:
    base = conformance / "sunlight/skylight"
    vkey = json.loads((base / manifest).read_text("utf-8"))["verifier_keys"][0]
    key = read_key(vkey)
    octets = (base / folder / "checkpoint").read_bytes()
    opened = open_note(read_note(octets), known([key]))
    assert [(each.key, each.time) for each in opened.verified] == [(key, 1767139200)]
    assert len(opened.unknown) == log_signed
    assert read_checkpoint(opened.text).size == 300
    with pytest.raises(NoteError, match="checkpoint-origin"):
        open_checkpoint(octets, known([key]))
    for at in (len(opened.text) - 5, len(octets) - 20):
        broken = bytearray(octets)
        broken[at] ^= 1
        with pytest.raises(NoteError):
            open_note(read_note(bytes(broken)), known([key]))
