# SPDX-License-Identifier: Apache-2.0
"""The registers as one piece of work asks them: what lots have in common is asked once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy import RowMapping

from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.compliance.facts import Paper
from nguon.registry import history, queries
from nguon.registry.history import Standing
from nguon.registry.model import Certificate, Organisation, Place, Product, Register
from nguon.store import Store
from nguon.store import compliance as rows

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Subjects = tuple[frozenset[int], frozenset[str], frozenset[str]]


class Lookup:
    """For one reader and a short while: what was read is not read again."""

    def __init__(self, store: Store, audience: Audience) -> None:
        self._store = store
        self._audience = audience
        self._places: dict[str, Place | None] = {}
        self._products: dict[str, Product | None] = {}
        self._organisations: dict[int, Organisation | None] = {}
        self._certificates: dict[_Subjects, Sequence[Certificate]] = {}
        self._standings: dict[tuple[str, date], Standing] = {}
        self._reports: dict[str, list[RowMapping]] = {}

    def places(self, keys: Collection[str]) -> dict[str, Place]:
        """Places by the keys asked for."""
        new = set(keys) - self._places.keys()
        if new:
            found = queries.places(self._store, self._audience, new)
            self._places.update({key: found.get(key) for key in new})
        return _known(self._places, keys)

    def products(self, keys: Collection[str]) -> dict[str, Product]:
        """Products by key."""
        new = set(keys) - self._products.keys()
        if new:
            found = queries.products(self._store, self._audience, new)
            self._products.update({key: found.get(key) for key in new})
        return _known(self._products, keys)

    def organisations(self, numbers: Collection[int]) -> dict[int, Organisation]:
        """Organisations by id."""
        new = set(numbers) - self._organisations.keys()
        if new:
            found = queries.organisations(self._store, self._audience, new)
            self._organisations.update({number: found.get(number) for number in new})
        return _known(self._organisations, numbers)

    def certificates(
        self, organisations: Iterable[int], places: Iterable[str], products: Iterable[str]
    ) -> Sequence[Certificate]:
        """Papers of these holders about these places and products."""
        asked = frozenset(organisations), frozenset(places), frozenset(products)
        if asked not in self._certificates:
            holders, sites, goods = asked
            self._certificates[asked] = queries.certificates(
                self._store, self._audience, organisations=holders, places=sites, products=goods
            )
        return self._certificates[asked]

    def papers(self, certificates: Iterable[Certificate], day: date) -> tuple[Paper, ...]:
        """Certificates with what they stood as on a day."""
        keys = {history.certificate_key(one.scheme, one.number): one for one in certificates}
        new = [key for key in keys if (key, day) not in self._standings]
        if new:
            noon = datetime.combine(day, time(12), HANOI)
            found = history.standing(self._store, Register.CERTIFICATE, new, at=noon)
            self._standings.update({(key, day): standing for key, standing in found.items()})
        return tuple(Paper(one, self._standings[key, day]) for key, one in keys.items())

    def reports(self, lots: Collection[str]) -> dict[str, list[RowMapping]]:
        """What laboratories reported, by lot; nobody's eyes yet."""
        new = sorted(set(lots) - self._reports.keys())
        if new:
            self._reports.update({lot: [] for lot in new})
            with self._store.reading() as connection:
                for row in rows.reports(connection, new):
                    self._reports[row["lot"]].append(row)
        return _known(self._reports, lots)


def _known(found: Mapping[_Key, _Value | None], keys: Iterable[_Key]) -> dict[_Key, _Value]:
    return {key: value for key in keys if (value := found[key]) is not None}
