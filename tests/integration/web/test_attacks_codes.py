# SPDX-License-Identifier: Apache-2.0
"""Strangers and competitors against the resolver, issued codes, photographs and translation."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import PRODUCT

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
    client, begun = shown.member(), time.monotonic()
    order = {"template": "50x30", "labels": [{**LABEL, "copies": 10_000}] * 10_000}
    answer = client.post("/api/v1/labels", json=order)
    assert answer.json()["code"] == "labels.too-many"
    assert time.monotonic() - begun < 3
    large = {"template": "50x30", "labels": [{**LABEL, "facts": {str(n): "a" * 500}}
             for n in range(20_000)]}  # fmt: skip
    assert client.post("/api/v1/labels", json=large).status_code == 413
