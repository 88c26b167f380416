# SPDX-License-Identifier: Apache-2.0
"""What any text from any code is, and what is odd about an address."""

import pytest
from biip.gs1_prefixes import GS1Prefix
from hypothesis import given
from hypothesis import strategies as st

from nguon.scans.issuers import Issuer, Sort, issuer
from nguon.scans.links import Odd, address
from nguon.scans.reading import read
from nguon.scans.texts import Sort as Text
from nguon.scans.texts import content

OWN = "nguon.gov.vn"
LOT = "01/09521101000023/10/AB"


@pytest.mark.parametrize(
    ("text", "key", "host"),
    [
        ("https://nguon.gov.vn/01/09521101000023/10/AB", LOT, OWN),
        ("https://shop.example/de/01/09521101000023/10/AB?x=1", LOT, "shop.example"),
        ("9521101000023", "01/09521101000023", None),
        (" 952 1101-000023 ", "01/09521101000023", None),
        ("012345678905", "01/00012345678905", None),
        ("96385074", "01/00000096385074", None),
        ("095212020000000052", "00/095212020000000052", None),
        ("(01)09521101000023(10)AB", LOT, None),
        ("(01)09521101000023(17)261231(10)AB", LOT, None),
        ("010952110100002310AB", LOT, None),
        ("\x1d010952110100002310AB", LOT, None),
        ("^0109521101000023^10AB", LOT, None),
        ("]d2010952110100002310AB", LOT, None),
        ("]C10109521101000023\x1d10AB", LOT, None),
        ("]Q3010952110100002310AB", LOT, None),
        ("]E09521101000023", "01/09521101000023", None),
        ("]Q1https://shop.example/01/09521101000023/10/AB", LOT, "shop.example"),
        ("urn:epc:id:sgtin:9521101.000002.7", "01/09521101000023/21/7", None),
        ("vn-area:VN-DLOR-0017", "vn-area:VN-DLOR-0017", None),
    ],
)
def test_identifiers_in_every_writing(text: str, key: str, host: str | None) -> None:
    found = read(text, OWN)
    assert found.identifier is not None
    assert found.identifier.key == key
    assert (found.address.host if found.address else None) == host
    assert found.error is None


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("9521101000024", "gs1.check-digit", "4"),
        ("(01)123", "gs1.length", "123"),
        ("01/x", "gs1.character", "x"),
        ("https://shop.example/01/09521101000024", "gs1.check-digit", "4"),
        ("https://nguon.gov.vn/01/123", "gs1.length", "123"),
        ("]d20109521101000024", "gs1.check-digit", "4"),
    ],
)
def test_what_was_meant_as_an_identifier_is_told_what_is_wrong(
    text: str, code: str, span: str
) -> None:
    found = read(text, OWN)
    assert found.identifier is None
    assert found.error is not None
    assert found.error.code == code
    assert found.error.text[found.error.start : found.error.end] == span


@pytest.mark.parametrize(
    ("text", "host", "odd"),
    [
        ("https://shop.example/lot/7", "shop.example", ()),
        ("HTTPS://SHOP.EXAMPLE/", "shop.example", ()),
        ("https://shop.example/2024/01/harvest", "shop.example", ()),
        ("https://shop.example/01/123", "shop.example", ()),
        ("http://shop.example/", "shop.example", (Odd.PLAIN,)),
        ("http://192.0.2.1/x", "192.0.2.1", (Odd.PLAIN, Odd.NUMBER)),
        ("https://[2001:db8::1]/", "2001:db8::1", (Odd.NUMBER,)),
        ("https://3221225985/", "3221225985", (Odd.NUMBER,)),
        ("https://nguon.gov.vn@evil.example/", "evil.example", (Odd.NAMED,)),
        ("https://shop.example:8443/", "shop.example", (Odd.PORT,)),
        ("https://bit.ly/abc", "bit.ly", (Odd.SHORTENED,)),
        ("https://shop.example/app.APK?x", "shop.example", (Odd.PROGRAM,)),
        ("https://nguon.gov.vn.evil.example/", "nguon.gov.vn.evil.example", (Odd.IMITATES,)),
        ("https://nguon-gov-vn.example/", "nguon-gov-vn.example", (Odd.IMITATES,)),
        ("https://ngu0n.gov.vn/", "ngu0n.gov.vn", (Odd.IMITATES,)),
        ("https://ngu\u00f4n.gov.vn/", "ngu\u00f4n.gov.vn", (Odd.IMITATES,)),
        ("https://ngu\u043en.gov.vn/", "ngu\u043en.gov.vn", (Odd.LETTERS, Odd.IMITATES)),
        ("https://xn--ngun-75d.gov.vn/", "ngu\u043en.gov.vn", (Odd.LETTERS, Odd.IMITATES)),
        ("https://xn--fiqs8s.example/", "\u4e2d\u56fd.example", (Odd.LETTERS,)),
        ("https://tra.nguon.gov.vn/", "tra.nguon.gov.vn", ()),
        ("https://[bad/", "", (Odd.BROKEN,)),
        ("https://shop.example:x/", "", (Odd.BROKEN,)),
        ("javascript:alert(1)", "", (Odd.RUNS,)),
        (" JavaScript:alert(1)//https://shop.example/01/09521101000023", "", (Odd.RUNS,)),
        ("data:text/html,<b>", "", (Odd.RUNS,)),
        ("intent://x#Intent;end", "", (Odd.RUNS,)),
        ("https://shop.example/?" + "x" * 600, "shop.example", (Odd.LONG,)),
    ],
)
def test_addresses_and_what_is_odd_about_them(text: str, host: str, odd: tuple[Odd, ...]) -> None:
    found = read(text, OWN)
    assert found.identifier is None
    assert found.error is None
    assert found.address is not None
    assert (found.address.host, found.address.odd) == (host, odd)


