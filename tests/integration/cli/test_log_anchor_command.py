# SPDX-License-Identifier: Apache-2.0
"""``nguon log anchor``: at once, out and back, what is refused; the page's openssl check works."""

import json
import subprocess
from pathlib import Path

import pytest

from nguon.store import open_store
from nguon.tlog.service import Tlog
from tests.integration.cli.conftest import SQLITE, Run
from tests.timestamp_server import Authority, serving
from tests.tlog_made import files_in, record

pytestmark = SQLITE


@pytest.fixture
def begun(database_url: str, environment: dict[str, str]) -> int:
    """A log that signed three entries; its size."""
    data = Path(environment["NGUON_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    with open_store(database_url) as store:
        record(store, 1, 3)
        tlog = Tlog(store, files_in(data), "http://localhost:8000")
        size = tlog.turn().size
        tlog.close()
    return size


def test_a_timestamp_at_once(
    run: Run,
    begun: int,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run("log", "anchor", "now").status == 1
    authority = Authority(tmp_path / "tsa")
    with serving(authority.reply) as address:
        monkeypatch.setenv("NGUON_LOG_TSA", address)
        refused = run("log", "anchor", "now")
        assert (refused.status, "cannot be read" in refused.err) == (1, True)
        monkeypatch.setenv("NGUON_LOG_TSA_CERTS", str(authority.certificates))
        done = run("log", "anchor", "now")
    assert (done.status, "Test TSA" in done.out) == (0, True)
    told = run("log", "anchor", "list", "--json").json
    assert told == {"checkpoints": [{"size": begun, "timestamp": True}], "carried": []}
    # As docs/anchors.md says it.
    folder = Path(environment["NGUON_DATA"]) / "log" / "1" / "anchors"
    checked = subprocess.run(
        f"sed '/^$/,$d' {begun}.note > text && openssl ts -verify -data text -in {begun}.tsr"
        f" -CAfile {authority.certificates}",
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in checked.stdout


def test_out_and_back(run: Run, begun: int, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert run("log", "anchor", "export", "-o", str(out)).status == 0
    told = json.loads(out.read_bytes())
    assert run("log", "anchor", "export").json == told
    assert (told["format"], told["size"]) == ("nguon/anchor@v1", begun)
    form = {"format": "nguon/anchor-proof@v1", "carrier": "NDAChain", "reference": "0x1"}
    back = tmp_path / "back.json"
    back.write_text(json.dumps(form | {"sha256": "0" * 64}))
    refused = run("log", "anchor", "import", str(back))
    assert (refused.status, "no checkpoint that was given out" in refused.err) == (1, True)
    back.write_text(json.dumps(form | {"sha256": told["sha256"]}))
    assert run("log", "anchor", "import", str(back)).status == 0
    assert run("log", "anchor", "list", "--json").json["carried"][0]["carrier"] == "NDAChain"
    assert "NDAChain: 0x1" in run("log", "anchor", "list").out


def test_before_the_log_has_begun(run: Run) -> None:
    refused = run("log", "anchor", "export")
    assert (refused.status, "has not begun" in refused.err) == (1, True)
