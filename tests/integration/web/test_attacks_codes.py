# SPDX-License-Identifier: Apache-2.0
"""Strangers and competitors against the resolver, issued codes, photographs and translation."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.identity.accounts.attempts import Limit
from nguon.web import scan_page
from nguon.web.errors import PhotoError
from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import PRODUCT

JSON = "application/json"
LINKSET = "application/linkset+json"
LABEL = {"elements": "(01)09521101000016(10)LO-1(21)A1", "facts": {"product": "Nhãn lồng"}}


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demonstration; tests change nothing that others read."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("attacks"), sqlite_template))
    yield demonstration.loaded(running[2])
    stop(*running)


@pytest.mark.parametrize(
    ("victim", "attacker"),
    [
        ({"accept": LINKSET}, [("accept", ""), ("accept", LINKSET)]),
        ({"accept": "text/html"}, [("accept", ""), ("accept", "text/html")]),
        ({"accept-language": "en"}, [("accept-language", ""), ("accept-language", "en")]),
        ({"cookie": "lang=en"}, [("cookie", "a=b"), ("cookie", "lang=en")]),
        ({"cookie": "lang=en"}, [("cookie", ""), ("cookie", "lang=en")]),
    ],
)
def test_a_header_sent_twice_spoils_no_kept_answer(
    shown: Server, victim: dict[str, str], attacker: list[tuple[str, str]]
) -> None:
    path = f"/{PRODUCT}?linkType=gs1:pip"
    with httpx.Client(base_url=shown.base_url) as client:
        client.headers.clear()

        def asked(headers: Any) -> tuple[int, str | None, bytes]:
            answer = client.get(path, headers=headers)
            return answer.status_code, answer.headers.get("location"), answer.content

        shown.services.directory.forget()
        right = asked(victim)
        shown.services.directory.forget()
        asked(attacker)
        assert asked(victim) == right


def test_an_order_of_a_hundred_million_is_refused_at_once(shown: Server) -> None:
    client, begun = shown.member(), time.process_time()
    order = {"template": "50x30", "labels": [{**LABEL, "copies": 10_000}] * 10_000}
    answer = client.post("/api/v1/labels", json=order)
    assert answer.json()["code"] == "labels.too-many"
    assert time.process_time() - begun < 3
    large = {"template": "50x30", "labels": [{**LABEL, "facts": {str(n): "a" * 500}}
             for n in range(20_000)]}  # fmt: skip
    assert client.post("/api/v1/labels", json=large).status_code == 413


def test_who_sent_too_many_photographs_is_refused_before_the_next_is_read(
    shown: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    async def reading(request: Any, *, most: int) -> Any:
        read.append(most)
        raise PhotoError("scans.nothing-sent")

    monkeypatch.setattr(scan_page, "own_form", reading)
    monkeypatch.setattr(scan_page, "PHOTOS", Limit(2, 3600))
    client = shown.client(origin=shown.base_url)
    body = b"a" * 200_000
    answers = [client.post("/scan", content=body).status_code for _ in range(4)]
    assert answers == [400, 400, 429, 429]
    assert len(read) == 2


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("/api/v1/labels", ("capture",)),
        ("/api/v1/consignments", ("capture",)),
        ("/api/v1/registers/product/submit", ("registry",)),
        ("/api/v1/registers/product/decide", ("supervise",)),
        ("/api/v1/translate", ()),
    ],
)
def test_no_body_is_read_without_an_end(shown: Server, path: str, scopes: tuple[str, ...]) -> None:
    client = shown.member(1, "read", *scopes)
    answer = client.post(path, content=b" " * 9_000_000, headers={"content-type": JSON})
    assert answer.status_code == 413, answer.text


def _raw(address: tuple[str, int], method: str, path: bytes) -> bytes:
    """The head of an answer to a request that no client library would send."""
    sent = (
        b"%s %s HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html;q=nan,;;\r\n"
        b"Accept-Language: en;q=1e999,x-\xff\r\nCookie: lang=\xff\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n" % (method.encode(), path)
    )
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(sent)
        got = b""
        while more := client.recv(65536):
            got += more
    return got.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "rest",
    [
        *(b"/21/%0d%0aX-Evil:1", b"/21/%00", b"/21/%C0%AF", b"/21/%ff", b"/10/%2F", b"/.."),
        *(b"?a=%0d%0aX-Evil:1", b"?linkType=%0d%0aX-Evil:1", b"?lang=%0d%0aX-Evil:1"),
        *(b"?linkType=", b"?linkType=%ff", b"?context=%ff&linkType=gs1:pip", b"//", b"/%zz"),
        *(b"?" + b"a=b&" * 10_000, b"/10/" + b"A" * 5_000),
    ],
)
def test_no_address_breaks_an_answer_or_its_headers(shown: Server, rest: bytes) -> None:
    host, _, port = shown.base_url.removeprefix("http://").partition(":")
    for start in (f"/{PRODUCT}", f"/p/{PRODUCT}", f"//evil.example/{PRODUCT}", "/-_-"):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            head = _raw((host, int(port)), method, start.encode() + rest)
            assert head[9:10] in {b"2", b"3", b"4"}, head
            assert b"\nX-Evil" not in head
            assert b"evil.example" not in head.lower().partition(b"location:")[2].partition(b"?")[0]
