# SPDX-License-Identifier: Apache-2.0
"""Structured fields: there and back, and the two readers of signatures agree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.signing import signature_fields
from nguon.signing.errors import SigningError
from nguon.signing.structured import (
    Date,
    InnerList,
    Item,
    Token,
    read_dictionary,
    write_bare,
    write_dictionary,
)

KEY = st.from_regex(r"[a-z*][a-z0-9_.*-]{0,8}", fullmatch=True)
PRINTED = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
WHOLE = st.integers(-999_999_999_999_999, 999_999_999_999_999)
BARE = (
    WHOLE
    | PRINTED
    | st.binary(max_size=12)
    | st.booleans()
    | st.from_regex(r"[A-Za-z*][!#$%&'*+.^_`|~A-Za-z0-9:/-]{0,8}", fullmatch=True).map(Token)
    | st.decimals(-999_999_999, 999_999_999, places=3)
    | WHOLE.map(Date)
)
PARAMETERS = st.dictionaries(KEY, BARE, max_size=3)
ITEM = st.builds(Item, BARE, PARAMETERS)
LIST = st.builds(InnerList, st.lists(ITEM, max_size=3).map(tuple), PARAMETERS)


@given(st.dictionaries(KEY, ITEM | LIST, max_size=4))
def test_there_and_back(members: dict[str, Item | InnerList]) -> None:
    written = write_dictionary(members)
    read = read_dictionary(written, "x")
    assert read == members
    assert list(read) == list(members)
    assert write_dictionary(read) == written


# RFC 9651, examples of section 3.2 and of the types in section 3.3.
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('en="Applepie", da=:w4ZibGV0w6ZydGU=:', 'en="Applepie", da=:w4ZibGV0w6ZydGU=:'),
        ("a=?0, b, c; foo=bar", "a=?0, b, c;foo=bar"),
        ("rating=1.5, feelings=(joy sadness)", "rating=1.5, feelings=(joy sadness)"),
        ("a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid", "a=(1 2), b=3, c=4;aa=bb, d=(5 6);valid"),
        ("a = 1", None),
        ("a=1,b=2,", None),
        ("a=(  1   2 )", "a=(1 2)"),
        ("a=0042, b=-0, c=4.50", "a=42, b=0, c=4.5"),
        ("a=@1659578233", "a=@1659578233"),
        ("a=1234567890123456", None),
        ("a=1.2345", None),
        ("a=1.", None),
        ("a=:_-8=:", None),
        ('a=%"f%c3%bc"', None),
        ("A=1", None),
        ("a=\t1", None),
        ("a=1,\t b=2", "a=1, b=2"),
        ("", ""),
        ("  a  ", "a"),
    ],
)
def test_spellings(text: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(SigningError) as refusal:
            read_dictionary(text, "x")
        assert refusal.value.code == "signing.field-form"
        assert refusal.value.params["field"] == "x"
    else:
        assert write_dictionary(read_dictionary(text, "x")) == written


def test_types_are_told_apart() -> None:
    read = read_dictionary('a=1, b=1.0, c="1", d=x, e=?1, f=@1', "x")
    kinds = [type(each.value) for each in read.values() if isinstance(each, Item)]
    assert kinds == [int, Decimal, str, Token, bool, Date]


@pytest.mark.parametrize("text", ["đ", "a\nb", "\x7f"])
def test_strings_have_printable_ascii_only(text: str) -> None:
    with pytest.raises(SigningError):
        write_bare(text)


NAME = st.sampled_from(["@method", "@path", "content-digest", "x", "X", "a b", ""])
VALUES = st.sampled_from(["0", "1", "-1", "007", "1.5", '"a"', '"a\\"b"', "a", "?1", ":AA==:"])


@given(
    st.lists(NAME, max_size=4),
    st.lists(st.tuples(st.sampled_from(["created", "keyid", "x1", "nonce"]), VALUES), max_size=3),
    st.sampled_from([" ", "  ", ""]),
    st.sampled_from(["sig", "s*", "sig.1", "a-b_c", "S"]),
    st.sampled_from([None, "sig", "other"]),
    st.sampled_from(["A" * 86 + "==", "A" * 85 + "B==", "AAAA", "A" * 86, "=="]),
)
def test_both_readers_of_signatures_agree(
    names: list[str],
    parameters: list[tuple[str, str]],
    space: str,
    label: str,
    asked: str | None,
    value: str,
) -> None:
    quoted = " ".join('"' + each + '"' for each in names)
    covered = f"({space}{quoted})"
    told = f"{label}={covered}" + "".join(f";{name}={text}" for name, text in parameters)
    results = []
    for reader in (signature_fields.read_fields, signature_fields._any):
        try:
            results.append(reader(told, f"{label}=:{value}:", asked))
        except SigningError as error:
            results.append((error.code, error.params))  # type: ignore[arg-type]
    assert results[0] == results[1]
