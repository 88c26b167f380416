# SPDX-License-Identifier: Apache-2.0
"""The exact JSON reader, beside msgspec and the standard library."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nguon.epcis.codec import _beyond_doubt
from nguon.epcis.errors import MalformedJson
from nguon.epcis.syntax import require_faithful

FRAGMENTS = [
    "{", "}", "[", "]", ",", ":", " ", "\n", "\t", '"', '"a"', '"b"', '"\\u0061"', '"\\u003a"',
    '"\\"\\u003A"', '":"', '"\\":"', "0", "-0", "01", "1.5", "-", "1.", "1e5", "1e400",
    "9007199254740992", "9007199254740993", "-9007199254740993", "true", "null", "nul", "NaN",
    "-Infinity", '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\ud83d\\ud83d"', '"\\\\ud83d"',
    '"\\x"', '"đ"', "\x00", "//",
]  # fmt: skip


class _RepeatedError(Exception):
    pass


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise _RepeatedError
    return dict(pairs)


def _has_large_integer(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_large_integer(part) for part in value.values())
    if isinstance(value, list):
        return any(_has_large_integer(part) for part in value)
    return isinstance(value, int) and abs(value) > 2**53


def _faithful_by_others(data: bytes) -> bool:
    """Whether msgspec reads it, and the standard library finds nothing lost in it."""
    try:
        value = msgspec.json.decode(data)
        json.loads(data, object_pairs_hook=_distinct)
    except (msgspec.MsgspecError, ValueError, _RepeatedError):
        return False
    return not _has_large_integer(value)


def _faithful(data: bytes) -> bool:
    try:
        require_faithful(data)
    except MalformedJson:
        return False
    return True


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
@settings(max_examples=400)
@example('{"a":1,"a":2}')
@example('{"a":1,"\\u0061":2}')
@example('"\\ud83d\\ude00"')
def test_any_text_gets_the_verdict_of_two_other_readers(text: str) -> None:
    data = text.encode()
    assert _faithful(data) == _faithful_by_others(data)


class _Members(list[Any]):
    """The members of an object, in which names may repeat."""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text('ab:"\\ đ', max_size=4),
    lambda part: (
        st.lists(part, max_size=3)
        | st.lists(st.tuples(st.sampled_from(["a", "b", ":", '"', "c:d"]), part), max_size=4).map(
            _Members
        )
    ),
    max_leaves=12,
)


def _written(value: Any, spaces: list[str], escape: bool) -> str:
    """JSON text of a value with any white space, keeping repeated names."""
    space = spaces[0]
    if isinstance(value, _Members):
        inner = f"{space},".join(
            f"{space}{json.dumps(name, ensure_ascii=escape)}{space}:{space}"
            f"{_written(part, spaces, escape)}"
            for name, part in value
        )
        return f"{{{inner}{space}}}"
    if isinstance(value, list):
        return f"[{f'{space},'.join(_written(part, spaces, escape) for part in value)}]"
    return json.dumps(value, ensure_ascii=escape)


@given(JSON, st.sampled_from(["", " ", "\n\t", "\r\n "]), st.booleans())
@settings(max_examples=300)
def test_nothing_beyond_doubt_has_lost_a_member(value: Any, space: str, escape: bool) -> None:
    data = _written(value, [space], escape).encode()
    tree = _beyond_doubt(data)
    faithful = _faithful_by_others(data)
    assert _faithful(data) == faithful
    if tree is not None:
        assert faithful
    elif faithful:
        assert b"null" in data


@pytest.mark.parametrize(
    ("data", "code", "line", "column", "pointer"),
    [
        (b'{"a": {"b":\n [1, 2,, 3]}}', "epcis.json-syntax", 2, 8, "/a/b/2"),
        ('{"đ": "ườ", "đ": 1}'.encode(), "epcis.json-repeated-member", 1, 13, "/đ"),
        (b'{"a/b": {"~": NaN}}', "epcis.json-not-a-number", 1, 15, "/a~1b/~0"),
        (b'["\\ud800"]', "epcis.json-surrogate", 1, 3, "/0"),
        (b'{"a" 1}', "epcis.json-syntax", 1, 6, "/a"),
        (b'{"a": {"b": 1,}}', "epcis.json-syntax", 1, 15, "/a"),
        (b"{1: 2}", "epcis.json-syntax", 1, 2, ""),
        (b'{"a": }', "epcis.json-syntax", 1, 7, "/a"),
        (b"[1 2]", "epcis.json-syntax", 1, 4, "/1"),
        (b"[1]]", "epcis.json-syntax", 1, 4, ""),
        (b"", "epcis.json-syntax", 1, 1, ""),
    ],
)
def test_the_place_of_a_fault(data: bytes, code: str, line: int, column: int, pointer: str) -> None:
    with pytest.raises(MalformedJson) as caught:
        require_faithful(data)
    params = caught.value.params
    assert (caught.value.code, params["line"], params["column"], params["pointer"]) == (
        code,
        line,
        column,
        pointer,
    )


def test_depth_is_counted_to_the_limit() -> None:
    require_faithful(b"[" * 64 + b"]" * 64)
    with pytest.raises(MalformedJson, match="json-depth"):
        require_faithful(b"[" * 65 + b"]" * 65)
    require_faithful(b"[" * 59 + b"]" * 59, around=5)
    with pytest.raises(MalformedJson, match="json-depth"):
        require_faithful(b"[" * 60 + b"]" * 60, around=5)
