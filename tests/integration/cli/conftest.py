# SPDX-License-Identifier: Apache-2.0
"""Commands as their user runs them: in this process for speed, or as a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nguon.cli import main

FARM = "hop-tac-xa"
"""The code of an organisation that `farm` registers."""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)


Run = Callable[..., Answer]

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks tests of what does not depend on the database."""


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings of a fresh installation, on each database in turn."""
    return {
        "NGUON_DATA": str(tmp_path / "var"),
        "NGUON_DATABASE_URL": database_url,
        "NGUON_WORKERS": "0",
    }


@pytest.fixture
def run(
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command in this process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def running(*arguments: str | Path, database_url: str | None = None) -> Answer:
        if database_url is not None:
            monkeypatch.setenv("NGUON_DATABASE_URL", database_url)
        capfd.readouterr()
        status = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as done:
            status = int(done.code or 0)
        said = capfd.readouterr()
        return Answer(status, said.out, said.err)

    return running


@pytest.fixture
def farm(run: Run) -> str:
    """The code of a registered organisation."""
    made = run("key", "create", "--organisation", FARM, "--legal-name", "HTX (minh hoạ)")
    assert (made.status, made.err) == (0, "")
    return FARM


@pytest.fixture
def process(environment: Mapping[str, str], tmp_path: Path) -> Run:
    """Runs ``python -m nguon`` from another folder."""

    def running(*arguments: str | Path) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "nguon", *map(str, arguments)],
            env=os.environ | environment,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=250,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return running


def written(folder: Path, name: str, content: Any) -> Path:
    """A JSON file."""
    path = folder / name
    path.write_text(json.dumps(content), "utf-8")
    return path
