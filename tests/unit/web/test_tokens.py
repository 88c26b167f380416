# SPDX-License-Identifier: Apache-2.0
"""Page tokens come back as they were and can be neither altered nor moved to another query."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.web.errors import RequestError
from nguon.web.tokens import Cursor, seal, unseal

SECRET = b"s" * 32


@given(
    upto=st.integers(0, 2**62),
    position=st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9), max_size=3),
    given_out=st.integers(0, 2**40),
    query=st.binary(max_size=40),
)
@settings(max_examples=60)
def test_round_trip(upto: int, position: list[int | str], given_out: int, query: bytes) -> None:
    cursor = Cursor(upto, position, given_out)
    token = seal(cursor, query, SECRET)
    assert unseal(token, query, SECRET) == cursor
    assert token.isascii()
    assert "=" not in token


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA", "A" * 60, "%%%"])
def test_text_that_is_no_token(token: str) -> None:
    with pytest.raises(RequestError) as refused:
        unseal(token, b"query", SECRET)
    assert refused.value.code == "web.page-token"


def test_every_altered_octet_is_noticed() -> None:
    token = seal(Cursor(7, [1, 2]), b"query", SECRET)
    for index, letter in enumerate(token[:-1]):
        altered = token[:index] + ("A" if letter != "A" else "B") + token[index + 1 :]
        with pytest.raises(RequestError):
            unseal(altered, b"query", SECRET)


def test_other_query_or_other_server() -> None:
    token = seal(Cursor(7, [1, 2]), b"query", SECRET)
    with pytest.raises(RequestError):
        unseal(token, b"other", SECRET)
    with pytest.raises(RequestError):
        unseal(token, b"query", b"t" * 32)
