# SPDX-License-Identifier: Apache-2.0
"""Tax codes against python-stdnum, on random numbers and on numbers made to be right."""

import random

from stdnum.vn import mst

from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import TaxCodeKind, parse_tax_code

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def _ours(number: str) -> str | None:
    try:
        found = parse_tax_code(number)
    except NationalCodeError:
        return None
    return found.text if found.kind is TaxCodeKind.ENTERPRISE else None


def _theirs(number: str) -> str | None:
    return str(mst.format(number)) if mst.is_valid(number) else None


def test_random_numbers() -> None:
    chance = random.Random(20260115)
    right = 0
    for _ in range(20_000):
        number = f"{chance.randrange(10**10):010}"
        if chance.random() < 0.5:
            rest = sum(w * int(d) for w, d in zip(_WEIGHTS, number, strict=False)) % 11
            number = f"{number[:9]}{(10 - rest) % 10}"
        if chance.random() < 0.3:
            number += f"{chance.randrange(1000):03}"
        assert _ours(number) == _theirs(number), number
        right += _ours(number) is not None
    assert right > 8_000
