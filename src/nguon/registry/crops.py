# SPDX-License-Identifier: Apache-2.0
"""What is grown, reared and caught, read from ``crops.toml``; pure apart from that file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

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


def named(text: str) -> Crop | None:
    """The crop with this code or name, in either language."""
    return _by_name().get(fold(text))


def name(code: str | None, language: Language) -> str | None:
    """A stored crop's name; the code itself where the file no longer has it."""
    found = None if code is None else crops().get(code)
    return code if found is None else found.name(language)


@cache
def _by_name() -> dict[str, Crop]:
    return {
        fold(written): crop
        for crop in crops().values()
        for written in (crop.code, crop.vi, crop.en, *crop.other)
    }
