# SPDX-License-Identifier: Apache-2.0
"""Each way for elements to be wrong: the code, the exact part, and words in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from nguon.base.messages import LANGUAGES, text
from nguon.gs1 import IdentifierError
from nguon.gs1.dictionary import find
from nguon.gs1.elements import (
    Element,
    Scan,
    check,
    read_bracketed,
    read_raw,
    read_scan,
    write_bracketed,
    write_raw,
    write_scan,
)
from nguon.gs1.links import read_link, write_link

GTIN = "(01)09521234543213"
OTHER = "(02)09521234543213"
SSCC = "(00)095212345000000018"

VALUES = [
    ("(01)09521234543210", "gs1.check-digit", "0"),
    ("(10)A\\(b", "gs1.length", None),
    ("(10)LÔ", "gs1.character", "Ô"),
    ("(10)A\\(Ô", "gs1.character", "Ô"),
    ("(10)", "gs1.missing-value", ""),
    ("(11)261331", "gs1.value.month", "13"),
    ("(11)260231", "gs1.value.day", "31"),
    ("(7003)2612312400", "gs1.value.hour", "24"),
    ("(7003)2612312360", "gs1.value.minute", "60"),
    ("(8008)261231235960", "gs1.value.second", "60"),
    ("(422)000", "gs1.value.country", "000"),
    ("(4307)XX", "gs1.value.country", "XX"),
    ("(7030)998A1", "gs1.value.country", "998"),
    ("(3912)0001250", "gs1.value.currency", "000"),
    ("(7241)11", "gs1.value.media-type", "11"),
    ("(7041)0", "gs1.value.package-type", "0"),
    ("(7252)3", "gs1.value.sex", "3"),
    ("(8001)001200050010520", "gs1.length", "0"),
    ("(8001)00000005001091", "gs1.value.zero", "0000"),
    ("(8001)00120000500120", "gs1.value.winding", "2"),
    ("(4321)2", "gs1.value.yes-no", "2"),
    ("(4330)000120A", "gs1.value.hyphen", "A"),
    ("(7040)1AB.", "gs1.value.importer", "."),
    ("(8007)BE7", "gs1.value.iban-length", "BE7"),
    ("(8007)XX71096123456769", "gs1.value.country", "XX"),
    ("(8007)BE71096123a56769", "gs1.value.iban-character", "a"),
    ("(8007)BE72096123456769", "gs1.value.iban-check", "72"),
    ("(7258)1-2", "gs1.value.position", "1-2"),
    ("(7258)0/2", "gs1.value.position-zero", "0"),
    ("(7258)3/2", "gs1.value.position-order", "3/2"),
    ("(4309)18000000010000000000", "gs1.value.too-great", "1800000001"),
    ("(4300)100%", "gs1.percent", "%"),
    ("(8014)95213", "gs1.check-pair", "13"),
    ("(8030)123=", "gs1.value.padding", "="),
    ("(8003)19521234543213", "gs1.not-zero", "1"),
    ("(8110)0123456123456111101233209910", "gs1.coupon.date", "209910"),
    ("(8110)01234561234561111012", "gs1.coupon.short", "12"),
    ("(8110)012345612345611111", "gs1.coupon.short", "012345612345611111"),
    ("(8110)0123456123456", "gs1.coupon.missing", "0123456123456"),
    ("(8110)71234567890123", "gs1.coupon.digit", "7"),
    ("(8110)012345612345611110123A", "gs1.character", "A"),
    ("(8110)0123456123456111101233260101" + "4260102", "gs1.coupon.order", "32601014260102"),
    ("(8112)0012345612345601234567", "gs1.coupon.excess", "7"),
    ("(18)1", "gs1.unknown-ai", "18"),
    ("01)1", "gs1.brackets", "0"),
    ("", "gs1.brackets", ""),
    ("(10)A(B", "gs1.brackets", "("),
]


def refusal(work: Callable[[], Any]) -> IdentifierError:
    with pytest.raises(IdentifierError) as refused:
        work()
    for language in LANGUAGES:
        assert text(refused.value.code, language, **refused.value.params)
    return refused.value


@pytest.mark.parametrize(("written", "code", "part"), VALUES)
def test_a_wrong_value(written: str, code: str, part: str | None) -> None:
    if part is None:
        assert read_bracketed(written) == (Element("10", "A(b"),)
        return
    error = refusal(lambda: read_bracketed(written))
    assert (error.code, error.text, written[error.start : error.end]) == (code, written, part)
    if code not in {"gs1.brackets", "gs1.percent"}:
        assert error.params["ai"] == written[1:].partition(")")[0]


RELATIONS = [
    (GTIN + OTHER + "(37)4", "gs1.relation.excludes", "01"),
    (OTHER + "(37)4", "gs1.relation.requires", "37"),
    (GTIN + "(3922)1250", "gs1.relation.requires", "3922"),
    ("(21)A1", "gs1.relation.requires", "21"),
    (GTIN + "(21)A(235)B", "gs1.relation.excludes", "21"),
    ("(253)9521234543213(8030)AAAA", "gs1.relation.unserialised", "253"),
    (GTIN + "(10)A(10)B", "gs1.repeated", "10"),
]


@pytest.mark.parametrize(("written", "code", "part"), RELATIONS)
def test_elements_that_may_not_stand_together(written: str, code: str, part: str) -> None:
    elements = read_bracketed(written)
    error = refusal(lambda: check(elements))
    assert (error.code, error.text, written[error.start : error.end]) == (code, written, part)


def test_all_carriers_of_an_item_count() -> None:
    carton, label = read_bracketed(OTHER + "(37)4"), read_bracketed(SSCC)
    check((*carton, *label))
    check((*label, *label))
    assert refusal(lambda: check(carton)).params["needed"] == "(00)+(02) / (00)+(8026)"


@pytest.mark.parametrize(
    ("uri", "code", "part"),
    [
        ("https://a/01/09521234543213?3922=1250", "gs1.relation.requires", "3922"),
        ("https://a/x/01/09521234543213/21/A?37=4", "gs1.relation.excludes", "01"),
        ("https://a/415/9521234543213", "gs1.relation.requires", "415"),
        ("https://a/253/9521234543213?x&8030=AAAA", "gs1.relation.unserialised", "253"),
        ("https://a/01/09521234543213?17=2612", "gs1.length", "2612"),
        ("https://a/01/09521234543213?17=%32%36%31331", "gs1.value.month", "%313"),
        ("https://a/01/09521234543213?10=A", "gs1.qualifier-in-query", "10"),
        ("https://a/01/09521234543213?18=A", "gs1.unknown-ai", "18"),
        ("https://a/01/09521234543213?8200=A", "gs1.not-attribute", "8200"),
        ("https://a/01/09521234543213/", "gs1.trailing-slash", "/"),
        ("https://a/gtin/09521234543213", "gs1.short-name", "gtin"),
        ("Https://a/01/09521234543213", "gs1.uri-scheme", "Https"),
        ("https://a%20/01/09521234543213", "gs1.domain", "a%20"),
    ],
)
def test_a_wrong_link(uri: str, code: str, part: str) -> None:
    error = refusal(lambda: read_link(uri))
    assert (error.code, error.text, uri[error.start : error.end]) == (code, uri, part)


def test_relations_may_be_left_to_other_carriers() -> None:
    uri = "https://a/01/09521234543213?3922=1250"
    link = read_link(uri, relations=False)
    assert write_link(link.elements, link.stem, relations=False) == uri
    assert link.ignored == ()
    linked = read_link("https://a/01/09521234543213?linkType=gs1:pip&x&99=1#7")
    assert linked.ignored == (("linkType", "gs1:pip"), ("x", ""))
    assert linked.query == (Element("99", "1"),)


@pytest.mark.parametrize(
    ("written", "stem", "code", "part"),
    [
        ("(99)A", "https://a", "gs1.no-primary-key", "(99)A"),
        (GTIN + "(8200)A", "https://a", "gs1.not-attribute", "8200"),
        (GTIN, "ftp://a", "gs1.stem", "ftp://a"),
        (GTIN, "https://a?b", "gs1.stem", "https://a?b"),
        (GTIN, "https://", "gs1.stem", "https://"),
        (GTIN, "https://a/\n", "gs1.stem", "https://a/\n"),
    ],
)
def test_what_makes_no_link(written: str, stem: str, code: str, part: str) -> None:
    error = refusal(lambda: write_link(read_bracketed(written), stem))
    assert (error.code, error.text[error.start : error.end]) == (code, part)


def test_a_stem_may_have_a_path_and_a_closing_slash() -> None:
    written = write_link(read_bracketed(GTIN), "http://[::1]:8080/a/01/")
    assert written == "http://[::1]:8080/a/01/01/09521234543213"
    assert read_link(written).stem == "http://[::1]:8080/a/01"


@pytest.mark.parametrize(
    ("raw", "code", "part"),
    [
        ("", "gs1.no-elements", ""),
        ("^", "gs1.no-elements", "^"),
        ("010952123454321018", "gs1.check-digit", "0"),
        ("010952123454321318", "gs1.unknown-ai", "18"),
        ("10A^^10B", "gs1.unknown-ai", "^1"),
        ("010952123^10A", "gs1.length", "0952123"),
        ("10A^3100", "gs1.missing-value", ""),
    ],
)
def test_a_wrong_raw_element_string(raw: str, code: str, part: str) -> None:
    error = refusal(lambda: read_raw(raw))
    assert (error.code, error.text, raw[error.start : error.end]) == (code, raw, part)


@pytest.mark.parametrize(
    ("scan", "code", "part"),
    [
        ("]X9A", "gs1.symbology", "]X9"),
        ("]d20109521234543210", "gs1.check-digit", "0"),
        ("]E09521234543210", "gs1.check-digit", "0"),
        ("]E09521234543213|]e018A", "gs1.unknown-ai", "18"),
        ("]E0952123454321", "gs1.length", "952123454321"),
        ("]Q1https://a/01/09521234543210", "gs1.check-digit", "0"),
    ],
)
def test_wrong_scan_data(scan: str, code: str, part: str) -> None:
    error = refusal(lambda: read_scan(scan))
    assert (error.code, error.text, scan[error.start : error.end]) == (code, scan, part)


def test_what_a_symbol_cannot_carry() -> None:
    carton = read_bracketed("(01)19521234543210")
    assert refusal(lambda: write_scan(Scan("]E0", carton))).code == "gs1.symbology-content"
    assert refusal(lambda: write_scan(Scan("]E0"))).code == "gs1.symbology-content"
    assert refusal(lambda: write_scan(Scan("]zz", carton))).code == "gs1.symbology"
    assert write_scan(Scan("]I1", carton)) == "]I119521234543210"


def test_what_cannot_be_written_is_refused() -> None:
    wrong = (Element("01", "09521234543213"), Element("3103", "12"))
    error = refusal(lambda: write_raw(wrong))
    assert (error.code, error.text) == ("gs1.length", write_bracketed(wrong))
    assert error.text[error.start : error.end] == "12"
    assert refusal(lambda: write_raw((Element("18", "A"),))).code == "gs1.unknown-ai"


def test_the_dictionary_is_asked_by_code() -> None:
    best_before = find("15")
    assert best_before is not None
    assert (best_before.title, best_before.lengths) == ("BEST BEFORE or BEST BY", "6")
    assert (best_before.predefined_length, best_before.in_link) == (True, True)
    assert find("18") is None
