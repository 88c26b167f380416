# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON against the published test data of RFC 8785's author."""

from pathlib import Path

import msgspec

from nguon.base.canonical_json import canonical


def test_every_document_gives_the_published_bytes(conformance: Path) -> None:
    folder = conformance / "rfc8785-cyberphone" / "testdata"
    names = sorted(path.stem for path in (folder / "input").glob("*.json"))
    assert len(names) == 4
    for name in names:
        value = msgspec.json.decode((folder / "input" / f"{name}.json").read_bytes())
        written = canonical(value)
        assert written == (folder / "output" / f"{name}.json").read_bytes().rstrip(b"\n"), name
        assert written.hex() == "".join((folder / "outhex" / f"{name}.txt").read_text().split())
