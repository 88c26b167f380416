# SPDX-License-Identifier: Apache-2.0
"""Planting-area and packing-house codes: one key for every way of writing one code."""

import pytest

from nguon import gs1
from nguon.vn.codes import CodeKind, item_key
from nguon.vn.errors import NationalCodeError


@pytest.mark.parametrize(
    ("kind", "issued", "key"),
    [
        (CodeKind.AREA, "VN-DTOR-0017", "vn-area:VN-DTOR-0017"),
        (CodeKind.AREA, "vn dtor 0017", "vn-area:VN-DTOR-0017"),
        (CodeKind.AREA, "VN–DTOR–0017", "vn-area:VN-DTOR-0017"),
        (CodeKind.PACK, "VN-BTPH-036", "vn-pack:VN-BTPH-036"),
        (CodeKind.PACK, "VNDTPH-0001", "vn-pack:VN-DTPH-0001"),
        (CodeKind.AREA, "AQ/66.12", "vn-area:AQ/66.12"),
    ],
)
def test_one_key_however_written(kind: CodeKind, issued: str, key: str) -> None:
    assert item_key(kind, issued) == key
    assert gs1.item_key(f"{kind}:{issued}") == key


@pytest.mark.parametrize(
    ("kind", "issued", "code"),
    [
        (CodeKind.AREA, "VN-BTPH-036", "vn.code-kind"),
        (CodeKind.PACK, "VNDTOR0017", "vn.code-kind"),
        (CodeKind.AREA, "", "vn.code-shape"),
        (CodeKind.AREA, "ab", "vn.code-shape"),
        (CodeKind.AREA, "x" * 40, "vn.code-shape"),
        (CodeKind.AREA, "VN-ĐLOR-0017", "vn.code-shape"),
    ],
)
def test_refusals(kind: CodeKind, issued: str, code: str) -> None:
    with pytest.raises(NationalCodeError) as refused:
        item_key(kind, issued)
    assert refused.value.code == code
