# SPDX-License-Identifier: Apache-2.0
"""Logs of others, mirrored over HTTP at each of their sizes, as far as their forms allow."""

import shutil
from pathlib import Path

from nguon.mirror.checking import check
from nguon.mirror.fetching import Source
from nguon.mirror.following import Mirror
from nguon.transparency.checkpoints import Checkpoint, read_checkpoint, sign_checkpoint
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import text_of
from nguon.transparency.policies import read_policy
from tests.integration.mirror.made import served


def sizes(path: Path) -> int:
    return read_checkpoint(text_of(path.read_bytes())).size


def test_tessera_at_each_size(conformance: Path, tmp_path: Path) -> None:
    given = conformance / "tessera-testlog"
    log = tmp_path / "log"
    shutil.copytree(given / "log", log, copy_function=shutil.copyfile)
    log.chmod(0o755)
    key = (given / "vkey.txt").read_text("utf-8").strip()
    policy = read_policy(f"log {key}\nquorum none\n".encode())
    notes = sorted((given / "log").glob("checkpoint*"), key=sizes)
    assert [sizes(each) for each in notes][-1] == 15
    seen = set()
    with served(log) as url, Source(url) as source:
        for note in notes:
            (log / "checkpoint").write_bytes(note.read_bytes())
            # A new mirror each time: it has to prove what the last one left.
            mirror = Mirror(tmp_path / "mirror", policy, source)
            status = mirror.turn()
            assert (status.alarms, status.trouble, status.size) == ((), None, sizes(note))
            assert [*check(mirror.home, policy, source)] == []
            mirror.close()
            seen.add(status.size)
    assert len(seen) == 12
    for tile in (tmp_path / "mirror/log/tile").rglob("*"):
        if tile.is_file():
            theirs = given / "log" / tile.relative_to(tmp_path / "mirror/log")
            assert tile.read_bytes() == theirs.read_bytes()


def test_the_tiles_of_sunlight_and_entries_that_are_dummies(
    conformance: Path, tmp_path: Path
) -> None:
    name = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
    given = conformance / "sunlight/skylight/witness/mirror" / name
    log = tmp_path / "log"
    shutil.copytree(given, log, copy_function=shutil.copyfile)
    log.chmod(0o755)
    theirs = read_checkpoint(text_of((given / "checkpoint").read_bytes()))
    # Their log signs by P-256, which no policy here takes: the same tree under a key of ours.
    signer = Signer(theirs.origin, Kind.SIGNATURE, bytes(32))
    note = sign_checkpoint(Checkpoint(theirs.origin, theirs.size, theirs.root), signer)
    (log / "checkpoint").unlink()
    (log / "checkpoint").write_bytes(bytes(note))
    policy = read_policy(f"log {signer.key}\nquorum none\n".encode())
    with served(log) as url, Source(url) as source:
        mirror = Mirror(tmp_path / "mirror", policy, source)
        status = mirror.turn()
        mirror.close()
    # The tiles prove the root, and then the dummies are none of the entries.
    assert [each.code for each in status.alarms] == ["transparency.bundle"]
    assert status.size == 0
