# SPDX-License-Identifier: Apache-2.0
"""A checkpoint's hash given out and what carried it taken back: forms, refusals, kept once."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from nguon.archive.folder import Folder
from nguon.tlog.anchors import export, keeping
from nguon.tlog.anchors.errors import AnchorError
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.keys import Kind, Signer

ORIGIN = "log.example/log/1"
OTS = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01"


def refusal(act: Callable[[], object]) -> AnchorError:
    with pytest.raises(AnchorError) as caught:
        act()
    return caught.value


class Given:
    """A checkpoint that was given out."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.size = 5
        checkpoint = Checkpoint(ORIGIN, self.size, sha256(b"root").digest())
        self.note = bytes(sign_checkpoint(checkpoint, Signer(ORIGIN, Kind.SIGNATURE, b"k" * 32)))
        self.made = export.export(folder, self.note, 1_790_000_000)

    def back(self, octets: bytes) -> export.Carried:
        return export.take_back([self.folder], octets, 1_790_000_000)

    def proof(self, **changes: object) -> bytes:
        form = {
            "format": "nguon/anchor-proof@v1",
            "carrier": "NDAChain",
            "reference": "0xabc",
            "sha256": self.made.sha256,
        }
        return json.dumps(form | changes).encode()


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given(Folder(tmp_path / "1"))


def test_a_hash_goes_out(given: Given) -> None:
    text = given.note.partition(b"\n\n")[0] + b"\n"
    told = json.loads(export.spelled(given.made))
    assert told == {
        "format": "nguon/anchor@v1",
        "origin": ORIGIN,
        "size": given.size,
        "root": text.split(b"\n")[2].decode(),
        "time": "2026-09-21T14:13:20Z",
        "sha256": sha256(text).hexdigest(),
        "note": given.note.decode(),
    }
    names = [each.name for each in (given.folder.path / "anchors").iterdir()]
    assert names == [f"{given.size}.note"]


def test_what_carried_it_comes_back_and_is_kept_once(given: Given) -> None:
    proof = base64.b64encode(b"merkle path").decode()
    first = given.back(given.proof(proof=proof))
    assert first == export.Carried(
        "nguon/anchor-proof@v1",
        ORIGIN,
        given.size,
        given.made.sha256,
        "NDAChain",
        "0xabc",
        "2026-09-21T14:13:20Z",
        proof,
    )
    assert given.back(given.proof(proof=proof)) == first
    assert export.carried(given.folder) == [first]
    other = given.back(given.proof(reference="0xdef"))
    assert len(export.carried(given.folder)) == 2
    assert other.reference == "0xdef"


def test_an_open_timestamps_file_comes_back(given: Given) -> None:
    octets = OTS + b"\x08" + bytes.fromhex(given.made.sha256) + b"\x00rest of the tree"
    kept = given.back(octets)
    assert (kept.carrier, kept.size) == ("OpenTimestamps", given.size)
    assert base64.b64decode(kept.proof) == octets


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "anchors.returned-form"),
        (b"\x00OpenTimestamps", "anchors.returned-form"),
        (OTS, "anchors.returned-form"),
        (OTS + b"\x02" + b"s" * 33, "anchors.returned-form"),
        (OTS + b"\x08" + b"s" * 31, "anchors.returned-form"),
        (OTS + b"\x08" + b"s" * 32, "anchors.returned-form"),
        (OTS + b"\x08" + b"s" * 33, "anchors.unknown-hash"),
        (b"{}", "anchors.returned-form"),
        (b"[]", "anchors.returned-form"),
        (b"\xff", "anchors.returned-form"),
        (b"[" * 100_000, "anchors.returned-form"),
        (b"x" * 1_000_001, "anchors.returned-long"),
    ],
    ids=range(12),
)
def test_what_is_no_proof_is_refused(given: Given, octets: bytes, code: str) -> None:
    assert refusal(lambda: given.back(octets)).code == code
    assert export.carried(given.folder) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sha256": "0" * 64}, "anchors.unknown-hash"),
        ({"sha256": "0" * 63}, "anchors.returned-form"),
        ({"sha256": 5}, "anchors.returned-form"),
        ({"format": "nguon/anchor@v1"}, "anchors.returned-form"),
        ({"carrier": ""}, "anchors.returned-form"),
        ({"carrier": "x" * 201}, "anchors.returned-form"),
        ({"reference": "a\nb"}, "anchors.returned-form"),
        ({"reference": "a\u202eb"}, "anchors.returned-form"),
        ({"proof": "no base64!"}, "anchors.returned-form"),
        ({"more": 1}, "anchors.returned-form"),
    ],
    ids=range(10),
)
def test_a_proof_of_something_else_is_refused(
    given: Given, changes: dict[str, object], code: str
) -> None:
    assert refusal(lambda: given.back(given.proof(**changes))).code == code
    assert export.carried(given.folder) == []


def test_values_are_as_they_are_written(given: Given) -> None:
    kept = given.back(given.proof())
    path = given.folder.path / keeping.carried_paths(given.folder)[0]
    assert msgspec.json.decode(path.read_bytes(), type=export.Carried) == kept
    assert Path(path).name.startswith(f"{given.size}-")


def test_it_is_looked_for_in_every_part_of_the_log(given: Given, tmp_path: Path) -> None:
    other = Folder(tmp_path / "2")
    kept = export.take_back([other, given.folder], given.proof(), 1)
    assert (kept.origin, export.carried(other)) == (ORIGIN, [])
