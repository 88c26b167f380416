# SPDX-License-Identifier: Apache-2.0
"""What is grown, reared and caught, read from ``crops.toml``; pure apart from that file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from unicodedata import normalize

import msgspec

from nguon.base.messages import Language
from nguon.vn.text import fold


class Crop(msgspec.Struct, frozen=True):
    """A crop or species; ``hs`` is the customs heading offered for it, ``sector`` who looks on."""

    code: str
    vi: str
    en: str
    hs: str
    sector: str
    other: tuple[str, ...] = ()

    def name(self, language: Language) -> str:
        """Its name."""
        return self.vi if language == "vi" else self.en


@cache
def crops() -> Mapping[str, Crop]:
    """All crops by their codes."""
    content = tomllib.loads((files("nguon.registry") / "crops.toml").read_text("utf-8"))
    return {code: msgspec.convert({"code": code, **entry}, Crop) for code, entry in content.items()}


def named(text: str) -> tuple[Crop, ...]:
    """The crops that a code or name in either language can mean.

    Without its accents a name may be two crops': "dua" is coconut and pineapple.
    """
    exact = _by_name().get(_cased(text))
    return (exact,) if exact is not None else _by_plain_name().get(fold(text), ())


def name(code: str | None, language: Language) -> str | None:
    """A stored crop's name; the code itself where the file no longer has it."""
    found = None if code is None else crops().get(code)
    return code if found is None else found.name(language)


def _names() -> list[tuple[str, Crop]]:
    return [
        (written, crop)
        for crop in crops().values()
        for written in (crop.code, crop.vi, crop.en, *crop.other)
    ]


def _cased(text: str) -> str:
    return normalize("NFC", text).casefold().strip()


@cache
def _by_name() -> dict[str, Crop]:
    return {_cased(written): crop for written, crop in _names()}


@cache
def _by_plain_name() -> dict[str, tuple[Crop, ...]]:
    found: dict[str, tuple[Crop, ...]] = {}
    for written, crop in _names():
        plain = fold(written)
        found[plain] = tuple(dict.fromkeys((*found.get(plain, ()), crop)))
    return found
