# SPDX-License-Identifier: Apache-2.0
"""Each command once as a process of its own: ``python -m nguon``, as a user runs it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.integration.cli.conftest import SQLITE, Run, written
from tests.integration.web.samples import document, event
from tests.ports import free_port

pytestmark = SQLITE

KEY = "01/09521234543213/21/1"


def test_from_a_key_to_a_trace(process: Run, tmp_path: Path) -> None:
    made = process("key", "create", "--organisation", "a", "--legal-name", "Tổ hợp tác (minh hoạ)")
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith("nguon_")
    path = written(tmp_path, "events.jsonld", document(event(1)))
    captured = process("capture", path, "--organisation", "a")
    assert (captured.status, captured.out) == (0, f"{path}: 1 stored, 0 repeated, 0 clashing\n")
    assert process("query", "EQ_bizStep=shipping").out.rstrip().endswith(KEY)
    assert process("trace", KEY).out.startswith(KEY)
    assert process("id", KEY).out.split()[:4] == ["key", KEY, "kind", "sgtin"]
    assert process("doctor").status == 0


def test_a_refusal_ends_with_status_1(process: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "faulty.jsonld", document(event(1, action="LOOK")))
    process("key", "create", "--organisation", "a", "--legal-name", "a")
    faulty = process("capture", path, "--organisation", "a")
    assert faulty.status == 1
    assert "/epcisBody/eventList/0/action" in faulty.err
    assert process("id", "nothing").status == 1


def test_help_names_every_command(process: Run) -> None:
    shown = process("--help").out
    for command in ("capture", "demo", "doctor", "id", "key", "query", "serve", "trace"):
        assert f"\n  {command} " in shown
    assert process("sell").status == 2


def test_demo(process: Run) -> None:
    done = process("demo")
    assert done.status == 0
    assert done.out.count("http://") == 7, "six links and where to sign in"


def test_serve_answers_until_it_is_stopped(environment: Mapping[str, str], tmp_path: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "nguon", "serve"],
        env=os.environ | environment | {"NGUON_PORT": str(port)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert _answers(server, f"http://127.0.0.1:{port}/healthz") == 200
    finally:
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=120)
    assert server.returncode in {0, 130}
    assert b"Traceback" not in said


def _answers(server: "subprocess.Popen[bytes]", address: str) -> int:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 120
    while True:
        assert server.poll() is None
        try:
            with direct.open(address, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
