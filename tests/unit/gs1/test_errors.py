# SPDX-License-Identifier: Apache-2.0
"""Each way to be malformed: its code and the exact part that is named."""

import pytest

from nguon.base.messages import LANGUAGES, text
from nguon.gs1 import IdentifierError, Mode, parse

BOTH = [
    ("hello", "gs1.not-identifier", "hello"),
    ("", "gs1.not-identifier", ""),
    ("ftp://id.gs1.org/01/09521234543213", "gs1.uri-scheme", "ftp"),
    ("https://example.com", "gs1.no-primary-key", ""),
    ("https://example.com/products/7", "gs1.no-primary-key", "products/7"),
    ("https://id.gs1.org/01/09521234543213/10", "gs1.missing-value", ""),
    ("https://id.gs1.org/01//10/A", "gs1.missing-value", ""),
    ("https://id.gs1.org/01/09521234543", "gs1.length", "09521234543"),
    ("https://id.gs1.org/01/095212345432139", "gs1.length", "9"),
    ("https://id.gs1.org/01/0952123454321X", "gs1.character", "X"),
    ("https://id.gs1.org/01/09521234543210", "gs1.check-digit", "0"),
    ("https://id.gs1.org/01/09521234543213/10/L%C3%94-01", "gs1.character", "%C3"),
    ("https://id.gs1.org/01/09521234543213/10/a%2Fb%20c", "gs1.character", "%20"),
    ("https://id.gs1.org/01/09521234543213/21/" + "9" * 21, "gs1.length", "9"),
    ("https://id.gs1.org/01/09521234543213/99/A", "gs1.not-qualifier", "99"),
    ("https://id.gs1.org/414/9521234543213/21/A", "gs1.not-qualifier", "21"),
    ("https://id.gs1.org/01/09521234543213/21/A/21/A", "gs1.repeated", "21"),
    ("https://id.gs1.org/01/09521234543213/235/A/21/A", "gs1.qualifier-order", "21"),
    ("https://id.gs1.org/8003/19521234543213", "gs1.not-zero", "1"),
    ("https://id.gs1.org/8004/A9521", "gs1.prefix-digits", "A952"),
    ("https://id.gs1.org/8010/9521AB/8011/012", "gs1.leading-zero", "0"),
    ("https://id.gs1.org/8010/9521ab", "gs1.character", "a"),
    ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310cXK", "gs1.check-pair", "XK"),
    ("01/09521234543210", "gs1.check-digit", "0"),
    ("(01)09521234543210", "gs1.check-digit", "0"),
    ("(01)09521234543213(21)a b", "gs1.character", " "),
    ("(01)09521234543213(18)1", "gs1.unknown-ai", "18"),
    ("(21)A(10)B", "gs1.no-primary-key", "(21)A(10)B"),
    ("(01)09521234543213(10)B(10)C", "gs1.repeated", "10"),
    ("(1)2", "gs1.brackets", "("),
    ("urn:epc:", "gs1.epc-structure", "urn:epc:"),
    ("urn:epc:id:gtin:0614141.1.2", "gs1.epc-scheme", "id:gtin"),
    ("urn:epc:id:lgtin:0614141.112345.A", "gs1.epc-scheme", "id:lgtin"),
    ("urn:epc:class:sgtin:0614141.112345.A", "gs1.epc-scheme", "class:sgtin"),
    ("urn:epc:id:gid:95100000.12345.0", "gs1.epc-without-key", "gid"),
    ("urn:epc:id:sgtin:0614141.112345", "gs1.epc-fields", "0614141.112345"),
    ("urn:epc:id:sgtin:06141.11123456.1", "gs1.company-prefix", "06141"),
    ("urn:epc:id:sgtin:0614141.12345.1", "gs1.epc-reference", "12345"),
    ("urn:epc:id:sgtin:0614141.11234X.1", "gs1.epc-reference", "11234X"),
    ("urn:epc:id:sgtin:0614141.112345.", "gs1.missing-value", ""),
    ("urn:epc:id:sgtin:0614141.112345.a%2Fb%23", "gs1.character", "%23"),
    ("urn:epc:id:grai:0614141.12345.ab%23", "gs1.character", "%23"),
    ("urn:epc:id:grai:0614141.12345." + "1" * 18, "gs1.length", "11"),
    ("urn:epc:id:giai:0614141.a%2F%23b", "gs1.character", "%23"),
    ("urn:epc:id:giai:0614141.", "gs1.missing-value", ""),
    ("urn:epc:id:giai:0614141." + "1" * 24, "gs1.length", "1"),
    ("urn:epc:id:itip:0614141.112345.1.02.A", "gs1.epc-piece", "1"),
    ("urn:epc:id:itip:0614141.112345.01.0X.A", "gs1.character", "X"),
    ("urn:epc:id:cpi:0614141.12.01", "gs1.leading-zero", "0"),
    ("urn:epc:idpat:sgtin:0614141.*.*", "gs1.pattern", "0614141.*.*"),
    ("urn:epc:idpat:sgtin:0614141.112345.[1-9]", "gs1.pattern", "0614141.112345.[1-9]"),
    ("vn-area: ", "gs1.national-empty", ""),
]

