# SPDX-License-Identifier: Apache-2.0
"""Whom and what the cells of a table name: by code, by key or by name; pure.

A name that several have is refused with all of them, so that nobody's goods
are written to somebody else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from nguon.entries.desk import Desk
from nguon.entries.errors import EntryError
from nguon.gs1 import IdentifierError, Mode, parse
from nguon.registry.model import Organisation, Place, Product
from nguon.vn.text import fold

_Named = Mapping[str, list[tuple[Any, str]]]
"""By folded code or name: the values that go by it, each with the text that tells it apart."""


class Names:
    """The households, partners, places and products that an organisation's tables may name."""

    def __init__(
        self, desk: Desk, others: Mapping[str, Organisation], products: Mapping[str, Product]
    ) -> None:
        self._desk = desk
        self._others = others
        self._goods = products
        households = [one.party for one in desk.households]
        plots = [plot for one in desk.households for plot in one.plots]
        self._growers = _parties([*households, desk.owner])
        self._partners = _parties([*households, *desk.partners])
        self._houses = _places(desk.houses)
        self._areas = _places([*desk.areas, *plots])
        self._products = _products([*desk.products, *products.values()])
        self._plots = {one.id: one.plots for one in desk.households}

    def grower(self, cell: str) -> int:
        """A household of ours, or ourselves."""
        return int(_one(cell, self._growers, "files.grower"))

    def party(self, cell: str) -> int:
        """Another organisation: a partner by name, anybody by code or GLN."""
        other = self._others.get(cell)
        if other is not None:
            return other.id
        return int(_one(cell, self._partners, "files.party"))

    def house(self, cell: str) -> str:
        """A place of ours where goods are handled; the only one where nothing is written."""
        return str(self._place(cell, self._houses, "files.place"))

    def destination(self, cell: str) -> str:
        """A place of somebody else, by its key or number."""
        return _key(cell, "414") or str(_one(cell, self._houses, "files.place"))

    def land(self, cell: str, grower: int) -> tuple[str, str | None]:
        """The area under whose code a household harvests, and its plot where that is finer."""
        plots = self._plots.get(grower, ())
        if cell:
            named = str(self._place(cell, self._areas, "files.area"))
            inside = named not in {plot.key for plot in plots}
            return named, plots[0].key if plots and inside and not _coded(plots[0]) else None
        if plots and _coded(plots[0]):
            return plots[0].key, None
        areas = self._desk.areas
        if len(areas) == 1:
            return areas[0].key, plots[0].key if plots else None
        if plots:
            return plots[0].key, None
        raise EntryError("files.area-missing")

    def product(self, cell: str) -> str:
        """A product by its GTIN, key or name."""
        key = _key(cell, "01")
        if key is not None and (key in self._goods or self._desk.product(key) is not None):
            return key
        return str(_one(cell, self._products, "files.product"))

    def code_of(self, grower: int) -> str:
        """A household's code in the register."""
        found = self._desk.household(grower)
        return self._desk.owner.code if found is None else found.party.code

    def _place(self, cell: str, known: _Named, code: str) -> Any:
        if not cell:
            keys = {key for found in known.values() for key, _ in found}
            if len(keys) == 1:
                return keys.pop()
            raise EntryError(f"{code}-missing")
        key = _key(cell, "414")
        if key is not None and any(key == one for found in known.values() for one, _ in found):
            return key
        return _one(cell, known, code)


def wanted(cells: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of the texts that may name others: GLNs, and codes; for one look into the registers."""
    texts = {cell for cell in cells if cell}
    return {t for t in texts if len(t) == 13 and t.isdigit()}, texts


def product_keys(cells: Iterable[str]) -> set[str]:
    """The keys among the texts that name products."""
    return {key for cell in set(cells) if (key := _key(cell, "01")) is not None}


def _coded(plot: Place) -> bool:
    return plot.national_code is not None


def _key(cell: str, ai: str) -> str | None:
    """The key that a number or key means, None for a name."""
    digits = cell.replace(" ", "")
    if not digits.isascii():
        return None
    text = digits if digits.startswith(f"{ai}/") else f"{ai}/{digits}"
    if not text.removeprefix(f"{ai}/")[:8].isdigit():
        return None
    head, _, number = text.partition("/")
    padded = number.zfill(14) if ai == "01" and number.isdigit() else number
    try:
        return parse(f"{head}/{padded}", mode=Mode.LENIENT).key
    except IdentifierError:
        return None


def _one(cell: str, known: _Named, code: str) -> Any:
    found = known.get(fold(cell), [])
    values = {value for value, _ in found}
    if len(values) == 1:
        return values.pop()
    if not found:
        raise EntryError(code, text=cell)
    names = "; ".join(sorted({told for _, told in found}))
    raise EntryError("files.several", text=cell, names=names)


def _parties(parties: Iterable[Organisation]) -> _Named:
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for one in {party.id: party for party in parties}.values():
        told = f"{one.name.vi} ({one.code})"
        for name in {one.code, one.gln, one.name.vi, one.name.en} - {None}:
            found[fold(name or "")].append((one.id, told))
    return found


def _places(places: Iterable[Place]) -> _Named:
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for one in places:
        number = one.key.partition("/")[2]
        told = f"{one.name.vi} ({one.national_code or number or one.key})"
        for name in {one.key, number, one.national_code, one.name.vi, one.name.en} - {None, ""}:
            found[fold(name or "")].append((one.key, told))
    return found


def _products(products: Iterable[Product]) -> _Named:
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for one in {product.key: product for product in products}.values():
        told = f"{one.name.vi} ({one.gtin})"
        for name in {one.gtin, one.name.vi, one.name.en} - {None}:
            found[fold(name or "")].append((one.key, told))
    return found
