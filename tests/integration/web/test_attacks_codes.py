# SPDX-License-Identifier: Apache-2.0
"""Strangers and competitors against the resolver, issued codes, photographs and translation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.web import demonstration
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX_AS_SCANNED, PRODUCT

LINKSET = "application/linkset+json"


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
