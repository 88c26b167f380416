# SPDX-License-Identifier: Apache-2.0
"""Names for the keys of a passport: register entries in the reader's language and precision."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import overload
from urllib.parse import quote

from nguon.base.audience import Audience
from nguon.base.messages import Language, catalogue, text
from nguon.passport.model import Certificate, Party, PlaceLine, Product
from nguon.registry import history, queries, suppliers
from nguon.registry import model as registry
from nguon.store import Store

MEDIA = "/media/"


class Naming:
    """Reads the registers for one page: every entry once, each kind in one statement a call."""

    def __init__(self, store: Store, audience: Audience, language: Language) -> None:
        self._store = store
        self._audience = audience
        self._language = language
        self._places: dict[str, registry.Place] = {}
        self._parties: dict[int, registry.Organisation] = {}
        self._makers: set[int] = set()
        self._products: dict[str, registry.Product | None] = {}
        self._approved: frozenset[str] | None = None

    def learn(
        self,
        places: Iterable[str],
        parties: Iterable[int],
        *,
        makers: Iterable[int] = (),
        partners: Iterable[int] = (),
    ) -> None:
        """Read these places with their holders, and these organisations.

        ``makers`` make the thing in hand; ``partners`` stand in records that
        the reader sees in full.
        """
        known = frozenset(partners)
        self._makers |= set(makers)
        self._places |= queries.places(self._store, self._audience, set(places), partners=known)
        holders = {place.holder for place in self._places.values()}
        unknown = ({*parties} | holders) - self._parties.keys()
        self._parties |= queries.organisations(self._store, self._audience, unknown, partners=known)

    def entry(self, key: str | None) -> registry.Place | None:
        """The learnt register entry of a place."""
        return self._places.get(key or "")

    def place(self, key: str | None) -> PlaceLine | None:
        """A learnt place; one that is not registered has its code only."""
        if key is None:
            return None
        found = self._places.get(key)
        if found is None:
            return PlaceLine(code=key)
        unit = found.unit
        return PlaceLine(
            code=key,
            name=self._said(found.name),
            area=unit.label(self._language) if unit else found.address,
            national_codes=(found.national_code,) if found.national_code else (),
            link=f"/r/place/{quote(found.key, safe='/')}",
            point=found.map_point,
        )

    def hides(self, key: str | None, submitter: int, *, partner: bool) -> bool:
        """Whether a record of what went in names a supplier that its reader may not know."""
        place = self._places.get(key or "")
        party = self._parties.get(submitter if place is None else place.holder)
        return suppliers.hidden(self._audience, place, party, self._makers, partner=partner)

    def supplier(self, key: str | None, submitter: int) -> Party | None:
        """A supplier without its name: whether it is approved."""
        place = self._places.get(key or "")
        party = self._parties.get(submitter if place is None else place.holder)
        if party is None:
            return None
        code = "access.supplier-approved" if self._is_approved(party.code) else "access.supplier"
        return Party(name=text(code, self._language))

    def province(self, key: str | None) -> PlaceLine | None:
        """A supplier's place without its name: its province, and a national code as issued."""
        found = self._places.get(key or "")
        if found is None:
            return None
        unit = found.unit
        return PlaceLine(
            code=None,
            area=unit.province.label(self._language) if unit else None,
            national_codes=(found.national_code,) if found.national_code else (),
        )

    def _is_approved(self, code: str) -> bool:
        if self._approved is None:
            codes = [party.code for party in self._parties.values()]
            now = datetime.now(UTC)
            found = history.standing(self._store, registry.Register.ORGANISATION, codes, at=now)
            self._approved = frozenset(
                key for key, one in found.items() if one.status is history.Status.APPROVED
            )
        return code in self._approved

    def holder(self, key: str | None) -> Party | None:
        """The organisation that holds a learnt place."""
        found = self._places.get(key or "")
        return None if found is None else self.party(found.holder)

    def party(self, number: int) -> Party | None:
        """A learnt organisation."""
        found = self._parties.get(number)
        if found is None:
            return None
        unit = found.unit
        return Party(
            name=self._said(found.name),
            address=found.address or (unit.label(self._language) if unit else None),
            code=found.code,
            link=f"/r/organisation/{quote(found.code, safe='')}",
        )

    def product(self, key: str) -> tuple[Product, int] | None:
        """A product and its maker's number; None where it is not registered."""
        found = self._product(key)
        if found is None:
            return None
        return Product(
            key=found.key,
            name=self._said(found.name),
            brand=found.brand,
            model=" · ".join(dict.fromkeys(filter(None, (found.model, found.variety)))) or None,
            net_content=amount(found, self._language),
            description=self._said(found.description),
            shelf_life=self._said(found.shelf_life),
            image=image_address(found.image),
            link=f"/r/product/{found.gtin}",
            warning=self._said(found.warnings),
        ), found.maker

    def product_names(self, keys: Iterable[str]) -> dict[str, str]:
        """Names of products by their keys."""
        asked = set(keys)
        self._read(asked)
        found = {key: self._products[key] for key in asked}
        return {key: self._said(one.name) for key, one in found.items() if one is not None}

    def _product(self, key: str) -> registry.Product | None:
        self._read({key})
        return self._products[key]

    def _read(self, keys: set[str]) -> None:
        """Read the products that were not read yet."""
        unknown = keys - self._products.keys()
        if unknown:
            found = queries.products(self._store, self._audience, unknown)
            self._products |= {key: found.get(key) for key in unknown}

    def standards(self, product: str, maker: int | None, places: set[str]) -> list[Certificate]:
        """What the product is declared to meet, and the papers of product, maker and places."""
        entry = self._product(product)
        papers = queries.certificates(
            self._store,
            self._audience,
            organisations=[] if maker is None else [maker],
            places=places,
            products=[product],
        )
        mine = [paper for paper in papers if paper.product in {None, product}]
        named = [
            Certificate(standard[:1].upper() + standard[1:])
            for standard in (entry.standards if entry else ())
        ]
        return named + [self.certificate(paper) for paper in mine]

    def certificate(self, paper: registry.Certificate) -> Certificate:
        """A register entry as the page shows it."""
        other = paper.scheme is registry.Scheme.OTHER
        standard = paper.title if other else text(f"passport.scheme-{paper.scheme}", self._language)
        named = standard or text("passport.scheme-other", self._language)
        return Certificate(
            named[:1].upper() + named[1:],
            paper.number,
            paper.issuer,
            paper.valid_from,
            paper.valid_to,
        )

    @overload
    def _said(self, words: registry.Words) -> str: ...
    @overload
    def _said(self, words: None) -> None: ...
    @overload
    def _said(self, words: registry.Words | None) -> str | None: ...
    def _said(self, words: registry.Words | None) -> str | None:
        return None if words is None else words.in_language(self._language)


def amount(product: registry.Product, language: Language) -> str | None:
    """The net content as people write it: ``2,25 kg``, ``2.25 kg``."""
    if not product.net_content:
        return None
    figure = product.net_content.replace(".", ",") if language == "vi" else product.net_content
    unit = product.net_unit or ""
    code = f"passport.unit-{unit}"
    said = text(code, language) if code in catalogue(language) else unit
    return f"{figure} {said}".strip()


def image_address(name: str | None) -> str | None:
    """Where a picture of the media folder is served."""
    return None if not name else MEDIA + quote(name.removeprefix("media/"))
