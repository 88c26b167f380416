# SPDX-License-Identifier: Apache-2.0
"""Check digits and check character pairs (GS1 General Specifications section 7.9)."""

from itertools import product

_DIGITS = "0123456789"
_SUMS = {
    "".join(digits): sum(int(d) * (1 if i % 2 else 3) for i, d in enumerate(digits)) % 10
    for length in (2, 4)
    for digits in product(_DIGITS, repeat=length)
}
"""Weighted sums (3, 1, 3, 1) of every two and four digits: a GTIN is four look-ups."""

_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = tuple(n for n in range(2, 510) if all(n % d for d in range(2, n)))
_MODULUS = 1021


def gtin_is_valid(gtin: str) -> bool:
    """Whether fourteen ASCII digits close with the right check digit."""
    sums = _SUMS
    return not (sums[gtin[:2]] + sums[gtin[2:6]] + sums[gtin[6:10]] + sums[gtin[10:]]) % 10


def is_valid(digits: str) -> bool:
    """Whether the last of these ASCII digits is their check digit."""
    padded = digits.zfill((len(digits) + 3) // 4 * 4)
    return not sum(_SUMS[padded[i : i + 4]] for i in range(0, len(padded), 4)) % 10


def check_digit(body: str) -> str:
    """The check digit that closes these ASCII digits."""
    padded = (body + "0").zfill((len(body) + 4) // 4 * 4)
    return str(-sum(_SUMS[padded[i : i + 4]] for i in range(0, len(padded), 4)) % 10)


def check_pair(body: str) -> str:
    """The check character pair that closes up to 97 characters of set 82."""
    weighted = sum(
        _SET_82.index(character) * prime
        for character, prime in zip(reversed(body), _PRIMES, strict=False)
    )
    high, low = divmod(weighted % _MODULUS, len(_SET_32))
    return _SET_32[high] + _SET_32[low]
