# SPDX-License-Identifier: Apache-2.0
"""The benchmark of large lineage runs end to end, and takes up what an earlier run left."""

from pathlib import Path

import pytest

from bench import trace_memory
from bench.trace_large import main


def _ran(capsys: pytest.CaptureFixture[str], folder: Path, *parts: str) -> list[str]:
    """What the table of a run says it measured."""
    main(["--events", "300", "--only", "SQLite", "--folder", str(folder), "--parts", *parts])
    lines = capsys.readouterr().out.splitlines()
    return [line.split(" | ")[0] for line in lines if ", 300 events |" in line]


def test_the_smallest_size_goes_through_every_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ran(capsys, tmp_path, "index", "ask", "beside") == [
        "| index built, SQLite, 300 events",
        "| back, by the store, SQLite, 300 events",
        "| back, by the index, SQLite, 300 events",
        "| forward, by the store, SQLite, 300 events",
        "| forward, by the index, SQLite, 300 events",
        "| index behind captures, SQLite, 300 events",
        "| index in a server's portions, SQLite, 300 events",
    ]
    url, folder = f"sqlite:///{tmp_path}/trace300.sqlite", tmp_path / "index-SQLite-300"
    assert trace_memory.held(url, folder, "back")["things"] == 45
    assert _ran(capsys, tmp_path, "index") == []


def test_a_load_that_was_broken_off_begins_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "trace300.sqlite").touch()
    assert _ran(capsys, tmp_path, "index") == ["| index built, SQLite, 300 events"]


def test_its_arguments_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("--events", "--only", "--folder", "--server", "--parts"))
