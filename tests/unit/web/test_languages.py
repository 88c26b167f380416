# SPDX-License-Identifier: Apache-2.0
"""The reader's language: address before cookie before header, Vietnamese by default."""

import pytest

from nguon.web.languages import chosen, cookie, header, negotiate, switches


def scope(
    query: str = "", accept: str | None = None, cookies: str | None = None, path: str = "/p/01/0"
) -> dict[str, object]:
    headers = []
    if accept is not None:
        headers.append((b"accept-language", accept.encode()))
    if cookies is not None:
        headers.append((b"cookie", cookies.encode()))
    return {
        "headers": headers,
        "query_string": query.encode(),
        "path": path,
        "raw_path": path.encode(),
    }


@pytest.mark.parametrize(
    ("query", "cookies", "accept", "language"),
    [
        ("", None, None, "vi"),
        ("", None, "de, fr;q=0.9", "vi"),
        ("", None, "en", "en"),
        ("", None, "en-GB,en;q=0.9", "en"),
        ("", None, "en;q=0.4, vi-VN;q=0.8", "vi"),
        ("", None, "fr, en;q=0.1", "en"),
        ("", None, "en;q=0", "vi"),
        ("", None, "en;q=x", "vi"),
        ("", None, "*", "vi"),
        ("", "a=b; lang=en", "vi", "en"),
        ("", "lang=xx", "en", "en"),
        ("lang=vi", "lang=en", "en", "vi"),
        ("lang=xx", "lang=en", None, "en"),
        ("x=1&lang=en&lang=vi", None, "en", "vi"),
    ],
)
def test_negotiation(query: str, cookies: str | None, accept: str | None, language: str) -> None:
    assert negotiate(scope(query, accept, cookies)) == language


def test_only_a_language_in_the_address_is_a_choice() -> None:
    assert chosen(scope("lang=en")) == "en"
    assert chosen(scope("slang=en")) is None
    assert chosen(scope("", "en", "lang=en")) is None
    assert cookie("en") == "lang=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"


def test_switches_keep_the_address() -> None:
    assert switches(scope("a=1&lang=vi&a=2", path="/p/01/%C3%A1")) == {
        "vi": "/p/01/%C3%A1?a=1&a=2&lang=vi",
        "en": "/p/01/%C3%A1?a=1&a=2&lang=en",
    }


def test_header() -> None:
    assert header(scope(accept="en"), b"accept-language") == "en"
    assert header(scope(), b"accept-language") is None
