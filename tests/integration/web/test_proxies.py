# SPDX-License-Identifier: Apache-2.0
"""Whose attempts to sign in are counted together, behind a reverse proxy and without."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from nguon import app
from nguon.identity.accounts import attempts
from nguon.identity.accounts.attempts import Limit
from nguon.settings import load
from tests.accounts import send
from tests.integration.web.conftest import sqlite_settings
from tests.ports import free_port

_PAGE = "/account/sign-in"


@pytest.fixture
def served(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A server as `nguon serve` starts it, with these proxies."""
    monkeypatch.setattr(attempts, "FROM_ADDRESS", Limit(3, 3600))
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    settings = replace(
        sqlite_settings(tmp_path, sqlite_template),
        host="127.0.0.1",
        port=port,
        base_url=base_url,
        proxies=request.param,
        log_level="warning",
    )
    servers: list[uvicorn.Server] = []

    def run(served: Any, **options: Any) -> None:
        servers.append(uvicorn.Server(uvicorn.Config(served, **options)))
        servers[0].run()

    monkeypatch.setattr(uvicorn, "run", run)
    thread = threading.Thread(target=app.serve, args=(settings,), daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not (servers and servers[0].started):
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield base_url
    servers[0].should_exit = True
    thread.join(20)


def _tried(base_url: str, addresses: list[str]) -> list[int]:
    """Attempts on accounts that differ, each as if forwarded for an address."""
    found = []
    for number, address in enumerate(addresses):
        headers = {"accept": "text/html", "origin": base_url, "x-forwarded-for": address}
        with httpx.Client(base_url=base_url, headers=headers, timeout=30) as client:
            fields: dict[str, Any] = {"login": f"nobody{number}@example.vn", "password": "x y z"}
            found.append(send(client, _PAGE, fields).status_code)
    return found


@pytest.mark.parametrize("served", ["", "192.0.2.250"], indirect=True)
def test_who_is_no_known_proxy_cannot_name_another_address(served: str) -> None:
    addresses = [f"198.51.100.{number}" for number in range(5)]
    assert _tried(served, addresses) == [400, 400, 400, 429, 429]


@pytest.mark.parametrize("served", ["127.0.0.1"], indirect=True)
def test_behind_a_known_proxy_each_address_is_counted_by_itself(served: str) -> None:
    one = "198.51.100.1"
    assert _tried(served, [one, one, one, one]) == [400, 400, 400, 429]
    assert _tried(served, ["198.51.100.2"]) == [400]
    # What the visitor wrote before the proxy's own addition does not count.
    assert _tried(served, [f"203.0.113.9, {one}"]) == [429]


def test_no_proxy_is_trusted_unless_named() -> None:
    assert load({}).proxies == ""
