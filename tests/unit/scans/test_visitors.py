# SPDX-License-Identifier: Apache-2.0
"""What a request tells of its visitor, and what the visitor allows to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.scans.model import Client, Seen, Visitor, Way
from nguon.scans.visitors import asked, choice, visitor

PHONE = (
    b"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
)
HERE = ("198.51.100.7", 40000)


def who(
    *headers: tuple[bytes, bytes],
    method: str = "GET",
    query: bytes = b"",
    client: tuple[str, int] | None = HERE,
    agent: bytes = PHONE,
) -> Visitor | None:
    sent = [(b"host", b"x"), (b"user-agent", agent), *headers]
    return visitor(asked(Seen(1, "01/09521101000023", Way.LINK, 0, method, query, sent, client)))


def mark(*headers: tuple[bytes, bytes]) -> bytes | None:
    found = who(*headers)
    assert found is not None
    return found.device


@pytest.mark.parametrize(
    ("agent", "client"),
    [
        (PHONE, Client.PHONE),
        (b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Zalo/24", Client.PHONE),
        (b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130", Client.COMPUTER),
        (b"Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Safari/605", Client.COMPUTER),
        (b"Mozilla/5.0 (X11; Linux x86_64) Firefox/130", Client.COMPUTER),
        (b"TraCuuHang/2.1 CFNetwork/1490 Darwin/23", Client.OTHER),
    ],
)
def test_the_sort_of_client(agent: bytes, client: Client) -> None:
    found = who(agent=agent)
    assert found is not None
    assert found.client is client


def test_a_form_of_the_scan_page_counts_as_an_address_opened_does() -> None:
    assert who(method="POST") == who()


@pytest.mark.parametrize(
    "agent",
    [
        b"",
        b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        b"facebookexternalhit/1.1",
        b"WhatsApp/2.24 A",
        b"TelegramBot (like TwitterBot)",
        b"curl/8.5.0",
        b"python-httpx/0.27",
        b"Go-http-client/1.1",
        b"Mozilla/5.0 HeadlessChrome/130",
    ],
)
def test_robots_are_not_counted(agent: bytes) -> None:
    assert who(agent=agent) is None


def test_neither_are_heads_linksets_and_pages_fetched_ahead() -> None:
    assert who(method="HEAD") is None
    assert who(query=b"linkType=linkset") is None
    assert who(query=b"linkType=all") is None
    assert who((b"sec-purpose", b"prefetch;prerender")) is None
    assert who((b"purpose", b"prefetch")) is None
    assert who(query=b"linkType=gs1:pip") is not None


def test_who_asks_not_to_be_followed_leaves_no_mark() -> None:
    assert mark() == b"198.51.100.7 " + PHONE
    for header in ((b"dnt", b"1"), (b"sec-gpc", b"1"), (b"cookie", b"a=b; scans=no")):
        found = who(header)
        assert found == Visitor(Client.PHONE, None, None, None), header
    assert mark((b"dnt", b"0")) is not None
    nobody = who(client=None)
    assert nobody is not None
    assert nobody.device is None


def test_a_place_is_known_only_where_it_was_chosen() -> None:
    for cookie, expected in (
        (b"scans=79", ("79", True)),
        (b"x=1; __Host-scans=79.no", ("79", False)),
        (b"scans=00", (None, True)),
        (b"scans=", (None, True)),
        (b"myscans=79", (None, True)),
        (b"scans=79; scans=01", ("79", True)),
    ):
        assert choice(cookie) == expected, cookie
    found = who((b"cookie", b"lang=en; scans=79"), (b"x-forwarded-for", b"203.0.113.9"))
    assert found is not None
    assert (found.place, found.language) == ("79", "en")


def test_the_choice_counts_among_many_cookies() -> None:
    many = b"; ".join(b"c%d=%s" % (n, b"x" * 90) for n in range(60))
    found = who((b"cookie", many + b"; scans=79.no"))
    assert found is not None
    assert (found.place, found.device) == ("79", None)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [(b"vi-VN,vi;q=0.9", "vi"), (b"EN", "en"), (b"*", None), (b"", None), (b"zho;q=1", "zho")],
)
def test_the_language(accepted: bytes, language: str | None) -> None:
    found = who((b"accept-language", accepted))
    assert found is not None
    assert found.language == language


def test_addresses_of_one_subscriber_are_one_device() -> None:
    marks = set()
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "odd"):
        found = who(client=(address, 1))
        assert found is not None
        marks.add(found.device)
    assert len(marks) == 3


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"user-agent", b"cookie", b"accept-language", b"dnt", b"purpose"]),
            st.binary(max_size=80),
        ),
        max_size=8,
    )
)
def test_no_header_breaks_it(headers: list[tuple[bytes, bytes]]) -> None:
    who(*headers)
