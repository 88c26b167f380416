# SPDX-License-Identifier: Apache-2.0
"""Papers of the registers behind a thing: approvals of where it grew, certificates of who made
it; each with what it stood as on the days of the steps that rest on it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.ladder.model import Paper
from nguon.registry import history, queries
from nguon.registry.model import Certificate, Register, Scheme
from nguon.store import Store

_AREAS = frozenset({Scheme.PLANTING_AREA, Scheme.PACKING_HOUSE})
_WORST_FIRST = (
    history.Status.REVOKED,
    history.Status.REFUSED,
    history.Status.SUSPENDED,
)


class Behind(NamedTuple):
    """A step that a paper may be behind: when, where, by whom, on which products.

    ``codes`` are the keys by which the place is known: its own, its national code.
    """

    day: date
    codes: frozenset[str]
    party: int
    products: frozenset[str]


class Papers:
    """The certificates of some holders, places and products with their histories."""

    def __init__(
        self,
        store: Store,
        audience: Audience,
        *,
        makers: Iterable[int],
        steps: Sequence[Behind],
        products: Iterable[str],
    ) -> None:
        places = {code for step in steps for code in step.codes}
        self.steps = steps
        self.found = queries.certificates(
            store, audience, organisations=set(makers), places=places, products=set(products)
        )
        named = [key for place in places if (key := history.code_key(place)) is not None]
        keys = [history.certificate_key(one.scheme, one.number) for one in self.found]
        with store.reading() as connection:
            self._rows = history.rows_in(
                connection, Register.CERTIFICATE, list(dict.fromkeys([*keys, *named]))
            )

    def certificates(self, product: str | None) -> list[Certificate]:
        """Those of product, maker and places, without approvals of areas and packing houses."""
        return [
            one for one in self.found if one.scheme not in _AREAS and one.product in {None, product}
        ]

    def behind(self, one: Certificate) -> list[Behind]:
        """The steps that rest on it: at its place, else on its goods, else by its holder."""
        if one.place is not None:
            return [step for step in self.steps if one.place in step.codes]
        if one.product is not None:
            return [step for step in self.steps if one.product in step.products]
        return [step for step in self.steps if step.party == one.organisation]

    def paper(self, one: Certificate) -> Paper:
        """A certificate as facts."""
        days = tuple(sorted({step.day for step in self.behind(one)}))
        return Paper(
            number=one.number,
            issuer=one.issuer,
            status=self._status(history.certificate_key(one.scheme, one.number), days),
            days=days,
            fits=True if days and (one.place or one.product) else None,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
        )

    def approval(self, code: str, days: Sequence[date]) -> Paper | None:
        """The approval of a planting area or packing house by its code's key; None without one."""
        key = history.code_key(code)
        if key is None or not self._rows.get(key):
            return None
        issuers = [
            one.issuer
            for one in self.found
            if history.certificate_key(one.scheme, one.number) == key
        ]
        return Paper(
            number=code.partition(":")[2],
            issuer=next(iter(issuers), ""),
            status=self._status(key, days),
            days=tuple(sorted(set(days))),
            fits=True,
        )

    def _status(self, key: str, days: Sequence[date]) -> str:
        """The worst that it stood as on any of these days."""
        rows = self._rows.get(key, [])
        stood = {history.at(rows, datetime.combine(day, time(12), HANOI)).status for day in days}
        worst = next((status for status in _WORST_FIRST if status in stood), None)
        if worst is None and stood == {history.Status.APPROVED}:
            return history.Status.APPROVED.value
        return (worst or history.Status.DECLARED).value