def test_a_server_on_a_bare_name_is_imitated_by_nobody() -> None:
    found = address("https://localhost.example/", "localhost")
    assert found is not None
    assert found.odd == ()


VIETQR = (
    "00020101021238540010A00000072701240006970436011012345678900208QRIBFTTA"
    "530370454061000005802VN5910NGUYEN VAN6304ABCD"
)


@pytest.mark.parametrize(
    ("text", "sort", "told"),
    [
        (
            VIETQR,
            Text.PAYMENT,
            (("scheme", "VietQR"), ("merchant", "NGUYEN VAN"), ("amount", "100000")),
        ),
        ("000201" + "5802US" + "5904SHOP", Text.PAYMENT, (("merchant", "SHOP"),)),
        ("0002015904SHO", Text.WORDS, ()),
        ("WIFI:T:WPA;S:Quan Cafe;P:secret;;", Text.NETWORK, (("network", "Quan Cafe"),)),
        ("wifi:P:S:no;;", Text.NETWORK, ()),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD", Text.CONTACT, ()),
        ("MECARD:N:A;;", Text.CONTACT, ()),
        ("tel:+84912345678", Text.TELEPHONE, (("telephone", "+84912345678"),)),
        ("SMSTO:8077:HELLO", Text.MESSAGE, (("telephone", "8077"),)),
        ("mailto:a@example.com", Text.LETTER, ()),
        ("geo:21.0,105.8", Text.PLACE, ()),
        ("BEGIN:VEVENT\nEND:VEVENT", Text.DATE, ()),
        ("otpauth://totp/x?secret=ABC", Text.SECRET, ()),
        ("001099012345|123456789|A B|01021999|Nam|X|01022021", Text.PERSON, ()),
        ("001099012345||A B|01021999|Nam|X|01022021||", Text.PERSON, ()),
        ("LOT-2026/7 chuyen 3", Text.WORDS, ()),
    ],
)
def test_texts_that_are_not_about_goods(
    text: str, sort: Text, told: tuple[tuple[str, str], ...]
) -> None:
    found = read(text, OWN)
    assert found.identifier is None
    assert found.content is not None
    assert (found.content.sort, found.content.told) == (sort, told)


@given(st.text(max_size=200))
def test_every_text_is_something(text: str) -> None:
    found = read(text, OWN)
    assert found.identifier or found.address or found.content or found.error
    assert content(text).sort in Text


@given(st.from_regex(r"(https?:/{0,3}|javascript:|\][A-Za-z][0-9])[^\x00]{0,60}", fullmatch=True))
def test_nearly_addresses_are_something_too(text: str) -> None:
    found = read(text, OWN)
    assert found.identifier or found.address or found.content or found.error


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("01/08938512345673/10/A", ("893", Sort.MEMBER, "Viet Nam")),
        ("01/18938512345670", ("893", Sort.MEMBER, "Viet Nam")),
        ("01/00012345678905", ("001", Sort.MEMBER, "United States")),
        ("01/00000096385074", ("963", Sort.GLOBAL, "")),
        ("01/00000020123451", ("201", Sort.INSIDE, "")),
        ("01/02012345678909", ("201", Sort.INSIDE, "")),
        ("01/09780441014989", ("978", Sort.BOOKS, "")),
        ("01/09521101000023", ("952", Sort.EXAMPLE, "")),
        ("01/01401234567890", ("140", Sort.RESERVED, "")),
        ("00/195212020000000052", ("952", Sort.EXAMPLE, "")),
        ("414/8938512345673", ("893", Sort.MEMBER, "Viet Nam")),
    ],
)
def test_who_gave_out_a_number(key: str, expected: tuple[str, Sort, str]) -> None:
    found = issuer(key)
    assert found is not None
    assert (found.prefix, found.sort, found.en) == expected


def test_keys_without_a_prefix_have_no_issuer() -> None:
    assert [issuer(key) for key in ("vn-area:VN-DLOR-0017", "8004/A1", "x")] == [None, None, None]


_USES = {
    Sort.INSIDE: "Restricted Circulation",
    Sort.SERIALS: "ISSN",
    Sort.BOOKS: "ISBN",
    Sort.REFUND: "Refund",
    Sort.COUPON: "coupon",
    Sort.EXAMPLE: "examples",
    Sort.GLOBAL: "Global Office",
}


def _agrees(ours: Issuer, theirs: str | None) -> bool:
    if ours.sort is Sort.RESERVED:
        return theirs is None or "future" in theirs
    if ours.sort is Sort.MEMBER:
        return theirs is not None and theirs.startswith("GS1 ")
    return theirs is not None and _USES[ours.sort] in theirs


def test_the_table_of_prefixes_agrees_with_another_of_this_year() -> None:
    different = []
    for number in range(1000):
        ours = issuer(f"414/{number:03}0000000000")
        theirs = GS1Prefix.extract(f"{number:03}9123456789")
        assert ours is not None
        if not _agrees(ours, theirs.usage if theirs else None):
            different.append((ours, theirs))
    assert different == []
