# SPDX-License-Identifier: Apache-2.0
"""One word for each crop and market, whatever people call it."""

from nguon.base.messages import Language
from nguon.registry import crops, words
from nguon.registry.model import Register
from nguon.vn.text import fold

MARKETS = ("VN", "CN", "EU", "US", "JP", "KR", "AU", "NZ", "TH", "GB", "CA", "TW")
"""Markets to choose from; others can be written."""


def crop(name: str) -> str:
    """The crop that a name means: ``durian`` for "Sầu riêng"; an unknown name, folded."""
    found = crops.named(name)
    return found[0].code if len(found) == 1 else fold(name).replace(" ", "-")


def crop_name(code: str, language: Language) -> str:
    """What people call a crop."""
    return crops.name(code, language) or code


def market(name: str) -> str:
    """The market that a name means: ``CN`` for "Trung Quốc"; an unknown name in capitals."""
    return words.value(Register.CERTIFICATE, "markets", name) or name.strip().upper()
