# SPDX-License-Identifier: Apache-2.0
"""TCVN3 and VNI text is recognised and converted; Unicode text is never touched."""

import string
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.base.messages import catalogue
from nguon.vn import legacy
from nguon.vn.legacy import Charset, convert, decode, encode, recognise
from nguon.vn.syllables import is_syllable
from nguon.vn.units import communes

SMALL = legacy._LETTERS
LETTERS = SMALL + SMALL.upper()
PLAIN = string.ascii_letters + string.digits + " .,-/"


@given(st.text(LETTERS + PLAIN, max_size=60))
def test_vni_loses_nothing(text: str) -> None:
    assert decode(encode(text, Charset.VNI), Charset.VNI) == text


@given(st.text(SMALL + "ĂÂÊÔƠƯĐ" + string.ascii_lowercase + " .,-/", max_size=60))
def test_tcvn3_loses_nothing(text: str) -> None:
    read = decode(encode(text, Charset.TCVN3), Charset.TCVN3)
    assert read in (text, text.upper())


@pytest.mark.parametrize("letter", SMALL)
@pytest.mark.parametrize("charset", list(Charset))
def test_every_letter(letter: str, charset: Charset) -> None:
    assert decode(encode(letter, charset), charset) == letter
    assert encode(letter, charset) != letter or letter in "ìíý"
    decomposed = unicodedata.normalize("NFD", letter)
    assert decode(encode(decomposed, charset), charset) == letter


@pytest.mark.parametrize(
    ("written", "charset", "read"),
    [
        ("Hîp t¸c x· nh·n T©n H­ng", Charset.TCVN3, "Hợp tác xã nhãn Tân Hưng"),
        ("HîP T¸C X· NH·N", Charset.TCVN3, "HỢP TÁC XÃ NHÃN"),
        ("Kr«ng P¾c, §¾k L¾k", Charset.TCVN3, "Krông Pắc, Đắk Lắk"),
        ("Hé «ng §ç V¨n L¹c", Charset.TCVN3, "Hộ ông Đỗ Văn Lạc"),
        ("Hôïp taùc xaõ nhaõn Taân Höng", Charset.VNI, "Hợp tác xã nhãn Tân Hưng"),
        ("HÔÏP TAÙC XAÕ", Charset.VNI, "HỢP TÁC XÃ"),
        ("Hoä oâng Ñoã Vaên Laïc", Charset.VNI, "Hộ ông Đỗ Văn Lạc"),
        ("Nguyeãn Thò Thuùy", Charset.VNI, "Nguyễn Thị Thúy"),
    ],
)
def test_known_texts(written: str, charset: Charset, read: str) -> None:
    assert recognise([written]) is charset
    assert convert(written, charset) == (read, True, False)


UNICODE = [
    "Hợp tác xã",
    "Tân",
    "Bà Là, xã Tân, ông Bá",
    "HTX Nhãn Tân Hưng",
    "Crème brûlée naïve",
    "Société Générale",
    "Müller & Söhne, Köln",
    "10 µm, ½ kg, 5 m², 3×4, ±1, §5, £7, ©2025, ®",
    "«Nhãn»",
    "50 × 30 mm ¡ µ",
    "São Paulo",
    "Aïn",
]


@pytest.mark.parametrize("text", UNICODE)
def test_text_that_is_not_old(text: str) -> None:
    assert recognise([text]) is None
    assert recognise(UNICODE) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unicode_names_and_messages_are_never_changed(form: Literal["NFC", "NFD"]) -> None:
    texts = [unit.label("vi") for unit in communes()]
    texts += [entry["text"] for entry in catalogue("vi").values()]
    for text in (unicodedata.normalize(form, text) for text in texts):
        assert recognise([text]) is None, text
        for charset in Charset:
            assert convert(text, charset, mixed=True).text == text


@given(st.text(st.characters(min_codepoint=0x100), max_size=40))
def test_letters_beyond_latin_are_no_old_text(text: str) -> None:
    assert recognise([text]) is None
    for charset in Charset:
        assert convert(text, charset).text == text


def test_every_name_of_a_commune_comes_back() -> None:
    names = [unit.label("vi") for unit in communes()]
    for charset in Charset:
        written = [encode(name, charset) for name in names]
        assert recognise(written) is charset
        read = [convert(text, charset).text for text in written]
        wrong = [(a, b) for a, b in zip(names, read, strict=True) if a.lower() != b.lower()]
        assert wrong == []


def test_a_cell_that_makes_no_sense_is_kept_and_told() -> None:
    assert convert("Crème brûlée", Charset.TCVN3) == ("Crème brûlée", False, True)
    assert convert("Hé Lý", Charset.TCVN3) == ("Hộ Lý", True, False)
    assert convert("Hé Lý", Charset.TCVN3, mixed=True) == ("Hé Lý", False, True)
    assert convert("Hưng", Charset.TCVN3) == ("Hưng", False, False)
    assert convert("abc", Charset.VNI) == ("abc", False, False)


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("nghiêng", True),
        ("QUYẾT", True),
        ("Krông", True),
        ("hoà", True),
        ("hòa", True),
        ("thuỷ", True),
        ("khuya", True),
        ("các", True),
        ("càc", False),
        ("ắc", True),
        ("thỉp", False),
        ("Crốme", False),
        ("bjk", False),
        ("", False),
    ],
)
def test_syllables(word: str, is_one: bool) -> None:
    assert is_syllable(word) is is_one
    assert is_syllable(unicodedata.normalize("NFD", word)) is is_one
