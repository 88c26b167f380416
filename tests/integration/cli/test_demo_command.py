# SPDX-License-Identifier: Apache-2.0
"""``nguon demo``: the goods once, and what to try every time."""

import re
from pathlib import Path

import zxingcpp

from nguon.cli.symbol import qr_lines
from nguon.identity import keys
from nguon.store import open_store
from tests.integration.cli.conftest import SQLITE, Run

HALVES = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
"""A character's upper and lower module as the terminal shows it: 255 is light."""


def _read(lines: list[str], scale: int = 4) -> str:
    """What a scanner reads from a symbol of half blocks."""
    rows = [
        bytes(HALVES[character][half] for character in line for _ in range(scale))
        for line in lines
        for half in (0, 1)
        for _ in range(scale)
    ]
    image = memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)


def test_the_goods_are_loaded_once(run: Run, database_url: str, tmp_path: Path) -> None:
    first = run("demo")
    assert first.status == 0
    with open_store(database_url) as store:
        loaded = store.events.head()
    assert loaded.seq > 500
    links = re.findall(r"^  (http://\S+)$", first.out, re.MULTILINE)
    assert len(links) == 3
    assert links[0] == ("http://localhost:8000/01/09521101000023/10/TH260806H/21/26080007")
    symbol = [line[2:] for line in first.out.splitlines() if "█" in line]
    assert _read(symbol) == links[0]
    (secret,) = re.findall(r"^key  (\S+)$", first.out, re.MULTILINE)
    kept = tmp_path / "var" / "demonstration.key"
    assert kept.read_text("ascii") == f"{secret}\n"
    assert kept.stat().st_mode & 0o777 == 0o600

    again = run("demo")
    assert (again.status, again.out, again.err) == (0, first.out, "")
    with open_store(database_url) as store:
        assert store.events.head() == loaded
        holder = keys.authenticate(store, secret)
        assert holder is not None
        assert holder.kind == "inspector"
        assert holder.scopes == {"capture", "read", "trace"}
        keys.revoke(store, holder.key_id)
    anew = run("demo")
    (other,) = re.findall(r"^key  (\S+)$", anew.out, re.MULTILINE)
    assert other != secret, "a key that was ended is replaced"
    assert anew.out.replace(other, secret) == first.out


@SQLITE
def test_a_folder_without_a_manifest(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--folder", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert f"There is no manifest.toml in {tmp_path}." in done.err


def test_symbols_of_any_length_are_read() -> None:
    for length in (1, 30, 120, 400):
        text = "https://id.example.vn/" + "A1/b" * (length // 4)
        assert _read(qr_lines(text)) == text
