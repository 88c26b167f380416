# SPDX-License-Identifier: Apache-2.0
"""One word for each crop and market, whatever people call it."""

from nguon.base.messages import Language
from nguon.registry import crops, words
from nguon.registry.model import Register
from nguon.vn.text import fold

MARKETS = ("VN", "CN", "EU", "US", "JP", "KR", "AU", "NZ", "TH", "GB", "CA", "TW")
"""Markets to choose from; others can be written."""

GROWN = "plant"
"""The sector of what is not known."""


def crop(name: str) -> str:
    """The crop that a name means: ``durian`` for "Sầu riêng"; an unknown name, folded."""
    found = crops.named(name)
    return found[0].code if len(found) == 1 else fold(name).replace(" ", "-")


def crop_name(code: str, language: Language) -> str:
    """What people call a crop."""
    return crops.name(code, language) or code


def sector(code: str) -> str:
    """The sector whose body looks after a crop; what is not known grows on land."""
    found = crops.crops().get(code)
    return GROWN if found is None else found.sector


def crops_of(sectors: frozenset[str]) -> frozenset[str]:
    """The crops that bodies of these sectors look after."""
    return frozenset(one.code for one in crops.crops().values() if one.sector in sectors)


def known_crops() -> frozenset[str]:
    """All crops of the list."""
    return frozenset(crops.crops())


def market(name: str) -> str:
    """The market that a name means: ``CN`` for "Trung Quốc"; an unknown name in capitals."""
    return words.value(Register.CERTIFICATE, "markets", name) or name.strip().upper()
