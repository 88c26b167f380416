# SPDX-License-Identifier: Apache-2.0
"""The verifier as somebody keeps it: a file that is opened without a network."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from nguon.web.verifier import built


def text(octets: bytes) -> str:
    """Octets on their way into the page: ``nguon.octetsOf`` gives them back."""
    return b64encode(octets).decode("ascii")


@contextmanager
def kept(browser: Browser, folder: Path, policy: bytes, **context: Any) -> Iterator[Page]:
    """The page with a policy inside, saved to a folder and opened from there, offline.

    Afterwards it must have asked for nothing but itself, and met no error.
    """
    file = folder / "verifier.html"
    file.write_bytes(built(policy).html)
    opened = browser.new_context(offline=True, **context)
    page = opened.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text))
    page.goto(file.as_uri())
    try:
        yield page
        assert {address.partition("#")[0] for address in asked} == {file.as_uri()}
        assert troubles == []
    finally:
        opened.close()
