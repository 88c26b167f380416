# SPDX-License-Identifier: Apache-2.0
"""``nguon witness``: what it prints, makes and refuses."""

import stat
from pathlib import Path

import pytest

from nguon.cli import main
from nguon.transparency.keys import read_key
from nguon.witness import serving
from tests.unit.transparency.made_log import LOG, ORIGIN
from tests.unit.witness.made_witness import NAME


def test_the_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> str:
        main(["witness", *arguments])
        return capsys.readouterr().out

    def refused(*arguments: str) -> str:
        with pytest.raises(SystemExit, match="1"):
            main(["witness", *arguments])
        return capsys.readouterr().err

    data = tmp_path / "made/here"
    monkeypatch.setenv("NGUON_WITNESS_DATA", str(data))
    key, line = run("init", "--name", NAME, "--url", "https://w.example").splitlines()
    assert read_key(key).name == NAME
    assert line == f"witness {NAME} {key} https://w.example"
    assert stat.S_IMODE((data / serving.KEY).stat().st_mode) == 0o600
    assert run("key") == key + "\n"
    assert "already" in refused("init", "--name", NAME)
    assert run("key") == key + "\n"
    assert run("log", "add", str(LOG.key)) == f"{ORIGIN} watched\n"
    assert run("log", "list").splitlines() == [f"{ORIGIN}  0  0", f"  {LOG.key}"]
    run("log", "retire", str(LOG.key))
    assert f"  {LOG.key}  retired" in run("log", "list")
    assert '"retired": [' in run("log", "list", "--json")
    told = refused("log", "add", str(LOG.key))
    assert "đã thôi dùng" in told
    assert "was retired" in told
    assert "is missing" in refused("serve", "--data", str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
