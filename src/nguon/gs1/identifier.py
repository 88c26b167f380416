# SPDX-License-Identifier: Apache-2.0
"""An identifier that has been read: its canonical item key and what it is a member of."""

from dataclasses import dataclass

from nguon.gs1 import writing
from nguon.gs1.characters import key_encoded
from nguon.gs1.errors import IdentifierError
from nguon.gs1.keys import PRIMARY_KEYS, Kind, Level

Parts = tuple[tuple[str, str], ...]

_WHOLE_PLACE = ("254", "0")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A thing, class, lot, place, party or document.

    ``key`` is the canonical item key, equal for every way of writing the same
    identifier. ``parts`` are the application identifiers with decoded values as
    they were sent, ``attributes`` those of the query (read in strict mode only).
    ``memberships`` are the keys of the lot and classes it belongs to, nearest first.
    """

    key: str
    kind: Kind
    level: Level
    parts: Parts
    memberships: tuple[str, ...] = ()
    attributes: Parts = ()

    def digital_link(self, base: str = writing.CANONICAL_DOMAIN) -> str:
        """The Digital Link URI of the item key."""
        return writing.digital_link(self.key, base)

    def epc_urn(self) -> str:
        """The EPC URN of the item key (TDS sections 6 and 7).

        Raises `IdentifierError`: ``gs1.no-epc-form`` for keys that have no URN,
        ``gs1.no-prefix-length`` where no company prefix is known.
        """
        if not writing.has_epc_form(self.key):
            raise IdentifierError("gs1.no-epc-form", self.key)
        urn = writing.epc_urn(self.key)
        if urn is None:
            raise IdentifierError("gs1.no-prefix-length", self.key)
        return urn


def identify(parts: Parts, attributes: Parts = ()) -> Identifier:
    """The identifier of checked parts: a primary key and its qualifiers."""
    ai, value = parts[0]
    rule = PRIMARY_KEYS[ai]
    given = dict(part for part in parts[1:] if part != _WHOLE_PLACE)
    base = f"{ai}/{key_encoded(value)}"
    finer = [finer for finer in rule.finer if finer.ai in given]
    names = [f"{base}/{each.ai}/{key_encoded(given[each.ai])}" for each in finer]
    kind, level = (finer[0].kind, finer[0].level) if finer else (rule.kind, rule.level)
    if rule.serial_at is not None and len(value) > rule.serial_at:
        level = rule.serial
        names = [base]
        base = f"{ai}/{value[: rule.serial_at]}"
    key, *wider = [*names, base]
    if rule.kind is Kind.ITIP:
        wider += _of_product(value, given.get("10"))
    return Identifier(key, kind, level, parts, tuple(wider), attributes)


def _of_product(itip: str, lot: str | None) -> list[str]:
    """A piece of a trade item is a member of the item's lot and product as well."""
    product = f"01/{itip[:14]}"
    return [product] if lot is None else [f"{product}/10/{key_encoded(lot)}", product]
