# SPDX-License-Identifier: Apache-2.0
"""Files of a log over HTTP: which paths there are, and how long each may be kept."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from nguon.archive.serving import answer, static

FOREVER = b"public, max-age=31536000, immutable"
SUBJECTS = "subjects/" + "a" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept = tmp_path / "log"
    for path in (
        "checkpoint",
        "tile/0/000.p/3",
        "tile/entries/x001/000",
        SUBJECTS,
        "anchors/7.tsr",
    ):
        (kept / path).parent.mkdir(parents=True, exist_ok=True)
        (kept / path).write_bytes(path.encode())
    (tmp_path / "secret").write_bytes(b"secret")
    (kept / "state.sqlite").write_bytes(b"secret")
    return kept


@pytest.mark.parametrize(
    ("path", "media", "kept"),
    [
        ("checkpoint", b"text/plain; charset=utf-8", b"no-store"),
        ("tile/0/000.p/3", b"application/octet-stream", FOREVER),
        ("tile/entries/x001/000", b"application/octet-stream", FOREVER),
        (SUBJECTS, b"application/json", FOREVER),
        ("anchors/7.tsr", b"application/octet-stream", FOREVER),
    ],
)
def test_each_file(folder: Path, path: str, media: bytes, kept: bytes) -> None:
    found = answer(folder, "GET", path)
    headers = dict(found.headers)
    assert (found.status, found.body) == (200, path.encode())
    assert headers[b"content-type"] == media
    assert headers[b"cache-control"] == kept
    assert headers[b"content-length"] == b"%d" % len(path)
    assert headers[b"access-control-allow-origin"] == b"*"
    head = answer(folder, "HEAD", path)
    assert (head.status, head.headers, head.body) == (200, found.headers, b"")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/checkpoint",
        "../secret",
        "tile/../../secret",
        "tile/0/../0/000.p/3",
        "tile/0/%2e%2e/000",
        "tile/00/000.p/3",
        "tile/0/0",
        "tile/0/000.p/256",
        "tile/0/x000/000",
        "tile/0/000.p/3/",
        "tile//0/000.p/3",
        "state.sqlite",
        "subjects/../checkpoint",
        "subjects/" + "A" * 64,
        "anchors/..",
        "anchors/.hidden",
        "checkpoint\n",
    ],
)
def test_no_other_path(folder: Path, path: str) -> None:
    found = answer(folder, "GET", path)
    assert found.status == 404
    assert (b"cache-control", b"no-store") in found.headers


def test_what_is_not_there_is_not_remembered(folder: Path) -> None:
    found = answer(folder, "GET", "tile/0/001")
    assert (found.status, found.body) == (404, b"not here\n")
    assert (b"cache-control", b"no-store") in found.headers


def test_no_query_and_no_other_method(folder: Path) -> None:
    asked = answer(folder, "GET", "checkpoint", b"size=3")
    assert asked.status == 400
    assert (b"cache-control", b"no-store") in asked.headers
    posted = answer(folder, "POST", "checkpoint")
    assert posted.status == 405
    assert (b"allow", b"GET, HEAD") in posted.headers


def test_as_an_application(folder: Path) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    def got(**scope: Any) -> tuple[int, bytes]:
        sent.clear()
        asked = {"type": "http", "method": "GET", "query_string": b"", "root_path": ""} | scope
        asyncio.run(static(folder)(asked, None, send))
        return sent[0]["status"], sent[1]["body"]

    assert got(path="/checkpoint") == (200, b"checkpoint")
    assert got(path="/log/1/checkpoint", root_path="/log/1") == (200, b"checkpoint")
    encoded = b"/tile%2F0/000.p/3"
    assert got(path="/tile/0/000.p/3", raw_path=encoded) == (404, b"no such path in a log\n")
    assert got(path="/tile/0/000.p/3", raw_path=b"/tile/0/000.p/3") == (200, b"tile/0/000.p/3")
    assert got(path="/checkpoint", query_string=b"a")[0] == 400