STRICT = [
    ("HtTps://id.gs1.org/01/09521234543213", "gs1.uri-scheme", "HtTps"),
    ("https://id.gs1.org/01/09521234543213?a=}", "gs1.uri-character", "}"),
    (" https://id.gs1.org/01/09521234543213", "gs1.uri-scheme", " https"),
    ("https://[fe80::1%25eth0]/01/09521234543213", "gs1.domain", "[fe80::1%25eth0]"),
    ("https:///01/09521234543213", "gs1.domain", ""),
    ("https://id.gs1.org/gtin/09521234543213", "gs1.short-name", "gtin"),
    ("https://id.gs1.org/01/09521234543213/ser/A", "gs1.short-name", "ser"),
    ("https://id.gs1.org/01/09521234543213/", "gs1.trailing-slash", "/"),
    ("https://id.gs1.org/01/9521234543213", "gs1.length", "9521234543213"),
    ("https://id.gs1.org/01/09521234543213/21/A/10/B", "gs1.qualifier-order", "10"),
    ("https://id.gs1.org/01/09521234543213/21/A%2", "gs1.percent", "%2"),
    ("https://id.gs1.org/01/09521234543213?10=A", "gs1.qualifier-in-query", "10"),
    ("https://id.gs1.org/01/09521234543213?18=A", "gs1.unknown-ai", "18"),
    ("https://id.gs1.org/01/09521234543213?a=1&8200=x", "gs1.not-attribute", "8200"),
    ("https://id.gs1.org/01/09521234543213?17=251231&17=251231", "gs1.repeated", "17"),
    ("https://id.gs1.org/01/09521234543213?17=25123", "gs1.length", "25123"),
    ("https://id.gs1.org/01/09521234543213?17=", "gs1.missing-value", ""),
    ("https://id.gs1.org/01/09521234543213?240=a%zz", "gs1.percent", "%zz"),
    ("https://id.gs1.org/01/09521234543213?240=a+b", "gs1.character", "+"),
    ("https://id.gs1.org/8006/095212345432130302", "gs1.piece", "0302"),
    ("https://id.gs1.org/8010/9521AB/8011/0", "gs1.leading-zero", "0"),
    ("URN:epc:id:sscc:0614141.1234567890", "gs1.epc-case", "URN:epc:"),
    ("urn:epc:id:SSCC:0614141.1234567890", "gs1.epc-case", "SSCC"),
    ("urn:epc:id:giai:0614141.a/b", "gs1.uri-character", "/"),
    ("urn:epc:id:giai:0614141.a%2", "gs1.percent", "%2"),
    ("urn:epc:id:itip:0614141.112345.03.02.A", "gs1.piece", "03.02"),
]


def check(given: str, mode: Mode, code: str, part: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        parse(given, mode=mode)
    error = refused.value
    assert error.code == code
    assert error.text[error.start : error.end] == error.params["part"] == part
    for language in LANGUAGES:
        assert text(error.code, language, **error.params)


@pytest.mark.parametrize(("given", "code", "part"), BOTH)
def test_refused_in_lenient_mode(given: str, code: str, part: str) -> None:
    check(given, Mode.LENIENT, code, part)


@pytest.mark.parametrize(("given", "code", "part"), STRICT)
def test_refused_in_strict_mode_alone(given: str, code: str, part: str) -> None:
    check(given, Mode.STRICT, code, part)
    parse(given.replace("https:///", "https://a/"))


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("https://id.gs1.org/01/09521234543210", 35, 36),
        ("https://id.gs1.org/01/9521234543210", 34, 35),
        ("  https://id.gs1.org/01/09521234543210  ", 35, 36),
        ("https://a/01/09521234543213/10/a%2Fb%20c", 36, 39),
        ("urn:epc:id:giai:0614141.a%2F%23b", 28, 31),
        ("(01)09521234543213(21)a b", 23, 24),
        ("https://id.gs1.org/01/09521234543213/10", 39, 39),
    ],
)
def test_spans_count_from_the_start_of_the_text(given: str, start: int, end: int) -> None:
    with pytest.raises(IdentifierError) as refused:
        parse(given)
    assert (refused.value.start, refused.value.end) == (start, end)
    assert refused.value.text == given.strip()


def test_the_right_check_digit_is_said() -> None:
    with pytest.raises(IdentifierError) as refused:
        parse("https://id.gs1.org/01/09521234543210")
    assert refused.value.params == {"ai": "01", "expected": "3", "part": "0"}
    assert text("gs1.check-digit", "vi", **refused.value.params) == (
        "Số kiểm tra của (01) là 0, đúng ra phải là 3."
    )
