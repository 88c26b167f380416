# SPDX-License-Identifier: Apache-2.0
"""Cells become values, or are refused with the reason."""

from collections import Counter
from typing import Any

import pytest

from nguon.base.errors import NguonError
from nguon.base.messages import LANGUAGES, hint, text
from nguon.registry import fields
from nguon.registry.model import Register
from nguon.vn.text import fold
from nguon.vn.units import communes


@pytest.mark.parametrize(
    ("convert", "cell", "value"),
    [
        (fields.text, "Nhãn", "Nhãn"),
        (fields.code, "ho-th-01", "ho-th-01"),
        (fields.code, "HTX_Tân.Hưng/1", "HTX_Tân.Hưng/1"),
        (fields.word(Register.ORGANISATION, "kind"), "Hộ gia đình", "household"),
        (fields.word(Register.PLACE, "kind"), "vuong tom", "pond"),
        (fields.scheme, "VietGAP", "vietgap"),
        (fields.scheme, "GlobalG.A.P. IFA v6", "globalgap"),
        (fields.scheme, "OCOP 4 sao", "ocop"),
        (fields.scheme, "Rainforest Alliance", "other"),
        (fields.gln, "9521101000009", "9521101000009"),
        (fields.gln, "952 1101 00000-9", "9521101000009"),
        (fields.gtin, "09521101000016", "01/09521101000016"),
        (fields.gtin, "9521101000016", "01/09521101000016"),
        (fields.gtin, "95205083", "01/00000095205083"),
        (fields.place, "9521101000009", "414/9521101000009"),
        (fields.place, "414/9521101000009/254/lo-7", "414/9521101000009/254/lo-7"),
        (fields.place, "vn-area:VNDTOR0017", "vn-area:VN-DTOR-0017"),
        (fields.commune, "11977", "11977"),
        (fields.commune, "Xã Tân Hưng, Hưng Yên", "11977"),
        (fields.tax_code, "0314409058 002", "0314409058-002"),
        (fields.latitude, "20,6391", 20.6391),
        (fields.longitude, "-106.5", -106.5),
        (fields.day, "2026-09-15", "2026-09-15"),
        (fields.day, "05/6/2026", "2026-06-05"),
        (fields.day, "5.6.2026", "2026-06-05"),
        (fields.hs_code, "0810.90.94", "08109094"),
        (fields.hs_code, "0901", "0901"),
        (fields.country, "vn", "VN"),
        (fields.image, "media/nhan.svg", "media/nhan.svg"),
        (fields.url, "https://example.org/a?b", "https://example.org/a?b"),
        (fields.several, " TCVN 1 ;; VietGAP ", "TCVN 1\nVietGAP"),
    ],
)
def test_read(convert: fields.Convert, cell: str, value: Any) -> None:
    assert convert(cell) == value


@pytest.mark.parametrize(
    ("convert", "cell", "code"),
    [
        (fields.code, "001085123456", "registry.code-personal"),
        (fields.code, "a b", "registry.code"),
        (fields.code, "a" * 65, "registry.code"),
        (fields.word(Register.PLACE, "kind"), "nhà", "registry.word"),
        (fields.gln, "9521101000008", "gs1.check-digit"),
        (fields.gtin, "09521101000017", "gs1.check-digit"),
        (fields.place, "vn-area:VN-BTPH-036", "vn.code-kind"),
        (fields.commune, "Tân Hưng", "registry.commune"),
        (fields.tax_code, "0100233480", "vn.tax-check-digit"),
        (fields.latitude, "91", "registry.degrees"),
        (fields.longitude, "1e2", "registry.degrees"),
        (fields.longitude, "nan", "registry.degrees"),
        (fields.day, "2026-02-30", "registry.date"),
        (fields.day, "15/9/26", "registry.date"),
        (fields.hs_code, "081", "registry.hs"),
        (fields.country, "Việt Nam", "registry.country"),
        (fields.image, "../etc/passwd.png", "registry.image"),
        (fields.image, "https://example.org/a.png", "registry.image"),
        (fields.url, "javascript:alert(1)", "registry.url"),
        (fields.url, "https://", "registry.url"),
    ],
)
def test_refused(convert: fields.Convert, cell: str, code: str) -> None:
    with pytest.raises(NguonError) as refused:
        convert(cell)
    assert refused.value.code == code
    for language in LANGUAGES:
        assert text(code, language, **refused.value.params)
        assert hint(code, language, **refused.value.params)


def test_a_name_that_two_communes_of_a_province_have() -> None:
    names = Counter((fold(unit.name), unit.province.name) for unit in communes())
    (name, owner), _ = next(pair for pair in names.items() if pair[1] > 1)
    with pytest.raises(NguonError) as refused:
        fields.commune(f"{name}, {owner}")
    assert refused.value.code == "registry.commune-several"
    for unit in communes():
        if (fold(unit.name), unit.province.name) == (name, owner):
            assert unit.code in refused.value.params["names"]
