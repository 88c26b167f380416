# SPDX-License-Identifier: Apache-2.0
"""Checks against lists of codes: countries, currencies, packages, and a few short ones."""

from collections.abc import Callable, Collection
from functools import cache
from importlib.resources import files

from nguon.gs1.dictionary.flaws import Check, Flaw


@cache
def codes(name: str, column: int = 0) -> frozenset[str]:
    """The codes in a column of a list."""
    text = (files("nguon.gs1") / "data" / f"{name}.tsv").read_text("ascii")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return frozenset(row[column] for row in rows)


@cache
def country_letters() -> frozenset[str]:
    """The two-letter country codes of ISO 3166-1."""
    return codes("countries", 1)


def _one_of(allowed: Collection[str], code: str) -> Callable[[str], Flaw | None]:
    def judge(part: str) -> Flaw | None:
        return None if part in allowed else Flaw(code, 0, len(part))

    return judge


_NOBODY_S_COUNTRY = "999"
_MEDIA = [f"{number:02}" for number in (*range(1, 11), *range(80, 100))]
"""01–10 assigned by ICCBBA, 80–99 its national use (General Specifications, AI 7241)."""

LIST_CHECKS = {
    "country": Check(_one_of(codes("countries"), "gs1.value.country")),
    "country-letters": Check(_one_of(country_letters(), "gs1.value.country")),
    "country-or-999": Check(_one_of(codes("countries") | {_NOBODY_S_COUNTRY}, "gs1.value.country")),
    "currency": Check(_one_of(codes("currencies"), "gs1.value.currency")),
    "media-type": Check(_one_of(frozenset(_MEDIA), "gs1.value.media-type")),
    "package-type": Check(_one_of(codes("package_types"), "gs1.value.package-type")),
    "sex": Check(_one_of(frozenset("0129"), "gs1.value.sex")),
    "winding": Check(_one_of(frozenset("019"), "gs1.value.winding")),
    "yes-no": Check(_one_of(frozenset("01"), "gs1.value.yes-no")),
}
