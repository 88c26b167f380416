# SPDX-License-Identifier: Apache-2.0
"""Finding administrative units by name, however it is typed."""

from functools import cache

from nguon.vn.text import fold
from nguon.vn.units import Commune, Province, commune, communes, provinces


def search(text: str, *, limit: int = 20) -> list[Province | Commune]:
    """Units whose name has every word of the text (or a word beginning so), best first.

    Words may be of the kind and of the province too: "xa tan hung hung yen".
    Accents, tone styles and letter case do not matter.
    """
    wanted = fold(text)
    if not wanted:
        return []
    words = [f" {word}" for word in wanted.split()]
    hits = [
        (_rank(name, wanted), position, unit)
        for position, (name, full, unit) in enumerate(_index())
        if all(word in full for word in words)
    ]
    return [unit for _, _, unit in sorted(hits, key=lambda hit: hit[:2])[:limit]]


def named(text: str) -> list[Commune]:
    """The communes that an entry in a table means: a code, or a name with its province.

    ``24490``, ``Xã Krông Pắc, tỉnh Đắk Lắk``, ``krong pac, dak lak``; several
    where a province has a ward and a commune of one name.
    """
    by_code = commune(text.strip())
    if by_code is not None:
        return [by_code]
    own, _, owner = text.rpartition(",")
    if not own:
        return []
    return list(_names().get((fold(own), fold(owner)), ()))


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2


def _forms(unit: Province | Commune) -> tuple[str, str]:
    return fold(unit.name), fold(unit.label("vi").partition(",")[0])


@cache
def _index() -> tuple[tuple[str, str, Province | Commune], ...]:
    units: list[Province | Commune] = [*provinces(), *communes()]
    labels = (f" {fold(unit.label('vi'))} {fold(unit.label('en'))}" for unit in units)
    return tuple((fold(u.name), label, u) for u, label in zip(units, labels, strict=True))


@cache
def _names() -> dict[tuple[str, str], tuple[Commune, ...]]:
    found: dict[tuple[str, str], tuple[Commune, ...]] = {}
    for unit in communes():
        for own in dict.fromkeys(_forms(unit)):
            for owner in dict.fromkeys((*_forms(unit.province), unit.province.code)):
                found[own, owner] = (*found.get((own, owner), ()), unit)
    return found
