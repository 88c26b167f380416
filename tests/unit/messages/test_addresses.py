# SPDX-License-Identifier: Apache-2.0
"""Where messages may go: outward, with TLS; and how long they rest between attempts."""

from datetime import timedelta
from itertools import pairwise

import pytest

from nguon.messages import addresses
from nguon.messages.errors import AddressError
from nguon.messages.retrying import rest_after


@pytest.mark.parametrize(
    "url",
    [
        "http://market.example/hook",
        "ftp://market.example/hook",
        "https://user:secret@market.example/",
        "https://market.example/#part",
        "https:///hook",
        "https://market.example:99999/",
        "https://mark et.example/",
        "https://chợ.example/",
        "https://market.example/\r\nhost: x",
        "javascript:alert(1)",
        "",
        "https://" + "a" * 2000 + ".example/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(AddressError) as refused:
        addresses.shaped(url, private=False)
    assert refused.value.code == "messages.address-form"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.7", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[fe80::1]", "[fd00::1]"),
        *("[::ffff:127.0.0.1]", "[2002:7f00:1::]", "[::]", "localhost", "database"),
        *("[64:ff9b::a00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[::127.0.0.1]"),
        *("[fec0::1]", "[::ffff:0:a00:1]", "[ff0e::1]", "[2001:db8::1]", "192.0.2.1"),
    ],
)
def test_what_lies_inside(host: str) -> None:
    with pytest.raises(AddressError) as refused:
        addresses.shaped(f"https://{host}/", private=False)
    assert refused.value.code == "messages.address-inside"
    assert addresses.shaped(f"http://{host}/", private=True).port == 80


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "[64:ff9b::808:808]"])
def test_what_lies_outside(host: str) -> None:
    assert addresses.shaped(f"https://{host}/", private=False).port == 443


def test_a_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", ("203.0.113.9", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr("socket.getaddrinfo", looked_up)
    with pytest.raises(AddressError) as refused:
        addresses.resolved("https://market.example/hook", private=False)
    assert refused.value.code == "messages.address-inside"
    found = addresses.resolved("https://market.example/hook?a=1", private=True)
    assert found.direct == "https://203.0.113.9:443/hook?a=1"
    assert found.authority == "market.example"


def test_rests_grow_to_six_hours() -> None:
    rests = [rest_after(attempts) for attempts in range(1, 40)]
    assert rests[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert rests[-1] == timedelta(hours=6)
    assert all(one <= other for one, other in pairwise(rests))
